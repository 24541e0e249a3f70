//! Which types are sent and which are received: it decides what enums, fields and builders look like.

use super::endpoints::Endpoint;
use super::media::Content;
use super::rust::Kind;
use super::shape::{Key, Node, Rest, Shape};
use super::side::Side;
use crate::model::Direction;
use indexmap::IndexMap;
use std::collections::HashSet;

/// A type and the ways it goes.
#[derive(Clone, Debug)]
pub struct Going<'a> {
    pub direction: Direction,
    pub node: Node<'a>,
    pub kind: Kind,
}

/// The ways of all types that operations use, by name.
pub fn of<'a>(side: &Side<'a>, endpoints: &[Endpoint<'a>]) -> IndexMap<String, Going<'a>> {
    let mut walk = Walk { side, found: IndexMap::new(), seen: HashSet::new() };
    for endpoint in endpoints {
        for parameter in endpoint.parameters.iter().filter(|parameter| parameter.rust.is_some()) {
            walk.node(&parameter.schema, true);
        }
        if let Some(body) = &endpoint.body {
            walk.content(&body.content, true);
        }
        for answer in &endpoint.answers {
            walk.content(&answer.content, false);
        }
    }
    walk.found
}

struct Walk<'s, 'a> {
    side: &'s Side<'a>,
    found: IndexMap<String, Going<'a>>,
    seen: HashSet<(Key, bool)>,
}

impl<'a> Walk<'_, 'a> {
    fn content(&mut self, content: &Content<'a>, sent: bool) {
        if let Some(media) = content.used() {
            self.node(&media.schema, sent);
        }
    }

    fn node(&mut self, node: &Node<'a>, sent: bool) {
        if node.is_leaf() || !self.seen.insert((node.key(), sent)) {
            return;
        }
        let shape = self.side.shape(node);
        if shape.is_named() {
            let fresh = || Going { direction: Direction::default(), node: node.clone(), kind: shape.kind() };
            let going = self.found.entry(shape.name.clone()).or_insert_with(fresh);
            if sent { going.direction.sent = true } else { going.direction.received = true }
        }
        for child in children(&shape) {
            self.node(child, sent);
        }
        for variant in self.side.variants(&shape) {
            self.node(&variant.node, sent);
        }
    }
}

/// The schemas inside of one.
pub fn children<'s, 'a>(shape: &'s Shape<'a>) -> Vec<&'s Node<'a>> {
    let rest = if let Rest::Typed(node) = &shape.rest { Some(node) } else { None };
    shape.properties.values().map(|member| &member.node).chain(&shape.items).chain(&shape.places).chain(rest).collect()
}
