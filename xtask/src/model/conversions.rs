//! `x-from`: types whose values can be made from those of another one, property by property.

/// A conversion that the overlay asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The component that is made.
    pub target: String,
    /// The component that it is made from.
    pub source: String,
    /// The properties of the target by their names on the wire, in its order.
    pub fields: Vec<(String, FieldFrom)>,
}

/// Where the value of a property comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldFrom {
    /// The property of the same name, which has the same type.
    Same,
    /// The property of the same name, which is also text.
    Text,
    /// Nowhere: the source has no such property, and the target can do without.
    Absent,
}
