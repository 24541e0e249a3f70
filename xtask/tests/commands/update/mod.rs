//! `update` turns a new document into code, a version and a changelog entry, or refuses it and changes nothing.

mod sources;

use crate::common::scratch::{OVERLAY, Scratch, THINGS};
use std::collections::BTreeMap;
use std::process::Output;
use xtask::journal::FOLDER;

const PUBLISHED: &str = "spec/deck-v2.json";
const CHANGELOG: &str = "deck-api/CHANGELOG.md";

/// The document with one edit.
fn edited(from: &str, to: &str) -> String {
    assert!(THINGS.contains(from), "{from}");
    THINGS.replace(from, to)
}

/// Runs `update` with the document in a file `new.json` outside of the tree.
fn update(scratch: &Scratch, document: &str, flags: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.json");
    std::fs::write(&file, document).unwrap();
    scratch.command(&format!("update {} {flags}", file.display())).output().unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn accepted(output: &Output) -> String {
    let text = printed(output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    text
}

fn refused(output: &Output) -> String {
    let text = printed(output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    text
}

fn changed(scratch: &Scratch, before: &BTreeMap<String, String>) -> Vec<String> {
    let now = scratch.files();
    assert!(before.keys().all(|name| now.contains_key(name)));
    now.into_iter().filter(|(name, text)| before.get(name) != Some(text)).map(|(name, _)| name).collect()
}

/// The version in the manifest, which must match the lock file.
fn version(scratch: &Scratch) -> String {
    let version = xtask::release::version_of(&scratch.read("deck-api/Cargo.toml")).unwrap().to_string();
    assert!(scratch.read("Cargo.lock").contains(&format!("name = \"deck-api\"\nversion = \"{version}\"\n")));
    version
}

#[test]
fn an_update_writes_code_version_and_changelog_and_says_how_to_commit() {
    let scratch = Scratch::committed(THINGS);
    let before = scratch.files();
    let new = edited(
        "\"size\": { \"type\": \"integer\" }",
        "\"size\": { \"type\": \"integer\" }, \"colour\": { \"type\": \"string\" }",
    );
    let text = accepted(&update(&scratch, &new, ""));
    assert_eq!(scratch.read(PUBLISHED), new);
    assert!(scratch.read("deck-api/src/generated/types.rs").contains("pub colour: Option<String>"));
    assert_eq!(version(&scratch), "0.1.1");
    let changelog = scratch.read(CHANGELOG);
    assert!(
        changelog.starts_with("# Changelog\n\n## 0.1.1\n\nDocument: Thing API 1.0. Older clients keep working.\n"),
        "{changelog}"
    );
    assert!(changelog.contains("colour") && changelog.ends_with("\n## 0.1.0\n\nFirst.\n"), "{changelog}");
    for part in [
        "0.1.0 becomes 0.1.1",
        "look at deck-api/CHANGELOG.md",
        "git commit -m \"deck-api: 0.1.1 for Thing API 1.0, 1 compatible change\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let modules = ["builder.rs", "credentials.rs", "mod.rs", "operations.rs", "public_api.txt", "types.rs"]
        .map(|file| format!("deck-api/src/generated/{file}"));
    let modules = modules.iter().map(String::as_str).filter(|module| before.contains_key(*module));
    let mut expected: Vec<&str> =
        ["Cargo.lock", CHANGELOG, "deck-api/Cargo.toml", PUBLISHED].into_iter().chain(modules).collect();
    expected.sort_unstable();
    assert_eq!(changed(&scratch, &before), expected);
    assert_eq!(scratch.command("check").output().unwrap().status.code(), Some(0));
}

#[test]
fn a_dry_run_prints_the_same_report_and_writes_nothing() {
    let scratch = Scratch::committed(THINGS);
    let before = scratch.files();
    let new = edited(", \"note\": { \"type\": \"string\" }", "");
    let dry = accepted(&update(&scratch, &new, "--dry-run"));
    assert_eq!(scratch.files(), before);
    assert!(dry.contains("Would write spec/deck-v2.json") && dry.contains("[nothing was written"), "{dry}");
    let real = accepted(&update(&scratch, &new, ""));
    let middle = |text: &str| text[text.find('\n').unwrap()..text.find("Version").unwrap()].to_owned();
    assert_eq!(middle(&dry), middle(&real));
}

#[test]
fn the_version_follows_the_change_or_what_the_user_says() {
    let gone = edited(", \"note\": { \"type\": \"string\" }", "");
    let told = edited("The thing.", "The thing that was asked for.");
    for (document, flags, expected) in [
        (&gone, "", "0.2.0"),
        (&told, "", "0.1.1"),
        (&gone, "--bump patch", "0.1.1"),
        (&told, "--bump major", "1.0.0"),
        (&gone, "--bump none", "0.1.0"),
        (&gone, "--set-version 0.7.0", "0.7.0"),
    ] {
        let scratch = Scratch::committed(THINGS);
        accepted(&update(&scratch, document, flags));
        assert_eq!(version(&scratch), expected, "{flags}");
        let heading = if flags == "--bump none" { "Unreleased" } else { expected };
        assert!(scratch.read(CHANGELOG).starts_with(&format!("# Changelog\n\n## {heading}\n")), "{flags}");
    }
    let scratch = Scratch::committed(THINGS);
    let before = scratch.files();
    for (flags, expected) in [
        ("--set-version 0.0.9", "versions only go up"),
        ("--set-version one", "invalid value 'one'"),
        ("--set-version 0.7.0 --bump major", "cannot be used with"),
    ] {
        let text = refused(&update(&scratch, &gone, flags));
        assert!(text.contains(expected), "{text}");
    }
    assert_eq!(scratch.files(), before);
}

#[test]
fn a_changelog_that_is_not_text_is_not_replaced() {
    let scratch = Scratch::committed(THINGS);
    std::fs::write(scratch.root().join(CHANGELOG), b"# Changelog\n\n## 0.1.0\n\n- Caf\xe9\n").unwrap();
    let text = refused(&update(&scratch, &edited(", \"note\": { \"type\": \"string\" }", ""), ""));
    assert!(text.contains(CHANGELOG) && text.contains("is not text in UTF-8"), "{text}");
}

#[test]
fn the_changelog_says_that_released_clients_break() {
    let scratch = Scratch::committed(THINGS);
    let text =
        accepted(&update(&scratch, &edited("\"size\": { \"type\": \"integer\" }", "\"size\": { \"type\": \"boolean\" }"), ""));
    assert!(text.contains("Wire major: "), "{text}");
    assert!(scratch.read(CHANGELOG).contains("Older clients must be upgraded"));
}

#[test]
fn another_form_of_the_same_document_makes_no_version() {
    let scratch = Scratch::committed(THINGS);
    let code = scratch.read("deck-api/src/generated/types.rs");
    let compact = serde_json::from_str::<serde_json::Value>(THINGS).unwrap().to_string();
    let text = accepted(&update(&scratch, &compact, ""));
    assert_eq!((scratch.read(PUBLISHED), version(&scratch)), (compact, "0.1.0".to_owned()));
    assert!(text.contains("0.1.0 stays") && text.contains("the same API in another form"), "{text}");
    assert!(scratch.read(CHANGELOG).starts_with("# Changelog\n\n## 0.1.0\n"));
    assert_eq!(xtask::emit::without_header(&scratch.read("deck-api/src/generated/types.rs")), xtask::emit::without_header(&code));
}

#[test]
fn the_same_document_again_changes_nothing() {
    let scratch = Scratch::committed(THINGS);
    let before = scratch.files();
    let text = accepted(&update(&scratch, THINGS, ""));
    assert!(text.contains("byte for byte: nothing to do"), "{text}");
    assert_eq!(scratch.files(), before);
}

#[test]
fn removed_operations_are_all_refused_unless_allowed() {
    let scratch = Scratch::committed(THINGS);
    let before = scratch.files();
    let empty = edited("\"delete\":", "\"x-delete\":").replace("\"get\":", "\"x-get\":");
    let text = refused(&update(&scratch, &empty, ""));
    for part in
        ["DELETE /things/{thing_id} (`deleteThing`) is gone", "GET /things/{thing_id} (`getThing`) is gone", "`--allow-removed`"]
    {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(scratch.files(), before);
    accepted(&update(&scratch, &edited("\"delete\":", "\"x-delete\":"), "--allow-removed"));
    assert_eq!(version(&scratch), "0.2.0");
}

#[test]
fn operations_that_moved_or_were_renamed_are_not_reported_as_removed() {
    for new in [
        edited("/things/{thing_id}", "/v2/things/{thing_id}"),
        THINGS.replace("thing_id", "id"),
        edited("\"operationId\": \"getThing\"", "\"operationId\": \"readThing\""),
    ] {
        accepted(&update(&Scratch::committed(THINGS), &new, ""));
    }
}

#[test]
fn an_unselected_operation_may_be_removed_and_a_selected_one_may_not() {
    let scratch = Scratch::committed(THINGS);
    scratch.write("spec/selection.txt", "getThing\n");
    assert!(scratch.command("generate").output().unwrap().status.success());
    scratch.commit();
    accepted(&update(&scratch, &edited("\"delete\":", "\"x-delete\":"), ""));
    scratch.commit();
    let text = refused(&update(&scratch, &edited("\"get\":", "\"x-get\":"), ""));
    assert!(
        text.contains("spec/selection.txt:1 #: no operation has the id, the tag or the path `getThing`")
            && text.contains("`getThing`) is gone"),
        "{text}"
    );
}

/// `deleteThing` takes a body that is not supported.
fn with_multipart() -> String {
    let body = "\"operationId\": \"deleteThing\", \"requestBody\": { \"content\": { \"multipart/mixed\": \
        { \"schema\": { \"type\": \"object\" } } } }";
    edited("\"operationId\": \"deleteThing\"", body)
}

#[test]
fn an_update_names_the_setting_that_skips_a_refused_operation() {
    let mut scratch = Scratch::committed(THINGS);
    let text = refused(&update(&scratch, &with_multipart(), ""));
    assert!(text.contains("`skip-refused = true` in the Cargo.toml of the crate"), "{text}");
    scratch.edit("", "deck-api/Cargo.toml", "[package.metadata.openapi]\n", "[package.metadata.openapi]\nskip-refused = true\n");
    let text = refused(&update(&scratch, &with_multipart(), ""));
    assert!(text.contains("the operation `deleteThing` would be left out") && text.contains("add `--allow-removed`"), "{text}");
    let text = accepted(&update(&scratch, &with_multipart(), "--allow-removed"));
    assert!(text.contains("Left out deleteThing: #/paths/") && text.contains("`Client::delete_thing` is gone"), "{text}");
}

const MENDED: &str = "overlay: 1.1.0\ninfo: { title: Overlay, version: '1' }\nactions:\n  - target: $.info\n    update: { x-fact: 1 }\n\
    \x20 - target: $.components.schemas.Thing.properties.kind\n    update: { enum: [small, large] }\n";

#[test]
fn all_outdated_actions_of_the_overlay_are_named_at_once() {
    let scratch = Scratch::committed(THINGS);
    let overlay = format!(
        "{OVERLAY}  - target: $.components.schemas.Thing.properties.note\n    update: {{ maxLength: 9 }}\n\
         \x20 - target: $.components.schemas.Thing.properties.size\n    update: {{ format: int32 }}\n"
    );
    scratch.write("spec/overlay.yaml", &overlay);
    assert!(scratch.command("generate").output().unwrap().status.success());
    scratch.commit();
    let before = scratch.files();
    let new = edited(", \"note\": { \"type\": \"string\" }", "").replace("\"integer\"", "\"integer\", \"format\": \"int32\"");
    // Adds other reasons to refuse the document.
    let new =
        new.replace("\"delete\":", "\"x-delete\":").replace("\"id\": {", "\"id\": { \"$ref\": \"#/components/schemas/Gone\",");
    let text = refused(&update(&scratch, &new, ""));
    assert!(text.contains("(`deleteThing`) is gone") && text.contains("#/components/schemas/Thing/properties/id/$ref"), "{text}");
    assert!(text.contains("#/actions/1: the action on `$.components.schemas.Thing.properties.note` cannot be applied"), "{text}");
    assert!(text.contains("#/actions/2: the action on `$.components.schemas.Thing.properties.size` changes nothing"), "{text}");
    assert_eq!(text.matches("problem: ").count(), 4, "{text}");
    assert_eq!(scratch.files(), before);
}

#[test]
fn an_overlay_for_the_new_document_need_not_fit_the_old_one() {
    let new = edited("\"size\": {", "\"kind\": { \"type\": \"string\" }, \"size\": {");
    let scratch = Scratch::committed(THINGS);
    scratch.write("spec/overlay.yaml", MENDED);
    let text = accepted(&update(&scratch, &new, ""));
    assert!(!text.contains("Note"), "{text}");
    assert_eq!(version(&scratch), "0.1.1");
    // Without a repository, the old overlay is unknown. Actions that do not fit are skipped, and a note says so.
    let scratch = Scratch::committed(THINGS);
    std::fs::remove_dir_all(scratch.root().join(".git")).unwrap();
    scratch.write("spec/overlay.yaml", MENDED);
    let text = accepted(&update(&scratch, &new, ""));
    assert!(text.contains("Note 1 action of spec/overlay.yaml did not fit"), "{text}");
}

#[test]
fn markdown_output_is_only_the_report_for_a_pull_request() {
    let scratch = Scratch::committed(THINGS);
    let output = update(&scratch, &edited(", \"note\": { \"type\": \"string\" }", ""), "--format markdown");
    accepted(&output);
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(
        report.starts_with("# deck-api: 0.2.0 for Thing API 1.0, 1 breaking change\n\nVersion 0.1.0 becomes 0.2.0"),
        "{report}"
    );
    assert!(report.contains("## To look at\n\n- deck-api/CHANGELOG.md"), "{report}");
    let again = update(&scratch, &scratch.read(PUBLISHED), "--format markdown");
    accepted(&again);
    assert!(again.stdout.is_empty());
}

#[test]
fn no_shell_syntax_of_a_document_reaches_the_printed_command() {
    let scratch = Scratch::committed(THINGS);
    let text = accepted(&update(&scratch, &edited("\"Thing API\"", "\"Thing\\\" && `rm -rf $HOME`\\n# API\""), ""));
    let last = text.lines().last().unwrap();
    assert!(last.ends_with("for Thing  rm -rf HOME API 1.0, documentation alone\"`]"), "{last}");
}

#[test]
fn a_dry_run_does_not_finish_an_interrupted_run() {
    let scratch = Scratch::committed(THINGS);
    std::fs::create_dir(scratch.root().join(FOLDER)).unwrap();
    let text = refused(&update(&scratch, &edited("\"1.0\"", "\"1.1\""), "--dry-run"));
    assert!(text.contains("run `cargo xtask check` first"), "{text}");
    assert!(scratch.root().join(FOLDER).exists());
}

#[test]
fn an_update_and_a_diff_compare_with_the_types_that_the_settings_choose() {
    let bounded = |maximum: &str| THINGS.replace("\"size\": {", &format!("\"size\": {{ \"minimum\": 0, \"maximum\": {maximum},"));
    let scratch = Scratch::new();
    scratch.write("deck-api/CHANGELOG.md", "# Changelog\n");
    scratch.commit_as_generated(&bounded("9"));
    let settings = "[package.metadata.openapi.types]\ninteger = \"Integer\"\n";
    let manifest = format!("{}\n{settings}", scratch.read("deck-api/Cargo.toml"));
    scratch.write("deck-api/Cargo.toml", &manifest);
    assert!(scratch.command("generate").output().unwrap().status.success());
    scratch.commit();
    scratch.write("new.json", &bounded("18446744073709551615"));
    for verb in ["update new.json --dry-run", "diff new.json"] {
        let output = scratch.command(verb).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("Source patch"), "{verb}: whatever the bounds, the type is `Integer`: {text}");
    }
}
