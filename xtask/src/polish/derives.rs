//! Adds the derives in the settings of a crate to the generated types.

use super::Module;
use crate::problem::{Problem, Refused};
use syn::punctuated::Punctuated;
use syn::{Attribute, Item, Path, Token, parse_quote};

/// Adds the traits to the derives of every struct and enum in the types.
///
/// # Errors
/// Returns an error if one is not a path.
pub fn add(modules: &mut [Module], traits: &[String]) -> Result<(), Refused> {
    let paths = traits.iter().map(|name| parse(name)).collect::<Result<Vec<Path>, _>>()?;
    let groups = modules.iter_mut().filter(|module| module.file == "types.rs").flat_map(|module| &mut module.groups);
    for item in groups.flatten() {
        let attributes = match item {
            Item::Struct(item) => &mut item.attrs,
            Item::Enum(item) => &mut item.attrs,
            _ => continue,
        };
        let missing: Vec<&Path> = paths.iter().filter(|path| !derived(attributes).contains(path)).collect();
        if !missing.is_empty() {
            let place =
                attributes.iter().position(|attribute| attribute.path().is_ident("derive")).map_or(attributes.len(), |at| at + 1);
            attributes.insert(place, parse_quote!(#[derive(#(#missing),*)]));
        }
    }
    Ok(())
}

fn parse(name: &str) -> Result<Path, Refused> {
    syn::parse_str(name).map_err(|error| {
        Refused::one(Problem {
            file: "Cargo.toml".to_owned(),
            pointer: "#/package/metadata/openapi/derives".to_owned(),
            message: format!("`{name}` is not the path of a trait: {error}"),
            fix: "name it as code does: `Hash`, or `schemars::JsonSchema`".to_owned(),
        })
    })
}

/// The traits that are derived already.
fn derived(attributes: &[Attribute]) -> Vec<Path> {
    let derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    let paths = derives.filter_map(|attribute| attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok());
    paths.flatten().collect()
}
