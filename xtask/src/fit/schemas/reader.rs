//! Reads schemas. Each component is read once. The contents of objects, arrays and maps are read when they become types.

use super::schema::{Known, Schema, SchemaKind};
use crate::account::{Account, Loss};
use crate::document::keywords;
use crate::document::pointer::{Pointer, component_name};
use crate::model::TypeChoices;
use crate::model::types::{Annotations, Origin};
use crate::problem::Problems;
use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::ops::Deref;
use std::rc::Rc;
use typed_arena::Arena;

/// Reads the schemas of one document.
pub struct Reader<'a, 'd> {
    /// `components.schemas`.
    components: IndexMap<&'d str, &'d Value>,
    /// Their names in the published document, if they differ.
    published: HashMap<String, String>,
    /// The components that were split off from bases, with the names of the bases.
    common: IndexMap<String, String>,
    /// Their names by published name, as in pointers.
    by_published: HashMap<String, &'d str>,
    components_read: HashMap<String, Rc<Schema<'d>>>,
    /// For each component, the properties with listed strings.
    pub(super) listed_strings: HashMap<String, Rc<Known>>,
    /// The schemas that are composed of others.
    pub(super) composed: &'d Arena<Value>,
    /// The choices of the generator's user.
    pub choices: TypeChoices,
    /// The components that are being read.
    pub(super) open: IndexSet<String>,
    pub account: &'a mut Account,
    pub problems: &'a mut Problems,
}

/// The kind of a schema after its references are followed.
pub enum Resolved<'k, 'd> {
    Given(&'k SchemaKind<'d>),
    Of(Rc<Schema<'d>>),
}

impl<'d> Deref for Resolved<'_, 'd> {
    type Target = SchemaKind<'d>;

    fn deref(&self) -> &SchemaKind<'d> {
        match self {
            Self::Given(kind) => kind,
            Self::Of(component) => &component.kind,
        }
    }
}

impl<'a, 'd> Reader<'a, 'd> {
    /// Creates a reader for schemas that can refer to `components`. `published` has their names in the document.
    pub fn new(
        components: &'d Map<String, Value>,
        composed: &'d Arena<Value>,
        published: HashMap<String, String>,
        common: IndexMap<String, String>,
        choices: TypeChoices,
        account: &'a mut Account,
        problems: &'a mut Problems,
    ) -> Self {
        let components = components.iter().map(|(name, schema)| (name.as_str(), schema)).collect();
        let by_published = HashMap::new();
        let (components_read, listed_strings, open) = (HashMap::new(), HashMap::new(), IndexSet::new());
        let mut reader = Self {
            components,
            published,
            common,
            by_published,
            components_read,
            listed_strings,
            composed,
            choices,
            open,
            account,
            problems,
        };
        for name in reader.names() {
            let at = reader.pointer(name);
            reader.by_published.insert(at.as_str().rsplit('/').next().unwrap_or_default().to_owned(), name);
        }
        reader
    }

