//! Determines the kind of a schema by its `type`, or else by other keywords.

use super::reader::Reader;
use super::schema::{KnownStrings, Object, SchemaKind, Subschema};
use crate::account::Loss;
use crate::document::keywords::type_of;
use crate::document::pointer::Pointer;
use crate::model::parameters::ANY;
use indexmap::IndexSet;
use serde_json::{Map, Value};

/// The maximum number of strings in an enum. Larger enums are unreadable and slow to compile.
const MAX_STRINGS: usize = 5_000;

impl<'d> Reader<'_, 'd> {
    /// The kind of a schema, and whether `enum` contains null.
    pub(super) fn shape(&mut self, at: &Pointer, object: &'d Map<String, Value>) -> (SchemaKind<'d>, bool) {
        let values = object.get("enum").and_then(Value::as_array);
        let has_null = values.is_some_and(|values| values.iter().any(Value::is_null));
        let kind = match type_name(object) {
            Some("string") => self.text(at, object, values),
            Some("integer") => self.scalar(at, object, "integer", values),
            Some("number") => self.scalar(at, object, "number", values),
            Some("boolean") => self.scalar(at, object, "boolean", values),
            Some("array") => SchemaKind::Array(Subschema::boxed(at.at("items"), object.get("items").unwrap_or(&ANY))),
            Some("object") => self.object(at, object),
            Some("null") => SchemaKind::Null,
            Some(name) => {
                self.account.note(&at.at("type"), Loss::Widened, format!("`{name}` is not a type: any JSON"));
                SchemaKind::Any
            }
            None => {
                if values.is_some_and(|values| values.len() > usize::from(has_null)) {
                    self.account.note(&at.at("enum"), Loss::Widened, "values of several types, which are read as any JSON");
                }
                SchemaKind::Any
            }
        };
        (kind, has_null)
    }

    fn scalar(
        &mut self,
        at: &Pointer,
        object: &Map<String, Value>,
        name: &'static str,
        values: Option<&Vec<Value>>,
    ) -> SchemaKind<'d> {
        if values.is_some_and(|values| values.iter().any(|value| !value.is_null())) {
            self.account.note(&at.at("enum"), Loss::Validation, format!("any {name} is admitted"));
        }
        SchemaKind::Scalar(self.choices.scalar(name, object))
    }

    fn text(&mut self, at: &Pointer, object: &Map<String, Value>, values: Option<&Vec<Value>>) -> SchemaKind<'d> {
        let plain = SchemaKind::Scalar(self.choices.scalar("string", object));
        let Some(values) = values else { return plain };
        let strings: IndexSet<String> = values.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        // YAML reads some unquoted words as other values.
        let has_others = values.iter().any(|value| !value.is_string() && !value.is_null());
        if has_others {
            self.account.note(&at.at("enum"), Loss::Widened, "has values that are not strings: any text is admitted");
        }
        match strings.len() {
            0 => plain,
            1..=MAX_STRINGS => SchemaKind::StringEnum(KnownStrings { values: strings, open: has_others }),
            many => {
                self.account.note(&at.at("enum"), Loss::Widened, format!("{many} values are too many for an enum: any text"));
                plain
            }
        }
    }

    fn object(&mut self, at: &Pointer, object: &'d Map<String, Value>) -> SchemaKind<'d> {
        let places = at.at("properties");
        let properties = object.get("properties").and_then(Value::as_object).into_iter().flatten();
        let mut read = Object {
            properties: properties.map(|(name, schema)| (name.clone(), Subschema::new(places.at(name), schema))).collect(),
            ..Object::default()
        };
        read.closed = object.get("additionalProperties") == Some(&Value::Bool(false));
        let rest = match object.get("additionalProperties") {
            None => None,
            Some(Value::Bool(false)) => {
                let text = "`false` is dropped, so that a new field does not break a decoder";
                self.account.note(&at.at("additionalProperties"), Loss::Widened, text);
                None
            }
            Some(Value::Bool(true)) => Some(Subschema::boxed(at.at("additionalProperties"), &ANY)),
            Some(schema) => Some(Subschema::boxed(at.at("additionalProperties"), schema)),
        };
        let required = object.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        for name in required {
            if !read.properties.contains_key(name) {
                let (what, part) = match &rest {
                    Some(rest) => ("as `additionalProperties` says", (**rest).clone()),
                    None => ("any JSON", Subschema::new(at.at("required"), &ANY)),
                };
                self.account.note(&at.at("required"), Loss::Exact, format!("`{name}` is not declared: {what}"));
                read.properties.insert(name.to_owned(), part);
            }
            read.required.insert(name.to_owned());
        }
        if read.properties.is_empty() {
            return SchemaKind::Map(rest);
        }
        read.rest = rest;
        SchemaKind::Object(read)
    }
}

/// The `type`, or the type that other keywords imply.
fn type_name(object: &Map<String, Value>) -> Option<&str> {
    if let Some(name) = object.get("type").and_then(Value::as_str) {
        return Some(name);
    }
    let is_declared = ["properties", "additionalProperties"].iter().any(|key| object.contains_key(*key));
    // Before draft 4, `required` was a flag of a property.
    if is_declared || object.get("required").is_some_and(Value::is_array) {
        return Some("object");
    }
    if object.contains_key("items") {
        return Some("array");
    }
    let values = object.get("enum").and_then(Value::as_array)?;
    let mut names: Vec<&str> = values.iter().filter(|value| !value.is_null()).map(type_of).collect();
    names.sort_unstable();
    names.dedup();
    match names.as_slice() {
        [] => Some("null"),
        ["integer", "number"] => Some("number"),
        [name] => Some(name),
        _ => None,
    }
}
