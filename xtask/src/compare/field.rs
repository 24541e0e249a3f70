//! A property in one of the two documents.

use super::api_view::ApiView;
use super::pair::Usage;
use super::shape::Member;
use crate::document::pointer::Pointer;
use crate::model::types::Struct;
use crate::model::{Direction, Presence};
use serde_json::Value;

/// A property in one of the documents.
pub struct Field<'p, 'a> {
    pub side: &'p ApiView<'a>,
    /// The name of the type that has it.
    pub holder: &'p str,
    pub member: &'p Member<'a>,
    pub direction: Direction,
    /// The value that has it, as in facts, if the generated code has no field for it.
    pub within: Option<&'p str>,
}

impl Field<'_, '_> {
    /// The name of the type that declares it.
    pub fn owner(&self) -> &str {
        self.side.owner(self.member.known).unwrap_or(self.holder)
    }

    /// Its name in facts: `types::Owner::field` if the generated code has the field.
    pub fn subject(&self) -> String {
        match self.within {
            Some(value) => format!("the property `{}` of {value}", self.member.known.wire),
            None => format!("`types::{}::{}`", self.owner(), Struct::field_name(self.member.key)),
        }
    }

    pub fn is_required(&self) -> bool {
        self.member.known.required
    }

    pub fn presence(&self) -> Presence {
        self.side.presence(self.member, self.direction)
    }

    /// Its Rust type, if the generated code has the field.
    pub fn rust(&self) -> Option<String> {
        self.within.is_none().then(|| self.side.field(self.member, self.direction))
    }

    /// Whether the property is required in the given direction: `readOnly` lifts that for requests, `writeOnly` for responses.
    pub fn is_needed(&self, usage: Usage) -> bool {
        let mark = if usage.is_sent() { "readOnly" } else { "writeOnly" };
        self.is_required() && !self.side.shape(self.member.node).facts.marks.contains(mark)
    }

    pub fn at(&self) -> Option<Pointer> {
        self.member.node.0.places.first().cloned()
    }

    /// The value that the builder sets by default.
    pub fn constant(&self) -> Option<&Value> {
        let is_built = self.direction.sent && self.presence() == Presence::Required;
        self.member.known.constant.as_ref().filter(|_| is_built)
    }

    /// Whether the builder requires the user to set it.
    pub fn is_asked_for(&self) -> bool {
        self.direction.sent && !self.presence().is_optional() && self.constant().is_none()
    }

    /// Whether a response fails to decode if the property is absent or null.
    pub fn is_vital(&self) -> bool {
        self.presence().is_vital(self.direction)
    }
}
