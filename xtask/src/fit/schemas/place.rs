//! Puts each schema in its place: objects, enums and unions become components, so that each type has one name and one pointer.

use super::circles::circles;
use super::flat::{Branch, Flat, Kind, Object, Part};
use super::reader::Reader;
use super::words;
use super::written::{describe, into_map, is_composed, is_plain, reference_to, scalar_schema, words_schema};
use crate::account::Loss;
use crate::document::Names;
use crate::document::pointer::{Pointer, component_name, schema_reference};
use crate::document::walk::{Node, references};
use crate::fit::names::{method_name, part_name, type_name};
use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// Notes of a schema that only its component keeps.
const OF_COMPONENTS: [&str; 3] = ["x-published-name", "x-error-item", "title"];

/// Places the schemas of one document.
pub struct Placer<'a> {
    pub reader: Reader<'a>,
    taken: Names,
    /// Compositions that are being placed, by their text: within themselves they are references.
    open: HashMap<String, String>,
    /// What stands in the place of a schema that was placed already: parts of a composed schema are met several times.
    /// Of the schema a hash is enough: only a few are ever composed of one place.
    placed: HashMap<Pointer, (u64, Value)>,
    /// The components made so far, each with the number of the published component that it belongs to.
    made: IndexMap<String, (usize, Value)>,
    /// That number, for what is made now.
    owner: usize,
    /// How many components there can be, unless compositions multiply them.
    most: usize,
}

/// A body that is a type of its own, whatever its shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Forced {
    /// Its component; `None` is any JSON.
    pub component: Option<String>,
    /// Whether it may be null.
    pub nullable: bool,
}

impl<'a> Placer<'a> {
    /// Places what `reader` reads of a document of this size.
    pub fn new(reader: Reader<'a>, size: usize) -> Self {
        let mut taken = Names::default();
        reader.names().iter().for_each(|name| taken.take(name));
        Self {
            reader,
            taken,
            open: HashMap::new(),
            placed: HashMap::new(),
            made: IndexMap::new(),
            owner: 0,
            most: 1_000 + size / 8,
        }
    }

    /// Places all components.
    pub fn components(&mut self) {
        for name in self.reader.names() {
            self.published(&name);
        }
        // What operations hold inline comes behind them.
        self.owner = usize::MAX;
    }

    /// Places the component `name`, unless it is there or on its way.
    fn published(&mut self, name: &str) {
        let Some(number) = self.reader.number(name).filter(|_| !self.made.contains_key(name)) else { return };
        let flat = self.reader.component(name);
        if flat.kind != Kind::Any {
            let before = std::mem::replace(&mut self.owner, number);
            let at = self.reader.pointer(name);
            self.component(name, &at, &flat);
            self.owner = before;
        }
    }

    /// All components, in the order of the document; what is inside of one follows it. One that is only another name for a type
    /// is marked, unless it would be a name for itself.
    pub fn finish(mut self) -> Map<String, Value> {
        for name in self.names_for_themselves() {
            if let Some(schema) = self.made.get_mut(&name).and_then(|(_, schema)| schema.as_object_mut()) {
                schema.shift_remove("x-alias");
            }
        }
        self.made.sort_by(|_, (a, _), _, (b, _)| a.cmp(b));
        self.made.into_iter().map(|(name, (_, schema))| (name, schema)).collect()
    }

    /// The aliases that lead back to themselves through aliases alone, and those between two such.
    fn names_for_themselves(&self) -> HashSet<String> {
        let aliases = self.made.iter().filter(|(_, (_, schema))| schema.get("x-alias").is_some());
        let mut ways: Vec<(String, String)> = Vec::new();
        for (name, (_, schema)) in aliases {
            let references = references(schema, Node::Schema);
            let next = references.iter().filter_map(|reference| component_name(reference, "schemas"));
            ways.extend(next.map(|next| (name.clone(), next)));
        }
        circles(ways)
    }

    /// Whether the schema at `at` describes more than a scalar, so that a body of any media type can only be JSON.
    pub fn is_structured(&mut self, at: &Pointer, schema: &Value) -> bool {
        let flat = self.reader.flat(at, schema);
        !matches!(self.reader.resolved(&flat).kind, Kind::Any | Kind::Null | Kind::Scalar(_) | Kind::Words(_))
    }

    /// The properties of the component `name`, if it is an object.
    pub fn property_names(&self, name: &str) -> Vec<String> {
        let schema = self.made.get(name).filter(|(_, schema)| schema.get("x-union").is_none());
        let properties = schema.and_then(|(_, schema)| schema.get("properties")?.as_object());
        properties.into_iter().flatten().map(|(name, _)| name.clone()).collect()
    }

    /// What stands in the place of the schema at `at`; if that needs a name, it is called `name`.
    pub fn place(&mut self, name: &str, at: &Pointer, schema: &Value) -> Value {
        // A part that came here by composition belongs to the component that holds it.
        if let Some(owner) = self.reader.owner(at) {
            self.published(&owner);
        }
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(schema);
        if let Some((_, site)) = self.placed.get(at).filter(|(placed, _)| *placed == hash) {
            return site.clone();
        }
        let text = is_composed(schema).then(|| schema.to_string());
        if let Some(name) = text.as_ref().and_then(|text| self.open.get(text)) {
            return json!({ "allOf": [{ "$ref": schema_reference(name) }] });
        }
        let flat = self.reader.flat(at, schema);
        let site = self.place_flat(name, at, &flat, text);
        self.placed.insert(at.clone(), (hash, site.clone()));
        site
    }

