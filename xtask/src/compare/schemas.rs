//! Compares schemas in pairs. Each pair is visited once for each direction of its values.

use super::api_view::ApiView;
use super::pair::{Change, Pair, Site, Usage};
use super::prose::Prose;
use super::rules;
use super::shape::{Identity, Key, Node, Shape, ShapeKind};
use super::unchanged::Unchanged;
use super::verdicts::Verdict;
use crate::document::keywords::{Below, Class, below, class, is_annotation};
use crate::document::pointer::Pointer;
use crate::document::walk;
use crate::maps::{HashMap, HashSet};
use crate::model::types::TypeUse;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A visited pair of schemas.
#[derive(Debug)]
pub struct Visit<'a> {
    pub old: Rc<Shape<'a>>,
    pub new: Rc<Shape<'a>>,
    pub changes: Vec<Change>,
    /// The visits of the schemas inside.
    pub children: Vec<usize>,
}

/// The places where each pair of types is used.
pub type Sites = HashMap<(Identity, Identity), BTreeSet<String>>;

/// The comparison of the schemas of two documents.
#[derive(Debug)]
pub struct Schemas<'a> {
    pub old: &'a ApiView<'a>,
    pub new: &'a ApiView<'a>,
    pub visits: Vec<Visit<'a>>,
    pub prose: Prose,
    unchanged: Rc<Unchanged<'a>>,
    known: HashMap<(Key<'a>, Key<'a>, Usage, [bool; 2]), usize>,
    /// The places where each pair of types is used.
    pub sites: Sites,
    /// The pairs of types that the generated code uses.
    pub generated: HashSet<(Identity, Identity)>,
    /// Whether this comparison is a trial, whose findings are not reported.
    is_trial: bool,
}

impl<'a> Schemas<'a> {
    /// Creates an empty comparison.
    pub fn new(old: &'a ApiView<'a>, new: &'a ApiView<'a>) -> Self {
        Self::with(old, new, Rc::new(Unchanged::between(old.snapshot, new.snapshot)))
    }

    fn with(old: &'a ApiView<'a>, new: &'a ApiView<'a>, unchanged: Rc<Unchanged<'a>>) -> Self {
        Self {
            old,
            new,
            unchanged,
            visits: Vec::new(),
            prose: Prose::default(),
            known: HashMap::default(),
            sites: HashMap::default(),
            generated: HashSet::default(),
            is_trial: false,
        }
    }

    /// Whether two types are equal, with everything that they refer to.
    pub fn are_unchanged(&self, old: &TypeUse, new: &TypeUse) -> bool {
        self.unchanged.contains(old, new)
    }

    /// Compares two schemas. Returns the number of their visit, or `None` if they are certainly equal.
    pub fn compare(&mut self, old: Node<'a>, new: Node<'a>, site: &Site) -> Option<usize> {
        if self.old.is_same_leaf(old, self.new, new) || self.are_unchanged(old.0, new.0) {
            return None;
        }
        let (before, after) = (self.old.shape(old), self.new.shape(new));
        // A component is a type whatever uses it.
        let is_component = before.component && after.component;
        let component = (is_component && !site.generated).then(|| Site { generated: true, ..site.clone() });
        let site = component.as_ref().unwrap_or(site);
        // A field reports a change of null itself. Any other use of the same types then needs a visit of its own.
        let is_reported_by_field = site.field && before.nullable != after.nullable;
        let key = (before.key.clone(), after.key.clone(), site.usage, [is_reported_by_field, site.generated]);
        self.sites.entry((before.identity, after.identity)).or_default().insert(site.text.clone());
        if site.generated {
            self.generated.insert((before.identity, after.identity));
        }
        if let Some(known) = self.known.get(&key) {
            return Some(*known);
        }
        let number = self.visits.len();
        self.known.insert(key, number);
        self.visits.push(Visit { old: before.clone(), new: after.clone(), changes: Vec::new(), children: Vec::new() });
        let mut pair = Pair { old: &before, new: &after, nodes: (old, new), site, changes: Vec::new(), children: Vec::new() };
        self.pair(&mut pair);
        let Pair { changes, children, .. } = pair;
        self.visits[number].changes = changes;
        self.visits[number].children = children;
        Some(number)
    }

