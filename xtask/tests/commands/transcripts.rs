//! The exact output of the commands, and their exit codes.
//!
//! `UPDATE=1 cargo test -p xtask --test commands transcripts` updates `transcripts/*.txt`.

use crate::common::scratch::{DOCUMENT, Scratch, THINGS};

#[test]
fn generate_and_check_report_the_state_and_what_to_do() {
    let (types, document) = ("deck-api/src/generated/types.rs", "spec/deck-v2.json");
    let mut scratch = Scratch::new();
    scratch.run("check");
    scratch.run("generate");
    scratch.run("generate");
    scratch.run("check");
    scratch.edit("a line of the generated code is edited by hand", types, "pub name:", "pub title:");
    scratch.run("check");
    scratch.edit("the document changes as well", document, "\"name\"", "\"names\"");
    scratch.run("check");
    scratch.run("generate");
    scratch.edit("the document changes alone", document, "\"names\"", "\"label\"");
    scratch.write("deck-api/src/generated/extra.rs", "// by hand\n");
    scratch.run("generate --check");
    scratch.run("generate");
    scratch.run("check");
    scratch.expect("generate-and-check.txt");
}

#[test]
fn a_document_that_is_refused_changes_nothing() {
    let (types, document) = ("deck-api/src/generated/types.rs", "spec/deck-v2.json");
    let mut scratch = Scratch::new();
    scratch.run("generate");
    let before = scratch.read(types);
    scratch.edit(
        "a property gets what 3.0 cannot say",
        document,
        "{ \"type\": [\"null\", \"string\"] }",
        "{ \"$schema\": \"https://example.com/dialect\" }",
    );
    scratch.run("generate");
    scratch.run("check");
    scratch.run("try --no-compile spec/deck-v2.json");
    scratch.edit("the document is cut", document, "\"components\"", "\"comp");
    scratch.run("generate");
    scratch.run("try --no-compile spec/deck-v2.json");
    assert_eq!(scratch.read(types), before);
    scratch.expect("refused.txt");
}

#[test]
fn update_says_what_changed_what_it_wrote_and_what_to_do() {
    let mut scratch = Scratch::committed(THINGS);
    scratch.write("new.json", THINGS);
    scratch.run("update new.json");
    scratch.edit("a property is new", "new.json", "\"size\": {", "\"colour\": { \"type\": \"string\" }, \"size\": {");
    scratch.run("update new.json --dry-run");
    scratch.run("update new.json");
    scratch.commit();
    scratch.edit("one that was always there can be missing, and is a text", "new.json", "\"integer\"", "\"string\"");
    scratch.edit("and another one is gone", "new.json", ", \"note\": { \"type\": \"string\" }", "");
    scratch.run("update new.json --format markdown");
    scratch.show("deck-api/CHANGELOG.md");
    scratch.commit();
    scratch.edit("an operation is gone, and a reference leads nowhere", "new.json", "\"delete\":", "\"x-delete\":");
    scratch.edit(
        "",
        "new.json",
        "\"colour\": { \"type\": \"string\" }",
        "\"colour\": { \"$ref\": \"#/components/schemas/Gone\" }",
    );
    scratch.run("update new.json");
    scratch.run("update new.json --allow-removed");
    scratch.run("update gone.json");
    scratch.run("update ftp://example.com/openapi.json");
    scratch.edit("an update was interrupted before it came to its manifest", "new.json", "Gone", "Thing");
    scratch.write(".xtask-journal/0", "half of a fi");
    scratch.run("update new.json --allow-removed --dry-run");
    scratch.run("check");
    scratch.edit("and another one after that", "new.json", "\"x-delete\":", "\"delete\":");
    let manifest = r#"{ "files": [{ "path": "spec/selection.txt", "staged": "0", "before": null }] }"#;
    scratch.write(".xtask-journal/0", "getThing\n");
    scratch.write(".xtask-journal/manifest.json", manifest);
    scratch.run("generate");
    scratch.expect("update.txt");
}

#[test]
fn lower_shows_the_document_and_what_was_done_to_it() {
    let mut scratch = Scratch::new();
    scratch.run("lower");
    scratch.run("lower --report");
    scratch.run("lower --fitted spec/deck-v2.json");
    scratch.run("lower gone.json");
    scratch.expect("lower.txt");
}

