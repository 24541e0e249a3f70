//! Turns schemas of any form into the few that typify handles well: scalars, arrays, maps, and components that are objects,
//! enums of strings or unions.
//!
//! `schema` defines what a schema is, independent of its keywords. `intersect` computes that for `allOf`, `unions` for `oneOf`
//! and `anyOf`. `type_builder` turns each object, enum and union into a named type.

mod bytes;
mod discriminators;
mod intersect;
mod listed;
mod nesting;
mod reader;
mod schema;
mod several;
mod shapes;
mod tags;
mod type_builder;
mod unions;
mod variant_names;
mod written;

pub use reader::Reader;
pub use type_builder::TypeBuilder;
