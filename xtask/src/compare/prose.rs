//! Counts changes of texts for people, and of vendor extensions that do not affect the code, once per place.

use super::shape::Shape;
use crate::document::extensions::is_extension;
use crate::document::keywords::{Class, of_class};
use serde_json::Value;
use std::collections::BTreeSet;

/// The texts that changed.
#[derive(Debug, Default)]
pub struct Prose {
    seen: BTreeSet<(String, String, String)>,
}

impl Prose {
    /// The number of changed texts.
    pub fn count(&self) -> usize {
        self.seen.len()
    }

    /// Counts the changed texts of two schemas.
    pub fn schema(&mut self, old: &Shape<'_>, new: &Shape<'_>) {
        let keys: BTreeSet<&&str> = old.facts.prose.keys().chain(new.facts.prose.keys()).collect();
        for key in keys {
            self.value(new.definition.as_str(), key, old.facts.prose.get(key).copied(), new.facts.prose.get(key).copied());
        }
    }

    /// Counts the changed texts of two objects at `at`: those in `keys`, and those that any object may have.
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

    /// Counts a text if it changed.
    pub fn value(&mut self, at: &str, key: &str, old: Option<&Value>, new: Option<&Value>) {
        let blank = |value: &&Value| value.as_str() != Some("") && !value.is_null();
        let (old, new) = (old.filter(blank), new.filter(blank));
        if old != new {
            // A change of the same text in several places counts once.
            let text = |value: Option<&Value>| value.map(Value::to_string).unwrap_or_default();
            self.seen.insert((format!("{at}/{key}"), text(old), text(new)));
        }
    }
}
