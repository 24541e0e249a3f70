//! Choices of the generator's user: Rust types by format or component, and lenient scalars.

use super::known_types::{self, Dependency};
use super::scalars::{Scalar, format_of, json_type, usual};
use super::types::Type;
use crate::document::pointer::{Pointer, component_name};
use crate::document::walk::{self, Node};
use crate::problem::{Problem, Problems, nearest};
use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Extension at the root of a document: Rust types by format, or by reference to a component.
pub const TYPES: &str = "x-types";
/// Extension for lenient scalars, which keep received values that do not parse. At the root of a document it lists formats; in
/// a schema it is a flag.
pub const LENIENT: &str = "x-lenient";
/// In a list of formats: every scalar except plain strings.
pub const ALL: &str = "all";

/// The choices of the generator's user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeChoices {
    /// Types by format, or by JSON type for scalars without a format.
    formats: IndexMap<String, String>,
    /// Types by the name of a component in the published document.
    components: IndexMap<String, String>,
    lenient: IndexSet<String>,
}

impl TypeChoices {
    /// Reads the choices at the root of a document, which come from its overlay or from the caller.
    pub fn read(document: &Value, problems: &mut Problems) -> Self {
        let mut choices = Self::default();
        let at = Pointer::default().at(TYPES);
        match document.get(TYPES) {
            Some(Value::Object(formats)) => {
                for (format, rust) in formats {
                    match rust.as_str().map(known_types::resolve) {
                        Some(Ok(rust)) => choices.choose(format, rust),
                        Some(Err(reason)) => problems.add(at.at(format), reason, WAY_OUT),
                        None => problems.add(at.at(format), "must be the path of a type in Rust", WAY_OUT),
                    }
                }
            }
            Some(_) => problems.add(at, "must be an object: types in Rust by format or by component", WAY_OUT),
            None => {}
        }
        let at = Pointer::default().at(LENIENT);
        match document.get(LENIENT) {
            Some(Value::Array(formats)) => {
                for (index, format) in formats.iter().enumerate() {
                    match format.as_str() {
                        Some(format) => drop(choices.lenient.insert(format.to_ascii_lowercase())),
                        None => problems.add(at.nth(index), "must be the name of a format", LENIENT_WAY_OUT),
                    }
                }
            }
            Some(_) => problems.add(at, "must be a list of formats", LENIENT_WAY_OUT),
            None => {}
        }
        choices
    }

    /// Adds the choice of a type for a format or a component.
    fn choose(&mut self, key: &str, rust: String) {
        match component_name(key, "schemas") {
            Some(component) => self.components.insert(component, rust),
            None => self.formats.insert(key.to_ascii_lowercase(), rust),
        };
    }

    /// The type chosen for `format`, if it can represent none of the JSON types in `names`.
    #[must_use]
    pub fn unusable(&self, format: &str, names: &IndexSet<&str>) -> Option<&str> {
        let rust = self.formats.get(format)?;
        (!names.iter().any(|name| for_json(rust, name).is_some())).then_some(rust)
    }

    /// The scalar for a schema of the JSON type `name`.
    #[must_use]
    pub fn scalar(&self, name: &'static str, schema: &Map<String, Value>) -> Scalar {
        let format = format_of(schema);
        let format = format.as_deref();
        let chosen = self.formats.get(format.unwrap_or(name)).and_then(|rust| for_json(rust, name));
        let rust = chosen.map_or_else(|| usual(name, format, schema).into(), Cow::Owned);
        let lenient = schema.get(LENIENT) == Some(&Value::Bool(true)) || self.is_lenient(name, format, &rust);
        Scalar { name, rust, lenient }
    }

    /// Merges two schemas of the same value; `None` if they contradict each other. If both have a format, the first counts.
    #[must_use]
    pub fn both(&self, a: Scalar, b: Scalar) -> Option<Scalar> {
        let lenient = a.lenient || b.lenient;
        let says_nothing = |scalar: &Scalar| self.scalar(scalar.name, &Map::new()).rust == scalar.rust;
        let more = match (a.name, b.name) {
            (one, other) if one == other && says_nothing(&a) => b,
            (one, other) if one == other => a,
            ("integer", "number") => a,
            ("number", "integer") => b,
            _ => return None,
        };
        Some(Scalar { lenient, ..more })
    }

