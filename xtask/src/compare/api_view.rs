//! One of the two documents: its types, the directions in which they travel, and what the published document says about them.

use super::facts;
use super::shape::{Identity, Key, Member, Node, Rest, Shape, ShapeKind};
use super::snapshot::{Snapshot, is_component};
use crate::document::follow::follow;
use crate::document::pointer::Pointer;
use crate::maps::{HashMap, IndexMap, IndexSet};
use crate::model::names::type_name;
use crate::model::types::{self, Field, Struct, Type, TypeDef, TypeUse};
use crate::model::{Cycles, Direction, Presence, rust_types};
use serde_json::Value;
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

/// The maximum number of aliases and references that are followed in a chain.
const MAX_STEPS: usize = 64;

/// A document with everything that the comparison knows about it.
#[derive(Debug)]
pub struct ApiView<'a> {
    pub snapshot: &'a Snapshot<'a>,
    /// The document.
    pub document: &'a Value,
    /// Which types contain each other by value.
    cycles: Cycles,
    /// The structs, by the places of their schemas.
    owners: HashMap<Pointer, (&'a str, &'a Struct)>,
    places: RefCell<IndexSet<(Pointer, Option<&'a str>)>>,
    /// The last place whose fields were read, and its value.
    parent: RefCell<(Pointer, Option<&'a Value>)>,
    shapes: RefCell<HashMap<Key<'a>, Rc<Shape<'a>>>>,
    uses: RefCell<HashMap<*const TypeUse, Rc<Shape<'a>>>>,
}

/// A type after its aliases are resolved.
struct Resolved<'a> {
    ty: &'a Type,
    nullable: bool,
    /// The name and definition of the type, or of its last alias.
    named: Option<(&'a str, &'a TypeDef)>,
}

impl<'a> ApiView<'a> {
    /// Creates the view of a document.
    pub fn new(snapshot: &'a Snapshot<'a>) -> Self {
        let structs = snapshot.model.types.iter().filter_map(|(name, def)| match def.published() {
            types::Shape::Struct(item) => Some((def.origin.pointer(), (name.as_str(), item))),
            _ => None,
        });
        Self {
            snapshot,
            document: snapshot.published,
            cycles: Cycles::of_types(&snapshot.model.types),
            owners: structs.collect(),
            places: RefCell::default(),
            parent: RefCell::default(),
            shapes: RefCell::default(),
            uses: RefCell::default(),
        }
    }

    /// The directions in which values of a type travel. A type that no operation uses counts as received, since nothing else is
    /// known.
    pub fn direction(&self, shape: &Shape<'_>) -> Direction {
        let def = shape.ty.name().and_then(|name| self.snapshot.model.types.get(name));
        def.map_or(Direction { sent: false, received: true }, |def| def.direction)
    }

    /// Whether the type `owner` holds the value of this field or variant in a `Box`.
    pub fn is_boxed(&self, owner: &Shape<'_>, node: Node<'_>) -> bool {
        let owner = owner.ty.name().zip(node.0.ty.name());
        owner.is_some_and(|(owner, held)| self.cycles.need_box(owner, held))
    }

