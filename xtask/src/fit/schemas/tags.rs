//! How the alternatives of a union are told apart: by a property whose values stand for one of them each.

use super::flat::{Branch, Kind};
use super::reader::Reader;
use indexmap::{IndexMap, IndexSet};

/// A property, and the values that it has in one alternative.
pub type Guard = (String, Vec<String>);

impl Reader<'_> {
    /// For each branch the guards that a value must pass to be it.
    pub(super) fn guards(&mut self, branches: &[Branch]) -> Vec<Vec<Guard>> {
        let known: Vec<IndexMap<String, IndexSet<String>>> = branches.iter().map(|branch| self.known_values(branch)).collect();
        let mut guards = vec![Vec::new(); branches.len()];
        let properties: IndexSet<&String> = known.iter().flat_map(IndexMap::keys).collect();
        for property in properties {
            let holders: Vec<usize> = (0..known.len()).filter(|index| known[*index].contains_key(property)).collect();
            let total: usize = holders.iter().map(|index| known[*index][property].len()).sum();
            let distinct: IndexSet<&String> = holders.iter().flat_map(|index| &known[*index][property]).collect();
            // Values that several alternatives share tell nothing.
            if holders.len() > 1 && distinct.len() == total {
                for index in holders {
                    guards[index].push((property.clone(), known[index][property].iter().cloned().collect()));
                }
            }
        }
        guards
    }

    /// The discriminator and its value, where the branch does not declare that property, so that its type cannot hold it.
    pub(super) fn missing_tag(&mut self, branch: &Branch) -> Option<(String, String)> {
        let (property, values) = branch.tag.as_ref()?;
        let declared = match &self.resolved(&branch.flat).kind {
            Kind::Object(object) => object.properties.contains_key(property),
            _ => true,
        };
        (!declared).then(|| Some((property.clone(), values.first()?.clone()))).flatten()
    }

    /// The properties of a branch whose values are listed.
    fn known_values(&mut self, branch: &Branch) -> IndexMap<String, IndexSet<String>> {
        let mut known = IndexMap::new();
        if let Kind::Object(object) = &self.resolved(&branch.flat).kind {
            for (name, part) in &object.properties {
                // The same property is read again when it is placed: what is said of it there is enough.
                let said = self.account.changes.len();
                let flat = self.flat(&part.at, &part.schema);
                self.account.changes.truncate(said);
                if let Kind::Words(words) = &self.resolved(&flat).kind
                    && !words.open
                {
                    known.insert(name.clone(), words.values.clone());
                }
            }
        }
        if let Some((property, values)) = &branch.tag {
            known.entry(property.clone()).or_insert_with(|| values.iter().cloned().collect());
        }
        known
    }
}
