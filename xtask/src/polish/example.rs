//! The example of a call. It consists of checked names and literals only, so that it compiles and runs nothing of the document.

use super::expression::Expressions;
use super::json_texts::is_like_placeholder;
use super::setters::Slot;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Ident, parse_quote};

/// A setter that must be called, with a value for it.
pub struct Setting {
    pub setter: Ident,
    pub slot: Slot,
    /// A value that is valid under the document; `None` if none is found.
    pub sample: Option<Value>,
}

/// The lines of an example that calls `method` with its required settings. `media` is the media type of the body, if the
/// document does not determine it. Setters without a value are left out, and the example still compiles.
pub fn of(method: &str, settings: &[Setting], media: Option<&str>, expressions: &Expressions<'_>) -> String {
    let method = format_ident!("{method}");
    let calls = settings.iter().filter_map(|setting| {
        let sample = setting.sample.as_ref().filter(|sample| !is_like_placeholder(&sample.to_string()))?;
        let (setter, argument) = (&setting.setter, expressions.argument(&setting.slot, sample)?);
        Some(quote!(.#setter(#argument)))
    });
    let media =
        media.filter(|media| !is_like_placeholder(media)).map(|media| quote!(.with_header("content-type", #media))).into_iter();
    let call = quote!(client.#method() #(#calls)* #(#media)* .send().await?);
    let crate_name = &expressions.crate_name;
    let lines = lines(&call, expressions);
    let head = format!("# async fn example(client: {crate_name}::Client) -> Result<(), Box<dyn std::error::Error>> {{");
    let imports = lines.iter().any(|line| line.contains("types::")).then(|| format!("use {crate_name}::types;\n"));
    let imports = imports.unwrap_or_default();
    format!("```no_run\n{imports}{head}\n{}\n# let _ = response;\n# Ok(())\n# }}\n```", lines.join("\n"))
}

/// The formatted statement of the call.
fn lines(call: &TokenStream, expressions: &Expressions<'_>) -> Vec<String> {
    let function: syn::Item = parse_quote! { fn example() { let response = #call; } };
    let text = prettyplease::unparse(&syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![function] });
    let text = expressions.json.put_into(&text);
    let body = text.lines().skip(1).take_while(|line| *line != "}");
    body.map(|line| line.strip_prefix("    ").unwrap_or(line).to_owned()).collect()
}
