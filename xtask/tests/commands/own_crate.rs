//! A crate outside of the workspace: generated into a folder, edited by its owner, and generated again.

use crate::common::files;
use crate::common::scratch::THINGS;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder outside of the workspace, with a document and the crate that is generated from it.
struct Own {
    folder: tempfile::TempDir,
}

impl Own {
    fn new() -> Self {
        let own = Self { folder: tempfile::tempdir().unwrap() };
        own.write("things.json", THINGS);
        own
    }

    /// A folder with a generated crate in `api`.
    fn generated() -> Self {
        let own = Self::new();
        succeed(&own.generate(""));
        own
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap()
    }

    fn write(&self, file: &str, text: &str) {
        std::fs::create_dir_all(self.path(file).parent().unwrap()).unwrap();
        std::fs::write(self.path(file), text).unwrap();
    }

    fn xtask(&self, arguments: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments.split_whitespace()).current_dir(self.folder.path()).output().unwrap()
    }

    fn generate(&self, options: &str) -> Output {
        self.xtask(&format!("generate --document things.json --out api {options}"))
    }

    /// The path of every file of the crate, relative to its folder.
    fn files(&self) -> Vec<String> {
        files(&self.path("api")).into_keys().collect()
    }
}

/// Asserts that a command succeeded, and returns its standard output.
fn succeed(output: &Output) -> String {
    assert!(output.status.success(), "{}", errors(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_owners_edits_of_the_manifest_survive() {
    let own = Own::generated();
    let manifest = own
        .read("api/Cargo.toml")
        .replace("version = \"0.1.0\"", "version = \"3.2.1\" # ours\ndescription = \"Things\"\nlicense = \"MIT\"")
        .replace("name = \"api\"", "name = \"things\"")
        .replace("default = []\n", "default = [\"blocking\"]\nextra = [\"dep:regex\"]\n")
        .replace("bytes = \"1\"", "bytes = \"1.5\"\nregex = { version = \"1\", optional = true }")
        + "\n[dev-dependencies]\ntokio = { version = \"1\", features = [\"full\"] } # for tests\n\n[profile.release]\nlto = true\n";
    own.write("api/Cargo.toml", &manifest);
    let text = succeed(&own.generate(""));
    assert_eq!(own.read("api/Cargo.toml"), manifest);
    assert!(!text.contains("Cargo.toml"), "{text}");
}

/// A dependency of the runtime.
const PLACE: &str = "# Finds the place in a body that did not decode.\nserde_path_to_error = \"0.1\"\n";

#[test]
fn missing_dependencies_of_the_runtime_are_added_and_reported() {
    let own = Own::generated();
    let whole = own.read("api/Cargo.toml");
    let tokio = whole.lines().find(|line| line.starts_with("tokio = ")).unwrap();
    let less = whole.replace(tokio, "tokio = \"1\" # ours");
    let less = less.replace(PLACE, "");
    own.write("api/Cargo.toml", &less);
    let check = own.generate("--check");
    assert_eq!(check.status.code(), Some(4));
    let text = String::from_utf8(check.stdout).unwrap();
    let needs = "`serde_path_to_error` is new, `tokio` has the feature `rt`, `tokio` has the feature `sync`, `tokio` has the feature `time`";
    assert!(text.contains(&format!("api/Cargo.toml lacks what the runtime needs: {needs}")), "{text}");
    assert_eq!(own.read("api/Cargo.toml"), less);
    let text = succeed(&own.generate(""));
    assert!(text.contains(&format!("Amended api/Cargo.toml: {needs}\n")), "{text}");
    let amended = own.read("api/Cargo.toml");
    assert!(amended.contains("tokio = { version = \"1\", features = [\"rt\", \"sync\", \"time\"] } # ours\n"), "{amended}");
    assert!(amended.contains(PLACE), "{amended}");
}

#[test]
fn a_manifest_that_cannot_be_amended_is_refused_and_nothing_is_written() {
    let own = Own::new();
    for (manifest, reason) in [
        ("[workspace]\nmembers = []\n", "it has no [package]"),
        ("[package\n", "it is not TOML"),
        ("[package]\nname = \"api\"\n[features]\nblocking = 1\n", "`blocking` must be an array"),
        ("dependencies = 1\n[package]\nname = \"api\"\n", "`dependencies` must be written as a table"),
    ] {
        own.write("api/Cargo.toml", manifest);
        let output = own.generate("");
        assert_eq!(output.status.code(), Some(1), "{manifest}");
        let text = errors(&output);
        assert!(text.contains("Cargo.toml") && text.contains(reason), "{text}");
        assert_eq!((own.read("api/Cargo.toml").as_str(), own.files().len()), (manifest, 1));
    }
}

#[test]
fn an_edited_library_stays_and_an_unedited_one_follows_the_document() {
    let own = Own::generated();
    own.write("things.json", &THINGS.replace("\"1.0\"", "\"2.0\""));
    succeed(&own.generate(""));
    assert!(own.read("api/src/lib.rs").contains("//! Client for `Thing API 2.0`"), "{}", own.read("api/src/lib.rs"));
    let edited = own.read("api/src/lib.rs") + "\npub mod helpers;\n";
    own.write("api/src/lib.rs", &edited);
    own.write("things.json", THINGS);
    let text = succeed(&own.generate(""));
    assert!(text.contains("Kept api/src/lib.rs, which is yours\n") && !text.contains("[add to"), "{text}");
    assert_eq!(own.read("api/src/lib.rs"), edited);
    assert!(succeed(&own.generate("--check")).contains("0 stale"));
}

#[test]
fn an_existing_crate_gets_the_client_and_keeps_its_own_code() {
    let own = Own::new();
    own.write("api/Cargo.toml", "[package]\nname = \"mine\"\nversion = \"0.3.0\"\nedition = \"2021\"\n\n[dependencies]\n");
    own.write("api/src/lib.rs", "mod client;\n");
    own.write("api/src/client.rs", "// mine\n");
    let refused = own.generate("");
    assert_eq!(refused.status.code(), Some(1));
    let text = errors(&refused);
    assert!(text.contains("api/src/client.rs #: the file was not generated, and would be overwritten\nfix: move it"), "{text}");
    assert_eq!(own.files().len(), 3, "nothing is written");
    std::fs::remove_file(own.path("api/src/client.rs")).unwrap();
    let text = succeed(&own.generate(""));
    assert!(text.contains("Amended api/Cargo.toml: `edition` is 2024, `bytes` is new,"), "{text}");
    let declarations = "#[path = \"generated.rs\"] mod generated; pub mod runtime;";
    assert!(text.contains(&format!("[add to api/src/lib.rs: {declarations}]")), "{text}");
    assert_eq!(own.read("api/src/lib.rs"), "mod client;\n");
    assert!(own.read("api/Cargo.toml").starts_with("[package]\nname = \"mine\"\nversion = \"0.3.0\"\nedition = \"2024\"\n"));
    assert!(own.read("api/src/generated/operations.rs").contains("mine::Client"), "examples use the name of the crate");
}

#[test]
fn generated_files_are_rewritten_and_files_of_the_owner_stay() {
    let own = Own::generated();
    let retry = own.read("api/src/runtime/retry.rs");
    own.write("api/src/runtime/retry.rs", &retry.replace("pub", "pub(crate)"));
    own.write("api/src/runtime/gone.rs", &retry);
    own.write("api/src/generated/notes.rs", "// mine\n");
    let text = succeed(&own.generate(""));
    assert!(text.contains("Overwrote an edit by hand of api/src/runtime/retry.rs\n"), "{text}");
    assert!(text.contains("Removed api/src/runtime/gone.rs\n"), "{text}");
    assert!(text.contains("Kept api/src/generated/notes.rs, which was not generated\n"), "{text}");
    assert_eq!(own.read("api/src/runtime/retry.rs"), retry);
    assert!(own.path("api/src/generated/notes.rs").exists() && !own.path("api/src/runtime/gone.rs").exists());
}

#[test]
fn line_endings_of_another_platform_are_no_difference() {
    let own = Own::generated();
    for file in own.files() {
        own.write(&format!("api/{file}"), &own.read(&format!("api/{file}")).replace('\n', "\r\n"));
    }
    let before = own.read("api/Cargo.toml");
    assert!(succeed(&own.generate("--check")).contains("0 stale"));
    assert!(!succeed(&own.generate("")).contains("Written"));
    own.write("api/Cargo.toml", &before.replace("serde_path_to_error = \"0.1\"\r\n", ""));
    succeed(&own.generate(""));
    let after = own.read("api/Cargo.toml");
    assert!(after.contains("serde_path_to_error = \"0.1\"\r\n"), "{after:?}");
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
}

#[test]
fn headers_name_the_whole_command_and_running_it_again_changes_nothing() {
    let own = Own::new();
    own.write("my things.json", THINGS);
    own.write(
        "overlay.yaml",
        "overlay: 1.1.0\ninfo: { title: O, version: '1' }\nactions: [{ target: $.info, update: { x-a: 1 } }]\n",
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["generate", "--document", "my things.json", "--out", "api", "--crate", "thing-api"]);
    command.args(["--select", "getThing", "--select", "deleteThing", "--overlay", "overlay.yaml", "--skip-refused"]);
    succeed(&command.current_dir(own.folder.path()).output().unwrap());
    let told = "generate --document 'my things.json' --out api --crate thing-api --overlay overlay.yaml \
                --select getThing,deleteThing --skip-refused";
    let mut files = own.files();
    files.retain(|file| file != "Cargo.toml");
    assert!(files.len() > 20, "{files:?}");
    for file in &files {
        let text = own.read(&format!("api/{file}"));
        assert!(text.starts_with(&format!("// @generated by `cargo xtask {told}`")), "{file}: {text}");
    }
    // The same crate, with a command that is written differently.
    own.write("things.json", THINGS);
    std::fs::rename(own.path("my things.json"), own.path("things.json")).unwrap();
    let other = "generate --document ./things.json --out ./api --overlay overlay.yaml --skip-refused";
    assert_eq!(own.xtask(&format!("{other} --check")).status.code(), Some(4), "the document has another name");
    succeed(&own.xtask(other));
    assert!(!succeed(&own.generate("--overlay overlay.yaml")).contains("Written"), "another command alone is no difference");
}

#[test]
fn the_crate_does_not_mention_the_workspace_that_generated_it() {
    let own = Own::generated();
    for file in own.files() {
        let text = own.read(&format!("api/{file}"));
        for word in ["build.rs", "build script", "OUT_DIR", "api_regenerated", "spec/", "deck-v2", "deck_api", "cfg(test)"] {
            assert!(!text.contains(word), "{file}: {word}");
        }
    }
}

#[test]
fn the_runtime_is_copied_completely_except_for_its_tests() {
    let own = Own::generated();
    let files = own.files();
    let is_copied = |file: &&String| ["src/client", "src/runtime/"].iter().any(|start| file.starts_with(start));
    let (mut copies, mut modules) = (0, 0);
    for file in files.iter().filter(is_copied) {
        let source = std::fs::read_to_string(crate::common::root().join("deck-api").join(file)).unwrap();
        let left_out = syn::parse_file(&left_out(&source, &own.read(&format!("api/{file}")), file)).unwrap();
        let is_tests =
            |item: &syn::Item| matches!(item, syn::Item::Mod(module) if module.ident == "tests" && !module.attrs.is_empty());
        assert!(left_out.items.iter().all(is_tests), "{file}: more than its tests is left out");
        copies += 1;
        modules += left_out.items.len();
    }
    assert!(copies > 50 && modules > 10, "{copies} files, {modules} of them with tests");
}

/// The lines of the source that its copy lacks. They are contiguous, and the copy has every other line, below its header.
fn left_out(source: &str, copy: &str, file: &str) -> String {
    let (source, copy): (Vec<&str>, Vec<&str>) = (source.lines().collect(), copy.lines().collect());
    let header = copy.iter().position(|line| *line == source[0]);
    let copy = &copy[header.unwrap_or_else(|| panic!("{file}: the copy does not begin like its source"))..];
    let before = source.iter().zip(copy).take_while(|(one, other)| one == other).count();
    let rest = &copy[before..];
    assert!(source[before..].ends_with(rest), "{file}: the copy has other lines than its source");
    source[before..source.len() - rest.len()].join("\n")
}

#[test]
fn the_front_page_lists_operations_variables_and_features() {
    let own = Own::generated();
    let library = own.read("api/src/lib.rs");
    for line in [
        "//! # Operations",
        "operation `getThing`",
        "//! - `API_BASE_URL`: the base URL of the API",
        "//! - `blocking`: `send_blocking` on every call, for code that is not async.",
        "//! - `gzip`, `brotli`, `zstd`: ",
        "//! - `schemars`: ",
    ] {
        assert!(library.contains(line), "{line}: {library}");
    }
    let manifest = own.read("api/Cargo.toml");
    let features = manifest.split_once("[features]").and_then(|(_, rest)| rest.split_once("\n[")).unwrap().0;
    for name in features.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name).filter(|name| *name != "default")
    {
        assert!(library.contains(&format!("`{name}`")), "{name}");
    }
    let generated = own.read("api/src/generated/credentials.rs");
    assert!(generated.contains("`API_BASE_URL`") && generated.contains("pub fn from_env()"), "{generated}");
}

#[test]
fn generate_ends_with_what_to_do_next() {
    let own = Own::new();
    own.write("Cargo.toml", "[workspace]\nmembers = [\"others/*\"]\n");
    let text = succeed(&own.generate(""));
    let (_, next) = text.split_once(&format!("{}\n", "-".repeat(72))).unwrap();
    let workspace = own.folder.path().canonicalize().unwrap();
    assert_eq!(
        next.replace(&format!("{}/", workspace.display()), "…/"),
        "[add api to the `members` of …/Cargo.toml, or to its `exclude`]\n\
         [run `cargo check` in api, and `cargo doc --open` there to see its calls]\n\
         [to use it: `cargo add --path api`, then `api::Client::from_env()?`]\n\
         [when the document changes: `cargo xtask generate --document things.json --out api`; \
         with `--check` it writes nothing and only compares]\n"
    );
    own.write("Cargo.toml", "[workspace]\nmembers = [\"api\"]\n");
    assert!(!succeed(&own.generate("")).contains("members"));
}

#[test]
fn members_of_this_workspace_are_refused_as_output_folders() {
    let own = Own::new();
    for member in ["deck-api", "deck-api/testkit", "xtask"] {
        let out = crate::common::root().join(member);
        let output = own.xtask(&format!("generate --check --document things.json --out {}", out.display()));
        assert_eq!(output.status.code(), Some(1));
        assert!(
            errors(&output).contains(&format!("{member} belongs to this workspace; choose another folder")),
            "{}",
            errors(&output)
        );
    }
}

#[test]
fn rustfmt_without_a_configuration_has_nothing_to_change() {
    let own = Own::generated();
    let Some(rustfmt) = tool("rustfmt") else { return };
    let library = own.path("api/src/lib.rs");
    // A temporary folder has no rustfmt.toml above it.
    let output = Command::new(rustfmt).args(["--check", "--edition", "2024"]).arg(&library).output().unwrap();
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), errors(&output));
}

