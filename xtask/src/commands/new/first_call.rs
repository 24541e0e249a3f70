//! Finds a first call for the test and the example of a new crate: an operation for whose parameters there are valid values.

use crate::document::pointer::resolve;
use crate::model::credentials::{Credential, CredentialForm};
use crate::model::operations::{Operation, Parameter};
use crate::model::types::Shape;
use crate::model::{Type, Types};
use crate::pipeline::Generated;
use serde_json::Value;

/// Keywords that restrict values beyond their type, so that an invented value may be invalid.
const CHECKS: [&str; 12] = [
    "allOf",
    "anyOf",
    "const",
    "enum",
    "exclusiveMaximum",
    "format",
    "maximum",
    "minLength",
    "minimum",
    "multipleOf",
    "oneOf",
    "pattern",
];

/// Returns a call of the first operation without parameters, or else of one with values from the document: the name of the
/// client's method, and the call up to `.send()`, such as `.method().setter("value")`. Operations that only read come first.
pub fn find(generated: &Generated) -> Option<(String, String)> {
    let prepared = &generated.prepared;
    let mut operations: Vec<&Operation> = prepared.model.operations.iter().collect();
    operations
        .sort_by_key(|operation| (operation.method != "GET", operation.parameters.iter().filter(|one| one.required).count()));
    operations.into_iter().find_map(|operation| call(&prepared.document.value, &prepared.model.types, operation))
}

fn call(document: &Value, types: &Types, operation: &Operation) -> Option<(String, String)> {
    if operation.deprecated || operation.body.as_ref().is_some_and(|body| body.required) {
        return None;
    }
    let required = operation.parameters.iter().filter(|parameter| parameter.required);
    let setters = required.map(|parameter| {
        let value = value(parameter, types, &find_parameter(document, operation, &parameter.name)?)?;
        Some(format!(".{}({value})", parameter.rust))
    });
    let setters = setters.collect::<Option<String>>()?;
    Some((operation.method_name.clone(), format!(".{}(){setters}", operation.method_name)))
}

/// A parameter of the document, and its schema.
fn find_parameter(document: &Value, operation: &Operation, name: &str) -> Option<(Value, Value)> {
    let pointer = operation.pointer.to_string();
    let (path_item, _) = pointer.rsplit_once('/')?;
    let lists =
        [pointer.as_str(), path_item].map(|place| document.pointer(&format!("{place}/parameters")).and_then(Value::as_array));
    let mut all = lists.into_iter().flatten().flatten().filter_map(|parameter| resolve(document, parameter));
    let parameter = all.find(|parameter| parameter.get("name").and_then(Value::as_str) == Some(name))?;
    let schema = parameter.get("schema").and_then(|schema| resolve(document, schema)).cloned().unwrap_or_default();
    Some((parameter.clone(), schema))
}

/// A valid value as Rust code: an example of the document, or an invented one if its schema has no restrictions.
fn value(parameter: &Parameter, types: &Types, (said, schema): &(Value, Value)) -> Option<String> {
    let of_list = |list: Option<&Value>| list.and_then(Value::as_array).and_then(|list| list.first()).cloned();
    let example = said.get("example").or_else(|| schema.get("example")).cloned().or_else(|| of_list(schema.get("examples")));
    let is_free = CHECKS.iter().all(|check| schema.get(*check).is_none());
    let example = example.or_else(|| is_free.then_some(Value::Null))?;
    match (&parameter.value.ty, example) {
        (Type::Scalar(scalar), Value::String(text)) if scalar.is_plain_text() => Some(format!("{text:?}")),
        (Type::Scalar(scalar), Value::Null) if scalar.is_plain_text() => Some(format!("{:?}", parameter.rust)),
        (Type::Scalar(scalar), Value::Number(number)) if scalar.name == "integer" => Some(number.to_string()),
        (Type::Scalar(scalar), Value::Null) if scalar.name == "integer" => Some("1".to_owned()),
        (Type::Named(name), example) if types.get(name).is_some_and(|def| def.shape == Shape::Id) => match example {
            Value::String(text) => Some(format!("{text:?}")),
            Value::Null => Some(format!("{:?}", parameter.rust)),
            _ => None,
        },
        _ => None,
    }
}

/// The setters of all credentials, with values for the fake server.
pub fn credentials(all: &[Credential]) -> String {
    let setter = |credential: &Credential| {
        let method = credential.methods.first()?;
        Some(match credential.form {
            CredentialForm::Key | CredentialForm::Token | CredentialForm::Parameters => format!(".{method}(\"test\")"),
            CredentialForm::UserAndPassword => format!(".{method}(\"user\", \"test\")"),
            // A given token avoids the request for one.
            CredentialForm::Client => format!(".{}(\"test\")", credential.token.as_ref()?.value.first()?),
            CredentialForm::Certificate => return None,
        })
    };
    all.iter().filter_map(setter).collect()
}
