//! Makes the types of schemas: each object, enum and union becomes a named type with one pointer.

use super::reader::Reader;
use super::schema::{Branch, Object, Schema, SchemaKind, Subschema};
use super::tags::Guards;
use super::variant_names;
use super::written::{describe, is_composed, is_plain};
use crate::account::Loss;
use crate::document::Names;
use crate::document::pointer::Pointer;
use crate::maps::HashMap;
use crate::model::names::{REST_FIELD, method_name, part_name, schema_name};
use crate::model::parameters::field_setters;
use crate::model::types::{Field, Shape, StringEnum, Struct, Type, TypeDef, TypeUse, Types, Union, Variant};
use crate::model::{Cycles, Direction};
use indexmap::IndexMap;
use serde_json::Value;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// Makes the types of a document.
pub struct TypeBuilder<'a, 'd> {
    pub reader: Reader<'a, 'd>,
    taken: Names,
    /// The compositions that are being built, by their text. If one contains itself, the inner occurrence becomes a reference.
    open: HashMap<String, TypeUse>,
    /// The types of schemas by place, since parts of composed schemas occur several times. A hash identifies the schema,
    /// because only a few different ones are composed at one place.
    placed: HashMap<Pointer, (u64, TypeUse)>,
    /// The types, each with the index of the component that it belongs to. `None` while a type is being made.
    made: IndexMap<String, (usize, Option<TypeDef>)>,
    /// The index of the component whose types are being made.
    owner: usize,
    /// The maximum number of types. Compositions can multiply them.
    max_types: usize,
}

impl<'a, 'd> TypeBuilder<'a, 'd> {
    /// Creates a builder for a document of this size, whose schemas `reader` reads.
    pub fn new(reader: Reader<'a, 'd>, size: usize) -> Self {
        let mut taken = Names::default();
        reader.names().iter().for_each(|name| taken.take(name));
        Self {
            reader,
            taken,
            open: HashMap::default(),
            placed: HashMap::default(),
            made: IndexMap::new(),
            owner: 0,
            max_types: 1_000 + size / 8,
        }
    }

    /// Makes the types of all components.
    pub fn components(&mut self) {
        for name in self.reader.names() {
            self.published(name);
        }
        // The types of inline schemas in operations come last.
        self.owner = usize::MAX;
    }

    /// Makes the type of the component `name`, unless it exists or is in progress.
    fn published(&mut self, name: &str) {
        let Some(number) = self.reader.number(name).filter(|_| !self.made.contains_key(name)) else { return };
        let schema = self.reader.component(name);
        if !schema.kind.is_any() || self.reader.is_replaced(name) {
            let before = std::mem::replace(&mut self.owner, number);
            let at = self.reader.pointer(name);
            self.define(name, &at, &schema);
            self.owner = before;
        }
    }

    /// All types, in document order. The types inside a component follow it.
    pub fn finish(mut self) -> Types {
        for name in self.names_for_themselves() {
            if let Some(Some(def)) = self.made.get_mut(&name).map(|(_, def)| def)
                && let Shape::Alias(target) = &def.shape
            {
                def.shape = Shape::Wrapper(target.clone());
            }
        }
        self.made.sort_by(|_, (a, _), _, (b, _)| a.cmp(b));
        self.made.into_iter().filter_map(|(name, (_, def))| Some((name, def?))).collect()
    }

    /// The aliases in cycles that consist of aliases only.
    fn names_for_themselves(&self) -> Vec<String> {
        let aliases = self.made.iter().filter_map(|(name, (_, def))| Some((name, def.as_ref()?)));
        let aliases = aliases.filter(|(_, def)| matches!(def.shape, Shape::Alias(_)));
        let edges: Vec<_> = aliases.flat_map(|(name, def)| def.names().into_iter().map(|next| (name.clone(), next))).collect();
        let cycles = Cycles::of(&edges);
        edges.into_iter().filter(|(name, next)| cycles.need_box(name, next)).map(|(name, _)| name).collect()
    }

    /// Whether the schema at `at` is more than a scalar. A body of any media type must then be JSON.
    pub fn is_structured(&mut self, at: &Pointer, schema: &'d Value) -> bool {
        let schema = self.reader.read(at, schema);
        let kind = self.reader.resolved(&schema.kind);
        !kind.is_flat() && !kind.is_any()
    }

