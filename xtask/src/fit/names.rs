//! Names for Rust: components get the names that typify would give them, operations theirs, all of them different.

use crate::account::{Account, Loss};
use crate::document::Names;
use crate::document::pointer::{Pointer, component_name, schema_reference};
use crate::document::walk;
use heck::{ToSnakeCase, ToUpperCamelCase};
use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Names of the prelude that generated code writes without a path.
const PRELUDE: [&str; 16] = [
    "Box", "Clone", "Debug", "Default", "Err", "From", "Into", "None", "Ok", "Option", "Result", "Self", "Some", "String", "Vec",
    "Client",
];

/// Gives every schema of `components` a name that Rust can have: returns the names that were others before.
pub fn run(document: &mut Value, account: &mut Account) -> HashMap<String, String> {
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else { return HashMap::new() };
    let mut taken = Names::default();
    let names: IndexMap<String, String> = schemas.keys().map(|name| (name.clone(), taken.free(&type_name(name)))).collect();
    let at = Pointer::parse("/components/schemas");
    for (published, name) in names.iter().filter(|(published, name)| published != name) {
        account.note(&at.at(published), Loss::Kept, format!("is the type `{name}`"));
    }
    let rename = |(published, schema): (String, Value)| (names.get(&published).cloned().unwrap_or(published), schema);
    *schemas = std::mem::take(schemas).into_iter().map(rename).collect::<Map<_, _>>();
    walk::schemas(document, &mut |_, schema| {
        let Some(published) = schema.get("$ref").and_then(Value::as_str).and_then(|r| component_name(r, "schemas")) else {
            return;
        };
        if let Some(name) = names.get(&published) {
            schema["$ref"] = json!(schema_reference(name));
        }
    });
    names.into_iter().filter(|(published, name)| published != name).map(|(published, name)| (name, published)).collect()
}

/// The name of a type for `text`: upper camel case, never a word that means something else.
#[must_use]
pub fn type_name(text: &str) -> String {
    let name = part_name(text);
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) { format!("X{name}") } else { name };
    if PRELUDE.contains(&name.as_str()) { format!("{name}Object") } else { name }
}

/// A part of the name of a type, behind another part.
#[must_use]
pub fn part_name(text: &str) -> String {
    let name = ascii(text).to_upper_camel_case();
    if name.is_empty() { "Unnamed".to_owned() } else { name }
}

/// The name of a method or field for `text`: snake case, never a keyword, never one of `reserved`.
#[must_use]
pub fn method_name(text: &str, reserved: &[&str]) -> String {
    let name = ascii(text).to_snake_case();
    let name = match name.chars().next() {
        None => "unnamed".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("x{name}"),
        Some(_) => name,
    };
    if syn::parse_str::<syn::Ident>(&name).is_err() || reserved.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// No name is longer, whatever the document calls a thing: names are repeated in many places.
pub const LONGEST: usize = 240;

fn ascii(text: &str) -> String {
    text.chars().take(LONGEST).map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect()
}
