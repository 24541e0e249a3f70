//! Reads request bodies: JSON, forms, or raw bytes.

use super::schemas::TypeBuilder;
use super::{encodings, media};
use crate::document::operations::OperationAt;
use crate::model::Form;
use crate::model::operations::{Body, Encoding};
use crate::problem::leave_out;
use serde_json::Value;

/// Reads the body of `operation`. Names of its types begin with `base`.
pub fn of<'d>(operation: &OperationAt<'d>, base: &str, builder: &mut TypeBuilder<'_, 'd>) -> Option<Body> {
    let body = operation.value.get("requestBody")?;
    let at = operation.pointer.at("requestBody").at("content");
    let chosen = media::choose(body.get("content")?.as_object()?, &at, builder)?;
    let schema_at = chosen.at.at("schema");
    let form = match chosen.form {
        // The caller encodes the form.
        Form::UrlEncoded if builder.is_text(&schema_at, chosen.schema) => Form::Text,
        form => form,
    };
    let unsupported = match form {
        Form::Multipart => Some((&chosen.at, format!("a request body of the media type `{}` is not supported", chosen.name))),
        Form::UrlEncoded | Form::FormData if !builder.can_be_object(&schema_at, chosen.schema) => {
            Some((&schema_at, "the body is a form, which has to be an object".to_owned()))
        }
        _ => None,
    };
    if let Some((at, message)) = unsupported {
        builder.reader.problems.add(at, message, leave_out!());
    }
    let encoding = match form {
        Form::Json => Encoding::Json,
        Form::UrlEncoded => Encoding::Form(encodings::of_fields(&chosen, builder)),
        Form::FormData => Encoding::FormData(encodings::of_parts(&chosen, builder)),
        Form::Multipart | Form::Text | Form::Bytes => Encoding::Raw,
    };
    let value = (encoding != Encoding::Raw).then(|| builder.place(&|| format!("{base}Request"), &schema_at, chosen.schema));
    let text = body.get("description").and_then(Value::as_str).unwrap_or_default();
    Some(Body {
        value,
        form,
        description: text.to_owned(),
        required: body.get("required") == Some(&Value::Bool(true)),
        media: chosen.name.clone(),
        content_type: chosen.content_type(),
        encoding,
    })
}
