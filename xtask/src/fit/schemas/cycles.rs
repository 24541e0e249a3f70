//! Finds cycles in a graph of names.

use std::collections::{HashMap, HashSet};

/// The names on a cycle, and those on a path between two cycles.
pub fn cycles(edges: Vec<(String, String)>) -> HashSet<String> {
    let reversed = |edges: Vec<(String, String)>| edges.into_iter().map(|(from, to)| (to, from)).collect();
    let edges = without_sinks(reversed(without_sinks(edges)));
    edges.into_iter().map(|(name, _)| name).collect()
}

/// Removes the edges to names from which no cycle can be reached.
fn without_sinks(edges: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut onward: HashMap<&str, usize> = HashMap::new();
    let mut backward: HashMap<&str, Vec<&str>> = HashMap::new();
    for (from, to) in &edges {
        *onward.entry(from).or_default() += 1;
        onward.entry(to).or_default();
        backward.entry(to).or_default().push(from);
    }
    let mut ends: Vec<&str> = onward.iter().filter(|(_, count)| **count == 0).map(|(name, _)| *name).collect();
    while let Some(end) = ends.pop() {
        for from in backward.get(end).into_iter().flatten() {
            let Some(count) = onward.get_mut(from) else { continue };
            *count -= 1;
            if *count == 0 {
                ends.push(from);
            }
        }
    }
    let ended: HashSet<String> = onward.into_iter().filter(|(_, count)| *count == 0).map(|(name, _)| name.to_owned()).collect();
    edges.into_iter().filter(|(_, to)| !ended.contains(to)).collect()
}

#[cfg(test)]
mod tests {
    use super::cycles;

    #[test]
    fn only_nodes_that_lead_back_to_themselves_are_on_a_cycle() {
        for (ways, expected) in [("", ""), ("ab bc", ""), ("aa", "a"), ("ab bc ca ad ea", "abc"), ("aa ab bb cb", "ab")] {
            let ways = ways.split_whitespace().map(|way| (way[..1].to_owned(), way[1..].to_owned())).collect();
            let mut found: Vec<String> = cycles(ways).into_iter().collect();
            found.sort();
            assert_eq!(found.concat(), expected);
        }
    }
}
