//! `x-from`: conversions between types that come and go.

use super::components::components;
use super::operations::Findings;
use super::rules;
use super::side::Side;
use super::verdicts::Verdict::{Major, Minor, Patch};
use crate::document::pointer::Pointer;
use serde_json::Value;
use std::collections::BTreeSet;

impl Findings<'_> {
    /// Compares the conversions into types that both documents have.
    pub fn conversions(&mut self) {
        let (old_side, new_side) = (self.schemas.old, self.schemas.new);
        let (old, new) = (components(old_side), components(new_side));
        for (name, before) in &old {
            let Some(after) = new.get(name) else { continue };
            let (was, is) = (sources(old_side, before.at()), sources(new_side, after.at()));
            let at = [before.at().cloned(), after.at().cloned()];
            for source in was.difference(&is) {
                let text = format!("`From<types::{source}> for types::{name}` is gone");
                self.whole(rules::EXTENSION_CHANGED, at.clone(), [Patch, Major], text);
            }
            for source in is.difference(&was) {
                let text = format!("`From<types::{source}> for types::{name}` is new");
                self.whole(rules::EXTENSION_CHANGED, at.clone(), [Patch, Minor], text);
            }
        }
    }
}

/// The types that the component at a pointer can be made from, by their names in Rust.
fn sources(side: &Side<'_>, at: Option<&Pointer>) -> BTreeSet<String> {
    let component = at.and_then(|at| side.document.pointer(at.as_str()));
    let listed = component.and_then(|component| component.get("x-from")).and_then(Value::as_array);
    listed.into_iter().flatten().filter_map(Value::as_str).map(|name| side.names.component(name)).collect()
}