    /// Describes a value: its type and what the schemas say about it.
    pub fn shape(&self, node: Node<'a>) -> Rc<Shape<'a>> {
        let known = self.uses.borrow().get(&std::ptr::from_ref(node.0)).cloned();
        known.unwrap_or_else(|| {
            let schemas = self.schemas(node);
            let resolved = self.resolved(&node.0.ty, node.0.nullable);
            // A schema that lowering has split off has no place in the published document.
            let places: Vec<&Pointer> = schemas.iter().map(|(at, _)| at).collect();
            let places = if places.is_empty() { node.0.places.iter().collect() } else { places };
            let places = places.into_iter().map(|at| self.identity(at, None)).collect();
            let key = Key { name: node.0.ty.name(), places, nullable: resolved.nullable, is_file: node.0.is_file() };
            let known = self.shapes.borrow().get(&key).cloned();
            let shape = known.unwrap_or_else(|| Rc::new(self.read(node, key.clone(), &resolved, &schemas)));
            self.shapes.borrow_mut().insert(key, shape.clone());
            self.uses.borrow_mut().insert(node.0, shape.clone());
            shape
        })
    }

    /// The published schemas that apply to a value, with their places. A schema that is only a reference is replaced by its
    /// target.
    pub fn schemas(&self, node: Node<'_>) -> Vec<(Pointer, &'a Value)> {
        let bare = |value: &Value| value.as_object().is_some_and(|object| self.snapshot.is_3_0 || object.len() == 1);
        let settled = |(at, value): (Pointer, &'a Value)| {
            let mut all = std::iter::successors(Some((at, value)), |(_, value)| {
                Some(*value).filter(|value| bare(value)).and_then(|value| follow(self.document, value))
            });
            all.by_ref().take(MAX_STEPS).last()
        };
        node.0.places.iter().filter_map(|at| settled(self.snapshot.locate(at)?)).collect()
    }

    fn identity(&self, place: &Pointer, name: Option<&'a str>) -> Identity {
        self.places.borrow_mut().insert_full((place.clone(), name)).0
    }

    fn resolved(&self, ty: &'a Type, nullable: bool) -> Resolved<'a> {
        let mut resolved = Resolved { ty, nullable, named: None };
        for _ in 0..MAX_STEPS {
            let Some((name, def)) = resolved.ty.name().and_then(|name| Some((name, self.snapshot.model.types.get(name)?))) else {
                break;
            };
            resolved.named = Some((name, def));
            let types::Shape::Alias(target) = def.published() else { break };
            resolved.ty = &target.ty;
            resolved.nullable |= target.nullable;
        }
        resolved
    }

    fn read(&self, node: Node<'a>, key: Key<'a>, resolved: &Resolved<'a>, schemas: &[(Pointer, &'a Value)]) -> Shape<'a> {
        let place = || schemas.first().map(|(at, _)| at).or(node.0.places.first()).cloned().unwrap_or_default();
        let definition = resolved.named.map_or_else(place, |(_, def)| self.snapshot.existing(&def.origin.pointer()));
        let name = resolved.named.map_or_else(|| type_name(&definition.last()), |(name, _)| name.to_owned());
        let facts = facts::read(self.document, self.snapshot.is_3_0, schemas);
        let mut shape = Shape {
            identity: self.identity(&definition, resolved.named.map(|(name, _)| name).or(key.is_file.then_some("File"))),
            component: is_component(&definition) || self.snapshot.moved.contains(&definition),
            key,
            definition,
            name,
            ty: resolved.ty,
            kind: ShapeKind::Any,
            nullable: resolved.nullable,
            values: facts.values.as_ref().map(|values| values.iter().map(|value| Cow::Borrowed(*value)).collect()),
            open: false,
            properties: IndexMap::default(),
            rest: if facts.is_closed { Rest::Closed } else { Rest::Open },
            items: None,
            variants: &[],
            several: None,
            unreadable: schemas.iter().map(|(at, _)| at).chain(&node.0.places).find_map(|at| self.snapshot.unreadable(at)),
            facts,
        };
        match resolved.ty {
            Type::Any | Type::Custom(_) => {}
            Type::Scalar(scalar) => shape.kind = scalar_kind(scalar.name),
            Type::Array(items) => (shape.kind, shape.items) = (ShapeKind::Array, Some(Node(items))),
            Type::Map(values) => {
                shape.kind = ShapeKind::Map;
                shape.rest = values.as_ref().map_or(shape.rest, |values| Rest::Typed(Node(values)));
            }
            Type::Named(_) => resolved.named.into_iter().for_each(|(_, def)| define(&mut shape, def.published())),
        }
        shape
    }

    /// The type that declares a field, if it is not the type that has the field.
    pub fn owner(&self, field: &Field) -> Option<&'a str> {
        let [place] = field.value.places.as_slice() else { return None };
        let mut holder = place.parent()?.parent()?;
        loop {
            if let Some((name, item)) = self.owners.get(&holder) {
                return item.fields.values().any(|own| own.value.places == field.value.places).then_some(name);
            }
            // A member of an `allOf` belongs to the type that is composed.
            let list = holder.parent().filter(|list| list.last() == "allOf")?;
            holder = list.parent()?;
        }
    }

    /// The Rust type of a value that is present and not null. Received free-form JSON is kept as text.
    pub fn rust(&self, node: Node<'a>, is_received: bool) -> String {
        rust_types::rust(&self.snapshot.model.types, &node.0.ty, is_received)
    }

    /// The user's own Rust type that represents a value, if one is chosen.
    pub fn custom(&self, node: Node<'a>) -> Option<&'a str> {
        let (_, def) = self.resolved(&node.0.ty, false).named?;
        match &def.shape {
            types::Shape::Alias(TypeUse { ty: Type::Custom(rust), .. }) => Some(rust),
            _ => None,
        }
    }

    /// How a field represents absence and null in a type that travels in `direction`.
    pub fn presence(&self, member: &Member<'a>, direction: Direction) -> Presence {
        member.known.holding(&self.snapshot.model.types).presence(direction)
    }

    /// The Rust type of a field.
    pub fn field(&self, member: &Member<'a>, direction: Direction) -> String {
        rust_types::field(&self.snapshot.model.types, member.known, direction)
    }

    /// The schema of a scalar without a reference. Most schemas are like that.
    fn leaf(&self, node: Node<'_>) -> Option<&'a Value> {
        let (Type::Scalar(_), [place]) = (&node.0.ty, node.0.places.as_slice()) else { return None };
        self.sibling(place).filter(|value| value.get("$ref").is_none())
    }

    /// The value at a place. Most places follow one with the same parent, which is then known.
    fn sibling(&self, place: &Pointer) -> Option<&'a Value> {
        let mut parent = self.parent.borrow_mut();
        if !place.is_child_of(&parent.0) {
            let at = place.parent()?;
            *parent = (at.clone(), self.snapshot.value(&at));
        }
        let found = parent.1.and_then(Value::as_object).and_then(|object| object.get(&place.last()));
        found.or_else(|| self.snapshot.value(place))
    }

    /// Whether a value is certainly the same in both documents: a scalar with equal type and equal schema.
    pub fn is_same_leaf(&self, node: Node<'_>, other: &ApiView<'_>, there: Node<'_>) -> bool {
        node.0.ty == there.0.ty
            && node.0.nullable == there.0.nullable
            && self.leaf(node).is_some_and(|own| other.leaf(there) == Some(own))
    }
}