    /// The names of all components.
    pub fn names(&self) -> Vec<&'d str> {
        self.components.keys().copied().collect()
    }

    /// The schema of the component `name` as written.
    pub(super) fn written(&self, name: &str) -> Option<&'d Value> {
        self.components.get(name).copied()
    }

    /// The index of a component in the document.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.components.get_index_of(name)
    }

    /// Reads the schema at `at`.
    pub fn read(&mut self, at: &Pointer, schema: &'d Value) -> Schema<'d> {
        let Some(object) = schema.as_object() else {
            if schema == &Value::Bool(false) {
                self.account.note(at, Loss::Widened, "`false` admits nothing, and is read as any JSON");
            }
            return Schema::any();
        };
        if let Some(name) = reference(object) {
            return self.refer(&name);
        }
        let own = self.own(at, object);
        let parts = object.get("allOf").and_then(Value::as_array).into_iter().flatten();
        let schemas: Vec<Schema<'_>> =
            parts.enumerate().map(|(index, part)| self.read(&at.at("allOf").nth(index), part)).collect();
        let composed = schemas.into_iter().reduce(|all, part| self.intersect(at, all, part));
        match composed {
            Some(composed) => {
                // `nullable` beside an `allOf` allows null, even if none of its members does.
                let nullable = says_nullable(object);
                let whole = self.intersect(at, composed, own);
                Schema { nullable: whole.nullable || nullable, ..whole }
            }
            None => own,
        }
    }

    /// A reference to the component `name`.
    fn refer(&mut self, name: &str) -> Schema<'d> {
        // Inside the component itself it stays a reference, and only `allOf` would need to look inside.
        if self.open.contains(name) {
            return Schema::of(SchemaKind::Reference(name.to_owned()));
        }
        let component = self.component(name);
        match component.kind {
            SchemaKind::Any | SchemaKind::Json | SchemaKind::Null if !self.is_replaced(name) => {
                Schema { annotations: Annotations::default(), ..(*component).clone() }
            }
            _ => Schema { nullable: component.nullable, ..Schema::of(SchemaKind::Reference(name.to_owned())) },
        }
    }

    /// Reads the component `name`.
    pub fn component(&mut self, name: &str) -> Rc<Schema<'d>> {
        if let Some(schema) = self.components_read.get(name) {
            return schema.clone();
        }
        let at = self.pointer(name);
        if self.open.contains(name) {
            self.problems.add(
                at,
                "the schema is composed of itself by `allOf`, `oneOf` or `anyOf`, so it has no finite definition",
                "correct the document, or leave the operations that use it out with `--skip-refused`",
            );
            return Rc::new(Schema::any());
        }
        let schema = self.written(name).unwrap_or(&Value::Null);
        self.open.insert(name.to_owned());
        let schema = self.read(&at, schema);
        self.open.pop();
        let schema = Rc::new(self.as_child(name, schema));
        self.components_read.insert(name.to_owned(), schema.clone());
        schema
    }

    /// Makes a struct of a child that adds nothing to its base, since its tag differs.
    fn as_child(&mut self, name: &str, schema: Schema<'d>) -> Schema<'d> {
        if !matches!(&schema.kind, SchemaKind::Reference(_)) || !self.is_child(name) {
            return schema;
        }
        match &*self.resolved(&schema.kind) {
            SchemaKind::Object(object) => Schema { kind: SchemaKind::Object(object.clone()), ..schema },
            _ => schema,
        }
    }

    /// The target of an alias: a reference to a component that is an array, a map, a number or another component.
    pub fn alias(&mut self, kind: &SchemaKind<'d>) -> Option<SchemaKind<'d>> {
        let SchemaKind::Reference(name) = kind else { return None };
        if self.open.contains(name) || self.is_replaced(name) {
            return None;
        }
        let target = self.component(name);
        target.kind.is_alias().then(|| target.kind.clone())
    }

    /// The kind after following references. It stays a reference if its target is still being read.
    pub fn resolved<'k>(&mut self, kind: &'k SchemaKind<'d>) -> Resolved<'k, 'd> {
        let mut resolved = Resolved::Given(kind);
        for _ in 0..64 {
            let SchemaKind::Reference(name) = &*resolved else { break };
            if self.open.contains(name) {
                break;
            }
            resolved = Resolved::Of(self.component(name));
        }
        resolved
    }

    /// The place of the component `name` in the document.
    pub fn pointer(&self, name: &str) -> Pointer {
        Pointer::parse("/components/schemas").at(self.published_name(name))
    }

    /// The origin of the type `name`, whose schema is at `at`.
    pub fn origin(&self, name: &str, at: &Pointer) -> Origin {
        // The component for what children inherit is made from the same schema as the base.
        if *at != self.pointer(name) || self.common.contains_key(name) {
            return Origin::At(at.clone());
        }
        let published = self.published_name(name);
        match self.account.moved.get(published) {
            Some(place) => Origin::At(place.clone()),
            None => Origin::Component(published.to_owned()),
        }
    }

    /// Whether a component was split off from a base.
    pub(super) fn is_common(&self, name: &str) -> bool {
        self.common.contains_key(name)
    }

    /// The component that contains a place.
    pub fn owner(&self, at: &Pointer) -> Option<&'d str> {
        let (published, _) = at.as_str().strip_prefix("/components/schemas/")?.split_once('/')?;
        self.by_published.get(published).copied()
    }

    /// The name of a component in the published document.
    pub fn published_name<'n>(&'n self, name: &'n str) -> &'n str {
        self.published.get(name).map_or(name, String::as_str)
    }

    /// Whether the user chose a type for the component `name`.
    pub fn is_replaced(&self, name: &str) -> bool {
        self.choices.has_component(self.published_name(name))
    }

    /// Reads all keywords except `allOf`.
    fn own(&mut self, at: &Pointer, object: &'d Map<String, Value>) -> Schema<'d> {
        // Types that validate would refuse responses that the API does send.
        let is_checked = object.keys().any(|key| key == "not" || keywords::is_check(key));
        for key in keywords::checks().chain(["not"]).filter(|key| is_checked && object.contains_key(*key)) {
            self.account.note(&at.at(key), Loss::Validation, "is left to the server to check");
        }
        if object.contains_key("default") {
            // A default in the client could become outdated.
            self.account.note(&at.at("default"), Loss::Kept, "is left to the server to apply");
        }
        let (kind, null_value) = self.shape(at, object);
        let nullable = says_nullable(object) || null_value;
        let mut schema = Schema { nullable, annotations: Annotations::of(object), kind };
        for union in ["oneOf", "anyOf"] {
            if let Some(branches) = object.get(union).and_then(Value::as_array) {
                let union = self.union(at, (union, branches), object.get("discriminator"), &schema.kind);
                let mut joined = self.intersect(at, union, schema);
                joined.nullable |= nullable;
                schema = joined;
            }
        }
        schema
    }
}

/// The component that the `$ref` of a schema points to.
fn reference(object: &Map<String, Value>) -> Option<String> {
    component_name(object.get("$ref")?.as_str()?, "schemas")
}

/// Whether a schema admits null by the keyword of OpenAPI 3.0.
pub(super) fn says_nullable(schema: &Map<String, Value>) -> bool {
    schema.get("nullable") == Some(&Value::Bool(true))
}
