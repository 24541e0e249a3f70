//! The public API of generated code, read from its syntax: what users can name, and how it changes.

mod changes;
mod items;

pub use changes::{ApiChange, changes};

use crate::polish::Module;
use anyhow::Context;
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

/// The signatures of aliases begin with this.
const ALIAS: &str = ": type";

/// An item and its owner, such as `Client`, `types::Thing` or `operations::GetThing`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Item {
    /// The type, with its module unless it is at the root of the crate.
    pub owner: String,
    /// The field, variant, method or implemented trait. Empty for the type itself.
    pub name: String,
}

/// The modules of the generated code whose items have the module in their path.
const MODULES: [&str; 3] = ["builder", "operations", "types"];

impl Item {
    /// Reads the path of an item, such as `types::Task::id`, or a call of a method of the client, such as `run_task()`.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let is_name =
            |name: &str| name.starts_with(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || "_#".contains(c));
        let item = |owner: &[&str], name: &str| Self { owner: owner.join("::"), name: name.to_owned() };
        if let Some(method) = path.strip_suffix("()") {
            return is_name(method).then(|| item(&["Client"], method));
        }
        let parts: Vec<&str> = path.split("::").collect();
        match parts.as_slice() {
            parts if !parts.iter().all(|part| is_name(part)) => None,
            [owner @ ("Client" | "ClientBuilder"), name] => Some(item(&[owner], name)),
            [module, owner] if MODULES.contains(module) => Some(item(&[module, owner], "")),
            [module, owner, name] if MODULES.contains(module) => Some(item(&[module, owner], name)),
            _ => None,
        }
    }

    /// Whether the item belongs to one operation.
    #[must_use]
    pub fn is_of_operation(&self) -> bool {
        self.owner == "Client" || self.owner.starts_with("operations::")
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.owner.as_str(), self.name.as_str()) {
            (owner, "") => f.write_str(owner),
            (owner, name) if name.starts_with("impl ") => write!(f, "{name} for {owner}"),
            (owner, name) => write!(f, "{owner}::{name}"),
        }
    }
}

/// All public items with their signatures: the type of a field, or the arguments of a method.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicApi(BTreeMap<Item, String>);

impl PublicApi {
    /// Reads the items of modules before they are printed.
    #[must_use]
    pub fn of_modules(modules: &[Module]) -> Self {
        let mut api = Self::default();
        for module in modules {
            module.groups.iter().for_each(|group| items::collect(group, name_of(module.file), &mut api));
        }
        api
    }

    /// Reads the items of generated files, by file name.
    ///
    /// # Errors
    /// Returns an error if a file is not valid Rust.
    pub fn of_files(files: &IndexMap<String, String>) -> anyhow::Result<Self> {
        let mut api = Self::default();
        for (name, text) in
            files.iter().filter(|(name, _)| Path::new(name).extension().is_some_and(|extension| extension == "rs"))
        {
            let file = syn::parse_file(text).with_context(|| format!("cannot parse {name}"))?;
            items::collect(&file.items, name_of(name), &mut api);
        }
        Ok(api)
    }

    /// Whether users can name the item.
    #[must_use]
    pub fn has(&self, item: &Item) -> bool {
        self.0.contains_key(item)
    }

    fn add(&mut self, owner: &str, name: impl Into<String>, signature: impl Into<String>) {
        let (item, signature) = (Item { owner: owner.to_owned(), name: name.into() }, signature.into());
        match self.0.get_mut(&item) {
            // A field and a method can have the same name.
            Some(known) if *known != signature => known.push_str(&signature.replacen(": ", " and ", 1)),
            Some(_) => {}
            None => {
                self.0.insert(item, signature);
            }
        }
    }

    /// The signature of an item, with aliases resolved. Adds their names to `aliases`.
    fn resolved(&self, item: &Item, aliases: &mut BTreeSet<String>) -> Option<String> {
        let signature = self.0.get(item)?;
        Some(self.without_aliases(signature, &mut Vec::new(), aliases))
    }

    fn without_aliases(&self, signature: &str, open: &mut Vec<String>, aliases: &mut BTreeSet<String>) -> String {
        let mut out = String::with_capacity(signature.len());
        for part in signature.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_')) {
            let name = part.trim_end_matches(|c: char| !(c.is_alphanumeric() || c == '_'));
            let alias = Item { owner: format!("types::{name}"), name: String::new() };
            match self.0.get(&alias).and_then(|signature| signature.strip_prefix(ALIAS)?.strip_prefix(" = ")) {
                Some(target) if !open.iter().any(|known| known == name) => {
                    open.push(name.to_owned());
                    aliases.insert(name.to_owned());
                    // Inside its own module, the type may have been written without a path.
                    out.truncate(out.trim_end_matches("types::").len());
                    out.push_str(&self.without_aliases(target, open, aliases));
                    open.pop();
                }
                _ => out.push_str(name),
            }
            out.push_str(&part[name.len()..]);
        }
        out
    }

    /// The items as text, one per line, in order.
    #[must_use]
    pub fn text(&self) -> String {
        let lines: Vec<String> = self.0.iter().map(|(item, signature)| format!("{item}{signature}\n")).collect();
        lines.concat()
    }
}

/// The name of a file's module.
fn name_of(file: &str) -> &str {
    let name = file.strip_suffix(".rs").unwrap_or(file);
    if name == "mod" { "" } else { name }
}
