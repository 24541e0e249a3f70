//! The files beside a document, each read once.

use super::Source;
use super::load::parse_value;
use super::place::shown;
use indexmap::IndexMap;
use serde_json::Value;

/// Reads a file by its path below the document's folder, with `/` between its parts; or says why it does not.
pub type Read<'a> = &'a mut dyn FnMut(&str) -> Result<String, String>;

/// Files that have been read.
pub struct Files<'a> {
    main: &'a str,
    read: Read<'a>,
    /// Their texts, in the order in which they were needed.
    pub sources: Vec<Source>,
    /// What is in them, or why they were not read.
    values: IndexMap<String, Result<Value, String>>,
}

impl<'a> Files<'a> {
    /// Those beside the document `main`.
    pub fn new(main: &'a str, read: Read<'a>) -> Self {
        Self { main, read, sources: Vec::new(), values: IndexMap::new() }
    }

    /// What is in `file`, or why it is not read.
    pub fn get(&mut self, file: &str) -> Result<&Value, String> {
        if !self.values.contains_key(file) {
            let value = (self.read)(file).and_then(|text| {
                let value = parse_value(&shown(self.main, file), &text);
                self.sources.push(Source { file: file.to_owned(), text });
                value.map_err(|refused| refused.0.into_iter().map(|problem| problem.message).collect())
            });
            self.values.insert(file.to_owned(), value);
        }
        self.values[file].as_ref().map_err(Clone::clone)
    }
}