    /// The setters for the fields of the component `name`, if it is an object.
    pub fn fields(&self, name: &str) -> Vec<String> {
        let def = self.made.get(name).and_then(|(_, def)| def.as_ref());
        let Some(Shape::Struct(item)) = def.map(|def| &def.shape) else { return Vec::new() };
        let rest = item.rest.iter().map(|_| REST_FIELD.to_owned());
        field_setters(&item.names().map(|(name, _)| name).chain(rest).collect::<Vec<_>>())
    }

    /// The type of the schema at `at`. If a new type is needed, it is called `name`.
    pub fn place(&mut self, name: &dyn Fn() -> String, at: &Pointer, schema: &'d Value) -> TypeUse {
        self.part(name, &Subschema::new(at.clone(), schema))
    }

    /// The same for a part of a type.
    fn part(&mut self, name: &dyn Fn() -> String, part: &Subschema<'d>) -> TypeUse {
        let (at, schema, places) = (&part.at, part.schema, part.places().to_vec());
        // Composition can bring schemas of another component here. Their types belong to that component.
        if let Some(owner) = self.reader.owner(at) {
            self.published(owner);
        }
        let hash = || BuildHasherDefault::<DefaultHasher>::default().hash_one(schema);
        let placed = self.placed.get(at);
        if let Some((_, used)) = placed.filter(|(placed, _)| *placed == hash()) {
            return TypeUse { places, ..used.clone() };
        }
        let (is_first, noted) = (placed.is_none(), self.reader.account.changes.len());
        let text = is_composed(schema).then(|| schema.to_string());
        if let Some(used) = text.as_ref().and_then(|text| self.open.get(text)) {
            return TypeUse { places, ..used.clone() };
        }
        let schema = self.reader.read(at, schema);
        let ty = self.typed(name, at, &schema, text);
        let used = TypeUse { nullable: schema.has_null(), annotations: schema.annotations, ..ty.into() };
        let is_silent = self.reader.account.changes.len() == noted;
        // A scalar or a reference of which nothing is noted can as well be read again.
        if !(is_first && is_silent && matches!(schema.kind, SchemaKind::Scalar(_) | SchemaKind::Reference(_))) {
            self.placed.insert(at.clone(), (hash(), used.clone()));
        }
        TypeUse { places, ..used }
    }

    /// A named type for the schema at `at`, unless it has one already.
    pub fn force(&mut self, name: &str, at: &Pointer, schema: &'d Value) -> TypeUse {
        let schema = self.reader.read(at, schema);
        let ty = match &schema.kind {
            SchemaKind::Any | SchemaKind::Json | SchemaKind::Null => Type::Any,
            SchemaKind::Reference(name) => Type::Named(name.clone()),
            _ => {
                let name = self.taken.free(&schema_name(name));
                self.define(&name, at, &schema);
                Type::Named(name)
            }
        };
        TypeUse { nullable: schema.nullable, places: vec![at.clone()], ..ty.into() }
    }

    /// The type of a schema. `text` is its text if it is composed.
    fn typed(&mut self, name: &dyn Fn() -> String, at: &Pointer, schema: &Schema<'d>, text: Option<String>) -> Type {
        match &schema.kind {
            SchemaKind::Object(_) | SchemaKind::StringEnum(_) | SchemaKind::Union(_) if self.made.len() >= self.max_types => {
                self.reader.problems.add(
                    at,
                    "the compositions that it is part of multiply to more types than the document has schemas",
                    "correct the document, or leave the operations that use it out with `--skip-refused`",
                );
                Type::Any
            }
            SchemaKind::Object(_) | SchemaKind::StringEnum(_) | SchemaKind::Union(_) => {
                let name = self.taken.free(&schema_name(&name()));
                self.reader.account.note(at, Loss::Exact, format!("is the type `{name}`"));
                if let Some(text) = &text {
                    let (nullable, annotations) = (schema.nullable, schema.annotations.clone());
                    let used = TypeUse { nullable, annotations, ..Type::Named(name.clone()).into() };
                    self.open.insert(text.clone(), used);
                }
                self.define(&name, at, schema);
                if let Some(text) = &text {
                    self.open.remove(text);
                }
                Type::Named(name)
            }
            kind => self.unnamed(name, kind),
        }
    }

