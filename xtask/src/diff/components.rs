//! Components: types that come and go, those that no operation uses, and those that go another way than before.

use super::operations::Findings;
use super::pair::{Site, Way};
use super::rules::{self, Place};
use super::rust::Kind;
use super::shape::{Identity, Node, identity};
use super::side::Side;
use super::verdicts::Verdict::{Major, Minor, Patch};
use crate::document::pointer::Pointer;
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::HashSet;

impl<'a> Findings<'a> {
    /// Compares components that were not met on the way through the operations.
    pub fn components(&mut self) {
        let (old, new) = (components(self.schemas.old), components(self.schemas.new));
        let met: HashSet<(Identity, Identity)> = self.schemas.sites.keys().copied().collect();
        let (olds, news): (HashSet<Identity>, HashSet<Identity>) = met.iter().copied().unzip();
        let own = |node: &Node<'a>| node.parts.first().map(|(_, value)| identity(value)).unwrap_or_default();
        for (name, before) in &old {
            match new.get(name) {
                Some(after) => {
                    if !met.contains(&(own(before), own(after))) {
                        let text = format!("`types::{name}`");
                        let site = Site { way: Way::Unused, place: Place::ResponseProperty, text, field: false };
                        self.schemas.compare(before, after, &site);
                    }
                }
                // It has another name, of which its uses tell. An alias is gone, though: they do not name it.
                None if olds.contains(&own(before)) && self.schemas.old.shape(before).is_named() => {}
                None => {
                    let text = format!("`types::{name}` is gone");
                    self.whole(rules::SCHEMA_REMOVED, [before.at().cloned(), None], [Patch, Major], text);
                }
            }
        }
        for (name, after) in new.iter().filter(|(name, after)| !old.contains_key(*name) && !news.contains(&own(after))) {
            let text = format!("`types::{name}` is new");
            self.whole(rules::SCHEMA_ADDED, [None, after.at().cloned()], [Patch, Minor], text);
        }
    }

    /// Types that are sent or received for the first time, or not any more, where that shows in Rust.
    pub fn directions(&mut self) {
        let (old_side, new_side) = (self.schemas.old, self.schemas.new);
        for (name, old) in &old_side.going {
            let Some(new) = new_side.going.get(name).filter(|new| new.kind == old.kind) else { continue };
            let (was, is) = (old.direction, new.direction);
            let shape = new_side.shape(&new.node);
            let fields = |direction| {
                let one = |(name, member): (&&str, &super::shape::Member<'a>)| {
                    new_side.field(&member.node, shape.required.contains(*name), direction)
                };
                shape.properties.iter().map(one).collect::<Vec<_>>()
            };
            let effect = match old.kind {
                Kind::Words if !was.received && is.received => {
                    Some("is received too now: it has a variant for other values, and is no longer `Copy`")
                }
                Kind::Words | Kind::Union if was.received && !is.received => {
                    Some("is no longer received: it has no variant for other values")
                }
                Kind::Struct if was.sent && !is.sent => Some("is no longer sent: it has no builder"),
                Kind::Struct if was == is || fields(was) == fields(is) => None,
                Kind::Struct if !was.sent => Some("is sent too now: its fields tell absent from null"),
                Kind::Struct if !was.received => Some("is received too now: free-form JSON in its fields is `runtime::Json`"),
                Kind::Struct => Some("is no longer received: free-form JSON in its fields is `serde_json::Value`"),
                _ => None,
            };
            if let Some(effect) = effect {
                let at = [old.node.at().map(|at| old_side.existing(at)), new.node.at().map(|at| new_side.existing(at))];
                self.whole(rules::DIRECTION_CHANGED, at, [Patch, Major], format!("`types::{name}` {effect}"));
            }
        }
    }
}

/// The components that become types, by the names of those.
pub fn components<'a>(side: &Side<'a>) -> IndexMap<String, Node<'a>> {
    let root = Pointer::parse("/components/schemas");
    let schemas = side.document.pointer(root.as_str()).and_then(Value::as_object);
    let nodes = schemas.into_iter().flatten().map(|(published, value)| {
        let name = side.names.component(published);
        (name.clone(), Node::new(root.at(published), value, name))
    });
    nodes.filter(|(_, node)| !matches!(side.shape(node).kind(), Kind::Any | Kind::Null)).collect()
}
