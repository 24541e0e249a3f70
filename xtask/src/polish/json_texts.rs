//! The JSON in an example. Placeholders stand for it until the code around it is formatted.

use crate::sample::PLACEHOLDER;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use std::cell::RefCell;

/// The JSON for the placeholders of an example.
#[derive(Default)]
pub struct JsonTexts(RefCell<Vec<String>>);

/// Whether text of the document looks like a placeholder.
pub fn is_like_placeholder(text: &str) -> bool {
    text.contains(PLACEHOLDER)
}

impl JsonTexts {
    /// Adds JSON, and returns its placeholder.
    pub fn add(&self, value: &Value) -> TokenStream {
        let mut json = self.0.borrow_mut();
        let placeholder = format_ident!("{PLACEHOLDER}{}", json.len());
        json.push(match value {
            Value::Object(_) | Value::Array(_) | Value::Null => format!("serde_json::json!({})", json_text(value)),
            scalar => json_text(scalar),
        });
        quote!(#placeholder)
    }

    /// Replaces the placeholders in the text by their JSON.
    pub fn put_into(&self, text: &str) -> String {
        let mut text = text.to_owned();
        // In reverse order, since `__json_1` is a prefix of `__json_10`.
        for (index, json) in self.0.take().iter().enumerate().rev() {
            text = text.replace(&format!("{PLACEHOLDER}{index}"), json);
        }
        text
    }
}

/// JSON for the macro `json!`, with Rust literals.
fn json_text(value: &Value) -> String {
    let text = |text: &str| proc_macro2::Literal::string(text).to_string();
    match value {
        Value::String(value) => text(value),
        Value::Array(values) => format!("[{}]", values.iter().map(json_text).collect::<Vec<_>>().join(", ")),
        Value::Object(values) if values.is_empty() => "{}".to_owned(),
        Value::Object(values) => {
            let pairs = values.iter().map(|(key, value)| format!("{}: {}", text(key), json_text(value)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
        scalar => scalar.to_string(),
    }
}
