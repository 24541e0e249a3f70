//! `new` adds a crate to a workspace, or creates a workspace in which every command that it names exists.

use crate::common::scratch::{Scratch, THINGS};
use crate::common::{home, root};
use clap::CommandFactory;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A folder with a workspace that `new` created, and the output of the command.
struct NewWorkspace {
    folder: tempfile::TempDir,
    output: String,
}

impl NewWorkspace {
    fn create(document: &Path, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let output = new(folder.path(), document, options);
        assert!(output.status.success(), "{}", text(&output));
        Self { folder, output: text(&output) }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join("ws").join(file)
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap()
    }

    fn xtask(&self, arguments: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments.split_whitespace()).current_dir(self.path("")).env("CARGO_MANIFEST_DIR", self.path("xtask"));
        command.output().unwrap()
    }

    /// The files, without the copies of the runtime.
    fn files(&self) -> BTreeMap<String, String> {
        let mut open = vec![self.path("")];
        let mut found = BTreeMap::new();
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.path("")).unwrap().to_string_lossy().replace('\\', "/");
                if path.is_dir() && !name.contains("src/") {
                    open.push(path);
                } else if path.is_file() {
                    found.insert(name, std::fs::read_to_string(&path).unwrap());
                }
            }
        }
        found
    }
}

fn new(folder: &Path, document: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["new", "mailer-api", "--workspace", "ws", "--document"]).arg(document);
    command.arg("--generator").arg(root()).args(options).current_dir(folder).output().unwrap()
}

fn mailer() -> PathBuf {
    home().join("tests/own/mailer.json")
}

#[test]
fn options_become_settings_of_the_crate() {
    let choices = [
        "--type",
        "date-time=chrono::DateTime<chrono::FixedOffset>",
        "--type",
        "#/components/schemas/Email=my_types::Email",
        "--lenient=date-time,integer",
        "--document-url",
        "https://api.example.com/openapi.json",
        "--skip-refused",
    ];
    let workspace = NewWorkspace::create(&mailer(), &choices);
    let manifest = workspace.read("mailer-api/Cargo.toml");
    for line in [
        "url = \"https://api.example.com/openapi.json\"",
        "lenient = [\"date-time\", \"integer\"]",
        "skip-refused = true",
        "[package.metadata.openapi.types]",
        "date-time = \"chrono::DateTime<chrono::FixedOffset>\"",
        "\"#/components/schemas/Email\" = \"my_types::Email\"",
    ] {
        assert!(manifest.lines().any(|own| own == line), "{line}\n{manifest}");
    }
    assert!(
        workspace.output.contains("Missing mailer-api/Cargo.toml: add to [dependencies] the crate `my_types`"),
        "{}",
        workspace.output
    );
    let check = workspace.xtask("check");
    assert!(check.status.success(), "{}", text(&check));
}

#[test]
fn a_new_workspace_has_all_files_that_its_commands_need_and_is_fresh() {
    let workspace = NewWorkspace::create(&mailer(), &[]);
    let files = workspace.files();
    for file in [
        ".cargo/config.toml",
        ".gitattributes",
        ".github/api-changes.sh",
        ".github/document-preview.sh",
        ".github/document-preview.yml",
        ".github/workflows/api-changes.yml",
        ".github/workflows/ci.yml",
        ".gitignore",
        "Cargo.lock",
        "Cargo.toml",
        "README.md",
        "mailer-api/CHANGELOG.md",
        "mailer-api/Cargo.toml",
        "mailer-api/build.rs",
        "mailer-api/examples/first_call.rs",
        "mailer-api/tests/fake.rs",
        "spec/mailer-api.json",
        "xtask/Cargo.toml",
    ] {
        assert!(files.contains_key(file), "{file} is missing");
    }
    assert_eq!(
        workspace.read("spec/mailer-api.json"),
        std::fs::read_to_string(mailer()).unwrap(),
        "the document is kept byte for byte"
    );
    assert!(workspace.read("mailer-api/tests/fake.rs").contains(".list_emails().send()"));
    let check = workspace.xtask("check");
    assert_eq!(check.status.code(), Some(0), "{}", text(&check));
    let parsed = syn::parse_file(&workspace.read("mailer-api/build.rs")).unwrap();
    assert!(parsed.items.iter().any(|item| matches!(item, syn::Item::Mod(item) if item.content.is_some())));
}

