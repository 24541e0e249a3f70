//! `x-from`: conversions between types, property by property.

/// A conversion that the overlay requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The component to convert to.
    pub target: String,
    /// The component to convert from.
    pub source: String,
    /// The properties of the target by their JSON names, in order.
    pub fields: Vec<(String, FieldFrom)>,
}

/// The source of a property's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldFrom {
    /// The property with the same name and the same type.
    Same,
    /// The property with the same name, converted through its text.
    Text,
    /// None: the source has no such property, and the target does not require it.
    Absent,
}