/// Finds a tool of the toolchain. CI must have it, but a developer with a minimal toolchain may not.
fn tool(name: &str) -> Option<&Path> {
    let found = Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success());
    assert!(found || std::env::var_os("CI").is_none(), "{name} is missing");
    found.then_some(Path::new(name))
}

#[test]
fn relative_server_urls_are_resolved_against_the_url_of_the_document() {
    let own = Own::new();
    let document: serde_json::Value = serde_json::from_str(THINGS).unwrap();
    let relative = |at: &str, url: &str| {
        let mut document = document.clone();
        document["servers"] = serde_json::json!([{ "url": "v1" }]);
        document[at] = url.into();
        own.write("things.json", &document.to_string());
    };
    let base_url = || {
        let code = own.read("api/src/generated/mod.rs");
        code.lines().find_map(|line| Some(line.trim().strip_prefix("base_url: ")?.to_owned())).unwrap()
    };
    relative("x-document-url", "https://api.example.com/docs/openapi.json");
    succeed(&own.generate(""));
    assert_eq!(base_url(), "Some(\"https://api.example.com/docs/v1\"),");
    succeed(&own.generate("--document-url https://other.example.com/openapi.json"));
    assert_eq!(base_url(), "Some(\"https://other.example.com/v1\"),");
    assert!(own.read("api/src/generated/mod.rs").contains("--document-url https://other.example.com/openapi.json"));
    relative("x-other", "");
    succeed(&own.generate(""));
    assert_eq!(base_url(), "None,");
    let report = succeed(&own.xtask("lower things.json --report"));
    assert!(report.contains("kept      #/servers/0/url: is relative to an unknown URL"), "{report}");
    let refused = own.generate("--document-url /openapi.json");
    assert!(
        !refused.status.success() && errors(&refused).contains("#/x-document-url: is not an absolute URL"),
        "{}",
        errors(&refused)
    );
}
