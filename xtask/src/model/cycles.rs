//! Finds types that contain themselves by value. Rust requires a `Box` in such a cycle.

use super::types::{TypeDef, Types};
use indexmap::IndexSet;
use std::collections::HashMap;

/// The types that contain each other by value.
#[derive(Clone, Debug, Default)]
pub struct Cycles {
    /// The strongly connected component of each type.
    components: HashMap<String, usize>,
}

impl Cycles {
    /// Finds the cycles among the types of a document.
    #[must_use]
    pub fn of_types(types: &Types) -> Self {
        let held = |(name, def): (&String, &TypeDef)| {
            let all = def.uses().into_iter().filter_map(|used| Some((name.clone(), used.ty.name()?.to_owned())));
            all.collect::<Vec<_>>()
        };
        Self::of(&types.iter().flat_map(held).collect::<Vec<_>>())
    }

    /// Finds the cycles in `edges`. Each edge leads from a type to one that it contains. For types that need a `Box`, only what
    /// they contain by value counts: in a field, an `Option` or a variant, but not in an array or a map.
    #[must_use]
    pub fn of(edges: &[(String, String)]) -> Self {
        let names: IndexSet<&str> = edges.iter().flat_map(|(from, to)| [from.as_str(), to.as_str()]).collect();
        let (mut forward, mut backward) = (vec![Vec::new(); names.len()], vec![Vec::new(); names.len()]);
        for (from, to) in edges {
            let Some((from, to)) = names.get_index_of(from.as_str()).zip(names.get_index_of(to.as_str())) else { continue };
            forward[from].push(to);
            backward[to].push(from);
        }
        // Kosaraju's algorithm: visit the nodes in reverse order of finishing, and follow their edges backwards.
        let mut seen = vec![false; names.len()];
        let order: Vec<usize> = (0..names.len()).flat_map(|start| finished(&forward, start, &mut seen)).collect();
        let mut seen = vec![false; names.len()];
        let mut components = HashMap::new();
        for root in order.into_iter().rev() {
            let reached = finished(&backward, root, &mut seen);
            components.extend(reached.into_iter().map(|node| (names[node].to_owned(), root)));
        }
        Self { components }
    }

    /// Whether `owner` needs a `Box` for a value of type `held`, because both are in the same cycle.
    #[must_use]
    pub fn need_box(&self, owner: &str, held: &str) -> bool {
        self.components.get(owner).is_some_and(|component| self.components.get(held) == Some(component))
    }
}

/// The unseen nodes that are reachable from `start`, in order of finishing.
fn finished(edges: &[Vec<usize>], start: usize, seen: &mut [bool]) -> Vec<usize> {
    let mut order = Vec::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    if !std::mem::replace(&mut seen[start], true) {
        open.push((start, 0));
    }
    while let Some((node, next)) = open.last_mut() {
        if let Some(child) = edges[*node].get(*next).copied() {
            *next += 1;
            if !std::mem::replace(&mut seen[child], true) {
                open.push((child, 0));
            }
        } else {
            order.push(*node);
            open.pop();
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::Cycles;

    #[test]
    fn only_types_in_a_cycle_are_boxed_in_any_order() {
        for (edges, boxed) in [
            ("ab bc", ""),
            ("aa ab", "aa"),
            ("ab ba", "ab ba"),
            ("xa ab ba bx", "xa ab ba bx"),
            ("xa ab ba by yz zy", "ab ba yz zy"),
            ("zy yz by ba ab xa", "zy yz ba ab"),
        ] {
            let pairs: Vec<(String, String)> =
                edges.split_whitespace().map(|edge| (edge[..1].to_owned(), edge[1..].to_owned())).collect();
            let cycles = Cycles::of(&pairs);
            let found: Vec<String> =
                pairs.iter().filter(|(from, to)| cycles.need_box(from, to)).map(|(from, to)| format!("{from}{to}")).collect();
            assert_eq!(found.join(" "), boxed, "{edges}");
        }
    }
}
