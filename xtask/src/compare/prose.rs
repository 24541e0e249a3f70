//! Texts for people, and extensions that no code depends on: changes of them are counted, once for each place.

use super::shape::Shape;
use crate::document::extensions::is_extension;
use crate::document::keywords::{Class, of_class};
use serde_json::Value;
use std::collections::BTreeSet;

/// How many texts changed.
#[derive(Debug, Default)]
pub struct Prose {
    seen: BTreeSet<(String, String, String)>,
}

impl Prose {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.seen.len()
    }

    /// Counts the texts of two schemas.
    pub fn schema(&mut self, old: &Shape<'_>, new: &Shape<'_>) {
        let keys: BTreeSet<&&str> = old.facts.prose.keys().chain(new.facts.prose.keys()).collect();
        for key in keys {
            self.value(new.definition.as_str(), key, old.facts.prose.get(key).copied(), new.facts.prose.get(key).copied());
        }
    }

    /// Counts the texts of two other objects, which are at `at`: those under `keys`, and those that may be in any object.
    pub fn object(&mut self, at: impl std::fmt::Display, old: &Value, new: &Value, keys: &[&str]) {
        let at = at.to_string();
        let extensions = |value: &Value| -> BTreeSet<String> {
            let keys = value.as_object().into_iter().flat_map(serde_json::Map::keys);
            keys.filter(|key| is_extension(key)).cloned().collect()
        };
        let extensions = &extensions(old) | &extensions(new);
        let prose: Vec<&str> = of_class(Class::Prose).collect();
        for key in prose.into_iter().chain(keys.iter().copied()).chain(extensions.iter().map(String::as_str)) {
            self.value(&at, key, old.get(key), new.get(key));
        }
    }

    /// Counts one text.
    pub fn value(&mut self, at: &str, key: &str, old: Option<&Value>, new: Option<&Value>) {
        let blank = |value: &&Value| value.as_str() != Some("") && !value.is_null();
        let (old, new) = (old.filter(blank), new.filter(blank));
        if old != new {
            // A text that is said in several places is one.
            let text = |value: Option<&Value>| value.map(Value::to_string).unwrap_or_default();
            self.seen.insert((format!("{at}/{key}"), text(old), text(new)));
        }
    }
}
