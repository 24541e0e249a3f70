//! Sends the examples in the documentation of generated operations to the fake server, which checks them against the document.

use crate::common::{deck, root};
use crate::crates::{Crate, crates as built, testkit};

const PACKAGE: &str = "examples-deck";
/// The name of the test target in each crate that has examples.
pub const TARGET: &str = "examples";

/// A crate of the document of deck-api, with a test that sends its examples.
pub fn crates() -> Vec<Crate> {
    let mut input = deck();
    PACKAGE.clone_into(&mut input.crate_name);
    let read = |file: &str| std::fs::read(root().join(file)).unwrap();
    let dependencies = format!("\n[dev-dependencies]\n{}tokio = {{ version = \"1\", features = [\"rt\"] }}\n", testkit());
    let member = Crate::of(&input)
        .with("document.yaml", read("spec/deck-v2.json"))
        .with("overlay.yaml", read("spec/overlay.yaml"))
        .manifest(|text| text.to_owned() + &dependencies);
    vec![with_test(member, ".api_key(\"sk_test\")")]
}

/// Adds a test that sends every example of the operations of the crate. `credentials` are method calls on the client builder.
pub fn with_test(member: Crate, credentials: &str) -> Crate {
    let Some(operations) = member.files.get("src/generated/operations.rs") else { return member };
    let examples = examples(std::str::from_utf8(operations).unwrap());
    assert!(!examples.is_empty(), "{}: there are no examples", member.name);
    let name = member.name.replace('-', "_");
    let modules = examples.iter().enumerate().map(|(index, example)| format!("mod example_{index} {{\n{example}}}\n"));
    let calls = (0..examples.len()).map(|index| format!("        send!(example_{index});\n"));
    let overlay = member.files.contains_key("overlay.yaml");
    let overlay = if overlay { ".with_overlay(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/overlay.yaml\")).unwrap()" } else { "" };
    let test = format!(
        "//! Every example of the documentation is accepted.\n#![allow(deprecated)]\n\n{}
#[test]
fn every_example_is_accepted() {{
    let document = deck_api_testkit::Document::load(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/document.yaml\")).unwrap(){overlay};
    let server = deck_api_testkit::FakeServer::start(document).unwrap();
    let retry = {name}::RetryPolicy::none();
    let client = {name}::Client::builder(){credentials}.base_url(server.base_url()).retry(retry).build().unwrap();
    let mut sent = 0;
    let work = async {{
        macro_rules! send {{
            ($example:ident) => {{
                // The response does not matter here.
                let outcome = $example::example(client.clone()).await.map_err(|error| error.to_string());
                sent += 1;
                assert_eq!(server.requests().len(), sent, \"{{}} sent nothing: {{outcome:?}}\", stringify!($example));
            }};
        }}
{}    }};
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
    assert_eq!(server.violations(), [\"\"; 0]);
}}
",
        modules.collect::<String>(),
        calls.collect::<String>(),
    );
    member.with(&format!("tests/{TARGET}.rs"), test)
}

/// The source of each example that calls an operation.
fn examples(operations: &str) -> Vec<String> {
    let blocks = operations.split("/// ```no_run\n").skip(1).filter_map(|rest| rest.split("/// ```\n").next());
    let program = |block: &str| -> String {
        let lines = block.lines().map(|line| line.trim_start().trim_start_matches("///"));
        let lines = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).filter(|line| !line.is_empty());
        lines
            .map(|line| line.strip_prefix("# ").unwrap_or(line).replace("async fn example", "pub async fn example") + "\n")
            .collect()
    };
    blocks.filter(|block| block.contains("async fn example(client: ")).map(program).collect()
}

/// Runs the test that [`with_test`] added to a package.
pub fn assert_accepted(package: &str) {
    let output = built().run(package, TARGET);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{package}: {text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1 passed"), "{package}: {text}");
}

#[test]
fn examples_of_deck_api_are_accepted_by_the_fake() {
    assert_accepted(PACKAGE);
}