#[test]
fn commands_that_a_new_workspace_names_exist_there() {
    let workspace = NewWorkspace::create(&mailer(), &[]);
    let command = xtask::commands::Cli::command();
    let verbs: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    let mut files = workspace.files();
    files.insert("the output".to_owned(), workspace.output.clone());
    files.remove("Cargo.lock");
    for (file, text) in &files {
        for rest in text.split("cargo xtask ").skip(1) {
            let verb: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
            let is_help = rest.starts_with("--help");
            assert!(is_help || verbs.contains(&verb.as_str()), "{file}: cargo xtask {verb}");
        }
        for rest in text.split("--example ").skip(1) {
            let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            assert!(files.contains_key(&format!("mailer-api/examples/{name}.rs")), "{file}: --example {name}");
        }
        let foreign = text.lines().find(|line| line.to_lowercase().contains("deck") && !line.contains("path = "));
        assert_eq!(foreign, None, "{file} mentions another API");
    }
    let alias = workspace.read(".cargo/config.toml");
    assert!(
        alias.contains("run --package tasks --") && workspace.read("xtask/Cargo.toml").contains("name = \"tasks\""),
        "{alias}"
    );
}

const JSON_BODY: &str = r##""application/json": { "schema": { "$ref": "#/components/schemas/NewEmail" }"##;

/// Each case has a document, options, and a part of the error message.
#[test]
fn a_refusal_names_the_users_input_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| {
        std::fs::write(folder.path().join(file), text).unwrap();
        PathBuf::from(file)
    };
    let mailer = std::fs::read_to_string(mailer()).unwrap();
    let document = write("their.json", &mailer);
    let broken = write("broken.yaml", "openapi: 3.1.0\ninfo: ]\n");
    let multipart =
        write("multipart.json", &mailer.replace(JSON_BODY, &JSON_BODY.replace("application/json", "multipart/mixed")));
    write("facts.yaml", "overlay: 1.1.0\ninfo: { title: F, version: '1' }\nactions:\n  - target: $.gone\n    update: {}\n");
    for (document, options, said) in [
        (
            &document,
            ["--select", "listEmail"],
            "problem: --select #: no operation has the id, the tag or the path `listEmail`\nfix: write `listEmails`",
        ),
        (&document, ["--select", "/letters"], "fix: name an operation id, a tag or a path of the document"),
        (&document, ["--overlay", "facts.yaml"], "problem: facts.yaml #/actions/0"),
        (&broken, ["--lenient", "--skip-refused"], "problem: broken.yaml #: "),
        (&multipart, ["--lenient=date", "--lenient=uuid"], "`--skip-refused`"),
        (&multipart, ["--lenient=date", "--lenient=uuid"], "problem: multipart.json #/paths/~1emails/post/requestBody"),
    ] {
        let output = new(folder.path(), document, &options);
        let text = text(&output);
        assert!(!output.status.success() && text.contains(said), "{said}: {text}");
        assert!(!text.contains("spec/") && !folder.path().join("ws").exists(), "{text}");
    }
}

#[test]
fn an_unknown_name_in_the_selection_has_its_line_and_a_suggestion() {
    let workspace = NewWorkspace::create(&mailer(), &["--select", "listEmails"]);
    std::fs::write(workspace.path("spec/mailer-api.selection.txt"), "# Ours.\nlistEmails\nsendMail # soon\n").unwrap();
    let said = text(&workspace.xtask("generate"));
    let expected = "problem: spec/mailer-api.selection.txt:3 #: no operation has the id, the tag or the path `sendMail`\n\
        fix: write `sendEmail`, if that is meant; then run the command again\n";
    assert_eq!(said, expected);
}

#[test]
fn a_missing_document_or_overlay_is_named_with_its_setting() {
    let workspace = NewWorkspace::create(&mailer(), &[]);
    let manifest = workspace.read("mailer-api/Cargo.toml");
    let document = "document = \"../spec/mailer-api.json\"\n";
    assert!(manifest.contains(document));
    let wrong_document = manifest.replace("../spec/mailer-api.json", "../spec/mailer.json");
    let wrong_overlay = manifest.replace(document, &format!("{document}overlay = \"../spec/facts.yml\"\n"));
    for (manifest, key, file) in [(wrong_document, "document", "mailer.json"), (wrong_overlay, "overlay", "facts.yml")] {
        std::fs::write(workspace.path("mailer-api/Cargo.toml"), manifest).unwrap();
        let expected = format!(
            "problem: mailer-api/Cargo.toml #/package/metadata/openapi/{key}: there is no file spec/{file}\n\
             fix: correct `{key} = \"../spec/{file}\"`, which starts from the folder of the crate, or put the file there\n"
        );
        for verb in ["generate", "check", "lower"] {
            assert_eq!(text(&workspace.xtask(verb)), expected, "{verb}");
        }
    }
}

