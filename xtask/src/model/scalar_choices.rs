//! What the user of the generator chooses for scalars: types in Rust by format, and what is kept that does not fit.

use super::scalars::{DATE, DATE_TIME, INTEGER, NUMBER, Scalar, format_of, usual};
use crate::document::pointer::Pointer;
use crate::problem::Problems;
use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value};

/// Extension at the root of a document: the types in Rust by format.
pub const TYPES: &str = "x-types";
/// Extension: received scalars that do not fit their type are kept as they arrived. At the root of a document it lists their
/// formats; at a schema it is a flag.
pub const LENIENT: &str = "x-lenient";
/// In a list of formats: every scalar that is not plain text.
pub const ALL: &str = "all";

/// A type in Rust that a format can become, the types in JSON that it can stand for, and the crate that it needs.
pub struct Known {
    pub rust: &'static str,
    pub json: &'static [&'static str],
    pub dependency: Option<Dependency>,
}

/// A crate that a generated crate depends on for the sake of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dependency {
    pub name: &'static str,
    pub requirement: &'static str,
}

const fn known(rust: &'static str, json: &'static [&'static str]) -> Known {
    Known { rust, json, dependency: None }
}

const KNOWN: [Known; 12] = [
    Known {
        rust: "rust_decimal::Decimal",
        json: &["number", "string", "integer"],
        dependency: Some(Dependency {
            name: "rust_decimal",
            requirement: "{ version = \"1.36\", default-features = false, features = [\"serde\", \"std\"] }",
        }),
    },
    known("chrono::DateTime<chrono::FixedOffset>", &["string"]),
    known(DATE_TIME, &["string"]),
    known("chrono::NaiveDateTime", &["string"]),
    known(DATE, &["string"]),
    known("String", &["string"]),
    known(NUMBER, &["number", "integer"]),
    known(INTEGER, &["integer"]),
    known("f64", &["number"]),
    known("f32", &["number"]),
    known("i64", &["integer"]),
    known("u64", &["integer"]),
];

/// What the user of the generator chooses for scalars.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScalarChoices {
    formats: IndexMap<String, String>,
    lenient: IndexSet<String>,
}

impl ScalarChoices {
    /// Reads the choices that a document has at its root, by its overlay or by the caller.
    pub fn read(document: &Value, problems: &mut Problems) -> Self {
        let mut choices = Self::default();
        let at = Pointer::default().at(TYPES);
        match document.get(TYPES) {
            Some(Value::Object(formats)) => {
                for (format, rust) in formats {
                    match rust.as_str().map(|rust| resolve(format, rust)) {
                        Some(Ok(rust)) => drop(choices.formats.insert(format.to_ascii_lowercase(), rust)),
                        Some(Err(reason)) => problems.add(at.at(format), reason, WAY_OUT),
                        None => problems.add(at.at(format), "must be the path of a type in Rust", WAY_OUT),
                    }
                }
            }
            Some(_) => problems.add(at, "must be an object: types in Rust by format", WAY_OUT),
            None => {}
        }
        let at = Pointer::default().at(LENIENT);
        match document.get(LENIENT) {
            Some(Value::Array(formats)) => {
                for (index, format) in formats.iter().enumerate() {
                    match format.as_str() {
                        Some(format) => drop(choices.lenient.insert(format.to_ascii_lowercase())),
                        None => problems.add(at.at(index), "must be the name of a format", LENIENT_WAY_OUT),
                    }
                }
            }
            Some(_) => problems.add(at, "must be a list of formats", LENIENT_WAY_OUT),
            None => {}
        }
        choices
    }

    /// Whether a type in Rust is chosen for a format, or for a type in JSON, which stands for none of the `names` of types that
    /// schemas with it have.
    #[must_use]
    pub fn stands_for_none(&self, format: &str, names: &IndexSet<&str>) -> Option<&str> {
        let rust = self.formats.get(format)?;
        (!names.iter().any(|name| stands_for(rust, name))).then_some(rust)
    }

