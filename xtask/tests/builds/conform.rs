//! Values of published schemas survive a round trip through the generated types, for documents that generators often get wrong.

use crate::common::{case, extent, home};
use crate::crates::{Crate, crates as built, testkit};
use xtask::commands::conform::{outcome, sources};
use xtask::{Generated, Input};

/// Documents that [`crate::wire`] tests too.
const DOCUMENTS: [&str; 7] = ["tags", "any-of", "unions", "enum-inheritance", "inheritance", "silent", "objects"];

/// The documents of this run.
pub fn documents() -> impl Iterator<Item = &'static str> {
    DOCUMENTS.into_iter().step_by(extent(3, 1))
}

/// The input and the generated code of a document, as in [`crate::wire`].
fn api(document: &str) -> (Input, Generated) {
    let mut input = case(home().join(format!("tests/wire/{document}.yaml"))).input;
    input.crate_name = format!("wire-{document}");
    let generated = xtask::generate(&input).unwrap();
    (input, generated)
}

/// A program for each document. It decodes and encodes values with the crate of that document.
pub fn crates() -> Vec<Crate> {
    let program = |document: &str| {
        let (input, generated) = api(document);
        let manifest = format!(
            "[package]\nname = \"conform-{document}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             {0} = {{ path = \"../{0}\" }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n{1}",
            input.crate_name,
            testkit().replace("deck-api-testkit = {", "testkit = { package = \"deck-api-testkit\","),
        );
        let program = Crate::new(&format!("conform-{document}"), &manifest);
        let files = sources(&input.crate_name, &generated).unwrap();
        files.into_iter().fold(program, |program, (file, text)| program.with(&file, text))
    };
    documents().map(program).collect()
}

#[test]
fn values_of_small_documents_survive_a_round_trip() {
    for document in documents() {
        let name = format!("conform-{document}");
        let conformance = outcome(&api(document).1, &built().run(&name, &name)).unwrap();
        assert!(conformance.problems.is_empty(), "{document}: {:?}", conformance.problems);
    }
}
