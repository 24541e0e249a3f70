//! Lists of types: null among them becomes `nullable`, a number that may come as text becomes a number.

use crate::account::{Account, Loss};
use crate::document::pointer::Pointer;
use crate::document::walk;
use serde_json::{Map, Value, json};

/// Marks a number that the API may also send as text; the runtime reads both.
pub const NUMERIC_STRING: &str = "x-numeric-string";

/// Runs the pass.
pub fn run(document: &mut Value, account: &mut Account) {
    walk::schemas(document, &mut |site, schema| {
        let Value::Object(object) = schema else { return };
        lower_types(object, site.pointer, account);
    });
}

fn lower_types(schema: &mut Map<String, Value>, at: &Pointer, account: &mut Account) {
    let names: Vec<String> = match schema.get("type") {
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(name)) if name == "null" => vec![name.clone()],
        _ => return,
    };
    let at = at.at("type");
    let nullable = names.iter().any(|name| name == "null");
    let rest: Vec<&String> = names.iter().filter(|name| *name != "null").collect();
    if rest.is_empty() {
        schema.shift_remove("type");
        schema.insert("enum".into(), json!([null]));
        account.note(&at, Loss::Exact, "`null` alone became `enum: [null]`");
        return;
    }
    let name = match numeric_string(schema) {
        Some(number) => {
            // The pattern speaks of the text; the runtime checks it while reading.
            schema.shift_remove("pattern");
            schema.insert(NUMERIC_STRING.into(), json!(true));
            account.note(&at, Loss::Exact, format!("a number or the text of one became `{number}`, read from both"));
            number.to_owned()
        }
        None => rest.into_iter().next().cloned().unwrap_or_default(),
    };
    schema.insert("type".into(), json!(name));
    // Where `enum` lists the values, null is one of them only if it is listed: `constants` sees to it.
    if nullable && !schema.contains_key("enum") && !schema.contains_key("const") {
        schema.insert("nullable".into(), json!(true));
        account.note(&at, Loss::Exact, "`null` became `nullable`");
    }
}

/// `integer` or `number`, where a schema says: that number, or text which is one. So does ASP.NET Core write every number.
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