    /// Whether clients that know `old` keep working with `new`. Returns false inside a trial, so that recursive schemas end.
    pub fn is_harmless(&self, old: Node<'a>, new: Node<'a>, site: &Site) -> bool {
        let mut trial = Self { is_trial: true, ..Self::with(self.old, self.new, self.unchanged.clone()) };
        !self.is_trial && {
            trial.compare(old, new, site);
            trial.visits.iter().flat_map(|visit| &visit.changes).all(|change| change.wire == Verdict::Patch)
        }
    }

    fn pair(&mut self, pair: &mut Pair<'_, 'a>) {
        let (old, new) = (pair.old, pair.new);
        self.prose.schema(old, new);
        if old.unreadable.is_some() || new.unreadable.is_some() {
            return self.unreadable(pair);
        }
        self.kinds(pair);
        super::checks::compare(pair);
        if self.old.custom(pair.nodes.0).is_some_and(|own| self.new.custom(pair.nodes.1) == Some(own)) {
            // The user writes this type, so that the generated code does not change.
            pair.changes.iter_mut().for_each(|change| change.source = Verdict::Patch);
        }
        nulls(pair);
        others(pair);
        if !pair.site.generated {
            pair.changes.iter_mut().for_each(|change| change.source = Verdict::Patch);
        }
    }

    /// Reports a schema that the generator cannot read, unless it is equal on both sides. Its changes cannot be judged.
    fn unreadable(&self, pair: &mut Pair<'_, 'a>) {
        let values = |view: &ApiView<'a>, node| view.schemas(node).into_iter().map(|(_, value)| value).collect::<Vec<_>>();
        let is_same = values(self.old, pair.nodes.0) == values(self.new, pair.nodes.1);
        let text = match (&pair.old.unreadable, &pair.new.unreadable) {
            (Some(_), Some(_)) if is_same => return,
            (_, Some(reason)) => format!("cannot be read: {reason}"),
            (Some(reason), None) => format!("can be read now, but could not before: {reason}"),
            (None, None) => return,
        };
        pair.note(&rules::UNREADABLE, [Verdict::Unknown; 3], text);
    }

    /// Compares the kinds of the two types, and their contents if the kinds are equal.
    fn kinds(&mut self, pair: &mut Pair<'_, 'a>) {
        let (old, new) = (pair.old.kind, pair.new.kind);
        if old != new {
            return self.kind_changed(pair, old, new);
        }
        self.renamed(pair);
        match old {
            ShapeKind::Struct => self.fields(pair),
            ShapeKind::StringEnum => super::values::string_enum(pair),
            ShapeKind::Union => {
                self.union(pair);
                super::values::of_a_union(pair);
            }
            ShapeKind::Map => self.rest(pair, false),
            ShapeKind::Array => self.items(pair),
            ShapeKind::Any => {
                super::values::scalars(pair);
                self.any(pair);
            }
            ShapeKind::Boolean | ShapeKind::Integer | ShapeKind::Number | ShapeKind::String => {
                super::values::scalars(pair);
                self.formats(pair);
            }
        }
    }

    /// Reports two types of the same kind whose names differ.
    fn renamed(&mut self, pair: &mut Pair<'_, 'a>) {
        let (old, new) = (self.old.rust(pair.nodes.0, pair.is_read()), self.new.rust(pair.nodes.1, pair.is_read()));
        let named = pair.old.is_named() || pair.new.is_named();
        if named && old != new && pair.site.generated {
            let what = format!(": `{old}` is `{new}` now");
            pair.note(&rules::RENAMED, [Verdict::Patch, Verdict::Patch, Verdict::Major], what);
        }
    }

    /// Compares schemas that are any JSON in Rust although they say more.
    fn any(&self, pair: &mut Pair<'_, 'a>) {
        let said = |side: &ApiView<'a>, node: Node<'a>| -> Vec<(&'a String, &'a Value)> {
            let schemas = side.schemas(node).into_iter().filter_map(|(_, schema)| schema.as_object());
            schemas.flatten().filter(|(key, _)| says_what_there_is(key)).collect()
        };
        if said(self.old, pair.nodes.0) != said(self.new, pair.nodes.1) {
            let what = "is any JSON in Rust; its schema changed, with effects that cannot be judged";
            pair.note(&rules::KEYWORD_CHANGED, [Verdict::Unknown, Verdict::Patch, Verdict::Patch], what.to_owned());
        }
    }

