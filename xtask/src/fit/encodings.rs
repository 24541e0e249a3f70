//! Reads the Encoding Objects of forms: how each property is written.

use super::media::Chosen;
use super::parameters::serialization_of;
use super::schemas::TypeBuilder;
use crate::account::Loss;
use crate::document::pointer::Pointer;
use crate::model::media::{is_json, listed};
use crate::model::operations::{Location, PartEncoding, Serialization, Style};
use crate::model::types::Bytes;
use crate::problem::leave_out;
use serde_json::Value;

/// Media types and ranges for any bytes.
const ANY_BYTES: [&str; 3] = ["application/octet-stream", "application/*", "*/*"];

/// The properties of an `application/x-www-form-urlencoded` body whose serialization is not the usual one.
pub fn of_fields<'d>(form: &Chosen<'d>, builder: &mut TypeBuilder<'_, 'd>) -> Vec<(String, Serialization)> {
    let mut all = Vec::new();
    for (property, encoding) in form.encoding.as_object().into_iter().flatten() {
        if ["style", "explode", "allowReserved"].iter().all(|key| encoding.get(key).is_none()) {
            continue;
        }
        let Some(serialization) = serialization_in_form(form, (property, encoding), builder) else { continue };
        let schema = builder.property(&form.at.at("schema"), form.schema, property);
        let is_object = schema.is_some_and(|(at, schema)| builder.is_object(&at, schema));
        // Without a style, an object in a form is serialised as JSON.
        let style = if is_object && !has_style(encoding) { Style::Json } else { serialization.style };
        all.push((property.clone(), Serialization { style, ..serialization }));
    }
    all
}

/// Whether an Encoding Object has a style.
fn has_style(encoding: &Value) -> bool {
    encoding.get("style").is_some() || encoding.get("explode").is_some()
}

/// The serialization that the Encoding Object of a property has. A style that forms do not have is reported.
fn serialization_in_form<'d>(
    form: &Chosen<'d>,
    (property, encoding): (&str, &Value),
    builder: &mut TypeBuilder<'_, 'd>,
) -> Option<Serialization> {
    let at = form.at.at("encoding").at(property);
    let schema = builder.property(&form.at.at("schema"), form.schema, property);
    let serialization = serialization_of(encoding, Location::Query, &at, schema, builder);
    if serialization.is_none() {
        builder.reader.account.note(&at, Loss::Kept, "is not a style for forms, and is ignored");
    }
    serialization
}

/// The properties of a `multipart/form-data` body whose parts have a media type or a style of their own.
pub fn of_parts<'d>(form: &Chosen<'d>, builder: &mut TypeBuilder<'_, 'd>) -> Vec<(String, PartEncoding)> {
    let mut all = Vec::new();
    for (property, encoding) in form.encoding.as_object().into_iter().flatten() {
        let at = form.at.at("encoding").at(property);
        if encoding.get("headers").is_some() {
            builder.reader.account.note(&at.at("headers"), Loss::Kept, "are not sent: there is no setter for headers of a part");
        }
        let media = encoding.get("contentType").and_then(Value::as_str);
        let encoding = if has_style(encoding) {
            if media.is_some() {
                let text = "has no effect: OpenAPI ignores it beside a style";
                builder.reader.account.note(&at.at("contentType"), Loss::Kept, text);
            }
            serialization_in_form(form, (property, encoding), builder)
                .map(|serialization| PartEncoding::Style(serialization.style))
        } else {
            media.and_then(|media| by_media(form, property, media, &at.at("contentType"), builder))
        };
        all.extend(encoding.map(|encoding| (property.clone(), encoding)));
    }
    // The default of OpenAPI. The text stays base64.
    for property in builder.properties_of_bytes(&form.at.at("schema"), form.schema, Bytes::Base64) {
        if form.encoding.get(&property).is_none() {
            all.push((property, PartEncoding::Media(ANY_BYTES[0].to_owned())));
        }
    }
    all
}

/// The encoding for the `contentType` at `at`. `None` if it says no more than the schema.
fn by_media<'d>(
    form: &Chosen<'d>,
    property: &str,
    media: &str,
    at: &Pointer,
    builder: &mut TypeBuilder<'_, 'd>,
) -> Option<PartEncoding> {
    let of = |media: &str| if is_json(media) { PartEncoding::Json } else { PartEncoding::Media }(media.to_owned());
    let listed: Vec<&str> = listed(media).collect();
    let mut exact = listed.iter().copied().filter(|media| !media.contains('*'));
    let part = builder.property(&form.at.at("schema"), form.schema, property);
    // Each item of an array is a part.
    let part = part.map(|(at, schema)| builder.items(&at, schema).unwrap_or((at, schema)));
    let (is_file, is_compound) = part
        .map(|(at, schema)| (builder.is_bytes(&at, schema, Bytes::Unknown), builder.is_compound(&at, schema)))
        .unwrap_or_default();
    let chosen = match (&listed[..], is_file, is_compound) {
        (_, false, true) if listed.iter().any(|media| media.contains('*')) => exact.find(|media| is_json(media)),
        (_, false, true) => {
            let json = exact.find(|media| is_json(media));
            if json.is_none() {
                let message = format!("an object or an array as a part of the media type `{media}` is not supported");
                builder.reader.problems.add(at, message, leave_out!());
            }
            json
        }
        ([only], ..) if !only.contains('*') => return Some(of(only)),
        (_, true, _) if listed.iter().any(|media| ANY_BYTES.contains(media)) => Some(ANY_BYTES[0]),
        (_, true, _) => return Some(PartEncoding::Listed(listed.join(", "))),
        // Text has no media type of its own unless the range excludes it.
        (_, false, false) => exact.next().or((listed == ["application/*"]).then_some("application/json")),
    };
    if let Some(chosen) = chosen.filter(|_| listed.len() > 1) {
        builder.reader.account.note(at, Loss::Kept, format!("`{chosen}` is used"));
    }
    chosen.map(of)
}
