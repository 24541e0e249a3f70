//! Reads request bodies: JSON, forms, or raw bytes.

use super::media;
use super::parameters::serialization_of;
use super::schemas::TypeBuilder;
use crate::account::Loss;
use crate::document::operations::OperationAt;
use crate::model::Form;
use crate::model::operations::{Body, Encoding, Location, Serialization, Style};
use crate::problem::leave_out;
use serde_json::Value;

/// Reads the body of `operation`. Names of its types begin with `base`.
pub fn of(operation: &OperationAt<'_>, base: &str, builder: &mut TypeBuilder<'_>) -> Option<Body> {
    let body = operation.value.get("requestBody")?;
    let at = operation.pointer.at("requestBody").at("content");
    let chosen = media::choose(body.get("content")?.as_object()?, &at, builder)?;
    if chosen.form == Form::Multipart {
        builder.reader.problems.add(
            &chosen.at,
            format!("a request body of the media type `{}` is not supported", chosen.name),
            leave_out!(),
        );
    }
    let encoding = match chosen.form {
        Form::Json => Encoding::Json,
        Form::UrlEncoded => Encoding::Form(serializations(&chosen, builder)),
        Form::Multipart | Form::Text | Form::Bytes => Encoding::Raw,
    };
    let value =
        (encoding != Encoding::Raw).then(|| builder.place(&|| format!("{base}Request"), &chosen.at.at("schema"), &chosen.schema));
    let text = body.get("description").and_then(Value::as_str).unwrap_or_default();
    Some(Body {
        value,
        form: chosen.form,
        description: text.to_owned(),
        required: body.get("required") == Some(&Value::Bool(true)),
        media: chosen.name.clone(),
        content_type: chosen.content_type(),
        encoding,
    })
}

/// The properties of a form whose serialization is not the usual one.
fn serializations(form: &media::Chosen, builder: &mut TypeBuilder<'_>) -> Vec<(String, Serialization)> {
    let mut all = Vec::new();
    for (property, encoding) in form.encoding.as_object().into_iter().flatten() {
        if ["style", "explode", "allowReserved"].iter().all(|key| encoding.get(key).is_none()) {
            continue;
        }
        let at = form.at.at("encoding").at(property);
        let schema = builder.property(&form.at.at("schema"), &form.schema, property);
        let is_unstyled = encoding.get("style").is_none() && encoding.get("explode").is_none();
        let is_object = schema.as_ref().is_some_and(|(at, schema)| builder.is_object(at, schema));
        let schema = schema.as_ref().map(|(at, schema)| (at.clone(), schema));
        match serialization_of(encoding, Location::Query, &at, schema, builder) {
            // Without a style, an object in a form is serialised as JSON.
            Some(serialization) if is_unstyled && is_object => {
                all.push((property.clone(), Serialization { style: Style::Json, ..serialization }));
            }
            Some(serialization) => all.push((property.clone(), serialization)),
            None => builder.reader.account.note(&at, Loss::Kept, "is not a style for forms, and is ignored"),
        }
    }
    all
}