    /// What a schema of the type `name` is.
    #[must_use]
    pub fn scalar(&self, name: &'static str, schema: &Map<String, Value>) -> Scalar {
        let format = format_of(schema);
        let format = format.as_deref();
        let rust = self.chosen(name, format).unwrap_or_else(|| usual(name, format, schema));
        let lenient = schema.get(LENIENT) == Some(&Value::Bool(true)) || self.is_lenient(name, format, &rust);
        Scalar { name, rust, lenient }
    }

    /// What two schemas of one value say of it; `None` where they contradict each other. Of two formats the first one counts.
    #[must_use]
    pub fn both(&self, a: Scalar, b: Scalar) -> Option<Scalar> {
        let lenient = a.lenient || b.lenient;
        let says_nothing = |scalar: &Scalar| self.scalar(scalar.name, &Map::new()).rust == scalar.rust;
        let more = match (a.name, b.name) {
            (one, other) if one == other => {
                if says_nothing(&a) {
                    b
                } else {
                    a
                }
            }
            ("integer", "number") => a,
            ("number", "integer") => b,
            _ => return None,
        };
        Some(Scalar { lenient, ..more })
    }

    /// The format, or else the type, for which the user chose another type in Rust.
    fn chosen(&self, name: &str, format: Option<&str>) -> Option<String> {
        let rust = self.formats.get(format.unwrap_or(name))?;
        if !stands_for(rust, name) {
            return None;
        }
        Some(match name {
            "number" | "integer" if rust.contains("Decimal") => format!("runtime::NumberOf<{rust}>"),
            "string" if rust.contains("Decimal") => format!("runtime::TextOf<{rust}>"),
            _ => rust.clone(),
        })
    }

    fn is_lenient(&self, name: &str, format: Option<&str>, rust: &str) -> bool {
        let is_listed = |key: &str| self.lenient.contains(key);
        format.is_some_and(is_listed) || is_listed(name) || is_listed(ALL) && rust != "String"
    }

    /// The crates that the chosen types need.
    #[must_use]
    pub fn dependencies(&self) -> Vec<Dependency> {
        let chosen = KNOWN.iter().filter(|known| self.formats.values().any(|rust| rust == known.rust));
        chosen.filter_map(|known| known.dependency).collect()
    }

    /// The formats, or types, for which there is a choice.
    pub fn keys(&self) -> impl Iterator<Item = (Pointer, &str)> {
        let formats = self.formats.keys().map(|format| (Pointer::default().at(TYPES).at(format), format.as_str()));
        let lenient = self.lenient.iter().enumerate().filter(|(_, format)| *format != ALL);
        formats.chain(lenient.map(|(index, format)| (Pointer::default().at(LENIENT).at(index), format.as_str())))
    }
}

/// Adds the choices of the caller to those that the overlay has put at the root of a document; the caller's go first.
pub fn choose(document: &mut Value, formats: &IndexMap<String, String>, lenient: &[String]) {
    let Some(root) = document.as_object_mut() else { return };
    if !formats.is_empty()
        && let Value::Object(known) = root.entry(TYPES).or_insert_with(|| Value::Object(Map::new()))
    {
        known.extend(formats.iter().map(|(format, rust)| (format.clone(), rust.as_str().into())));
    }
    if !lenient.is_empty()
        && let Value::Array(known) = root.entry(LENIENT).or_insert_with(|| Value::Array(Vec::new()))
    {
        known.extend(lenient.iter().map(|format| format.as_str().into()));
    }
}

const WAY_OUT: &str =
    "choose another type with `--type FORMAT=TYPE`, below `[package.metadata.openapi.types]`, or by the overlay";

const LENIENT_WAY_OUT: &str =
    "write `x-lenient: [date-time]` at the root of the document by the overlay, or `--lenient=date-time`";

