//! The judge: validates values against the schemas of a document, with an independent validator.

use crate::compare::Direction;
use crate::compositions;
use crate::cut::cut;
use crate::dialect::{self, OR_NULL};
use crate::document::{Document, DocumentError, escape, target, unescape};
use jsonschema::{Draft, Registry, RegistryBuilder, Validator};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// The characters to escape in a pointer that is the fragment of a URI, such as the braces of path templates.
const NOT_IN_FRAGMENTS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'~').remove(b'-').remove(b'.').remove(b'_').remove(b'$');

/// Formats that are not checked: they describe the use of a string, and the examples of documents often violate them.
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

/// The URI of the document among the validator's resources.
const DOCUMENT: &str = "urn:document";

/// Validates values against the schemas of one document, of OpenAPI 3.0 or 3.1.
pub struct Judge {
    document: Arc<Document>,
    converted: Arc<Value>,
    readings: Vec<String>,
    registry: Result<Registry<'static>, String>,
    validators: Mutex<HashMap<Place, Arc<Validator>>>,
}

/// The location of a schema, after following pure references.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place(String);

impl Place {
    /// The component, if this is its form as a part of other schemas.
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
    /// Creates a judge for a document.
    #[must_use]
    pub fn new(document: Arc<Document>) -> Self {
        let converted = dialect::to_2020_12(document.value());
        Self::with(document, converted)
    }

    /// Creates a judge for one direction: read-only properties do not belong in requests, write-only properties not in responses.
    #[must_use]
    pub fn towards(document: Arc<Document>, direction: Direction) -> Self {
        let mut converted = dialect::to_2020_12(document.value());
        cut(&mut converted, direction);
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

    /// Returns the document.
    #[must_use]
    pub fn document(&self) -> &Arc<Document> {
        &self.document
    }

    /// Returns where and how the judge deviates from the specification, such as `#/components/schemas/Dog: …`.
    #[must_use]
    pub fn readings(&self) -> &[String] {
        &self.readings
    }

    /// Returns the problems of `value` under the schema at `pointer`; empty if it is valid.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such schema, or if the validator refuses it.
    pub fn problems(&self, pointer: &str, value: &Value) -> Result<Vec<String>, DocumentError> {
        self.problems_at(&self.place(pointer)?, value)
    }

    /// Returns the problems of `value` under the schema at `place`.
    pub(crate) fn problems_at(&self, place: &Place, value: &Value) -> Result<Vec<String>, DocumentError> {
        let validator = self.validator(place)?;
        Ok(validator.iter_errors(value).map(|error| format!("at `{}`: {error}", error.instance_path())).collect())
    }

    /// Returns whether `value` is valid under the schema at `pointer`.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Judge::problems`].
    pub fn admits(&self, pointer: &str, value: &Value) -> Result<bool, DocumentError> {
        self.admits_at(&self.place(pointer)?, value)
    }

    /// Returns whether `value` is valid under the schema at `place`.
    pub(crate) fn admits_at(&self, place: &Place, value: &Value) -> Result<bool, DocumentError> {
        Ok(self.validator(place)?.is_valid(value))
    }

    /// Returns the schema at `place`, in JSON Schema 2020-12.
    pub(crate) fn schema(&self, place: &Place) -> &Value {
        self.converted.pointer(&place.0).unwrap_or(&Value::Null)
    }

    /// Returns the schema at `pointer` in JSON Schema 2020-12, following references. If one cannot be resolved, the result allows
    /// any JSON.
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

    /// Returns the location of the schema at `pointer`, following references along the pointer.
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

    /// Returns the schema below `place`, or below the target of its reference.
    fn step(&self, place: &Place, segment: &str) -> Option<Place> {
        let reference = || self.schema(place).get("$ref").and_then(Value::as_str);
        let own = self.child(place, &[segment]).or_else(|| self.child(&self.referenced(reference()?)?, &[segment]));
        // The properties of a base schema with children are in its form as a part of the children.
        own.or_else(|| self.child(&Place(compositions::part_of(&place.0)?), &[segment]))
    }

    /// Returns the schema below `place`. A pure reference is followed, so that each schema has only one location.
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

    /// Returns the target of a schema's reference.
    pub(crate) fn referenced(&self, reference: &str) -> Option<Place> {
        let pointer = target(reference)?;
        let (parent, last) = pointer.rsplit_once('/')?;
        self.child(&Place(parent.to_owned()), &[&unescape(last)])
    }

    /// Returns whether a property's name matches a pattern.
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