    /// The type for a kind that needs no name.
    fn unnamed(&mut self, name: &dyn Fn() -> String, kind: &SchemaKind<'d>) -> Type {
        let mut place = |part: &Subschema<'d>, suffix: &str| self.part(&|| name() + suffix, part);
        match kind {
            SchemaKind::Scalar(scalar) => Type::Scalar(scalar.clone()),
            SchemaKind::Reference(name) => Type::Named(name.clone()),
            SchemaKind::Array(items) => Type::Array(Box::new(place(items, "Item"))),
            SchemaKind::Map(values) => Type::Map(values.as_ref().map(|values| Box::new(place(values, "Value")))),
            _ => Type::Any,
        }
    }

    /// Makes the type `name` of `schema`.
    fn define(&mut self, name: &str, at: &Pointer, schema: &Schema<'d>) {
        // Reserves its position before the types inside it.
        self.made.insert(name.to_owned(), (self.owner, None));
        let shape = match &schema.kind {
            SchemaKind::Object(object) => Shape::Struct(self.object(name, object)),
            SchemaKind::StringEnum(strings) => {
                let variants = strings.values.iter().cloned().zip(variant_names::names(&strings.values)).collect();
                Shape::StringEnum(StringEnum { variants, open: strings.open })
            }
            SchemaKind::Union(branches) => Shape::Union(self.union(name, at, branches)),
            kind if kind.is_alias() => Shape::Alias(self.unnamed(&|| name.to_owned(), kind).into()),
            _ => Shape::Id,
        };
        let (origin, annotations) = (self.reader.origin(name, at), schema.annotations.clone());
        let (shape, replaced) = match self.chosen(name, at, &schema.kind) {
            Some(ty) => (Shape::Alias(TypeUse::from(ty)), Some(Box::new(shape))),
            None => (shape, None),
        };
        let def = TypeDef { origin, annotations, shape, replaced, direction: Direction::default() };
        self.made.insert(name.to_owned(), (self.owner, Some(def)));
    }

    /// The type that the user chose for the component `name`.
    fn chosen(&mut self, name: &str, at: &Pointer, kind: &SchemaKind<'d>) -> Option<Type> {
        if !self.reader.is_replaced(name) {
            return None;
        }
        let json = match &*self.reader.resolved(kind) {
            SchemaKind::Scalar(scalar) => Some(scalar.name),
            SchemaKind::StringEnum(_) => Some("string"),
            _ => None,
        };
        match self.reader.choices.component(self.reader.published_name(name), json)? {
            Ok(ty) => Some(ty),
            Err(reason) => {
                self.reader.problems.add(at, reason, "choose another type for the component, or none");
                None
            }
        }
    }

    fn object(&mut self, name: &str, object: &Object<'d>) -> Struct {
        let mut taken = Names::default();
        object.rest.iter().for_each(|_| taken.take(REST_FIELD));
        let mut fields = IndexMap::new();
        for (property, part) in &object.properties {
            let value = self.part(&|| name.to_owned() + &part_name(property), part);
            // Properties with equal Rust names, or with names that typify would change, get a name here.
            let wanted = method_name(&variant_names::readable(property), &[]);
            let field = taken.free(&wanted);
            let key = if is_plain(property) && field == wanted { property.clone() } else { field };
            let required = object.required.contains(property);
            let constant = self.reader.only_number(part);
            fields.insert(key, Field { wire: property.clone(), required, value, constant });
        }
        let rest = object.rest.as_ref().map(|rest| self.part(&|| name.to_owned() + "Value", rest));
        Struct { fields, rest }
    }

    fn union(&mut self, name: &str, at: &Pointer, branches: &[Branch<'d>]) -> Union {
        let Guards { unique, all, written } = self.reader.guards(branches);
        let needs_several = self.reader.needs_several(branches, &all);
        let mut names = Names::default();
        let mut variants = Vec::new();
        for (((branch, unique), guards), tag) in branches.iter().zip(unique).zip(all).zip(written) {
            let label = branch.label.clone().unwrap_or_else(|| describe(&branch.schema.kind, &unique));
            let variant = names.free(&variant_names::variant(&label));
            let ty = self.typed(&|| format!("{name}{variant}"), &branch.at, &branch.schema, None);
            let (nullable, annotations) = (branch.schema.has_null(), branch.schema.annotations.clone());
            let value = TypeUse { ty, nullable, annotations, places: vec![branch.at.clone()] };
            variants.push(Variant { name: variant, value, origins: branch.origins.clone(), guards, tag });
        }
        let several = needs_several.then(|| names.free("Several"));
        if let Some(several) = &several {
            let text = format!("a value that is several alternatives at once is kept whole, as `{name}::{several}`");
            self.reader.account.note(at, Loss::Widened, text);
        }
        Union { variants, several }
    }
}