/// The whole path of a type.
fn resolve(format: &str, rust: &str) -> Result<String, String> {
    let rust: String = rust.chars().filter(|c| !c.is_whitespace()).collect();
    let is_meant = |known: &&Known| known.rust == rust || known.rust.strip_prefix("runtime::") == Some(&*rust);
    let known = KNOWN.iter().find(is_meant).map(|known| known.rust.to_owned());
    known.ok_or_else(|| {
        let all: Vec<String> = KNOWN.iter().map(|known| format!("`{}`", known.rust)).collect();
        format!("the format `{format}` cannot be `{rust}`; the types are {}", all.join(", "))
    })
}

fn stands_for(rust: &str, name: &str) -> bool {
    KNOWN.iter().any(|known| known.rust == rust && known.json.contains(&name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use serde_json::json;

    #[test]
    fn choices_that_are_malformed_are_problems_with_a_pointer() {
        for (document, expected) in [
            (json!({ "x-types": ["decimal"] }), "#/x-types"),
            (json!({ "x-types": { "decimal": 5 } }), "#/x-types/decimal"),
            (json!({ "x-types": { "decimal": "Unknown" } }), "#/x-types/decimal"),
            (json!({ "x-lenient": "date" }), "#/x-lenient"),
            (json!({ "x-lenient": ["date", 5] }), "#/x-lenient/1"),
        ] {
            let mut problems = Problems::new("a.json");
            ScalarChoices::read(&document, &mut problems);
            let found = problems.finish(()).unwrap_err().0;
            assert_eq!(found.iter().map(|problem| problem.pointer.as_str()).collect::<Vec<_>>(), [expected], "{document}");
        }
    }

    #[test]
    fn what_both_schemas_of_a_value_say_counts() {
        let document = json!({ "x-types": { "number": "Number" } });
        let choices = ScalarChoices::read(&document, &mut Problems::new("a.json"));
        let of = |name, schema: Value| choices.scalar(name, schema.as_object().unwrap());
        for (a, b, expected) in [
            (("number", json!({})), ("number", json!({ "format": "float" })), "f32"),
            (("number", json!({ "format": "float" })), ("number", json!({})), "f32"),
            (("integer", json!({})), ("number", json!({ "x-lenient": true })), "runtime::Lenient<i64>"),
            (
                ("string", json!({ "x-lenient": true })),
                ("string", json!({ "format": "DATE" })),
                "runtime::Lenient<chrono::naive::NaiveDate>",
            ),
        ] {
            let both = choices.both(of(a.0, a.1.clone()), of(b.0, b.1.clone()));
            assert_eq!(both.unwrap().rust_type(), expected, "{a:?} {b:?}");
        }
        assert_eq!(choices.both(of("string", json!({})), of("number", json!({}))), None);
    }

    #[test]
    fn a_chosen_type_stands_for_its_format_and_for_types_of_json_that_it_can_be() {
        let document = json!({ "x-types": { "decimal": "rust_decimal::Decimal", "integer": "Integer", "date-time": "u64" },
            "x-lenient": ["date"] });
        let mut problems = Problems::new("a.json");
        let choices = ScalarChoices::read(&document, &mut problems);
        let of = |name, schema: Value| choices.scalar(name, schema.as_object().unwrap()).rust_type();
        assert_eq!(of("number", json!({ "format": "decimal" })), "runtime::NumberOf<rust_decimal::Decimal>");
        assert_eq!(of("string", json!({ "format": "decimal" })), "runtime::TextOf<rust_decimal::Decimal>");
        assert_eq!(of("integer", json!({})), INTEGER);
        assert_eq!(of("integer", json!({ "format": "int32" })), "i32");
        assert_eq!(of("string", json!({ "format": "date-time" })), DATE_TIME, "a number does not stand for text");
        assert_eq!(of("string", json!({ "format": "date" })), "runtime::Lenient<chrono::naive::NaiveDate>");
        assert_eq!(of("string", json!({ "x-lenient": true })), "runtime::Lenient<String>");
        assert_eq!(choices.dependencies().len(), 1);
    }
}
