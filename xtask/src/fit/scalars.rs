//! Reports type choices without an effect, and information in received values that is lost.

use super::directions::reach;
use crate::account::{Account, Loss};
use crate::document::pointer::Pointer;
use crate::document::walk::{self, Node};
use crate::model::operations::Operation;
use crate::model::scalars::{format_of, json_type};
use crate::model::type_choices;
use crate::model::types::Shape;
use crate::model::{Presence, Type, TypeChoices, TypeDef, Types};
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

/// Reports choices without an effect: formats that no scalar has, such as misspelt ones, and formats whose scalars cannot have
/// the chosen type.
pub fn note_unused(choices: &TypeChoices, document: &Value, account: &mut Account) {
    let keys: Vec<(Pointer, &str)> = choices.keys().collect();
    if keys.is_empty() {
        return;
    }
    // The JSON types by format. Scalars without a format count under their type.
    let mut found: IndexMap<String, IndexSet<&str>> = IndexMap::new();
    walk::read(document, &mut |site, value| {
        let Value::Object(schema) = value else { return };
        let name = schema.get("type").and_then(Value::as_str).and_then(json_type);
        let Some(name) = name.filter(|name| site.node == Node::Schema && !(*name == "string" && schema.contains_key("enum")))
        else {
            return;
        };
        let format = format_of(schema);
        found.entry(format.unwrap_or_else(|| name.to_owned())).or_default().insert(name);
    });
    for (at, key) in keys {
        let is_type = at.parent().is_some_and(|parent| parent.last() == type_choices::TYPES);
        match found.get(key) {
            None => account.note(&at, Loss::Kept, format!("has no effect: no scalar has the format `{key}`")),
            Some(names) if is_type => {
                let Some(rust) = choices.unusable(key, names) else { continue };
                let names: Vec<&str> = names.iter().copied().collect();
                let text = format!(
                    "has no effect: a scalar with the format `{key}` is a {}, which `{rust}` cannot represent; \
                     choose another type",
                    names.join(" or a ")
                );
                account.note(&at, Loss::Kept, text);
            }
            Some(_) => {}
        }
    }
}

/// Makes scalars strict that are never received, since lenient ones only serve to keep what arrived.
pub fn make_sent_strict(types: &mut Types, operations: &mut [Operation], account: &mut Account) {
    let sent = types.values_mut().filter(|def| !def.direction.received).flat_map(|def| def.uses_mut());
    let of_operations = operations.iter_mut().flat_map(|operation| {
        let body = operation.body.as_mut().and_then(|body| body.value.as_mut());
        operation.parameters.iter_mut().map(|parameter| &mut parameter.value).chain(body)
    });
    let mut noted = IndexSet::new();
    for used in sent.chain(of_operations) {
        if strict(&mut used.ty)
            && let Some(at) = used.places.first().filter(|at| noted.insert((*at).clone()))
        {
            account.note(at, Loss::Kept, "is not lenient, since it is only sent");
        }
    }
}

/// Reports where null and absence are the same in Rust, so that an encoded response has no null.
pub fn note_nulls(types: &Types, account: &mut Account) {
    let mut noted = IndexSet::new();
    for def in types.values() {
        let Shape::Struct(item) = &def.shape else { continue };
        for field in item.fields.values() {
            let holding = field.holding(types);
            let is_null = holding.nullable || holding.any;
            let is_merged = is_null && holding.presence(def.direction) == Presence::Optional;
            if let Some(at) = field.value.places.first().filter(|at| is_merged && noted.insert((*at).clone())) {
                account.note(at, Loss::Widened, "null is read as absence, and written back as absence");
            }
        }
    }
}

/// Reports where serde or the runtime buffers values, since only there numbers beyond 64 bits lose digits.
pub fn note_digits(types: &Types, account: &mut Account) {
    let (mut unions, mut structs) = (Vec::new(), Vec::new());
    for def in types.values().filter(|def| def.direction.received) {
        match &def.shape {
            Shape::Union(_) => unions.push(def.origin.pointer()),
            Shape::Struct(item) if item.rest.as_ref().is_some_and(|rest| can_hold_digits(types, &rest.ty)) => {
                structs.push(def.origin.pointer());
            }
            _ => {}
        }
    }
    let beside = "a number beyond 64 bits becomes the nearest `f64` in the map of additional properties";
    account.note_once(&structs, Loss::Widened, beside);
    let other = "a number beyond 64 bits becomes the nearest `f64` in `Other` and `Several` values of unions";
    account.note_once(&unions, Loss::Widened, other);
}

/// Whether values of the type contain numbers that would otherwise keep all their digits.
fn can_hold_digits(types: &Types, ty: &Type) -> bool {
    let held = reach(types, std::iter::once(ty));
    let held = held.iter().filter_map(|name| types.get(name)).flat_map(TypeDef::uses);
    keeps_digits(ty) || held.into_iter().any(|used| keeps_digits(&used.ty))
}

fn keeps_digits(ty: &Type) -> bool {
    match ty {
        Type::Any | Type::Map(None) => true,
        Type::Scalar(scalar) => matches!(scalar.name, "integer" | "number") && !scalar.is_primitive_number(),
        Type::Array(values) | Type::Map(Some(values)) => keeps_digits(&values.ty),
        Type::Custom(_) | Type::Named(_) => false,
    }
}

