//! A pair of schemas, where it is used, and what changed in it.

use super::rules::{Family, Place, Rule};
use super::shape::{Node, Shape};
use super::verdicts::Verdict;
use crate::document::pointer::Pointer;
use serde_json::Value;

/// Where a value is used: in a request, a success, an error, or nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Usage {
    /// From the client to the server.
    Request,
    /// From the client to the server, in a media type that older clients do not send.
    NewRequest,
    /// From the server to the client, in a success.
    Response,
    /// From the server to the client, in an error. If its body does not decode, the caller still gets an error.
    ErrorResponse,
    /// From the server to the client, which hands the body to the caller as it is.
    RawResponse,
    /// No operation uses the value.
    Unused,
}

impl Usage {
    /// Whether clients send the value.
    pub fn is_sent(self) -> bool {
        matches!(self, Self::Request | Self::NewRequest)
    }

    /// The wire verdict of a change: of the verdicts where clients send the value and where they read it, the one that applies.
    pub fn wire(self, [sent, read]: [Verdict; 2]) -> Verdict {
        match self {
            Self::Request => sent,
            Self::Response => read,
            Self::ErrorResponse | Self::RawResponse => read.min(Verdict::Minor),
            Self::NewRequest | Self::Unused => Verdict::Patch,
        }
    }
}

/// A change of a schema, before the operations that it affects are known.
#[derive(Clone, Debug)]
pub struct Change {
    pub rule: &'static Rule,
    pub old: Option<Pointer>,
    pub new: Option<Pointer>,
    pub wire: Verdict,
    pub source: Verdict,
    /// The subject of the sentence, if it is not the schema of the visit.
    pub subject: Option<String>,
    /// The rest of the sentence. It starts with a verb, or with a colon before a clause of its own.
    pub what: String,
}

/// A place where a pair of schemas is used.
#[derive(Clone, Debug)]
pub struct Site {
    pub usage: Usage,
    pub place: Place,
    /// The place in the words of the Rust API, such as `types::Task::id`.
    pub text: String,
    /// Whether the place reports changes of null itself, as fields and setters do.
    pub field: bool,
    /// Whether the generated code has the value. Otherwise, its changes do not affect code that uses the crate.
    pub generated: bool,
}

impl Site {
    /// The site of a schema inside the value at this site.
    pub fn inner(&self, text: String, field: bool) -> Self {
        let place = match self.place {
            Place::Parameter => Place::Parameter,
            Place::RequestBody | Place::RequestProperty => Place::RequestProperty,
            Place::ResponseBody | Place::ResponseProperty => Place::ResponseProperty,
        };
        Self { usage: self.usage, place, text, field, generated: self.generated }
    }
}

/// A pair of schemas during its comparison.
pub struct Pair<'p, 'a> {
    pub old: &'p Shape<'a>,
    pub new: &'p Shape<'a>,
    pub nodes: (Node<'a>, Node<'a>),
    pub site: &'p Site,
    pub changes: Vec<Change>,
    pub children: Vec<usize>,
}

impl Pair<'_, '_> {
    /// Records a change of the schema itself, with its verdicts: wire when sent, wire when read, and source.
    pub fn note(&mut self, family: &'static Family, [sent, read, source]: [Verdict; 3], what: String) {
        let change = Change {
            rule: family.at(self.site.place),
            old: Some(self.old.definition.clone()),
            new: Some(self.new.definition.clone()),
            wire: self.site.usage.wire([sent, read]),
            source,
            subject: None,
            what,
        };
        self.changes.push(change);
    }

    /// The value in words: the component if it is one, or else the place where it is used.
    pub fn text(&self) -> String {
        let is_component = self.old.component && self.new.component;
        if is_component { format!("`types::{}`", self.new.name) } else { self.site.text.clone() }
    }

    /// Whether clients read the values rather than send them.
    pub fn is_read(&self) -> bool {
        !self.site.usage.is_sent()
    }
}

/// The text of a string without quotes, or the JSON of any other value.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
