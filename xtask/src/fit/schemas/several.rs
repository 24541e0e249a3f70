//! Whether a value can match several alternatives of an `anyOf` at once, none of which keeps all of it.

use super::reader::Reader;
use super::schema::{Branch, Object, Schema, SchemaKind, Subschema};
use crate::model::types::Guard;
use std::collections::HashSet;

/// The maximum number of comparisons. Beyond that the answer is yes, since an unused variant costs less than losing part of a
/// value.
const MAX_STEPS: usize = 20_000;

/// The maximum depth of comparisons, since a union can list itself.
const MAX_DEPTH: usize = 200;

/// The comparisons of components in progress, so that recursive schemas end.
#[derive(Default)]
struct Search {
    open: HashSet<(Question, String, String)>,
    steps: usize,
    depth: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Question {
    CanBeBoth,
    Covers,
}

impl Search {
    fn is_exhausted(&mut self) -> bool {
        self.steps += 1;
        self.steps > MAX_STEPS || self.depth > MAX_DEPTH
    }
}

impl<'d> Reader<'_, 'd> {
    /// Whether some value can match several of `branches`, so that each of them loses part of it. `guards` tell them apart.
    pub(super) fn needs_several(&mut self, branches: &[Branch<'d>], guards: &[Vec<Guard>]) -> bool {
        let mut search = Search::default();
        (0..branches.len()).any(|index| {
            (index + 1..branches.len()).any(|other| {
                let (a, b) = (&branches[index], &branches[other]);
                (a.is_any_of && b.is_any_of)
                    && !self.are_told((a, &guards[index]), (b, &guards[other]))
                    && self.each_loses(&a.schema.kind, &b.schema.kind, &mut search)
            })
        })
    }

    /// Whether a required property has different values in the two alternatives.
    fn are_told(&mut self, (a, of_a): (&Branch<'d>, &[Guard]), (b, of_b): (&Branch<'d>, &[Guard])) -> bool {
        of_a.iter().any(|(property, values)| {
            let others = of_b.iter().find(|(name, _)| name == property).map(|(_, others)| others);
            others.is_some_and(|others| !values.iter().any(|value| others.contains(value)))
                && [a, b].into_iter().any(|branch| {
                    branch.tag.as_ref().is_some_and(|tag| tag.property == *property)
                        || self.requires(&branch.schema.kind, property)
                })
        })
    }

    fn requires(&mut self, kind: &SchemaKind<'d>, property: &str) -> bool {
        matches!(&*self.resolved(kind), SchemaKind::Object(object) if object.required.contains(property))
    }

    fn each_loses(&mut self, a: &SchemaKind<'d>, b: &SchemaKind<'d>, search: &mut Search) -> bool {
        self.can_be_both(a, b, search) && !self.covers(a, b, search) && !self.covers(b, a, search)
    }

    /// Whether a value can match both.
    fn can_be_both(&mut self, a: &SchemaKind<'d>, b: &SchemaKind<'d>, search: &mut Search) -> bool {
        a == b || search.is_exhausted() || self.once(Question::CanBeBoth, a, b, search, Self::can_shapes_be_both)
    }

    /// Answers a question about two components. If the same question is already in progress, the answer is yes.
    fn once(
        &mut self,
        question: Question,
        a: &SchemaKind<'d>,
        b: &SchemaKind<'d>,
        search: &mut Search,
        answer: fn(&mut Self, &SchemaKind<'d>, &SchemaKind<'d>, &mut Search) -> bool,
    ) -> bool {
        let key = match (a, b) {
            (SchemaKind::Reference(one), SchemaKind::Reference(other)) => Some((question, one.clone(), other.clone())),
            _ => None,
        };
        if key.as_ref().is_some_and(|key| !search.open.insert(key.clone())) {
            return true;
        }
        search.depth += 1;
        let is_so = answer(self, a, b, search);
        search.depth -= 1;
        if let Some(key) = key {
            search.open.remove(&key);
        }
        is_so
    }

    fn can_shapes_be_both(&mut self, a: &SchemaKind<'d>, b: &SchemaKind<'d>, search: &mut Search) -> bool {
        match (&*self.resolved(a), &*self.resolved(b)) {
            (SchemaKind::Any | SchemaKind::Json | SchemaKind::Reference(_), _)
            | (_, SchemaKind::Any | SchemaKind::Json | SchemaKind::Reference(_)) => true,
            (SchemaKind::Union(branches), _) => branches.iter().any(|branch| self.can_be_both(&branch.schema.kind, b, search)),
            (_, SchemaKind::Union(branches)) => branches.iter().any(|branch| self.can_be_both(a, &branch.schema.kind, search)),
            (SchemaKind::StringEnum(a), SchemaKind::StringEnum(b)) => a.open || b.open || !a.values.is_disjoint(&b.values),
            (a, b) if a.is_text() || a.is_number() => a.is_text() == b.is_text() && a.is_number() == b.is_number(),
            (SchemaKind::Scalar(a), SchemaKind::Scalar(b)) => a.name == b.name,
            (SchemaKind::Array(_), SchemaKind::Array(_))
            | (SchemaKind::Map(_), SchemaKind::Map(_) | SchemaKind::Object(_))
            | (SchemaKind::Object(_), SchemaKind::Map(_)) => true,
            (SchemaKind::Object(a), SchemaKind::Object(b)) => self.can_be_both_objects(a, b, search),
            _ => false,
        }
    }

    fn can_be_both_objects(&mut self, a: &Object<'d>, b: &Object<'d>, search: &mut Search) -> bool {
        let lacks = |closed: &Object<'_>, other: &Object<'_>| {
            closed.closed && other.required.iter().any(|name| !closed.properties.contains_key(name))
        };
        if lacks(a, b) || lacks(b, a) {
            return false;
        }
        let needed = a.required.union(&b.required).filter_map(|name| a.properties.get(name).zip(b.properties.get(name)));
        needed.into_iter().all(|(a, b)| {
            let (a, b) = (self.read_again(a), self.read_again(b));
            a.nullable && b.nullable || self.can_be_both(&a.kind, &b.kind, search)
        })
    }

    /// Whether `a` keeps everything that `b` keeps, for values that match both.
    fn covers(&mut self, a: &SchemaKind<'d>, b: &SchemaKind<'d>, search: &mut Search) -> bool {
        a == b || !search.is_exhausted() && self.once(Question::Covers, a, b, search, Self::covers_shape)
    }

    fn covers_shape(&mut self, a: &SchemaKind<'d>, b: &SchemaKind<'d>, search: &mut Search) -> bool {
        match (&*self.resolved(a), &*self.resolved(b)) {
            (SchemaKind::Reference(_), _) | (_, SchemaKind::Reference(_)) => false,
            (
                SchemaKind::Any
                | SchemaKind::Json
                | SchemaKind::Null
                | SchemaKind::Scalar(_)
                | SchemaKind::StringEnum(_)
                | SchemaKind::Map(None),
                _,
            )
            | (_, SchemaKind::Null | SchemaKind::Scalar(_) | SchemaKind::StringEnum(_)) => true,
            (_, SchemaKind::Union(branches)) => branches.iter().all(|branch| self.covers(a, &branch.schema.kind, search)),
            (SchemaKind::Union(branches), _) => branches.iter().all(|branch| self.covers(&branch.schema.kind, b, search)),
            (SchemaKind::Array(a), SchemaKind::Array(b)) => self.covers_part(a, b, search),
            (SchemaKind::Array(a) | SchemaKind::Map(Some(a)), SchemaKind::Any | SchemaKind::Json) => self.covers_any(a, search),
            (SchemaKind::Map(Some(a)), SchemaKind::Map(b)) => match b {
                Some(b) => self.covers_part(a, b, search),
                None => self.covers_any(a, search),
            },
            (SchemaKind::Map(Some(a)), SchemaKind::Object(b)) => {
                b.properties.values().chain(b.rest.as_deref()).all(|b| self.covers_part(a, b, search))
            }
            (SchemaKind::Object(a), SchemaKind::Object(b)) => self.covers_object(a, b, search),
            (SchemaKind::Object(a), SchemaKind::Map(b)) => {
                let others = Object { rest: b.clone(), ..Object::default() };
                self.covers_object(a, &others, search) && (b.is_some() || self.keeps_others(a, search))
            }
            (SchemaKind::Object(a), SchemaKind::Any | SchemaKind::Json) => self.keeps_others(a, search),
            // No value matches both.
            (SchemaKind::Array(_), SchemaKind::Map(_) | SchemaKind::Object(_))
            | (SchemaKind::Map(_) | SchemaKind::Object(_), SchemaKind::Array(_)) => true,
        }
    }

    fn covers_object(&mut self, a: &Object<'d>, b: &Object<'d>, search: &mut Search) -> bool {
        let of_b = b.properties.iter().all(|(name, part)| match a.properties.get(name).or(a.rest.as_deref()) {
            Some(own) => self.covers_part(own, part, search),
            None => a.closed,
        });
        let of_rest = b.rest.as_ref().is_none_or(|rest| {
            let own = a.properties.iter().filter(|(name, _)| !b.properties.contains_key(*name)).map(|(_, part)| part);
            (a.closed || a.rest.is_some()) && own.chain(a.rest.as_deref()).all(|own| self.covers_part(own, rest, search))
        });
        of_b && of_rest
    }

    /// Whether an object keeps all properties that it can have.
    fn keeps_others(&mut self, object: &Object<'d>, search: &mut Search) -> bool {
        object.closed && object.rest.is_none()
            || object.rest.is_some()
                && object.properties.values().chain(object.rest.as_deref()).all(|part| self.covers_any(part, search))
    }

    fn covers_any(&mut self, part: &Subschema<'d>, search: &mut Search) -> bool {
        let kind = self.read_again(part).kind;
        self.covers(&kind, &SchemaKind::Any, search)
    }

    fn covers_part(&mut self, a: &Subschema<'d>, b: &Subschema<'d>, search: &mut Search) -> bool {
        a.schema == b.schema || {
            let (a, b) = (self.read_again(a).kind, self.read_again(b).kind);
            self.covers(&a, &b, search)
        }
    }

    /// Reads a part without recording changes, since they are recorded when it becomes a type.
    pub(super) fn read_again(&mut self, part: &Subschema<'d>) -> Schema<'d> {
        let said = self.account.changes.len();
        let schema = self.read(&part.at, part.schema);
        self.account.changes.truncate(said);
        schema
    }
}