#[test]
fn overlay_selection_and_refused_operations_become_settings() {
    let folder = tempfile::tempdir().unwrap();
    let overlay = folder.path().join("facts.yaml");
    std::fs::write(
        &overlay,
        "overlay: 1.1.0\ninfo: { title: Facts, version: '1' }\nactions:\n  - target: $.info\n    update: { x-fact: 1 }\n",
    )
    .unwrap();
    let options = ["--overlay", overlay.to_str().unwrap(), "--select", "listEmails", "--skip-refused"];
    let workspace = NewWorkspace::create(&mailer(), &options);
    let manifest = workspace.read("mailer-api/Cargo.toml");
    for line in [
        "overlay = \"../spec/mailer-api.overlay.yaml\"",
        "selection = \"../spec/mailer-api.selection.txt\"",
        "skip-refused = true",
    ] {
        assert!(manifest.lines().any(|other| other == line), "{line}: {manifest}");
    }
    assert!(!workspace.read("mailer-api/src/generated/operations.rs").contains("send_email"));
    assert!(workspace.read("mailer-api/tests/fake.rs").contains(".with_overlay("), "the fake server uses the overlay too");
    assert_eq!(workspace.xtask("check").status.code(), Some(0));
}

#[test]
fn an_existing_crate_is_not_overwritten() {
    let workspace = NewWorkspace::create(&mailer(), &[]);
    let before = workspace.files();
    let output = new(workspace.folder.path(), &mailer(), &[]);
    assert!(!output.status.success() && text(&output).contains("is there already, and nothing was written"), "{}", text(&output));
    assert_eq!(workspace.files(), before);
}

#[test]
fn names_that_a_crate_cannot_have_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (name, said) in [
        ("tasks", "`tasks` is the name of another part of the workspace"),
        ("spec", "`spec` is the name of another part of the workspace"),
        ("bad/name", "`bad/name` is not a crate name: use letters, digits, `-` and `_`, as in `cargo xtask new petstore-api`"),
        ("type", "a crate cannot be called `type`"),
        ("core", "a crate cannot be called `core`"),
        ("serde-json", "a crate cannot be called `serde-json`"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(["new", name, "--workspace", "other", "--document"]).arg(mailer()).current_dir(folder.path());
        let output = command.output().unwrap();
        let text = text(&output);
        assert!(!output.status.success() && text.contains(said) && !folder.path().join("other").exists(), "{name}: {text}");
    }
}

#[test]
fn a_folder_without_the_generator_is_refused_with_a_fix() {
    let folder = tempfile::tempdir().unwrap();
    for (generator, said) in [
        ("gone", "cannot find the generator in gone: there is no such file\nfix: correct the path, then run the command again"),
        (".", ". is not a workspace with this generator\nfix: name its folder or the address of its repository"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(["new", "mailer-api", "--workspace", "other", "--generator", generator, "--document"]).arg(mailer());
        let output = command.current_dir(folder.path()).output().unwrap();
        let text = text(&output);
        assert!(!output.status.success() && text.contains(said) && !folder.path().join("other").exists(), "{text}");
    }
}

#[test]
fn a_crate_is_added_to_a_workspace_that_has_others() {
    let scratch = Scratch::new();
    let generator = format!("[dependencies]\ngenerator = {{ package = \"xtask\", path = {:?} }}\n", home().display().to_string());
    scratch.write("xtask/Cargo.toml", &generator);
    scratch.write("things.json", THINGS);
    let run = |arguments: &str| scratch.command(arguments).output().unwrap();
    let output = run("new things-api --document things.json");
    assert!(output.status.success(), "{}", text(&output));
    assert!(scratch.read("Cargo.toml").contains("members = [\"deck-api\", \"things-api\"]"), "{}", scratch.read("Cargo.toml"));
    assert_eq!(scratch.read("spec/things-api.json"), THINGS);
    let testkit = format!("path = {:?} }}", root().join("deck-api/testkit").display().to_string());
    assert!(scratch.read("things-api/Cargo.toml").contains(&testkit), "{}", scratch.read("things-api/Cargo.toml"));
    let test: String = scratch.read("things-api/tests/fake.rs").split_whitespace().collect();
    assert!(test.contains(".get_thing().thing_id(\"thing_id\").send()"), "{test}");
    let check = run("check -p things-api");
    assert_eq!(check.status.code(), Some(0), "{}", text(&check));
    let again = run("new things-api --document things.json");
    assert!(!again.status.success() && text(&again).contains("has the API crate things-api already"), "{}", text(&again));
}
