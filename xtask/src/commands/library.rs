//! Writes `src/lib.rs` of a crate whose runtime is copied: its documentation, its modules and its exports.

use super::manifest;
use crate::emit;
use crate::pipeline::Generated;
use crate::polish::overview;
use anyhow::Context;

/// The text of `src/lib.rs`. `home` is the library of the crate that owns the runtime; the names that it exports from the
/// runtime are exported here, too.
///
/// # Errors
/// Returns an error if `home` exports no names from the runtime.
pub fn text(
    home: &str,
    name: &str,
    generated: &Generated,
    features: &[manifest::Feature],
    command: &str,
) -> anyhow::Result<String> {
    let names = home.split_once("pub use runtime::{").and_then(|(_, rest)| rest.split_once('}'));
    let (names, _) = names.context("the library of the crate with the runtime has no `pub use runtime::{…}`")?;
    let names: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let label = generated.prepared.document.label();
    let api = if label.is_empty() { "an API without a title".to_owned() } else { format!("`{label}`") };
    let code = format!(
        "//! Client for {api}, generated from its document.\n{}\n\
         {PROSE_LINTS}#![forbid(unsafe_code)]\n\n{}\n\n\
         pub use client::{{Client, ClientBuilder, ConfigError, http_client_builder}};\n\
         pub use generated::*;\n\
         /// The HTTP client below, in the version that [`ClientBuilder::http_client`] takes.\n\
         pub use reqwest;\n{}",
        front_page(name, generated, features),
        DECLARATIONS.join("\n"),
        use_list("runtime", &names),
    );
    let advice = "Edit it as you like: that command does not overwrite an edited file";
    let made_of = format!("Document: {label}");
    Ok(format!("{}\n{code}", emit::marked(command, "", advice, &made_of, &code)))
}

/// The crate's documentation below its title: operations, environment variables and features.
fn front_page(name: &str, generated: &Generated, features: &[manifest::Feature]) -> String {
    let model = &generated.prepared.model;
    let (operations, variables) = (overview::operations(model), overview::variables(model, name));
    let mut lines = vec![String::new()];
    if !operations.is_empty() {
        lines.extend(["# Operations".to_owned(), String::new()].into_iter().chain(operations).chain([String::new()]));
    }
    lines.extend(["# Environment variables".to_owned(), String::new()]);
    lines.extend(["[`Client::from_env`] reads:".to_owned(), String::new()].into_iter().chain(variables));
    lines.extend([String::new(), "# Features".to_owned(), String::new(), "All are off by default:".to_owned(), String::new()]);
    lines.extend(features.iter().map(|(names, what)| format!("- `{}`: {what}", names.join("`, `"))));
    lines.iter().map(|line| if line.is_empty() { "//!\n".to_owned() } else { format!("//! {line}\n") }).collect()
}

/// Allows the lints of rustdoc and clippy that texts of a document can trigger.
const PROSE_LINTS: &str = "// Summaries are the document's.\n\
    #![allow(rustdoc::bare_urls, rustdoc::broken_intra_doc_links)]\n\
    #![allow(clippy::doc_markdown)]\n";

/// The modules that the library must declare.
pub const DECLARATIONS: [&str; 3] = ["mod client;", "#[path = \"generated.rs\"]\nmod generated;", "pub mod runtime;"];

/// Formats a `use` declaration as rustfmt does by default.
fn use_list(module: &str, names: &[&str]) -> String {
    let line = format!("pub use {module}::{{{}}};\n", names.join(", "));
    if line.len() <= RUSTFMT_WIDTH {
        return line;
    }
    let mut text = format!("pub use {module}::{{\n");
    let mut line = String::new();
    for name in names {
        // rustfmt leaves one column free.
        if !line.is_empty() && "    ".len() + line.len() + " ".len() + name.len() + ",".len() >= RUSTFMT_WIDTH {
            text.push_str(&format!("    {line}\n"));
            line.clear();
        }
        line.push_str(&format!("{}{name},", if line.is_empty() { "" } else { " " }));
    }
    text + &format!("    {line}\n}};\n")
}

const RUSTFMT_WIDTH: usize = 100;
