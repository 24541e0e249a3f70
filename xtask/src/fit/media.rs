//! One media type for each body: JSON where there is some, or else a form, or else the bytes as they are.

use super::schemas::Placer;
use crate::account::Loss;
use crate::document::pointer::Pointer;
use serde_json::{Map, Value, json};

/// The media type that was chosen for a body.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// Its name as the document writes it.
    pub name: String,
    /// Where its Media Type Object stands.
    pub at: Pointer,
    /// Its schema; the empty one, where it has none.
    pub schema: Value,
    /// `encoding` of a form.
    pub encoding: Value,
    /// What its bodies are.
    pub form: Form,
}

/// What bodies of a media type are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    UrlEncoded,
    Multipart,
    Text,
    Bytes,
}

/// Chooses among the media types of `content`, if there are any. It is the one that is sent, or the only one that is asked for.
pub fn choose(content: &Map<String, Value>, at: &Pointer, placer: &mut Placer<'_>) -> Option<Chosen> {
    let all: Vec<Chosen> = content.iter().map(|(name, media)| read(name, media, at, placer)).collect();
    let chosen = all.iter().min_by_key(|media| rank(media))?.clone();
    for other in all.iter().filter(|other| other.name != chosen.name) {
        let (loss, text) = if other.schema == chosen.schema {
            (Loss::Exact, format!("`{}` stands for it too: the schema is the same", chosen.name))
        } else {
            (Loss::Kept, format!("`{}` is used instead", chosen.name))
        };
        placer.reader.account.note(&other.at, loss, text);
    }
    Some(chosen)
}

fn read(name: &str, media: &Value, at: &Pointer, placer: &mut Placer<'_>) -> Chosen {
    let at = at.at(name);
    let schema = media.get("schema").cloned().unwrap_or_else(|| json!({}));
    let form = match essence(name).as_str() {
        _ if is_json(name) => Form::Json,
        "application/x-www-form-urlencoded" => Form::UrlEncoded,
        "*/*" if placer.is_structured(&at.at("schema"), &schema) => Form::Json,
        essence if essence.starts_with("multipart/") => Form::Multipart,
        "text/event-stream" => Form::Bytes,
        essence if essence.starts_with("text/") => Form::Text,
        _ => Form::Bytes,
    };
    let encoding = media.get("encoding").cloned().unwrap_or_default();
    Chosen { name: name.to_owned(), at, schema, encoding, form }
}

/// The lower, the better.
fn rank(media: &Chosen) -> u8 {
    match media.form {
        Form::Json if essence(&media.name) == "application/json" => 0,
        Form::Json if !media.name.contains('*') => 1,
        Form::Json => 2,
        Form::UrlEncoded => 3,
        Form::Bytes | Form::Text => 4,
        Form::Multipart => 5,
    }
}

/// The media type without its parameters.
fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether bodies of this media type are JSON texts.
fn is_json(media: &str) -> bool {
    let essence = essence(media);
    essence.ends_with("/json") || essence.ends_with("+json")
}

impl Chosen {
    /// The media type to send or to ask for: ranges stand for JSON, or for any bytes.
    pub fn concrete(&self) -> String {
        match (self.name.contains('*'), self.form) {
            (false, _) => self.name.clone(),
            (true, Form::Json) => "application/json".to_owned(),
            (true, Form::Text) => "text/plain".to_owned(),
            (true, _) => "application/octet-stream".to_owned(),
        }
    }
}