    /// The schema at `at` as a component of its own, unless it is one already.
    pub fn force(&mut self, name: &str, at: &Pointer, schema: &Value) -> Forced {
        let flat = self.reader.flat(at, schema);
        let component = match &flat.kind {
            Kind::Any | Kind::Null => None,
            Kind::Reference(name) => Some(name.clone()),
            _ => {
                let name = self.taken.free(&type_name(name));
                self.component(&name, at, &flat);
                Some(name)
            }
        };
        Forced { component, nullable: flat.nullable }
    }

    fn place_flat(&mut self, name: &str, at: &Pointer, flat: &Flat, text: Option<String>) -> Value {
        let mut site = match &flat.kind {
            Kind::Any | Kind::Null => Map::new(),
            Kind::Scalar(scalar) => scalar_schema(scalar),
            Kind::List(_) | Kind::Map(_) => self.container(name, &flat.kind),
            Kind::Reference(name) => reference_to(name),
            _ if self.made.len() >= self.most => {
                self.reader.problems.add(
                    at,
                    "the compositions that it is part of multiply to more types than the document has schemas",
                    "mend the document, or leave the operations that use it out with `--skip-refused`",
                );
                Map::new()
            }
            Kind::Object(_) | Kind::Words(_) | Kind::Union(_) => {
                let name = self.taken.free(&type_name(name));
                self.reader.account.note(at, Loss::Exact, format!("is the type `{name}`"));
                if let Some(text) = &text {
                    self.open.insert(text.clone(), name.clone());
                }
                self.component(&name, at, flat);
                if let Some(text) = &text {
                    self.open.remove(text);
                }
                reference_to(&name)
            }
        };
        let notes = flat.notes.iter().filter(|(key, _)| !OF_COMPONENTS.contains(&key.as_str()));
        site.extend(notes.map(|(key, value)| (key.clone(), value.clone())));
        if flat.nullable || flat.kind == Kind::Null {
            site.insert("nullable".to_owned(), json!(true));
        }
        Value::Object(site)
    }

    /// Makes the component `name` of `flat`.
    fn component(&mut self, name: &str, at: &Pointer, flat: &Flat) {
        // It keeps its place before what is found inside of it.
        self.made.insert(name.to_owned(), (self.owner, Value::Null));
        let mut schema = match &flat.kind {
            Kind::Object(object) => self.object(name, object),
            Kind::Words(words) => words_schema(words),
            Kind::Union(branches) => self.union(name, branches),
            Kind::List(_) | Kind::Map(_) => self.container(name, &flat.kind),
            Kind::Scalar(scalar) => scalar_schema(scalar),
            Kind::Reference(other) => reference_to(other),
            Kind::Any | Kind::Null => Map::new(),
        };
        if flat.kind.is_alias() {
            schema.insert("x-alias".to_owned(), json!(true));
        }
        schema.extend(flat.notes.iter().filter(|(key, _)| *key != "title").map(|(key, value)| (key.clone(), value.clone())));
        if *at != self.reader.pointer(name) && !schema.contains_key("x-published-name") {
            schema.insert("x-published-at".to_owned(), json!(format!("#{at}")));
        }
        self.made.insert(name.to_owned(), (self.owner, Value::Object(schema)));
    }

    fn container(&mut self, name: &str, kind: &Kind) -> Map<String, Value> {
        let mut place = |part: &Part, suffix: &str| self.place(&format!("{name}{suffix}"), &part.at, &part.schema);
        let schema = match kind {
            Kind::List(items) => json!({ "type": "array", "items": place(items, "Item") }),
            Kind::Map(Some(values)) => json!({ "type": "object", "additionalProperties": place(values, "Value") }),
            _ => json!({ "type": "object" }),
        };
        into_map(schema)
    }

    fn object(&mut self, name: &str, object: &Object) -> Map<String, Value> {
        let mut fields = Names::default();
        let mut properties = Map::new();
        let mut required = Vec::new();
        for (property, part) in &object.properties {
            let mut schema = self.place(&format!("{name}{}", part_name(property)), &part.at, &part.schema);
            // Names that are equal in Rust, or that typify would spell in its own way, get one here.
            let wanted = method_name(&words::readable(property), &[]);
            let field = fields.free(&wanted);
            let key = if is_plain(property) && field == wanted { property.clone() } else { field };
            if key != *property {
                schema["x-wire-name"] = json!(property);
            }
            if object.required.contains(property) {
                required.push(key.clone());
            }
            properties.insert(key, schema);
        }
        let mut schema = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        if let Some(rest) = &object.rest {
            schema["additionalProperties"] = self.place(&format!("{name}Value"), &rest.at, &rest.schema);
        }
        into_map(schema)
    }

    /// For typify a union is an object with a property for each alternative: so it finds the type of each.
    fn union(&mut self, name: &str, branches: &[Branch]) -> Map<String, Value> {
        let guards = self.reader.guards(branches).into_iter().zip(self.reader.plain_guards(branches));
        let mut variants = Names::default();
        let mut properties = Map::new();
        let mut alternatives = Vec::new();
        for (index, (branch, (mut guards, plain))) in branches.iter().zip(guards).enumerate() {
            let label = branch.label.clone().unwrap_or_else(|| describe(&branch.flat.kind, &guards));
            guards.extend(plain);
            let variant = variants.free(&words::variant(&label));
            let mut flat = branch.flat.clone();
            flat.notes.shift_remove("title");
            let schema = self.place_flat(&format!("{name}{variant}"), &branch.at, &flat, None);
            alternatives.push(json!({ "variant": variant, "guards": guards, "tag": self.reader.missing_tag(branch) }));
            properties.insert(format!("v{index}"), schema);
        }
        let required: Vec<String> = properties.keys().cloned().collect();
        into_map(json!({ "type": "object", "properties": properties, "required": required, "x-union": alternatives }))
    }
}