    /// Whether the user chose a type for the component `name`.
    #[must_use]
    pub fn has_component(&self, name: &str) -> bool {
        self.components.contains_key(name)
    }

    /// The type chosen for the component `name`. `json` is its JSON type, if it is a scalar.
    ///
    /// # Errors
    /// Returns an error if the type cannot represent such values.
    pub fn component(&self, name: &str, json: Option<&'static str>) -> Option<Result<Type, String>> {
        let rust = self.components.get(name)?;
        let Some(known) = known_types::find(rust) else { return Some(Ok(Type::Custom(rust.clone()))) };
        let scalar = json.and_then(|name| Some(Scalar { name, rust: known.for_json(name)?.into(), lenient: false }));
        Some(scalar.map(Type::Scalar).ok_or_else(|| {
            let what = json.map_or_else(|| "is neither".to_owned(), |json| format!("is `{json}`"));
            format!("cannot be `{rust}`, which represents {}: the schema {what}", known.json())
        }))
    }

    fn is_lenient(&self, name: &str, format: Option<&str>, rust: &str) -> bool {
        let is_listed = |key: &str| self.lenient.contains(key);
        format.is_some_and(is_listed) || is_listed(name) || is_listed(ALL) && rust != "String"
    }

    /// The crates of chosen types, if the generator knows them.
    #[must_use]
    pub fn dependencies(&self) -> Vec<Dependency> {
        let mut found = Vec::new();
        for rust in self.formats.values().chain(self.components.values()) {
            let dependency = known_types::find(rust).and_then(|known| known.dependency);
            found.extend(dependency.filter(|dependency| !found.contains(dependency)));
        }
        found
    }

    /// The user's own types, and what each of them represents.
    pub fn own_types(&self) -> impl Iterator<Item = (&str, String)> {
        let formats = self.formats.iter().map(|(format, rust)| (rust, format!("the format `{format}`")));
        let components = self.components.iter().map(|(name, rust)| (rust, format!("the component `{name}`")));
        let all = formats.chain(components).filter(|(rust, _)| known_types::find(rust).is_none());
        all.map(|(rust, what)| (rust.as_str(), what))
    }

    /// The formats and JSON types with a choice.
    pub fn keys(&self) -> impl Iterator<Item = (Pointer, &str)> {
        let formats = self.formats.keys().map(|format| (Pointer::default().at(TYPES).at(format), format.as_str()));
        let lenient = self.lenient.iter().enumerate().filter(|(_, format)| *format != ALL);
        formats.chain(lenient.map(|(index, format)| (Pointer::default().at(LENIENT).nth(index), format.as_str())))
    }
}

/// The Rust type for values of the JSON type `name`. A type of the user can represent any.
fn for_json(rust: &str, name: &str) -> Option<String> {
    known_types::find(rust).map_or_else(|| Some(rust.to_owned()), |known| known.for_json(name))
}

/// Adds the choices of the caller to those in the document. The caller's take precedence.
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

/// Removes the user's own types, for crates that cannot use them. Returns what they represented.
pub fn drop_own_types(document: &mut Value) -> Vec<String> {
    let choices = TypeChoices::read(document, &mut Problems::new(""));
    let own: IndexMap<&str, String> = choices.own_types().collect();
    if let Some(types) = document.get_mut(TYPES).and_then(Value::as_object_mut) {
        types.retain(|_, rust| {
            !rust.as_str().and_then(|rust| known_types::resolve(rust).ok()).is_some_and(|rust| own.contains_key(&*rust))
        });
    }
    choices.own_types().map(|(rust, what)| format!("`{rust}` for {what}")).collect()
}

/// Checks choices against the whole document. They are in `file` below `at`, or are command-line options.
///
/// # Errors
/// Returns every choice of an unknown type or component.
pub fn check<'a>(
    types: impl Iterator<Item = (&'a String, Option<&'a str>)>,
    document: &Value,
    (file, at): (&str, Option<&Pointer>),
) -> Vec<Problem> {
    let reason = |key: &str, rust: Option<&str>| match rust.map(known_types::resolve) {
        None => Some("must be the path of a type in Rust".to_owned()),
        Some(Err(reason)) => Some(reason),
        Some(Ok(_)) => wrong_key(key, document),
    };
    let problem = |(key, rust): (&String, Option<&str>)| {
        let message = reason(key, rust)?;
        Some(Problem {
            file: file.to_owned(),
            pointer: at.map_or_else(|| key.clone(), |at| format!("#{}", at.at(key))),
            message,
            fix: WAY_OUT.to_owned(),
        })
    };
    types.filter_map(problem).collect()
}

