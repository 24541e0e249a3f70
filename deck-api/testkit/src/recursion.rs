//! `$recursiveRef` of JSON Schema 2019-09, which OpenAPI 3.1 does not define and documents use nevertheless.

use crate::document::escape;
use serde_json::Value;

/// Makes each `$recursiveRef` of the component `name` a `$ref`: to the nearest schema around it with a `$recursiveAnchor`, or else
/// to the component.
pub fn resolve(component: &mut Value, name: &str) {
    let at = format!("/components/schemas/{}", escape(name));
    resolve_at(component, &at, &at);
}

fn resolve_at(value: &mut Value, at: &str, target: &str) {
    match value {
        Value::Array(list) => {
            for (index, item) in list.iter_mut().enumerate() {
                resolve_at(item, &format!("{at}/{index}"), target);
            }
        }
        Value::Object(object) => {
            let target = if object.get("$recursiveAnchor") == Some(&Value::Bool(true)) { at } else { target };
            if object.get("$recursiveRef").is_some_and(Value::is_string) {
                object.shift_remove("$recursiveRef");
                object.insert("$ref".to_owned(), format!("#{target}").into());
            }
            for (key, item) in object {
                resolve_at(item, &format!("{at}/{}", escape(key)), target);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::resolve;
    use serde_json::json;

    #[test]
    fn a_recursive_reference_leads_to_the_nearest_anchor_or_to_the_component() {
        let here = json!({ "$recursiveRef": "#" });
        let mut schema = json!({
            "items": here,
            "properties": { "a/b": { "$recursiveAnchor": true, "not": here }, "c": { "$recursiveAnchor": false, "not": here } },
        });
        resolve(&mut schema, "Tree");
        let [component, anchor] = ["", "/properties/a~1b"].map(|at| json!({ "$ref": format!("#/components/schemas/Tree{at}") }));
        assert_eq!(schema["items"], component);
        assert_eq!(schema["properties"]["a/b"]["not"], anchor);
        assert_eq!(schema["properties"]["c"]["not"], component);
    }
}
