//! Documents as values: read, overlaid, cut down to a selection, and walked by the grammar of OpenAPI.

mod bundle;
pub mod extensions;
pub mod fields;
mod files;
pub mod follow;
pub mod incoming;
pub mod inheritance;
mod json;
pub mod keywords;
mod load;
mod mappings;
mod names;
mod overlay;
mod path_items;
mod place;
pub mod pointer;
pub mod reserved;
mod select;
mod skip;
pub mod targets;
pub mod walk;
mod yaml;

pub use bundle::bundle;
pub use load::parse;
pub use names::Names;
pub use overlay::{Applied, apply, apply_what_fits};
pub use path_items::inline_path_items;
pub use place::may_refer_elsewhere;
pub use select::{SELECT, Selected, select};
pub use skip::{Skipped, skip};

use serde_json::Value;

/// A file by the name under which messages speak of it, and its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The name.
    pub file: String,
    /// The text.
    pub text: String,
}

/// A document and the name by which messages call it.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The file as the user named it.
    pub file: String,
    /// Its content.
    pub value: Value,
}

impl Document {
    /// The version of OpenAPI that it declares.
    #[must_use]
    pub fn openapi(&self) -> &str {
        self.text("/openapi")
    }

    /// Whether it is one of 3.0, in which what stands beside a reference counts for nothing.
    #[must_use]
    pub fn is_3_0(&self) -> bool {
        self.openapi().starts_with("3.0.")
    }

    /// `info.title`.
    #[must_use]
    pub fn title(&self) -> &str {
        self.text("/info/title")
    }

    /// `info.version`.
    #[must_use]
    pub fn version(&self) -> &str {
        self.text("/info/version")
    }

    /// Title and version, of whose characters only those stay that mean nothing to a shell, to markdown and to Rust.
    #[must_use]
    pub fn label(&self) -> String {
        let plain = |c: &char| c.is_ascii_alphanumeric() || " .-_".contains(*c);
        let text = format!("{} {}", self.title(), self.version());
        text.chars().filter(plain).collect::<String>().trim().to_owned()
    }

    fn text(&self, pointer: &str) -> &str {
        self.value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// How many schemas `components` names.
    pub fn schema_count(&self) -> usize {
        self.value.pointer("/components/schemas").and_then(Value::as_object).map_or(0, serde_json::Map::len)
    }

    /// How many operations `paths` holds.
    #[must_use]
    pub fn operation_count(&self) -> usize {
        walk::operations(&self.value).len()
    }
}

/// How much one pass may copy, in values and bytes of text: what is large and referred to everywhere would fill any memory.
pub const MAX_COPIED_BYTES: usize = 1 << 26;

/// How many values there are in `value`, and bytes of text.
pub fn size(value: &Value) -> usize {
    1 + match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(map) => map.iter().map(|(key, value)| key.len() + size(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}
