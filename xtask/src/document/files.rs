//! Reads the files that a document refers to, each once.

use super::Source;
use super::load::parse_value;
use super::place::shown;
use indexmap::IndexMap;
use serde_json::Value;

/// Reads a file, or returns the reason why it cannot. The path is relative to the document's folder and uses `/`.
pub type Read<'a> = &'a mut dyn FnMut(&str) -> Result<String, String>;

/// The files that were read.
pub struct Files<'a> {
    main: &'a str,
    read: Read<'a>,
    /// Their texts, in the order of reading.
    pub sources: Vec<Source>,
    /// Their parsed contents, or the reasons why they cannot be read.
    values: IndexMap<String, Result<Value, String>>,
}

impl<'a> Files<'a> {
    /// Creates an empty set of files for the document `main`.
    pub fn new(main: &'a str, read: Read<'a>) -> Self {
        Self { main, read, sources: Vec::new(), values: IndexMap::new() }
    }

    /// The content of `file`, or the reason why it cannot be read.
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
