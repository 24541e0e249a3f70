//! Builds of a copy of this workspace: what happens to deck-api when the document changes.

use crate::cargo::{SAME_FEATURES, built, command, errors, one_at_a_time, same_features, target, write};
use crate::common::{extent, root};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::MutexGuard;

/// A copy of the workspace, as in a fresh clone. Its folder is the same in every run, so that unchanged files do not compile again.
struct Copy {
    folder: PathBuf,
    _one_at_a_time: MutexGuard<'static, ()>,
}

impl Copy {
    fn new() -> Self {
        let copy = Self { folder: target().join("copy"), _one_at_a_time: one_at_a_time() };
        std::fs::create_dir_all(&copy.folder).unwrap();
        set_read_only(&copy.folder, false);
        for entry in ["Cargo.lock", "README.md", ".cargo", "spec", "xtask", "deck-api"] {
            copy_into(&root().join(entry), &copy.path(entry));
        }
        let _ = std::fs::remove_dir_all(copy.path(xtask::journal::FOLDER));
        let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
        let members = format!("\nmembers = [\"{SAME_FEATURES}\", ");
        write(&copy.path("Cargo.toml"), manifest.replace("\nmembers = [", &members).as_bytes());
        write(&copy.path(SAME_FEATURES).join("Cargo.toml"), same_features().as_bytes());
        write(&copy.path(SAME_FEATURES).join("src/lib.rs"), b"//! Features alone.\n");
        // Adds that package to the lock file.
        built(&copy.cargo(&["tree", "--offline", "--depth", "0"]));
        copy
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap()
    }

    fn document(&self) -> Value {
        serde_json::from_str(&self.read("spec/deck-v2.json")).unwrap()
    }

    /// The document with one more property in the schema of a run.
    fn document_with_region(&self) -> Value {
        let mut document = self.document();
        document["components"]["schemas"]["RunTaskResponse"]["properties"]["region"] = json!({ "type": "string" });
        document
    }

    fn set_document(&self, document: &Value) {
        std::fs::write(self.path("spec/deck-v2.json"), format!("{document:#}\n")).unwrap();
    }

    /// Adds code to the crate that compiles only if the types are as expected.
    fn expect_types(&self, probe: &str) {
        let library = self.read("deck-api/src/lib.rs");
        let library = library.split("// probe\n").next().unwrap().to_owned();
        std::fs::write(self.path("deck-api/src/lib.rs"), format!("{library}// probe\n{probe}")).unwrap();
    }

    fn cargo(&self, arguments: &[&str]) -> Output {
        cargo_with_generator(&self.folder, arguments)
    }

    /// Runs xtask in this workspace.
    fn xtask(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments).current_dir(&self.folder).env("CARGO_MANIFEST_DIR", self.path("xtask")).output().unwrap()
    }

    /// Every tracked file except the one with the probe.
    fn sources(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        collect(&self.folder, &mut files);
        files
            .into_iter()
            .filter(|path| !path.ends_with("src/lib.rs"))
            .map(|path| (path.clone(), std::fs::read(&path).unwrap()))
            .collect()
    }
}

/// Runs cargo with the generator that is already compiled, unless all tests run in full. The build script takes minutes to
/// compile one.
fn cargo_with_generator(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = command(folder, arguments);
    if extent(0, 1) == 0 {
        command.env(GENERATOR, env!("CARGO_BIN_EXE_xtask"));
    }
    command.output().unwrap()
}

/// Makes `to` equal to `from`, and does not touch files that are equal already.
pub fn copy_into(from: &Path, to: &Path) {
    if from.is_file() {
        return write(to, &std::fs::read(from).unwrap());
    }
    std::fs::create_dir_all(to).unwrap();
    let names =
        |folder: &Path| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect::<BTreeSet<_>>();
    let wanted = names(from);
    for name in names(to).difference(&wanted) {
        let path = to.join(name);
        if path.is_dir() { std::fs::remove_dir_all(path).unwrap() } else { std::fs::remove_file(path).unwrap() }
    }
    for name in &wanted {
        copy_into(&from.join(name), &to.join(name));
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
    files.sort();
}

const BUILD: [&str; 7] = ["build", "--offline", "--locked", "-p", "deck-api", "-p", SAME_FEATURES];
/// The variable with the path of a generator for the build script.
const GENERATOR: &str = "API_GENERATOR";
const ADVICE: &str = "run: cargo xtask generate";

/// A description, a change of the schema of a run, and code that compiles only after the change.
type Step<'a> = (&'a str, &'a dyn Fn(&mut Value), &'a str);