const WAY_OUT: &str = "write a format or a component, and a type, as in `uuid = \"uuid::Uuid\"` or \
    `\"#/components/schemas/Money\" = \"my_types::Money\"`, below `[package.metadata.openapi.types]`, by `--type KEY=TYPE`, or in \
    `x-types` of the overlay";

const LENIENT_WAY_OUT: &str =
    "write `x-lenient: [date-time]` at the root of the document by the overlay, or `--lenient=date-time`";

/// The reason why a key is neither a format nor a component.
fn wrong_key(key: &str, document: &Value) -> Option<String> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let has = |name: &str| schemas.is_some_and(|schemas| schemas.contains_key(name));
    if !key.starts_with('#') {
        let is_meant = has(key) && json_type(key).is_none() && !is_format(key, document);
        return is_meant.then(|| format!("`{key}` is a component and no format: write `#/components/schemas/{key}`"));
    }
    let Some(name) = component_name(key, "schemas") else {
        return Some(
            "is neither a format nor `#/components/schemas/NAME`: only components can have a type of their own".to_owned(),
        );
    };
    let names = schemas.into_iter().flat_map(|schemas| schemas.keys().map(String::as_str));
    let meant = nearest(&name, names).map(|near| format!("; did you mean `#/components/schemas/{near}`?"));
    (!has(&name)).then(|| format!("the document has no component `{name}`{}", meant.unwrap_or_default()))
}

fn is_format(key: &str, document: &Value) -> bool {
    let mut found = false;
    walk::read(document, &mut |site, value| {
        let format = value.as_object().filter(|_| site.node == Node::Schema).and_then(format_of);
        found |= format.is_some_and(|format| format.eq_ignore_ascii_case(key));
    });
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::model::scalars::{DATE_TIME, INTEGER};
    use serde_json::json;

    #[test]
    fn malformed_choices_are_problems_with_a_pointer() {
        for (document, expected) in [
            (json!({ "x-types": ["decimal"] }), "#/x-types"),
            (json!({ "x-types": { "decimal": 5 } }), "#/x-types/decimal"),
            (json!({ "x-types": { "decimal": "Unknown" } }), "#/x-types/decimal"),
            (json!({ "x-lenient": "date" }), "#/x-lenient"),
            (json!({ "x-lenient": ["date", 5] }), "#/x-lenient/1"),
        ] {
            let mut problems = Problems::new("a.json");
            TypeChoices::read(&document, &mut problems);
            let found = problems.finish(()).unwrap_err().0;
            assert_eq!(found.iter().map(|problem| problem.pointer.as_str()).collect::<Vec<_>>(), [expected], "{document}");
        }
    }

    #[test]
    fn choices_of_both_schemas_of_a_value_apply() {
        let document = json!({ "x-types": { "number": "Number" } });
        let choices = TypeChoices::read(&document, &mut Problems::new("a.json"));
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
    fn a_chosen_type_replaces_its_format_for_the_json_types_that_it_supports() {
        let document = json!({ "x-types": { "decimal": "rust_decimal::Decimal", "integer": "Integer", "date-time": "u64" },
            "x-lenient": ["date"] });
        let mut problems = Problems::new("a.json");
        let choices = TypeChoices::read(&document, &mut problems);
        let of = |name, schema: Value| choices.scalar(name, schema.as_object().unwrap()).rust_type();
        assert_eq!(of("number", json!({ "format": "decimal" })), "runtime::NumberOf<rust_decimal::Decimal>");
        assert_eq!(of("string", json!({ "format": "decimal" })), "runtime::TextOf<rust_decimal::Decimal>");
        assert_eq!(of("integer", json!({})), INTEGER);
        assert_eq!(of("integer", json!({ "format": "int32" })), "i32");
        assert_eq!(of("string", json!({ "format": "date-time" })), DATE_TIME, "a number type cannot replace a string");
        assert_eq!(of("string", json!({ "format": "date" })), "runtime::Lenient<chrono::naive::NaiveDate>");
        assert_eq!(of("string", json!({ "x-lenient": true })), "runtime::Lenient<String>");
        assert_eq!(choices.dependencies().len(), 1);
    }
}
