//! Request bodies: JSON, forms, or bytes as they are.

use super::media;
use super::operations::reference;
use super::parameters::style_of;
use super::schemas::Placer;
use super::table::{Body, Encoding, Location};
use crate::account::Loss;
use crate::document::pointer::Pointer;
use crate::document::walk::OperationAt;
use crate::model::Form;
use serde_json::Value;

/// Reads the body of `operation`, whose types begin with `base`: what the table holds of it, and its schema for progenitor.
pub fn of(operation: &OperationAt<'_>, base: &str, placer: &mut Placer<'_>) -> Option<(Body, Option<Value>)> {
    let body = operation.value.get("requestBody")?;
    let at = operation.pointer.at("requestBody").at("content");
    let chosen = media::choose(body.get("content")?.as_object()?, &at, placer)?;
    if chosen.form == Form::Multipart {
        placer.reader.problems.add(
            &chosen.at,
            format!("a request body of the media type `{}` is not supported", chosen.name),
            "leave the operation out with `--select` or `--skip-refused`",
        );
        return None;
    }
    let encoding = match chosen.form {
        Form::Json => Encoding::Json,
        Form::UrlEncoded => Encoding::Form(styles(&chosen.encoding, &chosen.at, placer)),
        Form::Multipart | Form::Text | Form::Bytes => Encoding::Raw,
    };
    let schema =
        (encoding != Encoding::Raw).then(|| placer.place(&format!("{base}Request"), &chosen.at.at("schema"), &chosen.schema));
    let text = body.get("description").and_then(Value::as_str).unwrap_or_default();
    let body = Body {
        component: schema.as_ref().filter(|schema| schema.get("nullable").is_none()).and_then(reference),
        description: text.to_owned(),
        required: body.get("required") == Some(&Value::Bool(true)),
        media: chosen.concrete(),
        encoding,
    };
    Some((body, schema))
}

/// The properties of a form that are not written in the usual style.
fn styles(encoding: &Value, at: &Pointer, placer: &mut Placer<'_>) -> Vec<(String, super::Style)> {
    let mut styles = Vec::new();
    for (property, encoding) in encoding.as_object().into_iter().flatten() {
        if encoding.get("style").is_none() && encoding.get("explode").is_none() {
            continue;
        }
        match style_of(encoding, Location::Query) {
            Some(style) => styles.push((property.clone(), style)),
            None => {
                placer.reader.account.note(&at.at("encoding").at(property), Loss::Kept, "is no style of a form, and is not used");
            }
        }
    }
    styles
}
