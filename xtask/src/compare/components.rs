//! Compares components: types that are added or removed, types that no operation uses, and types whose direction changes.

use super::operations::Findings;
use super::pair::{Site, Usage};
use super::rules::{self, Place};
use super::shape::{Identity, Node};
use super::verdicts::Verdict::{Major, Minor, Patch};
use crate::model::types::Shape;
use crate::model::{Direction, rust_types};
use std::collections::HashSet;
use std::mem::discriminant;

impl Findings<'_> {
    /// Compares the components that the comparison of operations did not reach.
    pub fn components(&mut self) {
        let (old_side, new_side) = (self.schemas.old, self.schemas.new);
        let (old, new) = (&old_side.snapshot.components, &new_side.snapshot.components);
        let met = self.schemas.generated.clone();
        let (olds, news): (HashSet<Identity>, HashSet<Identity>) = met.iter().copied().unzip();
        for (name, before) in old {
            if new.get(name).is_some_and(|after| self.schemas.are_unchanged(before, after)) {
                continue;
            }
            let known = old_side.shape(Node(before));
            match new.get(name) {
                Some(after) => {
                    if !met.contains(&(known.identity, new_side.shape(Node(after)).identity)) {
                        let text = format!("`types::{name}`");
                        let site =
                            Site { usage: Usage::Unused, place: Place::ResponseProperty, text, field: false, generated: true };
                        self.schemas.compare(Node(before), Node(after), &site);
                    }
                }
                // The component is renamed, and its uses report that. An alias has no type of its own, so that its uses report
                // nothing.
                None if olds.contains(&known.identity) && known.is_named() && known.name == *name => {}
                None => {
                    let text = format!("`types::{name}` is gone");
                    self.whole(rules::SCHEMA_REMOVED, [Some(known.definition.clone()), None], [Patch, Major], text);
                }
            }
        }
        for (name, after) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
            let after = new_side.shape(Node(after));
            if !news.contains(&after.identity) {
                let text = format!("`types::{name}` is new");
                self.whole(rules::SCHEMA_ADDED, [None, Some(after.definition.clone())], [Patch, Minor], text);
            }
        }
    }

    /// Reports types that are now also sent or received, or no longer are, where the generated Rust changes.
    pub fn directions(&mut self) {
        let (old_side, new_side) = (self.schemas.old, self.schemas.new);
        for (name, old) in &old_side.snapshot.model.types {
            let Some(new) = new_side.snapshot.model.types.get(name) else { continue };
            let (was, is) = (old.direction, new.direction);
            let fields = |direction: Direction| -> Vec<String> {
                let Shape::Struct(item) = &new.shape else { return Vec::new() };
                let types = &new_side.snapshot.model.types;
                item.fields.values().map(|field| rust_types::field(types, field, direction)).collect()
            };
            if matches!(new.shape, Shape::Struct(_)) && !was.sent && is.sent && fields(was) == fields(is) {
                let at = [Some(old.origin.pointer()), Some(new.origin.pointer())];
                let text = format!("`types::{name}` is sent too now: it has a builder");
                self.whole(rules::DIRECTION_CHANGED, at, [Patch, Minor], text);
            }
            let effect = match &new.shape {
                shape if discriminant(shape) != discriminant(&old.shape) => None,
                Shape::StringEnum(_) if !was.received && is.received => {
                    Some("is received too now: it has a variant for other values, and is no longer `Copy`")
                }
                Shape::StringEnum(_) | Shape::Union(_) if was.received && !is.received => {
                    Some("is no longer received: it has no variant for other values")
                }
                Shape::Struct(_) if was.sent && !is.sent => Some("is no longer sent: it has no builder"),
                Shape::Struct(_) if was == is || fields(was) == fields(is) => None,
                Shape::Struct(_) if !was.sent => Some("is sent too now: its fields tell absent from null"),
                Shape::Struct(_) if !was.received => Some("is received too now: free-form JSON in its fields is `runtime::Json`"),
                Shape::Struct(_) => Some("is no longer received: free-form JSON in its fields is `serde_json::Value`"),
                _ => None,
            };
            if let Some(effect) = effect {
                let at = [Some(old.origin.pointer()), Some(new.origin.pointer())];
                self.whole(rules::DIRECTION_CHANGED, at, [Patch, Major], format!("`types::{name}` {effect}"));
            }
        }
    }
}