    fn items(&mut self, pair: &mut Pair<'_, 'a>) {
        let site = pair.site.inner(format!("an item of {}", pair.text()), false);
        if let (Some(old), Some(new)) = (pair.old.items, pair.new.items) {
            pair.children.extend(self.compare(old, new, &site));
        }
        tuples(pair);
    }
}

/// Compares the schemas of the places in tuples. In Rust, all items are of one type.
fn tuples(pair: &mut Pair<'_, '_>) {
    let (old, new) = (&pair.old.facts.places, &pair.new.facts.places);
    if old.len() != new.len() {
        return pair.note(&rules::KEYWORD_CHANGED, [Verdict::Unknown; 3], "has another number of `prefixItems`".to_owned());
    }
    let restricts = |key: &str| !is_annotation(key) && class(key) != Some(Class::Hint);
    if said_in(old, restricts) != said_in(new, restricts) {
        // A client does not check values that it reads.
        let defines = |key: &str| matches!(class(key), Some(Class::Type | Class::Identifier));
        let read = if said_in(old, defines) == said_in(new, defines) { Verdict::Patch } else { Verdict::Unknown };
        let what = "has other schemas in `prefixItems`, with effects that cannot be judged".to_owned();
        pair.note(&rules::KEYWORD_CHANGED, [Verdict::Unknown, read, Verdict::Patch], what);
    }
}

/// The keywords that `counts` and that contain no schemas, with their places.
fn said_in(schemas: &[&Value], counts: impl Fn(&str) -> bool) -> BTreeMap<(String, String), Value> {
    let mut said = BTreeMap::new();
    for (number, schema) in schemas.iter().enumerate() {
        walk::read_below(walk::Node::Schema, &Pointer::default().nth(number), schema, &mut |site, value| {
            let own = value.as_object().filter(|_| site.node == walk::Node::Schema).into_iter().flatten();
            let own = own.filter(|(key, _)| below(key) == Below::Nothing && counts(key));
            said.extend(own.map(|(key, value)| ((site.pointer.to_string(), key.clone()), value.clone())));
        });
    }
    said
}

/// Whether a keyword restricts the type or contents of values, other than by listing the values.
fn says_what_there_is(key: &str) -> bool {
    matches!(class(key), Some(Class::Type | Class::Part)) && !matches!(key, "enum" | "const" | "nullable" | "discriminator")
}

/// Compares keywords that the generator does not understand.
fn others(pair: &mut Pair<'_, '_>) {
    let (old, new) = (&pair.old.facts.other, &pair.new.facts.other);
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in keys.into_iter().filter(|key| old.get(*key) != new.get(*key)) {
        let source = if class(key) == Some(Class::Assertion) { Verdict::Patch } else { Verdict::Unknown };
        // A client does not check values that it reads.
        let read = if source == Verdict::Patch { Verdict::Patch } else { Verdict::Unknown };
        let what = format!(": `{key}` changed, with effects that cannot be judged");
        pair.note(&rules::KEYWORD_CHANGED, [Verdict::Unknown, read, source], what);
    }
}

/// Compares `null`, except at fields and setters, which report that themselves.
fn nulls(pair: &mut Pair<'_, '_>) {
    let (old, new) = (pair.old.nullable, pair.new.nullable);
    if old == new || pair.site.field || pair.old.is_any() || pair.new.is_any() {
        return;
    }
    if new {
        let what = "can be null now, and is an `Option`".to_owned();
        pair.note(&rules::BECAME_NULLABLE, [Verdict::Patch, Verdict::Major, Verdict::Major], what);
    } else {
        let what = "can no longer be null, and is no longer an `Option`".to_owned();
        pair.note(&rules::BECAME_NOT_NULLABLE, [Verdict::Major, Verdict::Patch, Verdict::Major], what);
    }
}
