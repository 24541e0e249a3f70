//! Turns the output of progenitor into code that reads as if written by hand: one pass per file.

mod agreement;
mod aliases;

mod bodies;
mod builders;
mod constants;
mod conversions;
mod credential_docs;
mod credentials;
pub mod derives;
mod docs;
mod emitted;
mod enums;
mod environment;
mod errors;
mod example;
mod expression;
mod facts;
mod free_form;
mod ids;
mod item_tokens;
mod json_texts;
mod literals;
mod operations;
pub mod overview;
mod parts;
mod paths;
mod polished;
mod responses;
mod scalars;
mod servers;
mod setters;
mod statuses;
mod structs;
mod types;
mod unions;
mod waits;

use crate::model::api::Model;
use crate::sample::Samples;
use emitted::Emitted;
use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

/// Items that belong together. They are printed without a blank line between them.
pub type Group = Vec<Item>;

/// A file of generated code.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its name in the folder of generated code.
    pub file: &'static str,
    /// Its items.
    pub groups: Vec<Group>,
}

/// Makes the modules of the crate `crate_name` from progenitor's output for `model`.
///
/// # Errors
/// Returns an error if progenitor's output has an unexpected form, which is a bug of the generator.
pub fn polish(emitted: TokenStream, model: &Model, samples: &Samples<'_>, crate_name: &str) -> syn::Result<Vec<Module>> {
    let emitted = Emitted::split(emitted)?;
    let types = types::polish(&emitted, model)?;
    let builders = builders::polish(&types);
    let operations = operations::polish(&emitted, model, &types, samples, crate_name)?;
    let mut modules = vec![facts::module(model, crate_name, !builders.is_empty(), !operations.is_empty())];
    modules.push(credentials::module(model, crate_name)?);
    modules.extend(servers::module(model));
    modules.push(Module { file: "types.rs", groups: with_imports(types.groups, &["crate::runtime"])? });
    if !builders.is_empty() {
        modules.push(Module { file: "builder.rs", groups: with_imports(builders, &["crate::runtime", "super::types"])? });
    }
    if !operations.is_empty() {
        let groups = with_imports(operations, &["crate::runtime", "super::types", "super::builder"])?;
        modules.push(Module { file: "operations.rs", groups });
    }
    Ok(modules)
}

/// Adds those of the imports with whose last name some path begins.
fn with_imports(mut groups: Vec<Group>, imports: &[&str]) -> syn::Result<Vec<Group>> {
    for import in imports {
        let name = import.rsplit("::").next().unwrap_or_default();
        if !groups.iter().flatten().any(|item| mentions(quote!(#item), name)) {
            continue;
        }
        let item: Item = syn::parse_str(&format!("use {import};"))?;
        match groups.first_mut() {
            Some(group) if group.iter().all(|item| matches!(item, Item::Use(_))) => group.insert(0, item),
            _ => groups.insert(0, vec![item]),
        }
    }
    Ok(groups)
}

/// Whether some path in the tokens begins with `name`.
fn mentions(tokens: TokenStream, name: &str) -> bool {
    use proc_macro2::{Spacing, TokenTree};
    let is_colon = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ':');
    let is_joint =
        |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint);
    // In `a::name` and `a.name`, the name is not the start of a path. In `field: name::Type` it is.
    let (mut starts_path, mut is_second_colon) = (true, false);
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let found = match &tree {
            TokenTree::Ident(ident) => starts_path && ident == name && trees.peek().is_some_and(is_joint),
            TokenTree::Group(group) => mentions(group.stream(), name),
            TokenTree::Punct(_) => false,
            // Attributes of serde contain paths of functions as strings.
            TokenTree::Literal(literal) => literal.to_string().starts_with(&format!("\"{name}::")),
        };
        if found {
            return true;
        }
        let is_dot = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '.');
        starts_path = !(is_dot || is_colon(&tree) && is_second_colon);
        is_second_colon = is_joint(&tree);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::mentions;
    use quote::quote;

    #[test]
    fn a_name_is_mentioned_where_a_path_begins_with_it() {
        for (tokens, expected) in [
            (quote! { struct A { a: runtime::File } }, true),
            (quote! { fn a(runtime: u8) -> Vec<runtime::File> {} }, true),
            (quote! { #[serde(with = "runtime::number")] struct A; }, true),
            (quote!(::runtime::name!();), false),
            (quote!(a::runtime::name();), false),
            (quote!(a.runtime;), false),
            (quote! { struct A { a: other::File } }, false),
            // A field or a variable with the name of the module.
            (quote! { struct A { runtime: u8 } }, false),
            (quote! { fn a(runtime: Option<String>) { b(&runtime) } }, false),
        ] {
            assert_eq!(mentions(tokens.clone(), "runtime"), expected, "{tokens}");
        }
    }
}
