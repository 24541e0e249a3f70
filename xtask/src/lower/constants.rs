//! `const` becomes an `enum` of one value; null leaves every `enum`, and values without a type get the one they have.

use crate::account::{Account, Loss};
use crate::document::walk;
use serde_json::{Value, json};

/// Runs the pass.
pub fn run(document: &mut Value, account: &mut Account) {
    walk::schemas(document, &mut |site, schema| {
        let Value::Object(object) = schema else { return };
        if let Some(value) = object.shift_remove("const") {
            object.insert("enum".into(), json!([value]));
            account.note(&site.pointer.at("const"), Loss::Exact, "became an `enum` of one value");
        }
        let Some(Value::Array(values)) = object.get_mut("enum") else { return };
        if values.len() > 1 && values.iter().any(Value::is_null) {
            values.retain(|value| !value.is_null());
            object.insert("nullable".into(), json!(true));
            account.note(&site.pointer.at("enum"), Loss::Exact, "null became `nullable`");
        }
        let Some(Value::Array(values)) = object.get("enum") else { return };
        if !object.contains_key("type")
            && let Some(name) = one_type(values)
        {
            object.insert("type".into(), json!(name));
            account.note(&site.pointer.at("enum"), Loss::Exact, format!("got the type of its values, `{name}`"));
        }
    });
}

fn one_type(values: &[Value]) -> Option<&'static str> {
    let name = |value: &Value| match value {
        Value::String(_) => Some("string"),
        Value::Bool(_) => Some("boolean"),
        Value::Number(number) if number.is_f64() => Some("number"),
        Value::Number(_) => Some("integer"),
        _ => None,
    };
    let first = name(values.first()?)?;
    values.iter().all(|value| name(value) == Some(first)).then_some(first)
}
