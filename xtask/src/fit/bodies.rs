//! Reads request bodies: JSON, forms, or raw bytes.

use super::schemas::TypeBuilder;
use super::{encodings, media};
use crate::document::operations::OperationAt;
use crate::model::Form;
use crate::model::operations::{Body, Encoding};
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
        Form::UrlEncoded => Encoding::Form(encodings::of_fields(&chosen, builder)),
        Form::FormData => Encoding::FormData(encodings::of_parts(&chosen, builder)),
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
