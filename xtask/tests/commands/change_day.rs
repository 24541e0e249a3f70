//! The steps of `The day the API changes` in CONTRIBUTING.md, from the run in Deck's older pages to the present one.

use crate::common::scratch::Scratch;
use crate::common::{home, root};
use xtask::release::{Bump, next, version_of};

const MODULES: [&str; 5] = ["builder.rs", "credentials.rs", "mod.rs", "operations.rs", "types.rs"];

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap()
}

fn older(file: &str) -> String {
    std::fs::read_to_string(home().join("tests/update").join(file)).unwrap()
}

/// This workspace before the change.
fn before_the_change() -> Scratch {
    let scratch = Scratch::new();
    for file in ["Cargo.lock", "deck-api/Cargo.toml", "deck-api/CHANGELOG.md"] {
        scratch.write(file, &read(file));
    }
    scratch.write("spec/overlay.yaml", &older("older.overlay.yaml"));
    scratch.commit_as_generated(&older("older.json"));
    scratch
}

/// The commands of the numbered steps, in their order.
fn commands_of_the_steps() -> Vec<String> {
    let text = read("CONTRIBUTING.md");
    let section = text.split("## The day the API changes\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let steps = section.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    steps.filter_map(|line| line.split('`').nth(1)).map(str::to_owned).collect()
}

#[test]
fn the_steps_lead_from_the_older_document_to_the_present_one() {
    let steps = commands_of_the_steps();
    let expected = [
        "cargo xtask update NEW --dry-run",
        "spec/overlay.yaml",
        "cargo xtask update NEW",
        "cargo test --workspace",
        "spec/README.md",
    ];
    assert_eq!(steps.len(), expected.len(), "{steps:?}");
    assert!(steps.iter().zip(expected).all(|(step, expected)| step.starts_with(expected)), "{steps:?}");

    let scratch = before_the_change();
    let before = scratch.files();
    let types = scratch.read("deck-api/src/generated/types.rs");
    assert!(types.contains("pub workflow_id: Option<WorkflowId>") && !types.contains("artifacts"));
    let new = root().join("spec/deck-v2.json");
    let run = |flags: &str| {
        let output = scratch.command(&format!("update {} {flags}", new.display())).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (output.status.code(), text)
    };

    // Steps 1 and 2: the update is refused, because three actions of the overlay fit only the older document.
    let (code, text) = run("--dry-run");
    assert_eq!(code, Some(1), "{text}");
    for part in ["properties.workflow_id.type` cannot", "properties.workflow_id` cannot", ".post.responses` changes nothing"] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(text.matches("problem: spec/overlay.yaml #/actions/").count(), 3, "{text}");
    scratch.write("spec/overlay.yaml", &read("spec/overlay.yaml"));
    let (code, text) = run("--dry-run");
    assert_eq!(code, Some(0), "{text}");
    for part in ["workflow_id", "canceled_at", "artifacts", "url", "extraction", "Would write spec/deck-v2.json"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let unchanged = |(name, text): (&String, &String)| name == "spec/overlay.yaml" || scratch.read(name) == *text;
    assert!(before.iter().all(unchanged));

    // Step 3: the update writes everything.
    let (code, text) = run("");
    assert_eq!(code, Some(0), "{text}");
    let now = version_of(&read("deck-api/Cargo.toml")).unwrap();
    let then = next(&now, if now.major == 0 { Bump::Minor } else { Bump::Major }).unwrap();
    assert!(text.contains(&format!("{now} becomes {then}")), "{text}");
    assert!(text.contains("Wire minor: ") && text.contains("Source major: "), "{text}");
    assert_eq!(version_of(&scratch.read("deck-api/Cargo.toml")).unwrap(), then);
    assert!(scratch.read("Cargo.lock").contains(&format!("name = \"deck-api\"\nversion = \"{then}\"\n")));
    assert_eq!(scratch.read("spec/deck-v2.json"), read("spec/deck-v2.json"));
    for module in MODULES.map(|module| format!("deck-api/src/generated/{module}")) {
        assert!(scratch.read(&module) == read(&module), "{module} differs from the checked-in file");
    }
    let changelog = scratch.read("deck-api/CHANGELOG.md");
    assert!(changelog.starts_with(&format!("# Changelog\n\n## {then}\n\nDocument: Deck API ")), "{changelog}");
    let entry = changelog.split("\n### Added").next().unwrap();
    assert!(entry.contains("Older clients keep working, and do not know what is new."), "{changelog}");
    assert!(["workflow_id", "canceled_at", "artifacts", "extraction"].iter().all(|name| entry.contains(name)), "{changelog}");

    // Steps 4 and 5: the code is fresh, and the output has the commit message.
    assert_eq!(scratch.command("check").output().unwrap().status.code(), Some(0));
    let subject = text.split("git commit -m \"").nth(1).unwrap().split('"').next().unwrap();
    assert!(subject.starts_with(&format!("deck-api: {then} for Deck API ")) && subject.contains("breaking change"), "{subject}");
    scratch.commit();
    assert_eq!(scratch.git("status --porcelain"), "");
    let (code, text) = run("");
    assert!(code == Some(0) && text.contains("nothing to do"), "{text}");
}
