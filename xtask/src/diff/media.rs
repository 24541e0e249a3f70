//! Media types of bodies, and which of them is used.

use super::shape::Node;
use super::side::Side;
use crate::document::pointer::Pointer;
use crate::model::Form;
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
            let form = Form::of(media, || side.shape(&schema).is_structured());
            Media { name: media, at, value, schema, form }
        })
        .collect();
    let chosen = media.iter().enumerate().min_by_key(|(_, media)| media.form.rank(media.name)).map(|(index, _)| index);
    Content { media, chosen }
}
