//! One media type for each body: JSON where there is some, or else a form, or else the bytes as they are.

use super::schemas::Placer;
use crate::account::Loss;
use crate::document::pointer::Pointer;
use crate::model::Form;
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

/// Chooses among the media types of `content`, if there are any. It is the one that is sent, or the only one that is asked for.
pub fn choose(content: &Map<String, Value>, at: &Pointer, placer: &mut Placer<'_>) -> Option<Chosen> {
    let all: Vec<Chosen> = content.iter().map(|(name, media)| read(name, media, at, placer)).collect();
    let chosen = all.iter().min_by_key(|media| media.form.rank(&media.name))?.clone();
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
    let form = Form::of(name, || placer.is_structured(&at.at("schema"), &schema));
    let encoding = media.get("encoding").cloned().unwrap_or_default();
    Chosen { name: name.to_owned(), at, schema, encoding, form }
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