/// What the definition of a type says of its values.
fn define<'a>(shape: &mut Shape<'a>, known: &'a types::Shape) {
    match known {
        types::Shape::Struct(item) => {
            shape.kind = ShapeKind::Struct;
            shape.rest = item.rest.as_ref().map_or(shape.rest, |rest| Rest::Typed(Node(rest)));
            let fields = item.fields.iter();
            let members = fields.map(|(key, known)| (known.wire.as_str(), Member { known, node: Node(&known.value), key }));
            shape.properties = members.collect();
        }
        types::Shape::StringEnum(item) => {
            (shape.kind, shape.open) = (ShapeKind::StringEnum, item.open);
            let values = item.variants.iter().map(|(value, _)| Cow::Owned(Value::from(value.as_str())));
            shape.values = Some(values.collect());
        }
        types::Shape::Union(union) => {
            (shape.kind, shape.variants, shape.several) = (ShapeKind::Union, &union.variants, union.several.as_deref());
        }
        types::Shape::Id => shape.kind = ShapeKind::String,
        types::Shape::Alias(_) | types::Shape::Wrapper(_) => {}
    }
}

fn scalar_kind(name: &str) -> ShapeKind {
    match name {
        "boolean" => ShapeKind::Boolean,
        "integer" => ShapeKind::Integer,
        "number" => ShapeKind::Number,
        _ => ShapeKind::String,
    }
}
