//! How a value can be absent or null. This determines the types of fields and setters.

use super::direction::{Direction, OneWay};

/// What a document says about a value in an object, apart from its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Whether the key is required.
    pub required: bool,
    /// Whether the value can be null.
    pub nullable: bool,
    /// Whether the schema is empty, so that the value is any JSON, including null.
    pub any: bool,
    /// `readOnly` or `writeOnly`.
    pub one_way: Option<OneWay>,
}

/// How a value can be absent or null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Required,
    RequiredNullable,
    Optional,
    OptionalNullable,
    /// Any JSON, including null.
    RequiredAny,
    OptionalAny,
    /// The map of all properties that the document does not name.
    Rest,
}

impl Holding {
    /// The presence in a type that travels in `direction`.
    #[must_use]
    pub fn presence(self, direction: Direction) -> Presence {
        match (self.is_required(direction), self.nullable, self.any) {
            (true, true, true) if !direction.sent => Presence::RequiredNullable,
            (true, _, true) => Presence::RequiredAny,
            (false, _, true) if direction.sent => Presence::OptionalAny,
            (true, true, false) => Presence::RequiredNullable,
            (true, false, false) => Presence::Required,
            // Only in responses do null and absent mean the same.
            (false, true, _) if direction.sent => Presence::OptionalNullable,
            (false, ..) => Presence::Optional,
        }
    }

    /// Requests cannot require a `readOnly` value, and responses cannot require a `writeOnly` one.
    fn is_required(self, direction: Direction) -> bool {
        self.required
            && match self.one_way {
                Some(OneWay::Received) => !direction.sent,
                Some(OneWay::Sent) => !direction.received,
                None => true,
            }
    }
}

impl Presence {
    /// The number of `Option`s around the type.
    #[must_use]
    pub fn options(self) -> usize {
        match self {
            Self::Required | Self::RequiredAny | Self::Rest => 0,
            Self::RequiredNullable | Self::Optional | Self::OptionalAny => 1,
            Self::OptionalNullable => 2,
        }
    }

    /// Whether a response without the value, or with null instead, fails to decode.
    #[must_use]
    pub fn is_vital(self, direction: Direction) -> bool {
        self == Self::Required || self == Self::RequiredAny && !direction.received
    }

    /// Whether the key can be left out.
    #[must_use]
    pub fn is_optional(self) -> bool {
        matches!(self, Self::Optional | Self::OptionalNullable | Self::OptionalAny)
    }
}
