//! The judge: whether a value is valid under a schema of the document, said by an independent validator.

use crate::compare::Direction;
use crate::compositions;
use crate::dialect::{self, OR_NULL};
use crate::document::{Document, DocumentError, escape, target, unescape};
use jsonschema::{Draft, Registry, RegistryBuilder, Validator};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A pointer in a reference is the fragment of a URI; paths with variables have braces.
const NOT_IN_FRAGMENTS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'~').remove(b'-').remove(b'.').remove(b'_').remove(b'$');

/// Formats that say how text is to be used, not what it is: documents' own examples break them.
const LENIENT: [&str; 13] = [
    "duration",
    "email",
    "hostname",
    "idn-email",
    "idn-hostname",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
];

/// The document's name among the validator's resources.
const DOCUMENT: &str = "urn:document";

/// Validates values against the schemas of one document, of OpenAPI 3.0 or 3.1.
pub struct Judge {
    document: Arc<Document>,
    converted: Arc<Value>,
    readings: Vec<String>,
    registry: Result<Registry<'static>, String>,
    validators: Mutex<HashMap<Place, Arc<Validator>>>,
}

/// A schema of the document, however it was reached: pure references are followed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place(String);

impl Place {
    /// The component, where this is the same as a part of others.
    pub(crate) fn whole(self) -> Self {
        compositions::whole(&self.0).map_or(self, Self)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl Judge {
    /// A judge by this document.
    #[must_use]
    pub fn new(document: Arc<Document>) -> Self {
        let converted = dialect::to_2020_12(document.value());
        Self::with(document, converted)
    }

    /// A judge of what goes one way: what is only read is no part of a request, what is only written none of an answer.
    #[must_use]
    pub fn towards(document: Arc<Document>, direction: Direction) -> Self {
        let mut converted = dialect::to_2020_12(document.value());
        dialect::cut(&mut converted, direction);
        Self::with(document, converted)
    }

    fn with(document: Arc<Document>, mut converted: Value) -> Self {
        let readings = compositions::rewrite(&mut converted);
        let converted = Arc::new(converted);
        let registry =
            Registry::new().draft(Draft::Draft202012).add(DOCUMENT, converted.clone()).and_then(RegistryBuilder::prepare);
        Self {
            document,
            converted,
            readings,
            registry: registry.map_err(|error| error.to_string()),
            validators: Mutex::default(),
        }
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &Arc<Document> {
        &self.document
    }

    /// Where the judge does not read the document by the letter, and how: `#/components/schemas/Dog: …`.
    #[must_use]
    pub fn readings(&self) -> &[String] {
        &self.readings
    }

    /// What is wrong with `value` under the schema at `pointer`; empty if nothing is.
    ///
    /// # Errors
    ///
    /// Where there is no such schema, or the validator refuses it.
    pub fn problems(&self, pointer: &str, value: &Value) -> Result<Vec<String>, DocumentError> {
        self.problems_at(&self.place(pointer)?, value)
    }

    /// What is wrong with `value` under the schema at `place`.
    pub(crate) fn problems_at(&self, place: &Place, value: &Value) -> Result<Vec<String>, DocumentError> {
        let validator = self.validator(place)?;
        Ok(validator.iter_errors(value).map(|error| format!("at `{}`: {error}", error.instance_path())).collect())
    }

    /// Whether `value` is valid under the schema at `pointer`.
    ///
    /// # Errors
    ///
    /// As [`Judge::problems`].
    pub fn admits(&self, pointer: &str, value: &Value) -> Result<bool, DocumentError> {
        self.admits_at(&self.place(pointer)?, value)
    }

    /// Whether `value` is valid under the schema at `place`.
    pub(crate) fn admits_at(&self, place: &Place, value: &Value) -> Result<bool, DocumentError> {
        Ok(self.validator(place)?.is_valid(value))
    }

    /// The schema at `place`, in 2020-12.
    pub(crate) fn schema(&self, place: &Place) -> &Value {
        self.converted.pointer(&place.0).unwrap_or(&Value::Null)
    }

    /// The schema at `pointer` in 2020-12, by way of references; any JSON where they lead nowhere.
    pub(crate) fn follow<'a>(&'a self, mut schema: &'a Value) -> &'a Value {
        for _ in 0..64 {
            let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { break };
            match target(reference).and_then(|pointer| self.converted.pointer(&pointer)) {
                Some(target) => schema = target,
                None => return &Value::Null,
            }
        }
        schema
    }

    /// Where the schema at `pointer` of the document is, by way of references on the way to it.
    pub(crate) fn place(&self, pointer: &str) -> Result<Place, DocumentError> {
        let missing = || DocumentError::new(format!("#{pointer}: there is no such schema"));
        let mut place = Place(String::new());
        for segment in pointer.split('/').skip(1) {
            let or_null = self.schema(&place).get(OR_NULL).is_some();
            let inner = if or_null { self.child(&place, &["anyOf", "0"]) } else { Some(place) };
            place = inner.and_then(|place| self.step(&place, &unescape(segment))).ok_or_else(missing)?;
        }
        Ok(place)
    }

    /// What is below `place`, or below what it refers to.
    fn step(&self, place: &Place, segment: &str) -> Option<Place> {
        let reference = || self.schema(place).get("$ref").and_then(Value::as_str);
        let own = self.child(place, &[segment]).or_else(|| self.child(&self.referenced(reference()?)?, &[segment]));
        // A base that is one of its children has its own properties as a part of them.
        own.or_else(|| self.child(&Place(compositions::part_of(&place.0)?), &[segment]))
    }

    /// What is below `place`. A pure reference is followed, so that one schema has one place.
    pub(crate) fn child(&self, place: &Place, segments: &[&str]) -> Option<Place> {
        let mut pointer = place.0.clone();
        for segment in segments {
            pointer = format!("{pointer}/{}", escape(segment));
        }
        for _ in 0..64 {
            let value = self.converted.pointer(&pointer)?;
            let pure = value.as_object().is_some_and(|object| object.len() == 1);
            match value.get("$ref").and_then(Value::as_str).filter(|_| pure) {
                Some(reference) => pointer = target(reference)?,
                None => return Some(Place(pointer)),
            }
        }
        None
    }

    /// Where the reference of a schema leads.
    pub(crate) fn referenced(&self, reference: &str) -> Option<Place> {
        let pointer = target(reference)?;
        let (parent, last) = pointer.rsplit_once('/')?;
        self.child(&Place(parent.to_owned()), &[&unescape(last)])
    }

    /// Whether a property's name matches a pattern.
    pub(crate) fn matches(&self, pattern: &str, name: &str) -> bool {
        let key = Place(format!("pattern {pattern}"));
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = validators.get(&key) {
            return validator.is_valid(&json!(name));
        }
        let Ok(validator) = jsonschema::validator_for(&json!({ "pattern": pattern })) else { return false };
        let matches = validator.is_valid(&json!(name));
        validators.insert(key, Arc::new(validator));
        matches
    }

    fn validator(&self, place: &Place) -> Result<Arc<Validator>, DocumentError> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = validators.get(place) {
            return Ok(validator.clone());
        }
        let error = |message: String| DocumentError::new(format!("{place}: {message}"));
        let registry = self.registry.as_ref().map_err(|message| error(message.clone()))?;
        let mut options =
            jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true).with_registry(registry);
        for format in LENIENT {
            options = options.with_format(format, |_: &str| true);
        }
        let root = json!({ "$ref": format!("{DOCUMENT}#{}", utf8_percent_encode(&place.0, NOT_IN_FRAGMENTS)) });
        let validator = Arc::new(options.build(&root).map_err(|problem| error(problem.to_string()))?);
        validators.insert(place.clone(), validator.clone());
        Ok(validator)
    }
}
