//! Media types of bodies, and which of them is used. As fitting chooses.

use super::shape::Node;
use super::side::Side;
use crate::document::pointer::Pointer;
use serde_json::Value;

/// The media types of a body, and the one that is used.
#[derive(Debug, Default)]
pub struct Content<'a> {
    pub media: Vec<Media<'a>>,
    pub chosen: Option<usize>,
}

/// A media type of a body.
#[derive(Clone, Debug)]
pub struct Media<'a> {
    pub name: &'a str,
    pub at: Pointer,
    pub value: &'a Value,
    pub schema: Node<'a>,
    pub form: Form,
}

/// What bodies of a media type are in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    Json,
    UrlEncoded,
    Bytes,
    Text,
    Multipart,
}

impl<'a> Content<'a> {
    /// The media type that is used.
    pub fn used(&self) -> Option<&Media<'a>> {
        self.media.get(self.chosen?)
    }

    /// What a body is in Rust, if there is one.
    pub fn form(&self) -> Option<Form> {
        self.used().map(|media| media.form)
    }
}

/// The media types of a body, whose schema is called `name`.
pub fn content<'a>(side: &Side<'a>, at: &Pointer, holder: &'a Value, name: &str) -> Content<'a> {
    let all = holder.get("content").and_then(Value::as_object);
    let media: Vec<Media<'a>> = all
        .into_iter()
        .flatten()
        .map(|(media, value)| {
            let at = at.at("content").at(media);
            let schema = Node::new(at.at("schema"), value.get("schema").unwrap_or(&Value::Bool(true)), name);
            let form = form(side, media, &schema);
            Media { name: media, at, value, schema, form }
        })
        .collect();
    let chosen = media.iter().enumerate().min_by_key(|(_, media)| rank(media)).map(|(index, _)| index);
    Content { media, chosen }
}

/// The media type without its parameters.
pub fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn form<'a>(side: &Side<'a>, name: &str, schema: &Node<'a>) -> Form {
    let essence = essence(name);
    let structured = || !side.shape(schema).properties.is_empty() || side.shape(schema).items.is_some();
    match essence.as_str() {
        _ if essence.ends_with("/json") || essence.ends_with("+json") => Form::Json,
        "application/x-www-form-urlencoded" => Form::UrlEncoded,
        "*/*" if structured() => Form::Json,
        _ if essence.starts_with("multipart/") => Form::Multipart,
        _ if essence.starts_with("text/") && essence != "text/event-stream" => Form::Text,
        _ => Form::Bytes,
    }
}

/// The lower, the better.
fn rank(media: &Media<'_>) -> (Form, u8) {
    let exact = match media.form {
        Form::Json if essence(media.name) == "application/json" => 0,
        _ if !media.name.contains('*') => 1,
        _ => 2,
    };
    (if media.form == Form::Text { Form::Bytes } else { media.form }, exact)
}
