//! A workspace with two API crates: every command works on both of them, or on the one that is named.

use crate::common::loopback::{Loopback, page};
use crate::common::scratch::{Scratch, THINGS};
use crate::common::{root, sources};
use std::process::Output;

const THINGS_MANIFEST: &str = "[package]\nname = \"things-api\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
    [package.metadata.openapi]\ndocument = \"../../spec/things.yaml\"\n";

/// A workspace with deck-api and a crate whose runtime comes from the generator.
fn two_crates() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("Cargo.toml", "[workspace]\nmembers = [\"deck-api\", \"apis/*\"]\n");
    scratch.write("apis/things/Cargo.toml", THINGS_MANIFEST);
    scratch.write("apis/notes.txt", "no crate\n");
    scratch.write("spec/things.yaml", THINGS);
    let lock = scratch.read("Cargo.lock") + "\n[[package]]\nname = \"things-api\"\nversion = \"0.1.0\"\n";
    scratch.write("Cargo.lock", &lock);
    scratch
}

fn run(scratch: &Scratch, arguments: &str) -> (Option<i32>, String) {
    let Output { stdout, stderr, status } = scratch.command(arguments).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
}

fn succeed(scratch: &Scratch, arguments: &str) -> String {
    let (code, text) = run(scratch, arguments);
    assert_eq!(code, Some(0), "{arguments}: {text}");
    text
}

#[test]
fn every_command_works_on_all_api_crates_or_on_the_named_one() {
    let scratch = two_crates();
    let (code, text) = run(&scratch, "check");
    assert!(
        code == Some(4) && text.contains("deck-api/src/generated") && text.contains("things-api against spec/things.yaml"),
        "{text}"
    );
    let text = succeed(&scratch, "generate -p things-api");
    assert!(!text.contains("deck-api"), "{text}");
    let files = scratch.files();
    for file in ["build.rs", "src/lib.rs", "src/client.rs", "src/runtime/mod.rs", "src/generated/types.rs"] {
        assert!(files.contains_key(&format!("apis/things/{file}")), "{file}");
    }
    assert!(!files.contains_key("deck-api/src/generated/types.rs"));
    assert_eq!(run(&scratch, "check").0, Some(4));
    succeed(&scratch, "check --package things-api");
    succeed(&scratch, "generate");
    succeed(&scratch, "check");
    succeed(&scratch, "generate --check");
    let before = scratch.files();
    assert_eq!(succeed(&scratch, "generate").matches("nothing to do").count(), 2);
    assert_eq!(scratch.files(), before, "a second run changes nothing");

    assert_eq!(succeed(&scratch, "lower").matches("\"openapi\": \"3.0.3\"").count(), 2);
    assert!(succeed(&scratch, "lower -p things-api").contains("Thing API"));
    let text = succeed(&scratch, "try --no-compile");
    assert!(text.contains("2 documents: 2 passed") && text.contains("spec/things.yaml: OpenAPI 3.1.1, 2 operations"), "{text}");
    assert!(succeed(&scratch, "try --no-compile -p deck-api").contains("1 document: 1 passed"));

    scratch.write(".gitignore", "/target\n/.xtask-journal\n");
    scratch.git("init --quiet --initial-branch main");
    scratch.commit();
    scratch.write("spec/things.yaml", &THINGS.replace("\"note\"", "\"remark\""));
    let text = succeed(&scratch, "diff");
    assert!(
        text.contains("Package deck-api") && text.contains("Package things-api") && text.contains("`types::Thing::remark`"),
        "{text}"
    );
    let text = succeed(&scratch, "diff -p things-api");
    assert!(!text.contains("Package") && text.contains("spec/things.yaml at HEAD"), "{text}");
    assert!(run(&scratch, "diff --format json").1.contains("name one of them with `-p`"));
    assert!(succeed(&scratch, "diff -p things-api --format json").contains("\"rule\""));
    let text = succeed(&scratch, "diff --format markdown");
    assert!(text.starts_with("## deck-api\n\n") && text.contains("\n## things-api\n\n"), "{text}");
}

