//! Compares `x-from`: added and removed conversions between types.

use super::api_view::ApiView;
use super::operations::Findings;
use super::rules;
use super::verdicts::Verdict::{Major, Minor, Patch};
use std::collections::BTreeSet;

impl Findings<'_> {
    /// Compares the conversions of the types that both documents have.
    pub fn conversions(&mut self) {
        let (old, new) = (self.schemas.old, self.schemas.new);
        for (name, before) in &old.snapshot.model.types {
            let Some(after) = new.snapshot.model.types.get(name) else { continue };
            let (was, is) = (sources(old, name), sources(new, name));
            let at = [Some(before.origin.pointer()), Some(after.origin.pointer())];
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

/// The types that `target` can be made from.
fn sources<'a>(side: &ApiView<'a>, target: &str) -> BTreeSet<&'a str> {
    let all = side.snapshot.model.conversions.iter().filter(|conversion| conversion.target == target);
    all.map(|conversion| conversion.source.as_str()).collect()
}