#[test]
fn references_to_files_stay_below_the_folder_of_the_document() {
    let mut scratch = Scratch::new();
    let document =
        |reference: &str| DOCUMENT.replace(r#"{ "type": ["null", "string"] }"#, &format!(r#"{{ "$ref": "{reference}" }}"#));
    scratch.write("secret.yaml", "Key: { const: secret }\n");
    scratch.write("api/parts/names.yaml", "Name: { type: string }\nOut: { $ref: ../../secret.yaml#/Key }\n");
    scratch.write("api/binary.yaml", "\u{0}\u{1}");
    for (name, reference) in [
        ("inside", "parts/names.yaml#/Name"),
        ("outside", "../secret.yaml#/Key"),
        ("through", "parts/names.yaml#/Out"),
        ("absolute", "/etc/hosts"),
        ("missing", "parts/gone.yaml"),
        ("nowhere", "parts/names.yaml#/Gone"),
        ("binary", "binary.yaml"),
        ("network", "https://example.com/names.yaml#/Name"),
    ] {
        scratch.write(&format!("api/{name}.json"), &document(reference));
        scratch.run(&format!("lower --fitted api/{name}.json"));
    }
    std::fs::write(scratch.root().join("api/latin.yaml"), b"openapi: 3.1.0\ninfo: { title: \xe9 }\n").unwrap();
    scratch.run("lower api/latin.yaml");
    scratch.write("spec/deck-v2.json", &document("names.json"));
    scratch.run("generate");
    scratch.expect("files.txt");
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_does_not_lead_out_of_the_folder_of_the_document() {
    let mut scratch = Scratch::new();
    scratch.write("secret.yaml", "type: string\n");
    scratch.write("api/api.json", &DOCUMENT.replace(r#"["null", "string"]"#, r#""string", "allOf": [{ "$ref": "link.yaml" }]"#));
    std::os::unix::fs::symlink(scratch.root().join("secret.yaml"), scratch.root().join("api/link.yaml")).unwrap();
    scratch.run("lower api/api.json");
    assert!(scratch.transcript.contains("leads out of the folder of the document"), "{}", scratch.transcript);
}

#[test]
fn usage_is_explained_and_wrong_usage_is_an_error() {
    let mut scratch = Scratch::new();
    for arguments in
        ["--help", "generate --help", "check --help", "diff --help", "update --help", "lower --help", "try --help", "demo --help"]
    {
        scratch.run(arguments);
    }
    for arguments in ["", "frobnicate", "generate --document spec/deck-v2.json", "generate --overlay spec/overlay.yaml"] {
        scratch.run(arguments);
    }
    scratch.run("generate --document spec/deck-v2.json --out made --crate bad/name");
    scratch.expect("usage.txt");
}

#[test]
fn try_prints_one_object_for_each_document() {
    let scratch = Scratch::new();
    let output = scratch.command("try --no-compile --format json spec/deck-v2.json gone.json").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let lines = String::from_utf8(output.stdout).unwrap();
    let trials: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(trials.len(), 2);
    let keys: Vec<&str> = trials[0].as_object().unwrap().keys().map(String::as_str).collect();
    let known = "file version operations refused schemas lines inexact generated compiled conforms millis error";
    assert_eq!(keys.join(" "), known);
    assert_eq!((&trials[0]["generated"], &trials[0]["schemas"], &trials[0]["error"]), (&true.into(), &1.into(), &().into()));
    assert_eq!((&trials[1]["file"], &trials[1]["error"]["pointer"]), (&"gone.json".into(), &"#".into()));
    assert_eq!(trials[1]["error"]["message"], "cannot be read: there is no such file");
}

#[test]
fn diff_compares_git_with_the_tree_or_two_files_and_says_what_to_do() {
    let document = "spec/deck-v2.json";
    let mut scratch = Scratch::committed(THINGS);
    scratch.run("diff");
    scratch.edit(
        "an optional property is new, and another one is called differently in prose",
        document,
        "\"note\": {",
        "\"color\": { \"type\": \"string\" }, \"note\": { \"title\": \"Note\",",
    );
    scratch.run("diff");
    scratch.run("diff --fail-on minor");
    scratch.run("diff --fail-on major");
    scratch.edit("a required property may be absent", document, "[\"id\", \"size\"]", "[\"id\"]");
    scratch.run("diff --fail-on major");
    scratch.run("diff --format markdown");
    scratch.run("diff --format json");
    scratch.commit();
    scratch.run("diff");
    scratch.run("diff --against HEAD~1");
    scratch.run("diff --against nowhere");
    scratch.run("diff --against --output=made");
    scratch.edit("an action of the overlay does not fit any more", "spec/overlay.yaml", "$.info", "$.gone");
    scratch.run("diff");
    scratch.write("old.yaml", "openapi: 3.0.3\ninfo: { title: Other, version: '1' }\npaths: {}\n");
    scratch.write("new.yaml", "openapi: 3.1.1\npaths: {}\ninfo:\n  version: '1'\n  title: Other\n");
    scratch.run("diff old.yaml new.yaml");
    scratch.run("diff old.yaml");
    scratch.run("diff old.yaml gone.yaml");
    scratch.expect("diff.txt");
}
