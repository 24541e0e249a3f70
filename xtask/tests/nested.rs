//! Builds within builds: what happens to deck-api when the document changes, and whether crates of other documents compile.
//!
//! All of them share one target directory, and none needs the network once the dependencies are fetched.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::builds::{built, cargo, errors, one_at_a_time};
use common::root;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A copy of the workspace, as a clone would have it.
struct Copy {
    folder: tempfile::TempDir,
}

impl Copy {
    fn new() -> Self {
        let copy = Self { folder: tempfile::tempdir().unwrap() };
        for entry in ["Cargo.toml", "Cargo.lock", "README.md", ".cargo", "spec", "xtask", "deck-api"] {
            copy_into(&root().join(entry), &copy.path(entry));
        }
        copy
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap()
    }

    fn document(&self) -> Value {
        serde_json::from_str(&self.read("spec/deck-v2.json")).unwrap()
    }

    fn set_document(&self, document: &Value) {
        std::fs::write(self.path("spec/deck-v2.json"), format!("{document:#}\n")).unwrap();
    }

    /// Adds to the crate what compiles only if the types are as expected.
    fn expect_types(&self, probe: &str) {
        let library = self.read("deck-api/src/lib.rs");
        let library = library.split("// probe\n").next().unwrap().to_owned();
        std::fs::write(self.path("deck-api/src/lib.rs"), format!("{library}// probe\n{probe}")).unwrap();
    }

    fn cargo(&self, arguments: &[&str]) -> Output {
        cargo(self.folder.path(), arguments)
    }

    /// Every tracked file, but for the probe.
    fn sources(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        collect(self.folder.path(), &mut files);
        files
            .into_iter()
            .filter(|path| !path.ends_with("src/lib.rs"))
            .map(|path| (path.clone(), std::fs::read(&path).unwrap()))
            .collect()
    }
}

