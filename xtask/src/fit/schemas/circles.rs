//! Names that lead back to themselves.

use std::collections::{HashMap, HashSet};

/// The names on a circle of `ways` from one name to another, and those on a way between two circles.
pub fn circles(ways: Vec<(String, String)>) -> HashSet<String> {
    let back = |ways: Vec<(String, String)>| ways.into_iter().map(|(from, to)| (to, from)).collect();
    let ways = leading_on(back(leading_on(ways)));
    ways.into_iter().map(|(name, _)| name).collect()
}

/// The `ways` from one name to another, without those after which one comes to an end.
fn leading_on(ways: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut onward: HashMap<&str, usize> = HashMap::new();
    let mut backward: HashMap<&str, Vec<&str>> = HashMap::new();
    for (from, to) in &ways {
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
    ways.into_iter().filter(|(_, to)| !ended.contains(to)).collect()
}

#[cfg(test)]
mod tests {
    use super::circles;

    #[test]
    fn what_leads_nowhere_or_is_led_to_by_nothing_is_on_no_circle() {
        for (ways, expected) in [("", ""), ("ab bc", ""), ("aa", "a"), ("ab bc ca ad ea", "abc"), ("aa ab bb cb", "ab")] {
            let ways = ways.split_whitespace().map(|way| (way[..1].to_owned(), way[1..].to_owned())).collect();
            let mut found: Vec<String> = circles(ways).into_iter().collect();
            found.sort();
            assert_eq!(found.concat(), expected);
        }
    }
}
