//! Intersects two schemas that both apply: members of an `allOf`, or a schema beside a union.

use super::reader::{Reader, says_nullable};
use super::schema::{Branch, KnownStrings, Object, Schema, SchemaKind, Subschema};
use crate::account::Loss;
use crate::document::keywords;
use crate::document::pointer::Pointer;
use crate::document::reserved::CONDITIONAL;
use indexmap::IndexSet;
use serde_json::{Value, json};

/// The maximum number of alternatives of an intersection. Beyond that, it becomes any JSON.
const MAX_BRANCHES: usize = 64;

impl<'d> Reader<'_, 'd> {
    /// The intersection of `a` and `b`. Annotations of `b` take precedence.
    pub(super) fn intersect(&mut self, at: &Pointer, a: Schema<'d>, b: Schema<'d>) -> Schema<'d> {
        // If one of them does not restrict the type, both of them can allow null.
        let nullable = match (&a.kind, &b.kind) {
            (a_kind, b_kind) if a_kind.is_any() || b_kind.is_any() => a.nullable || b.nullable,
            _ => a.nullable && b.nullable,
        };
        let annotations = b.annotations.or(a.annotations);
        Schema { nullable, annotations, kind: self.intersect_kinds(at, a.kind, b.kind) }
    }

    fn intersect_kinds(&mut self, at: &Pointer, a: SchemaKind<'d>, b: SchemaKind<'d>) -> SchemaKind<'d> {
        if a == b {
            return a;
        }
        match (a, b) {
            (SchemaKind::Any, kind) | (kind, SchemaKind::Any) => kind,
            (SchemaKind::Json, kind) | (kind, SchemaKind::Json) => self.within_json(at, kind),
            (SchemaKind::Reference(name), other) => self.narrowed(at, name, other, true),
            (other, SchemaKind::Reference(name)) => self.narrowed(at, name, other, false),
            (SchemaKind::Union(branches), SchemaKind::Union(others)) => self.product(at, branches, others),
            (SchemaKind::Union(branches), other) => self.distribute(at, branches, &other, true),
            (other, SchemaKind::Union(branches)) => self.distribute(at, branches, &other, false),
            (SchemaKind::Scalar(a), SchemaKind::Scalar(b)) => {
                self.choices.both(a, b).map_or_else(|| self.contradiction(at), SchemaKind::Scalar)
            }
            (SchemaKind::StringEnum(known), SchemaKind::Scalar(scalar))
            | (SchemaKind::Scalar(scalar), SchemaKind::StringEnum(known))
                if scalar.name == "string" =>
            {
                SchemaKind::StringEnum(known)
            }
            (SchemaKind::StringEnum(a), SchemaKind::StringEnum(b)) => SchemaKind::StringEnum(common_strings(a, &b)),
            (SchemaKind::Array(a), SchemaKind::Array(b)) => SchemaKind::Array(Box::new(self.both(*a, *b))),
            (SchemaKind::Map(a), SchemaKind::Map(b)) => SchemaKind::Map(self.both_rests(a, b)),
            (SchemaKind::Object(object), SchemaKind::Map(rest)) | (SchemaKind::Map(rest), SchemaKind::Object(object)) => {
                SchemaKind::Object(Object { rest: self.both_rests(object.rest, rest), ..object })
            }
            (SchemaKind::Object(a), SchemaKind::Object(b)) => SchemaKind::Object(self.objects(a, b)),
            _ => self.contradiction(at),
        }
    }

    /// The intersection of the component `name` with `other`. It is the component itself if `other` adds nothing.
    fn narrowed(&mut self, at: &Pointer, name: String, other: SchemaKind<'d>, first: bool) -> SchemaKind<'d> {
        let component = self.component(&name);
        // An alias of itself says nothing.
        if matches!(&*self.resolved(&component.kind), SchemaKind::Reference(target) if !self.open.contains(target)) {
            return other;
        }
        let (before, after) = if first { (component.kind.clone(), other) } else { (other, component.kind.clone()) };
        let kind = self.intersect_kinds(at, before, after);
        if says_the_same(&kind, &component.kind) { SchemaKind::Reference(name) } else { kind }
    }

    fn contradiction(&mut self, at: &Pointer) -> SchemaKind<'d> {
        self.account.note(at, Loss::Widened, "its parts contradict each other, so that it is read as any JSON");
        SchemaKind::Json
    }

    /// The intersection with a schema that is any JSON because no type keeps all that it declares: no other type does either.
    fn within_json(&mut self, at: &Pointer, kind: SchemaKind<'d>) -> SchemaKind<'d> {
        if self.resolved(&kind).is_flat() {
            return kind;
        }
        self.account.note(at, Loss::Widened, "one of its parts is any JSON, and so is the whole");
        SchemaKind::Json
    }

    /// Intersects every alternative with `other`.
    fn distribute(
        &mut self,
        at: &Pointer,
        branches: Vec<Branch<'d>>,
        other: &SchemaKind<'d>,
        union_first: bool,
    ) -> SchemaKind<'d> {
        let mut all = Vec::new();
        for branch in branches {
            if !self.exclude_each_other(&branch.schema.kind, other) {
                let (kind, other) = (branch.schema.kind, other.clone());
                let (a, b) = if union_first { (kind, other) } else { (other, kind) };
                let kind = self.intersect_kinds(at, a, b);
                all.push(Branch { schema: Schema { kind, ..branch.schema }, ..branch });
            }
        }
        self.simplified_or_contradiction(at, all)
    }

    fn product(&mut self, at: &Pointer, branches: Vec<Branch<'d>>, others: Vec<Branch<'d>>) -> SchemaKind<'d> {
        if branches.len() * others.len() > MAX_BRANCHES {
            self.account.note(at, Loss::Widened, "two unions at once have too many combinations: any JSON");
            return SchemaKind::Json;
        }
        let mut all = Vec::new();
        for branch in branches {
            for other in &others {
                if self.exclude_each_other(&branch.schema.kind, &other.schema.kind) {
                    continue;
                }
                let kind = self.intersect_kinds(at, branch.schema.kind.clone(), other.schema.kind.clone());
                let labels: IndexSet<&str> = branch.label.iter().chain(&other.label).map(String::as_str).collect();
                let label: String = labels.into_iter().collect();
                all.push(Branch {
                    is_any_of: branch.is_any_of || other.is_any_of,
                    label: (!label.is_empty()).then_some(label),
                    schema: Schema { kind, ..branch.schema.clone() },
                    ..branch.clone()
                });
            }
        }
        self.simplified_or_contradiction(at, all)
    }

    fn simplified_or_contradiction(&mut self, at: &Pointer, branches: Vec<Branch<'d>>) -> SchemaKind<'d> {
        if branches.is_empty() { self.contradiction(at) } else { self.simplified(at, branches) }
    }

    /// Whether no value can be both: they have different types, or a required property has different listed values.
    fn exclude_each_other(&mut self, a: &SchemaKind<'d>, b: &SchemaKind<'d>) -> bool {
        let (a, b) = (self.resolved(a), self.resolved(b));
        if let (Some(own), Some(other)) = (a.type_name(), b.type_name())
            && own != other
        {
            return true;
        }
        let (SchemaKind::Object(a), SchemaKind::Object(b)) = (&*a, &*b) else { return false };
        let mut both = a.required.union(&b.required).filter_map(|name| a.properties.get(name).zip(b.properties.get(name)));
        both.any(|(a, b)| self.lists_exclude_each_other(a, b))
    }

    fn objects(&self, mut a: Object<'d>, b: Object<'d>) -> Object<'d> {
        for (name, part) in b.properties {
            let joined = match a.properties.get(&name).cloned() {
                Some(own) => match (is_conditional(&own), is_conditional(&part)) {
                    (true, true) => self.either(own, part),
                    (true, false) => part,
                    (false, true) => own,
                    (false, false) => self.both(own, part),
                },
                None => part,
            };
            a.properties.insert(name, joined);
        }
        a.required.extend(b.required);
        a.closed |= b.closed;
        Object { rest: self.both_rests(a.rest, b.rest), ..a }
    }

    fn both_rests(&self, a: Option<Box<Subschema<'d>>>, b: Option<Box<Subschema<'d>>>) -> Option<Box<Subschema<'d>>> {
        match (a, b) {
            (Some(a), Some(b)) => Some(Box::new(self.both(*a, *b))),
            (a, b) => a.or(b),
        }
    }

    /// The intersection of two subschemas. It needs no `allOf` if one of them contains the other, apart from texts.
    fn both(&self, a: Subschema<'d>, b: Subschema<'d>) -> Subschema<'d> {
        let places = all_places(&a, &b);
        let (at, schema) = if implies(a.schema, b.schema) {
            (a.at, a.schema)
        } else if implies(b.schema, a.schema) {
            (b.at, b.schema)
        } else {
            let parts: IndexSet<&Value> = parts(a.schema).iter().chain(parts(b.schema)).collect();
            (b.at, &*self.composed.alloc(json!({ "allOf": parts })))
        };
        Subschema::composed(at, schema, places)
    }

    /// The union of two properties that are declared under different conditions.
    fn either(&self, a: Subschema<'d>, b: Subschema<'d>) -> Subschema<'d> {
        if a.schema == b.schema {
            return a;
        }
        let places = all_places(&a, &b);
        let schema = self.composed.alloc(json!({ "anyOf": [a.schema, b.schema], CONDITIONAL: true }));
        Subschema::composed(b.at, schema, places)
    }
}

