//! Schemas of any shape become those few that typify reads right: scalars, lists, maps, and components that are objects,
//! enums of strings or unions.
//!
//! `schema` says what a schema is, whatever keywords say it; `intersect` does so for `allOf`, `unions` for `oneOf` and `anyOf`;
//! `type_builder` gives each object, enum and union a name and puts a reference in its place.

mod cycles;
mod discriminators;
mod intersect;
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
pub use tags::guard_name;
pub use type_builder::TypeBuilder;
