//! Schemas of any shape become those few that typify reads right: scalars, lists, maps, and components that are objects,
//! words or unions.
//!
//! `flat` says what a schema is, whatever keywords say it; `intersect` does so for `allOf`, `unions` for `oneOf` and `anyOf`;
//! `place` gives each object, enum and union a name and puts a reference in its place.

mod circles;
mod discriminators;
mod flat;
mod intersect;
mod nesting;
mod place;
mod reader;
mod several;
mod shapes;
mod tags;
mod unions;
mod words;
mod written;

pub use place::Placer;
pub use reader::Reader;
pub use tags::guard_name;
