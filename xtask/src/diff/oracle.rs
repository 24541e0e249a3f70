//! Whether types, fields and setters are as `diff` believes: the generated code of all small documents says so.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use super::endpoints;
use super::side::Side;
use super::view::View;
use crate::document::Document;
use crate::document::Source;
use crate::input::Input;
use crate::model::rust_types;
use crate::model::types::Shape;
use crate::{emit, workspace};
use indexmap::IndexMap;
use quote::ToTokens;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn documents() -> Vec<Input> {
    let home = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let root = home.parent().unwrap();
    let crates = workspace::api_crate::all(root).unwrap();
    let mut inputs: Vec<Input> = crates.iter().map(|api| workspace::input(root, api).unwrap()).collect();
    for folder in ["cases", "wire"]
        .map(|folder| home.join("tests").join(folder))
        .into_iter()
        .chain(std::env::var_os("DIFF_DOCUMENTS").map(PathBuf::from))
    {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        inputs.extend(paths.iter().filter(|path| is_document(path)).map(|path| Input {
            published: Source { file: path.display().to_string(), text: std::fs::read_to_string(path).unwrap() },
            crate_name: "oracle-api".to_owned(),
            skip_refused: true,
            ..Input::default()
        }));
    }
    inputs
}

fn is_document(path: &Path) -> bool {
    let name = path.to_string_lossy();
    (name.ends_with(".yaml") || name.ends_with(".json")) && !name.ends_with(".overlay.yaml")
}

/// The types of fields and parameters, by `Type::field`.
fn generated(files: &IndexMap<String, String>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for file in ["types.rs", "operations.rs"] {
        let Some(text) = files.get(file) else { continue };
        for item in syn::parse_file(emit::without_header(text)).unwrap().items {
            match item {
                syn::Item::Struct(item) => {
                    found.insert(item.ident.to_string(), String::new());
                    for field in item.fields.iter().filter(|field| field.ident.is_some()) {
                        let name = field.ident.as_ref().unwrap().to_string();
                        found.insert(
                            format!("{}::{}", item.ident, name.trim_start_matches("r#")),
                            plain(&field.ty.to_token_stream().to_string()),
                        );
                    }
                }
                syn::Item::Enum(item) => drop(found.insert(item.ident.to_string(), String::new())),
                syn::Item::Type(item) => {
                    drop(found.insert(item.ident.to_string(), plain(&item.ty.to_token_stream().to_string())));
                }
                _ => {}
            }
        }
    }
    found
}

fn plain(ty: &str) -> String {
    let ty = ty
        .replace([' '], "")
        .replace(",>", ">")
        .replace("types::", "")
        .replace("::std::", "std::")
        .replace("std::collections::", "")
        .replace("std::string::String", "String")
        .replace("std::vec::Vec", "Vec")
        .replace("std::option::Option", "Option")
        .replace("std::boxed::Box", "Box");
    ty.replace("Box<", "(").replace("serde_json::Map", "Map").replace("::serde_json", "serde_json").replace("::chrono", "chrono")
}

/// Aliases are the types that they stand for, and boxes do not show.
fn resolved(ty: &str, code: &BTreeMap<String, String>, depth: usize) -> String {
    let mut text = String::new();
    let mut word = String::new();
    let flush = |word: &mut String, text: &mut String| {
        match code.get(word.as_str()).filter(|ty| !ty.is_empty()) {
            Some(ty) if depth < 8 => text.push_str(&resolved(ty, code, depth + 1)),
            _ => text.push_str(word),
        }
        word.clear();
    };
    let mut boxes = Vec::new();
    let mut depth = 0;
    for c in ty.chars() {
        match c {
            '(' => boxes.push(depth),
            '<' => {
                flush(&mut word, &mut text);
                depth += 1;
                text.push(c);
            }
            '>' => {
                flush(&mut word, &mut text);
                if boxes.last() == Some(&depth) {
                    boxes.pop();
                } else {
                    depth -= 1;
                    text.push(c);
                }
            }
            ',' => {
                flush(&mut word, &mut text);
                text.push(c);
            }
            _ => word.push(c),
        }
    }
    flush(&mut word, &mut text);
    text
}

#[test]
fn types_fields_and_setters_are_those_of_the_generated_code() {
    crate::stack::on_big_stack(compare_all).unwrap();
}

fn compare_all() {
    let mut wrong = String::new();
    let mut compared = 0;
    for input in documents() {
        let Ok(generated_code) = crate::pipeline::generate(&input) else { continue };
        let code = generated(&generated_code.files);
        let document: &Document = &generated_code.prepared.document;
        let view = View::of(document);
        let side = Side::new(&view);
        let endpoints = endpoints::of(&side);
        let mut expect = |what: String, expected: &str| {
            compared += 1;
            let expected = plain(expected);
            match code.get(&what) {
                Some(found) if resolved(found, &code, 0) == resolved(&expected, &code, 0) => {}
                found => writeln!(wrong, "{}: {what} is {found:?}, not {expected}", input.published.file).unwrap(),
            }
        };
        for (name, def) in &generated_code.prepared.fitted.types {
            assert_eq!(view.model.types.get(name), Some(def), "{}: {name}", input.published.file);
            let Shape::Struct(item) = &def.shape else { continue };
            expect(name.clone(), "");
            for (field, known) in item.names() {
                expect(format!("{name}::{field}"), &rust_types::field(&view.model.types, known, def.direction));
            }
        }
        for endpoint in &endpoints {
            for (rust, schema) in endpoint.parameters.iter().filter_map(|parameter| Some((parameter.rust?, parameter.schema?))) {
                let ty = format!("Option<{}>", side.rust(schema, false));
                expect(format!("{}::{rust}", crate::model::names::type_name(&endpoint.rust)), &ty);
            }
        }
    }
    assert!(compared > 300, "{compared}");
    assert!(wrong.is_empty(), "{compared} compared\n{wrong}");
}
