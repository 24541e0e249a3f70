//! Reads parameters: setter names and serialization styles.

use super::schemas::TypeBuilder;
use crate::account::Loss;
use crate::document::Names;
use crate::document::operations::OperationAt;
use crate::document::pointer::Pointer;
use crate::document::reserved::STOOD_AT;
use crate::model::media::{essence, is_any_text};
use crate::model::names::{method_name, part_name};
use crate::model::operations::{Location, Parameter, Serialization, Style};
use crate::model::parameters::{
    is_header_of_the_runtime, is_idempotency_key, schema, setter_name, style_of, variables as path_variables,
};
use crate::model::path;
use crate::model::{Scalar, Type, TypeUse};
use crate::problem::leave_out;
use serde_json::{Value, json};

/// The parameters of an operation.
#[derive(Debug, Default)]
pub struct Parameters {
    /// The parameters with a setter.
    pub set: Vec<Parameter>,
    /// The path template, without the parts that are not sent.
    pub path: String,
    /// The places of the parameters without a setter.
    pub unset: Vec<Pointer>,
    /// The header for the idempotency key, which the runtime sets.
    pub idempotency_key: Option<String>,
    /// The names of the builder's setters, including those for fields of the body.
    setters: Names,
}

/// Reads the parameters of `operation`. Names of its types begin with `base`. `fields` are the setters for fields of the body.
pub fn of<'d>(operation: &OperationAt<'d>, base: &str, fields: &[String], builder: &mut TypeBuilder<'_, 'd>) -> Parameters {
    let mut parameters = Parameters::default();
    for field in fields {
        parameters.setters.take(field);
    }
    let list = operation.value.get("parameters").and_then(Value::as_array);
    for (index, value) in list.into_iter().flatten().enumerate() {
        let at = operation.pointer.at("parameters").nth(index);
        let stood_at = value.get(STOOD_AT).and_then(Value::as_str).map_or_else(|| at.clone(), Pointer::parse);
        let Some(name) = value.get("name").and_then(Value::as_str) else { continue };
        if is_idempotency_key(value) {
            builder.reader.account.note(
                &stood_at,
                Loss::Kept,
                "is the idempotency key, set by the runtime: `with_idempotency_key`",
            );
            parameters.idempotency_key = Some(name.to_ascii_lowercase());
            parameters.unset.push(stood_at);
        } else if let Some((location, serialization)) = place_and_serialization(value, name, &at, &stood_at, builder) {
            let (pointer, schema) = schema(value, &at);
            let used = builder.place(&|| format!("{base}{}", part_name(name)), &pointer, schema);
            let used = TypeUse { places: vec![stood_at.below(&pointer.as_str()[at.as_str().len()..])], ..used };
            parameters.add(value, name, location, serialization, used, &stood_at, builder);
        } else {
            parameters.unset.push(stood_at);
        }
    }
    variables(operation, &mut parameters, builder);
    parameters
}

impl Parameters {
    #[allow(clippy::too_many_arguments, reason = "all of it is one parameter")]
    fn add(
        &mut self,
        value: &Value,
        name: &str,
        location: Location,
        serialization: Serialization,
        used: TypeUse,
        at: &Pointer,
        builder: &mut TypeBuilder<'_, '_>,
    ) {
        if used.nullable {
            builder.reader.account.note(at, Loss::Exact, "is left out instead of being null");
        }
        let (rust, plain) = (setter_name(name, location.name(), &mut self.setters), method_name(name, &[]));
        if rust != plain {
            builder.reader.account.note(at, Loss::Kept, format!("is set by `{rust}`: `{plain}` is taken"));
        }
        self.set.push(Parameter {
            name: name.to_owned(),
            rust,
            at: at.clone(),
            location,
            required: value.get("required") == Some(&json!(true)) || location == Location::Path,
            serialization,
            description: value.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
            value: used,
        });
    }
}

const WAY_OUT: &str = concat!("remove the parameter with an action of the overlay, or ", leave_out!());

