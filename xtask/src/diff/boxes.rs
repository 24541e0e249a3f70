//! Which fields and variants are in a `Box`: those whose type holds their owner by value.

use super::components::components;
use super::directions::children;
use super::rust::Kind;
use super::shape::{Key, Node, Shape};
use super::side::Side;
use crate::model::Cycles;
use std::collections::HashSet;

impl<'a> Side<'a> {
    /// Whether the type `owner` keeps the value of `node`, a field or variant of it, in a `Box`.
    pub fn is_boxed(&self, owner: &Shape<'a>, node: &Node<'a>) -> bool {
        !node.is_leaf() && self.cycles.get_or_init(|| cycles(self)).need_box(&owner.name, &self.shape(node).name)
    }
}

fn cycles<'a>(side: &Side<'a>) -> Cycles {
    let used = side.going.values().map(|going| going.node.clone());
    let mut open: Vec<Node<'a>> = used.chain(components(side).into_values()).collect();
    let mut seen: HashSet<Key> = HashSet::new();
    let mut edges = Vec::new();
    while let Some(node) = open.pop() {
        if node.is_leaf() || !seen.insert(node.key()) {
            continue;
        }
        let shape = side.shape(&node);
        let variants: Vec<Node<'a>> = side.variants(&shape).into_iter().map(|variant| variant.node).collect();
        let fields = shape.properties.values().map(|member| &member.node).filter(|_| shape.kind() == Kind::Struct);
        for held in fields.chain(&variants) {
            let held = side.shape(held);
            if matches!(held.kind(), Kind::Struct | Kind::Union) {
                edges.push((shape.name.clone(), held.name.clone()));
            }
        }
        open.extend(children(&shape).into_iter().cloned().chain(variants));
    }
    Cycles::of(&edges)
}