#[test]
fn a_build_compiles_an_edited_document_and_touches_no_tracked_file() {
    let copy = Copy::new();
    let fresh = built(&copy.cargo(&BUILD));
    assert!(!fresh.contains("warning"), "{fresh}");
    let run = "/components/schemas/RunTaskResponse";
    let edit = |change: &dyn Fn(&mut Value)| {
        let mut document = copy.document();
        change(document.pointer_mut(run).unwrap());
        copy.set_document(&document);
    };
    let steps: [Step<'_>; 2] = [
        (
            "a required and two optional properties are added",
            &|schema| {
                schema["properties"]["region"] = json!({ "type": "string" });
                schema["properties"]["cost"] = json!({ "type": "number" });
                schema["properties"]["zone"] = json!({ "type": "string" });
                schema["required"].as_array_mut().unwrap().push(json!("region"));
            },
            "const _: fn(&types::RunTaskResponse) -> (&String, &Option<f64>) = |run| (&run.region, &run.cost);",
        ),
        (
            "one property is renamed and retyped, one becomes optional, and one is removed, so that its name is free",
            &|schema| {
                let properties = schema["properties"].as_object_mut().unwrap();
                properties.shift_remove("cost").unwrap();
                properties.shift_remove("zone").unwrap();
                properties.insert("price".to_owned(), json!({ "type": "boolean" }));
                schema["required"].as_array_mut().unwrap().retain(|name| name != "region");
            },
            "const _: fn(&types::RunTaskResponse) -> (&Option<String>, &Option<bool>) = |run| (&run.region, &run.price);\n\
             #[allow(dead_code)] trait Free { fn zone(&self) -> u8; } impl Free for types::RunTaskResponse { fn zone(&self) -> u8 { 1 } }",
        ),
    ];
    for (what, change, probe) in steps.into_iter().take(extent(1, 2)) {
        edit(change);
        copy.expect_types(probe);
        let before = copy.sources();
        let output = built(&copy.cargo(&BUILD));
        assert!(output.contains(ADVICE), "{what}: {output}");
        assert!(copy.sources() == before, "{what}: a tracked file was touched");
    }
    let quiet = built(&copy.cargo(&BUILD));
    assert!(!quiet.contains("Compiling"), "a second build compiles nothing: {quiet}");
    if extent(0, 1) == 0 {
        return;
    }
    built(&copy.xtask(&["generate"]));
    let committed = built(&copy.cargo(&BUILD));
    assert!(!committed.contains("warning"), "{committed}");
    let quiet = built(&copy.cargo(&BUILD));
    assert!(!quiet.contains("Compiling"), "a second build compiles nothing: {quiet}");
}

#[test]
fn a_stale_crate_builds_from_any_folder_and_from_read_only_sources() {
    let copy = Copy::new();
    copy.set_document(&copy.document_with_region());
    copy.expect_types("const _: fn(&types::RunTaskResponse) -> &Option<String> = |run| &run.region;");
    set_read_only(&copy.folder, true);
    let manifest = copy.path("deck-api/Cargo.toml");
    let elsewhere = tempfile::tempdir().unwrap();
    let packages = ["-p", "deck-api", "-p", SAME_FEATURES];
    let arguments = [&["build", "--offline", "--locked", "--manifest-path", manifest.to_str().unwrap()], &packages[..]].concat();
    let output = cargo_with_generator(elsewhere.path(), &arguments);
    set_read_only(&copy.folder, false);
    assert!(built(&output).contains(ADVICE));
}

#[test]
fn files_of_two_runs_are_never_compiled_together() {
    let copy = Copy::new();
    let types = copy.read("deck-api/src/generated/types.rs");
    copy.set_document(&copy.document_with_region());
    built(&copy.xtask(&["generate"]));
    // Simulates a run that was killed before it wrote the types.
    std::fs::write(copy.path("deck-api/src/generated/types.rs"), types).unwrap();
    copy.expect_types("const _: fn(&types::RunTaskResponse) -> &Option<String> = |run| &run.region;");
    assert!(built(&copy.cargo(&BUILD)).contains(ADVICE));
    built(&copy.xtask(&["generate"]));
    if extent(0, 1) == 0 {
        return;
    }
    assert!(!built(&copy.cargo(&BUILD)).contains("warning"));
    // The same holds while a journal lists files that are not in place yet.
    std::fs::create_dir(copy.path(xtask::journal::FOLDER)).unwrap();
    std::fs::write(copy.path("deck-api/src/generated/types.rs"), copy.read("deck-api/src/generated/types.rs")).unwrap();
    assert!(built(&copy.cargo(&BUILD)).contains(ADVICE));
}

#[test]
fn a_document_that_is_refused_fails_the_build_with_the_pointer() {
    let copy = Copy::new();
    let mut document = copy.document();
    document["components"]["schemas"]["RunTaskResponse"]["properties"]["pair"] = json!({ "$ref": "#/components/schemas/Gone" });
    copy.set_document(&document);
    let output = copy.cargo(&BUILD);
    let text = errors(&output);
    assert!(!output.status.success(), "stale types were built");
    assert!(text.contains("#/components/schemas/RunTaskResponse/properties/pair/$ref"), "{text}");
    assert!(text.contains(ADVICE), "{text}");
}

#[test]
fn a_named_generator_that_does_not_exist_fails_the_build() {
    let copy = Copy::new();
    copy.set_document(&copy.document_with_region());
    let output = command(&copy.folder, &BUILD).env(GENERATOR, "target/gone").output().unwrap();
    let text = errors(&output);
    assert!(!output.status.success(), "stale types were built");
    assert!(text.contains("target/gone, which API_GENERATOR names") && text.contains(ADVICE), "{text}");
}

#[test]
fn after_an_update_manifest_and_lock_file_agree() {
    let copy = Copy::new();
    std::fs::write(copy.path("new.json"), copy.document_with_region().to_string()).unwrap();
    let before = copy.read("Cargo.lock");
    built(&copy.xtask(&["update", "new.json"]));
    assert!(copy.read("Cargo.lock") != before, "the version in the lock file did not change");
    built(&copy.cargo(&["tree", "--offline", "--locked", "--workspace"]));
}

fn set_read_only(folder: &Path, read_only: bool) {
    let mut files = Vec::new();
    collect(folder, &mut files);
    for path in files {
        let mut permissions = std::fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(read_only);
        std::fs::set_permissions(&path, permissions).unwrap();
    }
}