fn copy_into(from: &Path, to: &Path) {
    if from.is_dir() {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy_into(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        std::fs::copy(from, to).unwrap();
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
    files.sort();
}

const BUILD: [&str; 5] = ["build", "--offline", "--locked", "-p", "deck-api"];
const ADVICE: &str = "run: cargo xtask generate";

/// What is done to the schema of the run, and code that compiles only afterwards.
type Step<'a> = (&'a str, &'a dyn Fn(&mut Value), &'a str);

#[test]
fn a_build_after_an_edit_of_the_document_compiles_the_new_types_and_touches_no_tracked_file() {
    let _guard = one_at_a_time();
    let copy = Copy::new();
    let fresh = built(&copy.cargo(&BUILD));
    assert!(!fresh.contains("warning"), "{fresh}");
    let run = "/components/schemas/RunTaskResponse";
    let edit = |change: &dyn Fn(&mut Value)| {
        let mut document = copy.document();
        change(document.pointer_mut(run).unwrap());
        copy.set_document(&document);
    };
    let steps: [Step<'_>; 5] = [
        (
            "a required and an optional property are added",
            &|schema| {
                schema["properties"]["region"] = json!({ "type": "string" });
                schema["properties"]["cost"] = json!({ "type": "number" });
                schema["required"].as_array_mut().unwrap().push(json!("region"));
            },
            "const _: fn(&types::RunTaskResponse) -> (&String, &Option<f64>) = |run| (&run.region, &run.cost);",
        ),
        (
            "one is renamed",
            &|schema| {
                let cost = schema["properties"].as_object_mut().unwrap().shift_remove("cost").unwrap();
                schema["properties"]["price"] = cost;
            },
            "const _: fn(&types::RunTaskResponse) -> &Option<f64> = |run| &run.price;",
        ),
        (
            "its type changes",
            &|schema| schema["properties"]["price"] = json!({ "type": "boolean" }),
            "const _: fn(&types::RunTaskResponse) -> &Option<bool> = |run| &run.price;",
        ),
        (
            "one is removed, so that its name is free",
            &|schema| drop(schema["properties"].as_object_mut().unwrap().shift_remove("price")),
            "#[allow(dead_code)] trait Free { fn price(&self) -> u8; } impl Free for types::RunTaskResponse { fn price(&self) -> u8 { 1 } }",
        ),
        (
            "one gets another requiredness",
            &|schema| schema["required"].as_array_mut().unwrap().retain(|name| name != "region"),
            "const _: fn(&types::RunTaskResponse) -> &Option<String> = |run| &run.region;",
        ),
    ];
    for (what, change, probe) in steps {
        edit(change);
        copy.expect_types(probe);
        let before = copy.sources();
        let output = built(&copy.cargo(&BUILD));
        assert!(output.contains(ADVICE), "{what}: {output}");
        assert!(copy.sources() == before, "{what}: a tracked file was touched");
    }
    let quiet = built(&copy.cargo(&BUILD));
    assert!(!quiet.contains("Compiling"), "a second build compiles nothing: {quiet}");
    built(&copy.cargo(&["run", "--offline", "--locked", "-q", "-p", "xtask", "--", "generate"]));
    let committed = built(&copy.cargo(&BUILD));
    assert!(!committed.contains("warning"), "{committed}");
    let quiet = built(&copy.cargo(&BUILD));
    assert!(!quiet.contains("Compiling"), "a second build compiles nothing: {quiet}");
}

#[test]
fn a_stale_crate_builds_from_anywhere_and_from_sources_that_cannot_be_written() {
    let _guard = one_at_a_time();
    let copy = Copy::new();
    let mut document = copy.document();
    document["components"]["schemas"]["RunTaskResponse"]["properties"]["region"] = json!({ "type": "string" });
    copy.set_document(&document);
    copy.expect_types("const _: fn(&types::RunTaskResponse) -> &Option<String> = |run| &run.region;");
    set_read_only(copy.folder.path(), true);
    let manifest = copy.path("deck-api/Cargo.toml");
    let elsewhere = tempfile::tempdir().unwrap();
    let arguments = ["build", "--offline", "--locked", "--manifest-path", manifest.to_str().unwrap()];
    let output = cargo(elsewhere.path(), &arguments);
    set_read_only(copy.folder.path(), false);
    assert!(built(&output).contains(ADVICE));
}

#[test]
fn files_of_two_runs_are_never_compiled_together() {
    let _guard = one_at_a_time();
    let copy = Copy::new();
    let types = copy.read("deck-api/src/generated/types.rs");
    let mut document = copy.document();
    document["components"]["schemas"]["RunTaskResponse"]["properties"]["region"] = json!({ "type": "string" });
    copy.set_document(&document);
    built(&copy.cargo(&["run", "--offline", "--locked", "-q", "-p", "xtask", "--", "generate"]));
    // As if the run had been killed before it came to the types.
    std::fs::write(copy.path("deck-api/src/generated/types.rs"), types).unwrap();
    copy.expect_types("const _: fn(&types::RunTaskResponse) -> &Option<String> = |run| &run.region;");
    assert!(built(&copy.cargo(&BUILD)).contains(ADVICE));
    built(&copy.cargo(&["run", "--offline", "--locked", "-q", "-p", "xtask", "--", "generate"]));
    assert!(!built(&copy.cargo(&BUILD)).contains("warning"));
    // Nor with a journal that tells of files which are not in their places yet.
    std::fs::create_dir(copy.path(xtask::journal::FOLDER)).unwrap();
    std::fs::write(copy.path("deck-api/src/generated/types.rs"), copy.read("deck-api/src/generated/types.rs")).unwrap();
    assert!(built(&copy.cargo(&BUILD)).contains(ADVICE));
}

#[test]
fn a_document_that_is_refused_fails_the_build_with_the_pointer() {
    let _guard = one_at_a_time();
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
fn after_an_update_cargo_finds_manifest_and_lock_in_agreement() {
    let copy = Copy::new();
    let mut document = copy.document();
    document["components"]["schemas"]["RunTaskResponse"]["properties"]["region"] = json!({ "type": "string" });
    std::fs::write(copy.path("new.json"), document.to_string()).unwrap();
    let mut update = Command::new(env!("CARGO_BIN_EXE_xtask"));
    update.args(["update", "new.json"]).current_dir(copy.folder.path()).env("CARGO_MANIFEST_DIR", copy.path("xtask"));
    let before = copy.read("Cargo.lock");
    built(&update.output().unwrap());
    assert!(copy.read("Cargo.lock") != before, "the version in the lock did not change");
    built(&copy.cargo(&["metadata", "--offline", "--locked", "--format-version", "1"]));
}

#[test]
fn the_packaged_crate_builds_by_itself_without_warnings() {
    let _guard = one_at_a_time();
    let copy = Copy::new();
    let output = built(&copy.cargo(&["package", "--offline", "--allow-dirty", "-p", "deck-api"]));
    let warnings: Vec<&str> = output.lines().filter(|line| line.contains("warning") && !expected_of_a_package(line)).collect();
    assert!(warnings.is_empty(), "{warnings:?}");
    let list = copy.cargo(&["package", "--offline", "--allow-dirty", "-p", "deck-api", "--list"]);
    let list = String::from_utf8(list.stdout).unwrap();
    for forbidden in ["build.rs", "testkit", "spec", "xtask"] {
        assert!(!list.contains(forbidden), "{list}");
    }
    assert!(list.contains("src/generated/types.rs") && list.contains("README.md"), "{list}");
}

/// That the build script stays at home is what we want; licence and repository are the publisher's to fill in.
fn expected_of_a_package(line: &str) -> bool {
    line.contains("build.rs") || line.contains("manifest has no") || line.contains("ignoring")
}

#[test]
fn crates_of_other_documents_compile_and_nothing_of_their_prose_runs() {
    let _guard = one_at_a_time();
    let folder = tempfile::tempdir().unwrap();
    let mut members = Vec::new();
    for case in common::cases() {
        if common::outcome(&case).is_err() {
            continue;
        }
        let out = folder.path().join(&case.name);
        let mut arguments = vec!["generate".to_owned(), "--document".to_owned(), case.path.display().to_string()];
        arguments.extend(["--out".to_owned(), out.display().to_string(), "--crate".to_owned(), "case-api".to_owned()]);
        arguments
            .extend(case.input.selection.lines().filter(|line| !line.starts_with('#')).map(|line| format!("--select={line}")));
        let output = Command::new(env!("CARGO_BIN_EXE_xtask")).args(&arguments).output().unwrap();
        assert!(output.status.success(), "{}: {}", case.name, errors(&output));
        let manifest = out.join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).unwrap().replace("\"case-api\"", &format!("\"{}\"", case.name));
        // Examples name the crate as it was generated.
        std::fs::write(&manifest, format!("{text}\n[lib]\nname = \"case_api\"\n")).unwrap();
        members.push(case.name);
    }
    assert!(members.len() > 8, "{members:?}");
    let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    std::fs::write(folder.path().join("Cargo.toml"), workspace).unwrap();
    std::fs::copy(root().join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    let check = cargo(folder.path(), &["check", "--offline", "--workspace", "--features", "schemars"]);
    let text = built(&check);
    assert!(!text.contains("warning"), "{text}");
    let tests = cargo(folder.path(), &["test", "--offline", "--doc", "-p", "hostile-prose"]);
    let out = String::from_utf8_lossy(&tests.stdout).into_owned();
    assert!(tests.status.success(), "{out}{}", errors(&tests));
    assert!(out.contains("running 1 test\n") && out.contains("DoThing") | out.contains("do_thing"), "{out}");
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
