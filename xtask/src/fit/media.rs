//! Chooses one media type for each body: JSON if possible, else a form, else raw bytes.

use super::schemas::TypeBuilder;
use crate::account::Loss;
use crate::document::pointer::Pointer;
use crate::model::Form;
use crate::model::media::essence;
use crate::model::parameters::ANY;
use crate::model::types::Bytes;
use serde_json::{Map, Value};

/// The media type that is used for a body.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen<'d> {
    /// The name in the document.
    pub name: String,
    /// The place of its Media Type Object.
    pub at: Pointer,
    /// Its schema, or the empty schema.
    pub schema: &'d Value,
    /// The `encoding` of a form.
    pub encoding: &'d Value,
    /// The form of its bodies.
    pub form: Form,
    /// Other media types of the body that have the same form and schema.
    pub equals: Vec<String>,
}

/// Chooses among the media types of `content`: the one to send, or to request.
pub fn choose<'d>(content: &'d Map<String, Value>, at: &Pointer, builder: &mut TypeBuilder<'_, 'd>) -> Option<Chosen<'d>> {
    let all: Vec<Chosen<'_>> = content.iter().map(|(name, media)| read(name, media, at, builder)).collect();
    // Only parts can be files: in JSON and in other forms, the encoding of bytes is not defined.
    let has_parts = all.iter().any(|media| media.form == Form::FormData);
    let mut rank = |media: &&Chosen<'d>| {
        let is_text = matches!(media.form, Form::Json | Form::UrlEncoded);
        let needs_parts = has_parts && is_text && builder.has_bytes(&media.at.at("schema"), media.schema, Bytes::Unknown);
        (needs_parts, media.form.rank(&media.name))
    };
    let mut chosen = all.iter().min_by_key(&mut rank)?.clone();
    let is_equal = |other: &&Chosen<'_>| other.form == chosen.form && other.schema == chosen.schema && other.name != chosen.name;
    if matches!(chosen.form, Form::Text | Form::Bytes) {
        chosen.equals = all.iter().filter(is_equal).map(|other| other.name.clone()).collect();
    }
    for other in all.iter().filter(|other| other.name != chosen.name) {
        let (loss, text) = if other.schema == chosen.schema {
            (Loss::Exact, format!("`{}` is used instead: the schema is the same", chosen.name))
        } else {
            (Loss::Kept, format!("`{}` is used instead", chosen.name))
        };
        builder.reader.account.note(&other.at, loss, text);
    }
    Some(chosen)
}

fn read<'d>(name: &str, media: &'d Value, at: &Pointer, builder: &mut TypeBuilder<'_, 'd>) -> Chosen<'d> {
    let at = at.at(name);
    let schema = media.get("schema").unwrap_or(&ANY);
    let form = Form::of(name, || builder.is_structured(&at.at("schema"), schema));
    let encoding = media.get("encoding").unwrap_or(&Value::Null);
    Chosen { name: name.to_owned(), at, schema, encoding, form, equals: Vec::new() }
}

impl Chosen<'_> {
    /// The media types to request. Ranges stay ranges, so that the server can choose.
    pub fn accepted(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.equals.iter().map(String::as_str))
    }

    /// The media type to send. For a range, it is a type in it that fits any body, if there is one.
    pub fn content_type(&self) -> Option<String> {
        match (essence(&self.name).as_str(), self.form) {
            (name, _) if !name.contains('*') => Some(self.name.clone()),
            ("*/*" | "application/*", Form::Json) => Some("application/json".to_owned()),
            ("*/*" | "application/*", _) => Some("application/octet-stream".to_owned()),
            ("text/*", _) => Some("text/plain".to_owned()),
            _ => None,
        }
    }
}
