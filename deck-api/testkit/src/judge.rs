//! The judge: whether a value is valid under a schema of the document, said by an independent validator.

use crate::Document;
use crate::document::DocumentError;
use jsonschema::{Draft, Validator};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A pointer in a reference is the fragment of a URI; paths with variables have braces.
const NOT_IN_FRAGMENTS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'~').remove(b'-').remove(b'.').remove(b'_').remove(b'$');

/// Validates values against the schemas of one document.
pub struct Judge {
    document: Arc<Document>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Judge {
    /// A judge by this document.
    #[must_use]
    pub fn new(document: Arc<Document>) -> Self {
        Self { document, validators: Mutex::default() }
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &Arc<Document> {
        &self.document
    }

    /// What is wrong with `value` under the schema at `pointer`; empty if nothing is.
    ///
    /// # Errors
    ///
    /// Where there is no such schema, or the validator refuses it.
    pub fn problems(&self, pointer: &str, value: &Value) -> Result<Vec<String>, DocumentError> {
        let validator = self.validator(pointer)?;
        Ok(validator.iter_errors(value).map(|error| format!("at `{}`: {error}", error.instance_path())).collect())
    }

    /// Whether `value` is valid under the schema at `pointer`.
    ///
    /// # Errors
    ///
    /// As [`Judge::problems`].
    pub fn admits(&self, pointer: &str, value: &Value) -> Result<bool, DocumentError> {
        Ok(self.validator(pointer)?.is_valid(value))
    }

    fn validator(&self, pointer: &str) -> Result<Arc<Validator>, DocumentError> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = validators.get(pointer) {
            return Ok(validator.clone());
        }
        if self.document.at(pointer).is_none() {
            return Err(self.error(pointer, "there is no such schema"));
        }
        // The document is the root, so that references lead where they do in it.
        let mut root = self.document.value().clone();
        if let Some(root) = root.as_object_mut() {
            root.insert("$ref".to_owned(), json!(format!("#{}", utf8_percent_encode(pointer, NOT_IN_FRAGMENTS))));
        }
        let built = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true).build(&root);
        let validator = Arc::new(built.map_err(|error| self.error(pointer, &error.to_string()))?);
        validators.insert(pointer.to_owned(), validator.clone());
        Ok(validator)
    }

    fn error(&self, pointer: &str, message: &str) -> DocumentError {
        DocumentError::new(format!("#{pointer}: {message}"))
    }
}
