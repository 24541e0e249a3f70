//! How a value may be absent or null, and with it what its field and its setter look like.

use super::direction::{Direction, OneWay};

/// What a document says of a value that an object holds, apart from its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Whether the key must be there.
    pub required: bool,
    /// Whether null is a value of it.
    pub nullable: bool,
    /// Whether its schema says nothing, so that it holds any JSON, null included.
    pub any: bool,
    /// Whether only responses hold it, or only requests do.
    pub one_way: Option<OneWay>,
}

/// How a value may be absent or null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Required,
    RequiredNullable,
    Optional,
    OptionalNullable,
    /// Any JSON, with null as one of its values.
    RequiredAny,
    OptionalAny,
    /// The map of all properties that the document does not name.
    Rest,
}

impl Holding {
    /// The presence of the value in a type that goes in `direction`.
    #[must_use]
    pub fn presence(self, direction: Direction) -> Presence {
        match (self.is_required(direction), self.nullable, self.any) {
            (true, true, true) if !direction.sent => Presence::RequiredNullable,
            (true, _, true) => Presence::RequiredAny,
            (false, _, true) if direction.sent => Presence::OptionalAny,
            (true, true, false) => Presence::RequiredNullable,
            (true, false, false) => Presence::Required,
            // In a response null and absent mean the same.
            (false, true, _) if direction.sent => Presence::OptionalNullable,
            (false, ..) => Presence::Optional,
        }
    }

    /// What only responses hold cannot be required of a request, and the other way round.
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
    /// How many times `Option` is put around the type of the value.
    #[must_use]
    pub fn options(self) -> usize {
        match self {
            Self::Required | Self::RequiredAny | Self::Rest => 0,
            Self::RequiredNullable | Self::Optional | Self::OptionalAny => 1,
            Self::OptionalNullable => 2,
        }
    }

    /// Whether a response without the value, or with null in its place, does not decode.
    #[must_use]
    pub fn is_vital(self, direction: Direction) -> bool {
        self == Self::Required || self == Self::RequiredAny && !direction.received
    }

    /// Whether the key may be left out.
    #[must_use]
    pub fn is_optional(self) -> bool {
        matches!(self, Self::Optional | Self::OptionalNullable | Self::OptionalAny)
    }
}