#[test]
fn an_update_takes_a_document_for_one_crate_or_the_url_of_each_crate() {
    let scratch = two_crates();
    succeed(&scratch, "generate");
    scratch.write("new.json", &THINGS.replace("\"note\"", "\"remark\""));
    scratch.write("apis/things/src/generated/mine.rs", "pub fn mine() {}\n");
    let (code, text) = run(&scratch, "update new.json");
    assert!(code == Some(1) && text.contains("name one of these with `-p`: deck-api, things-api"), "{text}");
    let (code, text) = run(&scratch, "update");
    assert!(code == Some(1) && text.contains("no API crate says where its own is published"), "{text}");
    let text = succeed(&scratch, "update new.json -p things-api");
    assert!(text.contains("git commit -m \"things-api: 0.2.0 for Thing API 1.0"), "{text}");
    assert_eq!(scratch.read("spec/things.yaml"), scratch.read("new.json"), "a document with a YAML name may contain JSON");
    assert!(scratch.read("apis/things/Cargo.toml").contains("version = \"0.2.0\""));
    assert!(scratch.read("Cargo.lock").contains("name = \"things-api\"\nversion = \"0.2.0\""));
    assert!(scratch.read("apis/things/CHANGELOG.md").contains("## 0.2.0"));
    assert!(scratch.read("apis/things/src/generated/types.rs").contains("pub remark:"));
    assert_eq!(scratch.read("apis/things/src/generated/mine.rs"), "pub fn mine() {}\n", "what its owner added stays");
    succeed(&scratch, "check");

    let things = scratch.read("apis/things/Cargo.toml");
    let server = Loopback::start(|_| page("application/json", &THINGS.replace("\"note\"", "\"hint\"")));
    let settings = format!("document = \"../../spec/things.yaml\"\nurl = \"{}\"", server.url("/things.json"));
    scratch.write("apis/things/Cargo.toml", &things.replace("document = \"../../spec/things.yaml\"", &settings));
    let text = succeed(&scratch, "update");
    assert!(
        text.contains("Skipped deck-api: its settings have no `url`") && text.contains("things-api: 0.3.0 for Thing API"),
        "{text}"
    );
}

#[test]
fn wrong_settings_stop_every_command_and_are_named_with_their_place() {
    let scratch = two_crates();
    scratch.write("apis/things/Cargo.toml", &format!("{THINGS_MANIFEST}ovrelay = \"things.overlay.yaml\"\n"));
    for verb in ["generate", "check", "diff", "lower", "try --no-compile", "update", "demo"] {
        let (code, text) = run(&scratch, verb);
        assert_eq!(code, Some(1), "{verb}: {text}");
        let place = "problem: apis/things/Cargo.toml:8 #/package/metadata/openapi/ovrelay: the key `ovrelay` is unknown";
        assert!(text.contains(place) && text.contains("fix: write `overlay`"), "{verb}: {text}");
    }
    scratch.write("apis/things/Cargo.toml", &THINGS_MANIFEST.replace("../../spec", "../../../spec"));
    assert!(run(&scratch, "generate").1.contains("leads out of the workspace"));
    scratch.write("apis/things/Cargo.toml", THINGS_MANIFEST);
    let (_, text) = run(&scratch, "generate -p thing-api");
    assert!(text.contains("no API crate `thing-api`") && text.contains("deck-api, things-api"), "{text}");
}

