//! The version and the changelog entry that follow from a comparison.

use crate::common::scratch::{Scratch, THINGS};
use semver::Version;
use xtask::compare::{Comparison, Fact, Verdict};
use xtask::release::{Bump, bump, entry, next, set_locked, set_version, version_of, with_entry};

fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

#[test]
fn the_next_version_follows_from_the_verdict_for_source() {
    let cases = [
        ("1.4.2", Verdict::Major, "2.0.0"),
        ("1.4.2", Verdict::Unknown, "2.0.0"),
        ("1.4.2", Verdict::Minor, "1.5.0"),
        ("1.4.2", Verdict::Patch, "1.4.3"),
        ("0.4.2", Verdict::Major, "0.5.0"),
        ("0.4.2", Verdict::Unknown, "0.5.0"),
        ("0.4.2", Verdict::Minor, "0.4.3"),
        ("0.4.2", Verdict::Patch, "0.4.3"),
        ("0.0.3", Verdict::Major, "0.0.4"),
        ("0.0.3", Verdict::Patch, "0.0.4"),
    ];
    for (now, source, expected) in cases {
        let now = version(now);
        assert_eq!(next(&now, bump(&now, source)).unwrap(), version(expected), "{now} and {source}");
    }
}

#[test]
fn a_bump_can_be_chosen_and_must_be_after_a_pre_release() {
    let now = version("1.4.2");
    for (bump, expected) in [(Bump::Major, "2.0.0"), (Bump::Minor, "1.5.0"), (Bump::Patch, "1.4.3"), (Bump::None, "1.4.2")] {
        assert_eq!(next(&now, bump).unwrap(), version(expected));
    }
    let error = next(&version("1.0.0-rc.1"), Bump::Minor).unwrap_err().to_string();
    assert!(error.contains("--set-version"), "{error}");
    assert_eq!(next(&version("1.0.0-rc.1"), Bump::None).unwrap(), version("1.0.0-rc.1"));
}

const MANIFEST: &str = "# deck\n[workspace]\nversion = \"9.9.9\"\n\n[package]\nname = \"deck-api\"\n# version = \"0.1.0\" # until the release\nversion = \"0.1.0\" # the next release\n\n\
    [dependencies]\nbytes = { version = \"0.1.0\" }\n";

#[test]
fn only_the_version_of_the_package_changes_in_its_manifest() {
    assert_eq!(version_of(MANIFEST).unwrap(), version("0.1.0"));
    let expected = MANIFEST.replace("\nversion = \"0.1.0\" #", "\nversion = \"0.2.0\" #");
    assert_eq!(set_version(MANIFEST, &version("0.2.0")).unwrap(), expected);
    for manifest in ["[workspace]\n", "[package]\nname = \"a\"\n[lib]\nversion = \"0.1.0\"\n", "[package]\nversion = \"one\"\n"] {
        assert!(version_of(manifest).is_err(), "{manifest}");
    }
}

#[test]
fn only_the_version_of_the_crate_itself_changes_in_the_lock() {
    let entry = |name: &str, more: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"0.1.0\"\n{more}\n");
    let lock =
        [entry("deck", ""), entry("deck-api", "dependencies = [\n \"deck\",\n]\n"), entry("deck-api-testkit", "")].concat();
    let expected = lock.replace("\"deck-api\"\nversion = \"0.1.0\"", "\"deck-api\"\nversion = \"0.2.0\"");
    assert_eq!(set_locked(&lock, "deck-api", &version("0.1.0"), &version("0.2.0")).unwrap(), expected);
    let error = set_locked(&lock, "deck-api", &version("0.3.0"), &version("0.4.0")).unwrap_err().to_string();
    assert!(error.contains("cargo metadata"), "{error}");
}

fn fact(text: &str, wire: Verdict, source: Verdict) -> Fact {
    Fact { rule: xtask::compare::RULES[0], old: None, new: None, operations: [].into(), wire, source, text: text.to_owned() }
}

#[test]
fn an_entry_lists_the_worst_first_and_what_released_clients_need() {
    let facts = vec![
        fact("`A::b`: new", Verdict::Patch, Verdict::Minor),
        fact("`A::c`: gone", Verdict::Major, Verdict::Major),
        fact("two\n# lines", Verdict::Unknown, Verdict::Unknown),
        fact("the server has moved", Verdict::Patch, Verdict::Patch),
    ];
    let comparison = Comparison { facts, prose: 2 };
    let expected = "Document: Deck API 2.1.0. Older clients must be upgraded: they do not work with the API as it is now. \
        2 texts of the documentation changed.\n\n\
        ### Released clients can fail\n\n- `A::c`: gone.\n\n\
        ### The documents do not say what this means\n\n- two # lines.\n\n\
        ### New, or different without harm\n\n- `A::b`: new.\n- the server has moved.\n";
    assert_eq!(entry("Deck API 2.1.0", &comparison), expected);
    let calm = Comparison { facts: Vec::new(), prose: 1 };
    let expected = "Document: Deck API 2.1.0. Older clients keep working. 1 text of the documentation changed.\n";
    assert_eq!(entry("Deck API 2.1.0", &calm), expected);
}