/// Makes scalars strict. Returns whether any was lenient.
fn strict(ty: &mut Type) -> bool {
    match ty {
        Type::Scalar(scalar) => std::mem::take(&mut scalar.lenient),
        Type::Array(values) | Type::Map(Some(values)) => strict(&mut values.ty),
        Type::Any | Type::Custom(_) | Type::Named(_) | Type::Map(None) => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use crate::document::Source;
    use crate::input::Input;
    use serde_json::{Value, json};

    /// Returns the reported changes for a document with a response of this schema.
    fn reports(schema: &Value, choices: Value) -> Result<Vec<String>, String> {
        let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/X" } } });
        let mut document = json!({
            "openapi": "3.1.0", "info": { "title": "t", "version": "1" },
            "paths": { "/x": { "get": { "operationId": "getX", "responses": { "200": { "description": "", "content": content } } } } },
            "components": { "schemas": { "X": schema } }
        });
        document.as_object_mut().unwrap().extend(choices.as_object().unwrap().clone());
        let published = Source { file: "a.json".to_owned(), text: document.to_string() };
        let prepared = crate::pipeline::prepare(&Input { published, ..Input::default() }).map_err(|error| error.to_string())?;
        let changes = prepared.fitting.changes.into_iter();
        Ok(changes.map(|change| format!("#{}: {}", change.pointer, change.text)).collect())
    }

    /// The schema of an object with one property.
    fn holding(schema: Value) -> Value {
        json!({ "type": "object", "properties": { "a": schema } })
    }

    #[test]
    fn lost_digits_of_numbers_are_reported_once() {
        let (number, text) = (json!({ "type": "number" }), json!({ "type": "string" }));
        let in_other = "#/components/schemas/X: a number beyond 64 bits becomes the nearest `f64` in `Other`";
        let in_map = "#/components/schemas/X: a number beyond 64 bits becomes the nearest `f64` in the map";
        let all =
            "#/components/schemas/X/properties/a: keeps 15 digits: `--type number=Number` keeps all of them (here and at one";
        for (schema, expected) in [
            (json!({ "type": "object", "properties": { "a": number, "b": number } }), Some(all)),
            (holding(json!({ "type": "number", "format": "double" })), None),
            (json!({ "type": "object", "properties": { "a": text }, "additionalProperties": true }), Some(in_map)),
            (json!({ "type": "object", "properties": { "a": text }, "additionalProperties": { "type": "string" } }), None),
            (json!({ "oneOf": [holding(text), { "type": "boolean" }] }), Some(in_other)),
        ] {
            let reports = reports(&schema, json!({})).unwrap();
            let found: Vec<&String> = reports.iter().filter(|line| line.contains("digits") || line.contains("64 bits")).collect();
            assert_eq!(found.len(), usize::from(expected.is_some()), "{schema}: {found:?}");
            assert!(found.iter().all(|line| expected.is_some_and(|expected| line.starts_with(expected))), "{schema}: {found:?}");
        }
    }

    #[test]
    fn a_choice_without_an_effect_is_reported_with_its_place() {
        let date = holding(json!({ "type": "string", "format": "date-time" }));
        let words = |lenient: bool| holding(json!({ "type": "string", "enum": ["a", "b"], "x-lenient": lenient }));
        let lenient = holding(json!({ "type": "string", "format": "date-time", "x-lenient": true }));
        let body = json!({ "content": { "application/json": { "schema": { "$ref": "#/components/schemas/X" } } } });
        let operation = json!({ "operationId": "postX", "requestBody": body, "responses": { "204": { "description": "" } } });
        let sent = json!({ "paths": { "/x": { "post": operation } } });
        let at = "#/components/schemas/X/properties/a/x-lenient: has no effect: ";
        for (schema, choices, expected) in [
            (&date, json!({ "x-types": { "date-time": "u64" } }), "#/x-types/date-time: has no effect: a scalar with the format"),
            (&date, json!({ "x-types": { "date": "String" } }), "#/x-types/date: has no effect: no scalar has the format `date`"),
            (&date, json!({ "x-lenient": ["object"] }), "#/x-lenient/0: has no effect: no scalar has the format `object`"),
            (
                &words(false),
                json!({ "x-lenient": ["string"] }),
                "#/x-lenient/0: has no effect: no scalar has the format `string`",
            ),
            (&words(true), json!({}), &format!("{at}an enum keeps every string")),
            (
                &holding(json!({ "type": "array", "x-lenient": true })),
                json!({}),
                &format!("{at}only strings, numbers and booleans"),
            ),
            (&lenient, sent, "#/components/schemas/X/properties/a: is not lenient, since it is only sent"),
            (&date, json!({ "x-types": { "Date-Time": "String" } }), ""),
            (&date, json!({ "x-lenient": ["DATE-TIME"] }), ""),
        ] {
            let reports = reports(schema, choices.clone()).unwrap();
            let found: Vec<&String> =
                reports.iter().filter(|line| line.contains("has no effect") || line.contains("is not lenient")).collect();
            assert_eq!(found.len(), usize::from(!expected.is_empty()), "{choices}: {found:?}");
            assert!(found.iter().all(|line| line.starts_with(expected)), "{choices}: {found:?}");
        }
        let refused = reports(&holding(json!({ "type": "string", "x-lenient": "yes" })), json!({})).unwrap_err();
        assert!(refused.contains("#/components/schemas/X/properties/a/x-lenient"), "{refused}");
    }
}