#[test]
fn chosen_types_are_checked_against_the_document_and_add_dependencies() {
    let scratch = two_crates();
    succeed(&scratch, "generate");
    let manifest = scratch.read("apis/things/Cargo.toml");
    let choose = |types: &str| {
        let settings = format!("document = \"../../spec/things.yaml\"\ntypes = {{ {types} }}");
        scratch.write("apis/things/Cargo.toml", &manifest.replace("document = \"../../spec/things.yaml\"", &settings));
    };
    for (types, place, message) in [
        (
            "'#/components/schemas/Thng' = 'crate::Thing'",
            "~1Thng: ",
            "no component `Thng`; did you mean `#/components/schemas/Thing`?",
        ),
        ("'#/paths/~1things' = 'crate::Thing'", "#~1paths~1~01things: ", "neither a format nor `#/components/schemas/NAME`"),
        ("Thing = 'crate::Thing'", "/Thing: ", "`Thing` is a component and no format: write `#/components/schemas/Thing`"),
        ("uuid = 'uuid::UUID'", "/uuid: ", "did you mean `uuid::Uuid`?"),
        ("uuid = 'a b'", "/uuid: ", "types of your own by their whole path"),
    ] {
        choose(types);
        let (code, text) = run(&scratch, "generate -p things-api");
        assert!(code == Some(1) && text.contains("problem: apis/things/Cargo.toml #/package/metadata/openapi/types/"), "{text}");
        assert!(text.contains(place) && text.contains(message) && text.contains("fix: write a format or a component"), "{text}");
    }
    choose("'#/components/schemas/Thing' = 'uuid::Uuid'");
    let (code, text) = run(&scratch, "generate -p things-api");
    assert!(
        code == Some(1) && text.contains("#/components/schemas/Thing: cannot be `uuid::Uuid`, which represents string"),
        "{text}"
    );

    choose("uuid = 'uuid::Uuid', '#/components/schemas/Thing' = 'my_types::Thing', string = 'crate::Text'");
    let text = succeed(&scratch, "generate -p things-api");
    assert!(text.contains("`uuid` is new") && text.contains("the feature `schemars` has `schemars/uuid1`"), "{text}");
    let missing =
        "Missing apis/things/Cargo.toml: add to [dependencies] the crate `my_types`, whose `my_types::Thing` represents the";
    assert!(text.contains(missing), "{text}");
    assert!(scratch.read("apis/things/src/generated/types.rs").contains("pub type Thing = my_types::Thing;"));
    succeed(&scratch, "check -p things-api");
    let text = succeed(&scratch, "try -p things-api --no-compile");
    assert!(text.contains("Without `my_types::Thing` for the component `Thing`: a scratch crate"), "{text}");
}

#[test]
fn types_derive_the_traits_in_the_settings_and_are_stale_after_a_change() {
    let scratch = two_crates();
    succeed(&scratch, "generate");
    scratch.write(
        "apis/things/Cargo.toml",
        &scratch.read("apis/things/Cargo.toml").replace(
            "document = \"../../spec/things.yaml\"",
            "document = \"../../spec/things.yaml\"\nderives = [\"Eq\", \"Clone\", \"std::hash::Hash\"]",
        ),
    );
    let (code, text) = run(&scratch, "check");
    assert!(code == Some(4) && text.contains("was generated from an older document, overlay, selection, settings"), "{text}");
    succeed(&scratch, "generate");
    let types = scratch.read("apis/things/src/generated/types.rs");
    assert!(types.contains("#[derive(Eq, std::hash::Hash)]\n"), "{types}");
    succeed(&scratch, "check");
    scratch.write("apis/things/Cargo.toml", &scratch.read("apis/things/Cargo.toml").replace("\"Eq\"", "\"no path\""));
    let (code, text) = run(&scratch, "generate");
    assert!(code == Some(1) && text.contains("`no path` is not the path of a trait"), "{text}");
}

#[test]
fn a_runtime_of_another_generator_is_not_compiled_with_new_modules() {
    let scratch = two_crates();
    succeed(&scratch, "generate");
    let modules = scratch.root().join("modules").display().to_string();
    succeed(&scratch, &format!("generate -p things-api --modules-into {modules}"));
    let runtime = scratch.read("apis/things/src/runtime/mod.rs");
    scratch.write("apis/things/src/runtime/mod.rs", &format!("{runtime}\n// of another version\n"));
    let (code, text) = run(&scratch, &format!("generate -p things-api --modules-into {modules}"));
    assert!(code == Some(1) && text.contains("run `cargo xtask generate -p things-api`"), "{text}");
}

#[test]
fn the_generator_mentions_no_crate_by_name() {
    for path in sources(&root().join("xtask/src")) {
        let text = std::fs::read_to_string(&path).unwrap().to_lowercase();
        assert!(!text.contains("deck"), "{}", path.display());
    }
}
