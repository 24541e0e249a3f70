//! Lists of types: null becomes `nullable`, several types become a union, and a number that can be a string stays a number.

use super::{Lowering, split};
use crate::account::Loss;
use crate::document::keywords::{is_of_type, type_of};
use crate::document::pointer::Pointer;
use crate::document::walk::Site;
use indexmap::IndexSet;
use serde_json::{Map, Value, json};

const TYPES: [&str; 7] = ["null", "boolean", "object", "array", "number", "integer", "string"];

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    if is_settled(object) {
        return;
    }
    let at = site.pointer.at("type");
    if let Some(number) = numeric_string(object) {
        let null = super::has_type(object, "null");
        // The pattern applies to the string. The runtime checks it when decoding.
        object.shift_remove("pattern");
        object.insert("type".into(), if null { json!([number, "null"]) } else { json!(number) });
        lowering.note(&at, Loss::Exact, format!("a number or the text of one became `{number}`, read from both"));
    }
    let listed = listed(object, &at, lowering);
    if object.get("enum").is_some_and(Value::is_array) {
        return values(object, site.pointer, listed.map(without_integer), lowering);
    }
    let Some(mut names) = listed else { return push_into_branches(object, site.pointer, lowering) };
    let nullable = names.iter().any(|name| name == "null");
    names.retain(|name| name != "null");
    let union = ["oneOf", "anyOf", "allOf", "$ref"].iter().any(|key| object.contains_key(*key));
    match names.as_slice() {
        [] if nullable => {
            object.shift_remove("type");
            object.insert("enum".into(), json!([null]));
            return lowering.note(&at, Loss::Exact, "`null` alone became `enum: [null]`");
        }
        [] => {}
        [one] => drop(object.insert("type".into(), json!(one))),
        _ if without_integer(names.clone()).len() == 5 => {
            object.shift_remove("type");
            split::leave_out(object, &[]);
            lowering.note(&at, Loss::Exact, "of all types became no `type`");
            return;
        }
        _ if union => {
            object.shift_remove("type");
            lowering.note(&at, Loss::Widened, "beside a union is not checked: the union says more");
        }
        _ => {
            split::split(object, names.iter().map(|name| (name.clone(), None)).collect());
            lowering.note(&at, Loss::Exact, format!("{} became a union of one branch each", names.join(", ")));
        }
    }
    if nullable {
        object.insert("nullable".into(), json!(true));
        lowering.note(&at, Loss::Exact, "`null` became `nullable`");
    }
    push_into_branches(object, site.pointer, lowering);
}

/// Whether a schema has one type other than null, and nothing that has to agree with it. Most schemas are so.
fn is_settled(object: &Map<String, Value>) -> bool {
    let is_one = object.get("type").and_then(Value::as_str).is_some_and(|name| name != "null" && TYPES.contains(&name));
    is_one && !object.keys().any(|key| matches!(key.as_str(), "enum" | "oneOf" | "anyOf"))
}

/// Removes `integer` if `number` is listed, since it includes integers.
fn without_integer(mut names: Vec<String>) -> Vec<String> {
    if names.iter().any(|name| name == "number") {
        names.retain(|name| name != "integer");
    }
    names
}

/// The distinct types of a schema. Unknown types are removed.
fn listed(object: &mut Map<String, Value>, at: &Pointer, lowering: &mut Lowering<'_>) -> Option<Vec<String>> {
    let all: Vec<Value> = match object.get("type")? {
        Value::Array(types) => types.clone(),
        one => vec![one.clone()],
    };
    let mut names: Vec<String> = Vec::new();
    for one in all {
        // YAML reads `null` without quotes as a value.
        let name = if one.is_null() { Some("null") } else { one.as_str() };
        match name.filter(|name| TYPES.contains(name)) {
            Some(name) if names.iter().any(|other| other == name) => {}
            Some(name) => names.push(name.to_owned()),
            None => lowering.note(at, Loss::Widened, format!("{one} is not a type of JSON Schema, left out")),
        }
    }
    if names.is_empty() {
        object.shift_remove("type");
        return None;
    }
    Some(names)
}

