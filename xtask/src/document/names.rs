//! A set of unique names.

use crate::maps::{HashMap, HashSet};

/// The names that are taken.
#[derive(Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
    /// The next number to try for each name.
    next: HashMap<String, usize>,
}

impl Names {
    /// Marks `name` as taken.
    pub fn take(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// Whether `name` is taken.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.taken.contains(name)
    }

    /// Takes and returns the first free one of `name`, `name2`, `name3` ….
    pub fn free(&mut self, name: &str) -> String {
        if self.taken.insert(name.to_owned()) {
            return name.to_owned();
        }
        let number = self.next.entry(name.to_owned()).or_insert(2);
        loop {
            let free = format!("{name}{number}");
            *number += 1;
            if self.taken.insert(free.clone()) {
                return free;
            }
        }
    }
}

/// The message about a duplicate key.
pub(super) fn twice(key: &str) -> String {
    format!("duplicate key `{key}`")
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_duplicate_name_gets_the_first_free_number() {
        let mut names = Names::default();
        names.take("a2");
        let free: Vec<String> = ["a", "a", "a", "b", "a2"].map(|name| names.free(name)).into();
        assert_eq!(free, ["a", "a3", "a4", "b", "a22"]);
    }
}