/// Whether the intersection is the same as the component.
fn says_the_same(narrowed: &SchemaKind<'_>, component: &SchemaKind<'_>) -> bool {
    let (SchemaKind::Object(narrowed), SchemaKind::Object(component)) = (narrowed, component) else {
        return narrowed == component;
    };
    let same_part =
        |name: &String, part: &Subschema<'_>| component.properties.get(name).is_some_and(|own| own.schema == part.schema);
    narrowed.properties.len() == component.properties.len()
        && narrowed.properties.iter().all(|(name, part)| same_part(name, part))
        && narrowed.required.iter().all(|name| component.required.contains(name))
        && narrowed.rest.is_some() == component.rest.is_some()
}

fn common_strings(a: KnownStrings, b: &KnownStrings) -> KnownStrings {
    let common: IndexSet<String> = a.values.intersection(&b.values).cloned().collect();
    if common.is_empty() { a } else { KnownStrings { values: common, open: a.open && b.open } }
}

/// The places of both, each once.
fn all_places(a: &Subschema<'_>, b: &Subschema<'_>) -> Vec<Pointer> {
    let places: IndexSet<&Pointer> = a.places().iter().chain(b.places()).collect();
    places.into_iter().cloned().collect()
}

/// Whether a property is only declared under a condition. It does not restrict another declaration.
fn is_conditional(part: &Subschema<'_>) -> bool {
    part.schema.get(CONDITIONAL) == Some(&Value::Bool(true))
}

/// The members of an `allOf`, or the schema itself. Flattening keeps recursive compositions from growing.
fn parts(schema: &Value) -> &[Value] {
    match schema.as_object().filter(|object| object.len() == 1).and_then(|object| object.get("allOf")) {
        Some(Value::Array(parts)) => parts,
        _ => std::slice::from_ref(schema),
    }
}

/// Whether `own` has every keyword of `other`, apart from texts, so that `other` excludes nothing more. `nullable` is the one
/// keyword that admits more instead.
fn implies(own: &Value, other: &Value) -> bool {
    let (Value::Object(own), Value::Object(other)) = (own, other) else { return !other.is_object() };
    let restricts = |key: &str| key != "nullable" && !keywords::only_describes(key);
    other.iter().all(|(key, value)| !restricts(key) || own.get(key) == Some(value))
        && (!says_nullable(own) || says_nullable(other) || !other.keys().any(|key| restricts(key)))
}
