//! Compares a type of the caller with a JSON Schema of the API: properties, types, requiredness and nullability.

mod facts;

use facts::{Facts, Kinds};
use serde_json::Value;
use std::collections::{HashSet, VecDeque};
use std::fmt;

/// The result of [`compare_schema`]: how a type differs from a JSON Schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaComparison {
    /// The differences.
    pub differences: Vec<SchemaDifference>,
    /// The keywords of the schema or the type that were not compared, each with its location.
    pub not_compared: Vec<String>,
}

/// A difference between a type and a JSON Schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaDifference {
    /// The location in a value, such as `/lines/*/total`. Empty for the whole value.
    pub place: String,
    /// A description of the difference.
    pub message: String,
    /// Whether the type rejects values that the schema allows. If not, such values decode, but some data is lost or the type is
    /// looser than the schema.
    pub refuses: bool,
}

impl SchemaComparison {
    /// Returns whether the type decodes all values that the schema allows, as far as the comparison can tell. Keywords that were
    /// [not compared](Self::not_compared) may still make it reject values.
    #[must_use]
    pub fn admits_all(&self) -> bool {
        self.differences.iter().all(|difference| !difference.refuses)
    }
}

impl fmt::Display for SchemaComparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refuses = |difference: &SchemaDifference| if difference.refuses { "does not decode: " } else { "" };
        let differences = self.differences.iter().map(|difference| format!("{}{difference}", refuses(difference)));
        let not_compared = self.not_compared.iter().map(|what| format!("not compared: {what}"));
        let lines: Vec<String> = differences.chain(not_compared).collect();
        f.write_str(&if lines.is_empty() { "no difference".to_owned() } else { lines.join("\n") })
    }
}

impl fmt::Display for SchemaDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", shown(&self.place), self.message)
    }
}

/// Compares a type with the JSON Schema of the values that it decodes, such as the schema of a task's output. Requires the
/// feature `schemars`.
///
/// The function compares properties, types, requiredness and nullability. It follows references within the schema, `allOf`, and
/// `anyOf` or `oneOf` with null. [`SchemaComparison::not_compared`] lists all other keywords of the schema and the type.
#[must_use]
pub fn compare_schema<T: schemars::JsonSchema>(schema: &Value) -> SchemaComparison {
    let own = schemars::schema_for!(T).to_value();
    let next = VecDeque::from([(schema, &own, String::new())]);
    let mut comparer = Comparer { found: SchemaComparison::default(), seen: HashSet::new(), next, schema, own: &own };
    while let Some((schema, own, place)) = comparer.next.pop_front() {
        comparer.compare(schema, own, &place);
    }
    comparer.found
}

struct Comparer<'a> {
    found: SchemaComparison,
    /// The pairs of schemas that have been compared, so that recursive types terminate.
    seen: HashSet<(*const Value, *const Value)>,
    /// The pairs to compare next with their locations, in breadth-first order.
    next: VecDeque<(&'a Value, &'a Value, String)>,
    schema: &'a Value,
    own: &'a Value,
}

impl<'a> Comparer<'a> {
    fn compare(&mut self, schema: &'a Value, own: &'a Value, place: &str) {
        if !self.seen.insert((schema, own)) {
            return;
        }
        let (facts, own) = (Facts::of(self.schema, schema), Facts::of(self.own, own));
        let uncompared = facts.uncompared.iter().map(|keyword| format!("{keyword} of {}", shown(place)));
        self.found.not_compared.extend(uncompared);
        let of_the_type = own.uncompared.iter().map(|keyword| format!("{keyword} of {} in the type", shown(place)));
        self.found.not_compared.extend(of_the_type);
        self.kinds(&facts.kinds, &own.kinds, place);
        if facts.kinds.is_any() {
            return;
        }
        self.properties(&facts, &own, place);
        for (kind, what, schema, own) in
            [("array", "items", facts.items, own.items), ("object", "other properties", facts.rest, own.rest)]
        {
            match (schema, own) {
                _ if !facts.kinds.takes(kind) => {}
                (Some(schema), Some(own)) => self.next.push_back((schema, own, format!("{place}/*"))),
                (Some(_), None) => self.found.not_compared.push(format!("the {what} of {}: the type does not say", shown(place))),
                (None, Some(_)) => {
                    self.found.not_compared.push(format!("the {what} of {}: the schema does not say", shown(place)));
                }
                (None, None) => {}
            }
        }
    }

    fn kinds(&mut self, kinds: &Kinds, own: &Kinds, place: &str) {
        if own.is_any() {
            return;
        }
        if kinds.is_any() {
            let message = format!("type of {}: the schema does not say it", shown(place));
            return self.found.not_compared.push(message);
        }
        let refused: Vec<&str> = kinds.names().filter(|kind| *kind != "null" && !own.takes(kind)).collect();
        if !refused.is_empty() {
            let taken: Vec<&str> = own.names().collect();
            self.differs(place, true, format!("is {} according to the schema, but the type takes {}", or(&refused), or(&taken)));
        }
        if kinds.takes("null") && !own.takes("null") {
            self.differs(place, true, "can be null according to the schema, but not in the type".to_owned());
        }
    }

    fn properties(&mut self, facts: &Facts<'a>, own: &Facts<'a>, place: &str) {
        if !facts.kinds.takes("object") || !own.kinds.takes("object") || own.kinds.is_any() {
            return;
        }
        let at = |name: &str| format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
        for (name, property) in &facts.properties {
            let at = at(name);
            match (own.properties.get(name), own.rest) {
                (Some(own_property), _) => {
                    self.presence(facts.required.contains(name), own, name, own_property, property, &at);
                    self.next.push_back((property, own_property, at));
                }
                // A map keeps the property as one of its values.
                (None, Some(rest)) => self.next.push_back((property, rest, at)),
                (None, None) => self.differs(&at, own.is_closed, "is in the schema, but not in the type".to_owned()),
            }
        }
        for (name, _) in own.properties.iter().filter(|(name, _)| !facts.properties.contains_key(*name)) {
            let required = own.required.contains(name);
            let text = if required {
                "is required by the type, but the schema does not have it"
            } else {
                "is in the type, but not in the schema"
            };
            self.differs(&at(name), required, text.to_owned());
        }
    }

    fn presence(&mut self, always: bool, own: &Facts<'a>, name: &str, own_property: &'a Value, property: &'a Value, at: &str) {
        let required = own.required.contains(name);
        if required && !always {
            self.differs(at, true, "can be missing according to the schema, but the type requires it".to_owned());
        }
        let nullable = Facts::of(self.schema, property).kinds.takes("null");
        let own_nullable = Facts::of(self.own, own_property).kinds.takes("null");
        if always && !nullable && !required && own_nullable {
            self.differs(
                at,
                false,
                "is always there and never null according to the schema, but optional in the type".to_owned(),
            );
        }
    }

    fn differs(&mut self, place: &str, refuses: bool, message: String) {
        self.found.differences.push(SchemaDifference { place: place.to_owned(), message, refuses });
    }
}

fn shown(place: &str) -> String {
    if place.is_empty() { "the value".to_owned() } else { format!("`{place}`") }
}

/// `a, b or c`
fn or(names: &[&str]) -> String {
    match names {
        [] => "nothing".to_owned(),
        [name] => (*name).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