/// Reconciles types with `enum`: null is allowed only if it is listed, and each value has one of the types.
fn values(object: &mut Map<String, Value>, at: &Pointer, listed: Option<Vec<String>>, lowering: &mut Lowering<'_>) {
    let at = at.at("enum");
    let Some(Value::Array(all)) = object.get_mut("enum").map(Value::take) else { return };
    let count = all.len();
    let (nulls, mut values): (Vec<Value>, Vec<Value>) = all.into_iter().partition(Value::is_null);
    let names: Vec<String> = listed.clone().unwrap_or_else(|| kinds(&values));
    values.retain(|value| names.iter().any(|name| is_of_type(name, value)));
    if values.len() + nulls.len() < count {
        lowering.note(
            &at,
            Loss::Widened,
            format!("has values that `type` excludes, {} left out", count - values.len() - nulls.len()),
        );
    }
    if values.is_empty() {
        let kept = if nulls.is_empty() { object.shift_remove("enum") } else { object.insert("enum".into(), json!([null])) };
        drop(kept);
        match (nulls.is_empty(), names.iter().find(|name| *name != "null")) {
            (true, Some(name)) => drop(object.insert("type".into(), json!(name))),
            _ => drop(object.shift_remove("type")),
        }
        return;
    }
    let mut groups: Vec<(String, Option<Vec<Value>>)> = Vec::new();
    for name in names.iter().filter(|name| *name != "null") {
        let (own, others): (Vec<Value>, Vec<Value>) = values.into_iter().partition(|value| is_of_type(name, value));
        values = others;
        if !own.is_empty() {
            groups.push((name.clone(), Some(own)));
        }
    }
    if !nulls.is_empty() {
        let meant = listed.as_ref().is_none_or(|names| names.iter().any(|name| name == "null"));
        let (loss, text) = if meant {
            (Loss::Exact, "null became `nullable`")
        } else {
            (Loss::Widened, "lists null, which `type` excludes; read literally, it became `nullable`")
        };
        lowering.note(&at, loss, text);
        object.insert("nullable".into(), json!(true));
    }
    if let [(name, own)] = groups.as_mut_slice() {
        if listed.is_none() {
            lowering.note(&at, Loss::Exact, format!("got the type of its values, `{name}`"));
        }
        object.insert("type".into(), json!(name));
        object.insert("enum".into(), Value::Array(own.take().unwrap_or_default()));
    } else {
        object.shift_remove("enum");
        lowering.note(&at, Loss::Exact, "of several types became a union of one branch each");
        split::split(object, groups);
    }
}

/// The types of values, in order of appearance. Integers count as numbers if there are other numbers.
fn kinds(values: &[Value]) -> Vec<String> {
    let numbers = values.iter().any(Value::is_f64);
    let name = |value: &Value| if numbers && value.is_number() { "number" } else { type_of(value) };
    let names: IndexSet<&str> = values.iter().map(name).collect();
    names.into_iter().map(str::to_owned).collect()
}

/// Moves a scalar type beside a union into its alternatives, where later stages expect it.
fn push_into_branches(object: &mut Map<String, Value>, at: &Pointer, lowering: &mut Lowering<'_>) {
    let Some(name) = object.get("type").and_then(Value::as_str).map(str::to_owned) else { return };
    if !["string", "number", "integer", "boolean"].contains(&name.as_str()) {
        return;
    }
    let typed = |branch: &Value| ["type", "$ref", "allOf", "anyOf", "oneOf", "not"].iter().any(|key| branch.get(*key).is_some());
    let mut moved = false;
    for union in ["oneOf", "anyOf"] {
        for branch in object.get_mut(union).and_then(Value::as_array_mut).into_iter().flatten() {
            if !typed(branch)
                && let Some(branch) = branch.as_object_mut()
            {
                branch.shift_insert(0, "type".into(), json!(name));
                moved = true;
            }
        }
    }
    if moved {
        let same = |branch: &Value| branch.get("type").is_some_and(|own| *own == name);
        let unions = ["oneOf", "anyOf"].into_iter().filter_map(|union| object.get(union)?.as_array());
        if unions.flatten().all(same) {
            object.shift_remove("type");
        }
        lowering.note(&at.at("type"), Loss::Exact, "moved into the branches of the union");
    }
}

/// `integer` or `number`, if a schema allows that number or a string with it. ASP.NET Core writes all numbers like this.
#[must_use]
pub fn numeric_string(schema: &Map<String, Value>) -> Option<&'static str> {
    let types = schema.get("type")?.as_array()?;
    let has = |name: &str| types.iter().any(|item| item == name);
    let known = types.iter().filter(|name| ["integer", "number", "string", "null"].iter().any(|known| *name == known)).count();
    let pattern = schema.get("pattern")?.as_str()?;
    if !has("string")
        || known != types.len()
        || !pattern.starts_with("^-?(?:0|[1-9]\\d*)") && !pattern.starts_with("^(?:0|[1-9]\\d*)")
    {
        return None;
    }
    match (has("integer"), has("number")) {
        (true, false) => Some("integer"),
        (_, true) => Some("number"),
        _ => None,
    }
}
