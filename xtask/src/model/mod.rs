//! The model: what a document is in Rust. Generating and comparing share these rules.

pub mod api;
mod contents;
pub mod conversions;
pub mod credentials;
pub mod cycles;
pub mod direction;
pub mod guards;
pub mod known_types;
pub mod media;
pub mod names;
pub mod operations;
pub mod parameters;
pub mod path;
pub mod polls;
pub mod presence;
pub mod responses;
pub mod rust_types;
pub mod scalars;
pub mod security;
pub mod server_setters;
pub mod servers;
pub mod status;
pub mod type_choices;
pub mod types;

pub use api::Model;
pub use cycles::Cycles;
pub use direction::{Direction, OneWay};
pub use media::Form;
pub use presence::{Holding, Presence};
pub use scalars::Scalar;
pub use status::Status;
pub use type_choices::TypeChoices;
pub use types::{Type, TypeDef, TypeUse, Types};
