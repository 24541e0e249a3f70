//! The checked-in code matches the document, and no type outside of it repeats a schema by hand.

use crate::common::{root, sources};
use xtask::commands::check;
use xtask::model::types::{Shape, TypeDef};
use xtask::report::Report;

#[test]
fn checked_in_code_is_fresh() {
    let mut report = Report::default();
    assert!(check(&root(), &[], &mut report).unwrap(), "{}", report.as_str());
}

#[test]
fn no_type_outside_the_generated_code_mirrors_a_schema() {
    let input = crate::common::deck();
    let prepared = xtask::prepare(&input).unwrap();
    let fields = |def: &TypeDef| match &def.shape {
        Shape::Struct(item) => item.fields.keys().map(|key| xtask::model::names::method_name(key, &[])).collect(),
        _ => Vec::new(),
    };
    let schemas: Vec<(&String, Vec<String>)> = prepared.model.types.iter().map(|(name, def)| (name, fields(def))).collect();
    for path in sources(&root().join("deck-api/src")) {
        if path.starts_with(root().join("deck-api/src/generated")) {
            continue;
        }
        let file = syn::parse_file(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for item in file.items.iter().filter_map(|item| if let syn::Item::Struct(item) = item { Some(item) } else { None }) {
            let fields: Vec<String> =
                item.fields.iter().filter_map(|field| field.ident.as_ref().map(ToString::to_string)).collect();
            for (schema, properties) in &schemas {
                let shared = fields.iter().filter(|field| properties.contains(field)).count();
                // A few common names, such as `status` and `url`, do not make a model.
                let mirrors = shared > 1 && 2 * shared >= fields.len();
                assert!(!mirrors, "{}: `{}` has {shared} fields of the schema `{schema}`", path.display(), item.ident);
            }
        }
    }
}

/// The inherent functions of the type `name` in the Rust files at `path`.
fn functions_of(name: &str, path: &str) -> Vec<String> {
    let folder = root().join(path);
    let files = [vec![folder.with_extension("rs")], if folder.is_dir() { sources(&folder) } else { Vec::new() }].concat();
    let mut functions = Vec::new();
    for file in files {
        let file = syn::parse_file(&std::fs::read_to_string(file).unwrap()).unwrap();
        for item in file.items {
            let syn::Item::Impl(item) = item else { continue };
            let is_own = matches!(&*item.self_ty, syn::Type::Path(path) if path.path.is_ident(name));
            let own = item.items.into_iter().filter(|_| is_own && item.trait_.is_none());
            functions.extend(
                own.filter_map(|item| if let syn::ImplItem::Fn(item) = item { Some(item.sig.ident.to_string()) } else { None }),
            );
        }
    }
    assert!(!functions.is_empty(), "{name} has no functions in {path}");
    functions
}

#[test]
fn no_operation_can_take_the_name_of_a_method_of_the_client() {
    for name in functions_of("Client", "deck-api/src/client") {
        assert!(xtask::fit::CLIENT_METHODS.contains(&name.as_str()), "`{name}` is not reserved");
    }
}

#[test]
fn no_credential_can_take_the_name_of_an_option_of_the_client() {
    for (owner, path) in [("ClientBuilder", "deck-api/src/client"), ("Credentials", "deck-api/src/runtime/auth/credentials")] {
        for name in functions_of(owner, path) {
            assert!(xtask::model::credentials::BUILDER_OPTIONS.contains(&name.as_str()), "`{name}` is not reserved");
        }
    }
}

#[test]
fn the_runtime_mentions_neither_deck_nor_its_operations() {
    let files = sources(&root().join("deck-api/src/runtime"))
        .into_iter()
        .chain(sources(&root().join("deck-api/src/client")))
        .chain(["client.rs", "generated.rs"].map(|file| root().join("deck-api/src").join(file)));
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap().to_lowercase();
        for word in ["deck", "run_task", "runtask", "session_limit"] {
            assert!(!text.contains(word), "{}: `{word}`", path.display());
        }
    }
}

#[test]
fn every_source_file_begins_with_a_doc_comment() {
    let folders = ["xtask/src", "xtask/tests", "deck-api/src", "deck-api/tests", "deck-api/examples", "deck-api/testkit/src"];
    for path in folders.iter().flat_map(|folder| sources(&root().join(folder))) {
        let text = std::fs::read_to_string(&path).unwrap();
        let generated = text.starts_with("// @generated");
        assert!(generated || text.starts_with("//! "), "{}", path.display());
    }
}

#[test]
fn commands_in_the_documentation_exist() {
    let verbs = ["new", "generate", "check", "update", "diff", "lower", "try", "demo", "release"];
    for file in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "spec/README.md"] {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        for rest in text.split("cargo xtask ").skip(1) {
            let verb: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
            assert!(verbs.contains(&verb.as_str()), "{file}: cargo xtask {verb}");
        }
    }
}

#[test]
#[cfg(unix)]
fn ci_runs_the_commands_of_the_readme_unchanged() {
    let output = std::process::Command::new("bash").args([".ci/fresh", "--list"]).current_dir(root()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "cargo xtask demo\ncargo test --workspace\n");
    let run = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    assert!(run.lines().any(|line| line == ".ci/fresh"), "{run}");
}

#[test]
fn the_readme_begins_with_five_lines_for_each_kind_of_reader() {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let screen: Vec<&str> = text.lines().take(45).collect();
    for (heading, words) in [
        ("## I use the Deck API", &["cargo add deck-api", ".run_task()"][..]),
        ("## I maintain this crate", &["cargo xtask demo", "cargo test --workspace", "cargo xtask update"]),
        ("## I have another API", &["cargo xtask try", "cargo xtask generate --document", "--out"]),
    ] {
        let below = screen.iter().skip_while(|line| **line != heading).skip(1).take_while(|line| !line.starts_with("## "));
        let lines: Vec<&str> = below.copied().filter(|line| !line.is_empty() && !line.starts_with("```")).collect();
        assert!((1..=5).contains(&lines.len()), "{heading}: {lines:?}");
        assert!(words.iter().all(|word| lines.iter().any(|line| line.contains(word))), "{heading}: {lines:?}");
    }
}

#[test]
fn the_runtime_supports_every_charset_that_the_generator_accepts() {
    let runtime = std::fs::read_to_string(root().join("deck-api/src/runtime/charset.rs")).unwrap();
    for charset in xtask::fit::READ_CHARSETS {
        assert!(runtime.contains(&format!("\"{charset}\"")), "{charset}");
    }
}