#[test]
fn an_entry_is_first_and_includes_unreleased_notes() {
    let next = version("0.2.0");
    let cases = [
        ("", Some(&next), "# Changelog\n\n## 0.2.0\n\nNew.\n"),
        ("# Log\n\nOurs.\n", Some(&next), "# Log\n\nOurs.\n\n## 0.2.0\n\nNew.\n"),
        ("# Log\n\n## 0.1.0\n\nOld.\n", Some(&next), "# Log\n\n## 0.2.0\n\nNew.\n\n## 0.1.0\n\nOld.\n"),
        ("# Log\n\n## Unreleased\n\nMine.\n\n## 0.1.0\n", Some(&next), "# Log\n\n## 0.2.0\n\nNew.\n\nMine.\n\n## 0.1.0\n"),
        ("# Log\n\n## 0.1.0\n\nOld.\n", None, "# Log\n\n## Unreleased\n\nNew.\n\n## 0.1.0\n\nOld.\n"),
        ("# Log\n\n## Unreleased\n\nMine.\n", None, "# Log\n\n## Unreleased\n\nNew.\n\nMine.\n"),
        ("# Log\r\n\r\n## 0.2.0\r\n\r\nMine.\r\n", Some(&next), "# Log\n\n## 0.2.0\n\nNew.\n\nMine.\n"),
    ];
    for (changelog, version, expected) in cases {
        assert_eq!(with_entry(changelog, version, "New.\n"), expected);
    }
}

const MANIFEST_FILE: &str = "deck-api/Cargo.toml";

/// The exit code and the output of `release`.
fn released(scratch: &Scratch, options: &str) -> (Option<i32>, String) {
    let output = scratch.command(&format!("release --no-package {options}")).output().unwrap();
    let text = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
    (output.status.code(), text)
}

#[test]
fn a_release_without_objections_is_tagged() {
    let scratch = Scratch::committed(THINGS);
    let (code, text) = released(&scratch, "--dry-run");
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("this is the first release") && text.contains("makes the tag deck-api-v0.1.0"), "{text}");
    assert_eq!(scratch.git("tag --list"), "", "a dry run makes no tag");
    assert_eq!(released(&scratch, "").0, Some(0));
    assert_eq!(scratch.git("tag --list"), "deck-api-v0.1.0\n");
    let (code, text) = released(&scratch, "--dry-run");
    assert!(code == Some(4) && text.contains("not ready: 0.1.0 is released already"), "{text}");
}

#[test]
fn a_release_lists_all_objections() {
    let mut scratch = Scratch::committed(THINGS);
    assert_eq!(released(&scratch, "").0, Some(0));
    // A breaking change, with a version that is too low, and without a changelog entry.
    scratch.edit("", "spec/deck-v2.json", ", \"note\": { \"type\": \"string\" }", "");
    assert!(scratch.command("generate").output().unwrap().status.success());
    scratch.edit("", MANIFEST_FILE, "version = \"0.1.0\"", "version = \"0.1.1\"");
    scratch.edit("", "deck-api/CHANGELOG.md", "# Changelog\n", "# Changelog\n\n## Unreleased\n\nA note.\n");
    let (code, text) = released(&scratch, "--dry-run");
    assert_eq!(code, Some(4), "{text}");
    for expected in [
        "with deck-api-v0.1.0: 1 change, wire minor, source major",
        "`types::Thing::note` is gone",
        "not ready: the tree has changes that are not committed",
        "not ready: the version must be at least 0.2.0, because the change is major for code: set it in deck-api/Cargo.toml",
        "not ready: deck-api/CHANGELOG.md has notes below `## Unreleased`: move them below `## 0.1.1`",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    scratch.edit("", MANIFEST_FILE, "version = \"0.1.1\"", "version = \"0.2.0\"");
    scratch.edit("", "deck-api/CHANGELOG.md", "## Unreleased", "## 0.2.0");
    scratch.commit();
    let (code, text) = released(&scratch, "");
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(scratch.git("tag --list"), "deck-api-v0.1.0\ndeck-api-v0.2.0\n");
}

#[test]
fn any_version_may_follow_a_pre_release() {
    let mut scratch = Scratch::committed(THINGS);
    let mut tagged = |from: &str, to: &str| {
        scratch.edit("", MANIFEST_FILE, &format!("\"{from}\""), &format!("\"{to}\""));
        scratch.write("deck-api/CHANGELOG.md", &format!("# Changelog\n\n## {to}\n\nNew.\n"));
        scratch.commit();
        released(&scratch, "")
    };
    for (from, to) in [("0.1.0", "0.2.0-rc.1"), ("0.2.0-rc.1", "0.2.0")] {
        let (code, text) = tagged(from, to);
        assert!(code == Some(0) && text.contains(&format!("deck-api-v{to}")), "{text}");
    }
}

#[test]
fn a_release_of_stale_code_is_not_ready() {
    let mut scratch = Scratch::committed(THINGS);
    scratch.edit("", "spec/deck-v2.json", "\"note\"", "\"remark\"");
    scratch.commit();
    let (code, text) = released(&scratch, "--dry-run");
    assert!(
        code == Some(4) && text.contains("not ready: the generated code is stale: run `cargo xtask generate -p deck-api`"),
        "{text}"
    );
    scratch.write("deck-api/CHANGELOG.md", "# Changelog\n");
    assert!(released(&scratch, "--dry-run").1.contains("has no entry `## 0.1.0`"));
}