/// The location and serialization of a parameter; `None` if it has no setter. Its schema is below `here`.
fn place_and_serialization<'d>(
    value: &'d Value,
    name: &str,
    here: &Pointer,
    at: &Pointer,
    builder: &mut TypeBuilder<'_, 'd>,
) -> Option<(Location, Serialization)> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let location = match text("in") {
        Some("path") => Location::Path,
        Some("query") => Location::Query,
        Some("header") => {
            if is_header_of_the_runtime(name) {
                builder.reader.account.note(at, Loss::Kept, "is set by the runtime");
                return None;
            }
            Location::Header
        }
        Some("cookie") => Location::Cookie,
        place => {
            let message = format!("the parameter `{name}` in `{}` is not supported", place.unwrap_or_default());
            builder.reader.problems.add(at.at("in"), message, WAY_OUT);
            return None;
        }
    };
    let serialization = match value.get("content").and_then(Value::as_object).and_then(|content| content.keys().next()) {
        Some(media) if media.contains("json") => Some(Style::Json.into()),
        Some(media) if is_any_text(media) && !is_structured(value, at, builder) => match location {
            Location::Cookie => Some(Style::Text.into()),
            // A scalar looks the same with or without this media type.
            Location::Path | Location::Query | Location::Header => style_of(&json!({}), location).map(Serialization::from),
        },
        Some(media) if essence(media) == "*/*" => Some(Style::Json.into()),
        Some(media) => {
            let message = format!(
                "the parameter `{name}` is written as `{media}`, which is not supported, only JSON, and text of a single value"
            );
            builder.reader.problems.add(at.at("content"), message, WAY_OUT);
            Some(Style::Json.into())
        }
        None => serialization_of(value, location, at, Some(schema(value, here)), builder),
    };
    if serialization.is_none() {
        let message = format!("the style `{}` does not exist in a {}", text("style").unwrap_or_default(), location.name());
        builder.reader.problems.add(at.at("style"), message, WAY_OUT);
    }
    Some((location, serialization.unwrap_or_else(|| Style::Json.into())))
}

/// The serialization of a parameter, or of a property of a form. `schema` is the schema of its value, with its place.
pub fn serialization_of<'d>(
    value: &Value,
    location: Location,
    at: &Pointer,
    schema: Option<(Pointer, &'d Value)>,
    builder: &mut TypeBuilder<'_, 'd>,
) -> Option<Serialization> {
    let mut style = style_of(value, location)?;
    if style == Style::DeepObject {
        style = deep_style(value, at, schema, builder);
    }
    let allow_reserved = value.get("allowReserved") == Some(&Value::Bool(true));
    if allow_reserved && location != Location::Query {
        let text = format!("has no effect in a {}: reserved characters are escaped", location.name());
        builder.reader.account.note(&at.at("allowReserved"), Loss::Kept, text);
    }
    Some(Serialization { style, allow_reserved: allow_reserved && location == Location::Query })
}

/// The style for `deepObject`. OpenAPI does not define it for nested arrays and objects, but the overlay can.
fn deep_style<'d>(value: &Value, at: &Pointer, schema: Option<(Pointer, &'d Value)>, builder: &mut TypeBuilder<'_, 'd>) -> Style {
    let form = value.get("x-deep-object");
    match form.map(Value::as_str) {
        Some(Some("brackets")) => Style::DeepBrackets,
        Some(Some("indices")) => Style::DeepIndices,
        Some(_) => {
            let fix = "correct the action of the overlay that sets it";
            builder.reader.problems.add(at.at("x-deep-object"), "is neither `brackets` nor `indices`", fix);
            Style::DeepObject
        }
        None => {
            if schema.is_some_and(|(pointer, schema)| builder.is_nested(&pointer, schema)) {
                let message =
                    "is written as a `deepObject`, which leaves undefined how an array or an object inside of it is written";
                builder.reader.problems.add(at, message, DEEP_WAY_OUT);
            }
            Style::DeepObject
        }
    }
}

const DEEP_WAY_OUT: &str = "look up what the server reads, and say so by an action of the overlay that sets `x-deep-object` here: \
    `indices` for `name[0][key]=a`, `brackets` for `name[]=a`; or leave the operation out with `--skip-refused`";

fn is_structured<'d>(value: &'d Value, at: &Pointer, builder: &mut TypeBuilder<'_, 'd>) -> bool {
    let (pointer, schema) = schema(value, at);
    builder.is_structured(&pointer, schema)
}

/// Checks that path variables and path parameters correspond to each other.
fn variables(operation: &OperationAt<'_>, parameters: &mut Parameters, builder: &mut TypeBuilder<'_, '_>) {
    let queries: Vec<&str> =
        parameters.set.iter().filter(|own| own.location == Location::Query).map(|own| own.name.as_str()).collect();
    let template = path::template(operation.path, &queries);
    if operation.path.contains('#') {
        builder.reader.account.note(&operation.pointer, Loss::Kept, "the fragment of the path is not sent: HTTP has none");
    }
    let variables = path_variables(&template);
    let is_stray = |own: &mut Parameter| own.location == Location::Path && !variables.contains(&own.name.as_str());
    for parameter in parameters.set.extract_if(.., is_stray) {
        let text = format!("the path parameter `{}` is not in the path, and is left out", parameter.name);
        builder.reader.account.note(&operation.pointer, Loss::Kept, text);
    }
    for name in variables {
        if !parameters.set.iter().any(|parameter| parameter.location == Location::Path && parameter.name == name) {
            let text = format!("the path contains `{{{name}}}`, which is not declared: it becomes a string parameter");
            builder.reader.account.note(&operation.pointer, Loss::Kept, text);
            let (style, text) = (Style::Simple.into(), Type::Scalar(Scalar::text()).into());
            parameters.add(&json!({}), name, Location::Path, style, text, &operation.pointer, builder);
        }
    }
    parameters.path = template;
}
