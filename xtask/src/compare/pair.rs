//! A pair of schemas, where it was met, and what changed in it.

use super::rules::{Family, Place, Rule};
use super::shape::{Node, Shape};
use super::verdicts::Verdict;
use crate::document::pointer::Pointer;

/// The way that values go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// To the server.
    Request,
    /// From the server, in a success.
    Response,
    /// From the server, in an error: one that does not decode is an error all the same.
    Refusal,
    /// Nowhere: no operation uses it.
    Unused,
}

/// What a change of a schema asks of a client, by the way of the value.
#[derive(Clone, Copy, Debug)]
pub struct Wire {
    /// Where a client sends it.
    pub sent: Verdict,
    /// Where a client reads it.
    pub read: Verdict,
}

impl Wire {
    /// What it asks for the given way.
    pub fn on(self, way: Way) -> Verdict {
        match way {
            Way::Request => self.sent,
            Way::Response => self.read,
            Way::Refusal => self.read.min(Verdict::Minor),
            Way::Unused => Verdict::Patch,
        }
    }
}

/// One change of a schema, before it is known which operations it touches.
#[derive(Clone, Debug)]
pub struct Change {
    pub rule: &'static Rule,
    pub old: Option<Pointer>,
    pub new: Option<Pointer>,
    pub wire: Verdict,
    pub source: Verdict,
    /// What it is a change of, if that is not the visit's own schema.
    pub subject: Option<String>,
    /// What happened, as the rest of a sentence; one of its own follows a colon.
    pub what: String,
}

/// Where a pair was met.
#[derive(Clone, Debug)]
pub struct Site {
    pub way: Way,
    pub place: Place,
    /// What holds it, in the words of the Rust API.
    pub text: String,
    /// Whether that is a field, which says by itself what may be null.
    pub field: bool,
}

impl Site {
    /// The same for what is inside of a property.
    pub fn inner(&self, text: String, field: bool) -> Self {
        let place = match self.place {
            Place::Parameter => Place::Parameter,
            Place::RequestBody | Place::RequestProperty => Place::RequestProperty,
            Place::ResponseBody | Place::ResponseProperty => Place::ResponseProperty,
        };
        Self { way: self.way, place, text, field }
    }
}

/// A pair while it is compared.
pub struct Pair<'p, 'a> {
    pub old: &'p Shape<'a>,
    pub new: &'p Shape<'a>,
    pub nodes: (Node<'a>, Node<'a>),
    pub site: &'p Site,
    pub changes: Vec<Change>,
    pub children: Vec<usize>,
}

impl Pair<'_, '_> {
    /// Notes a change of the schema itself; the verdicts are those for sending, for reading, and for the source.
    pub fn note(&mut self, family: &'static Family, [sent, read, source]: [Verdict; 3], what: String) {
        let change = Change {
            rule: family.at(self.site.place),
            old: Some(self.old.definition.clone()),
            new: Some(self.new.definition.clone()),
            wire: Wire { sent, read }.on(self.site.way),
            source,
            subject: None,
            what,
        };
        self.changes.push(change);
    }

    /// Whether the values are read rather than sent.
    pub fn is_read(&self) -> bool {
        self.site.way != Way::Request
    }
}
