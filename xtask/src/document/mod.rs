//! Documents as JSON values: reading, overlay, selection, and the walk by the grammar of OpenAPI.

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
pub mod operations;
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
pub use select::{SELECT, select};
pub use skip::{Skipped, skip};

use serde_json::Value;

/// The text of a file, with its name in messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The name in messages.
    pub file: String,
    /// The text.
    pub text: String,
}

/// A document, with its name in messages.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The file as the user named it.
    pub file: String,
    /// The content.
    pub value: Value,
}

impl Document {
    /// The version of OpenAPI that the document declares.
    #[must_use]
    pub fn openapi(&self) -> &str {
        self.text("/openapi")
    }

    /// Whether the version is 3.0, in which siblings of `$ref` are ignored.
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

    /// Title and version, without characters that are special in a shell, in markdown or in Rust.
    #[must_use]
    pub fn label(&self) -> String {
        let plain = |c: &char| c.is_ascii_alphanumeric() || " .-_".contains(*c);
        let text = format!("{} {}", self.title(), self.version());
        text.chars().filter(plain).collect::<String>().trim().to_owned()
    }

    fn text(&self, pointer: &str) -> &str {
        self.value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// The number of schemas in `components`.
    pub fn schema_count(&self) -> usize {
        self.value.pointer("/components/schemas").and_then(Value::as_object).map_or(0, serde_json::Map::len)
    }

    /// The number of operations in `paths`.
    #[must_use]
    pub fn operation_count(&self) -> usize {
        operations::of(&self.value).len()
    }
}

/// The maximum size of what one pass may copy, in values and bytes of text. Inlining large objects could exhaust memory.
pub const MAX_COPIED_BYTES: usize = 1 << 26;

/// The size of `value`: the number of values plus bytes of text.
pub fn size(value: &Value) -> usize {
    1 + match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(map) => map.iter().map(|(key, value)| key.len() + size(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}
