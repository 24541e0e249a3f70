//! Whether a value can be several alternatives of an `anyOf` at once, of which none keeps all of it.

use super::flat::{Branch, Flat, Kind, Object, Part};
use super::reader::Reader;
use crate::model::types::Guard;
use std::collections::HashSet;

/// After so many comparisons the answer is yes: a variant that is never needed costs less than a part of a value.
const MAX_STEPS: usize = 20_000;

/// The comparisons of components that have begun, so that schemas that hold themselves come to an end.
#[derive(Default)]
struct Search {
    open: HashSet<(Question, String, String)>,
    steps: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Question {
    CanBeBoth,
    Covers,
}

impl Search {
    fn is_exhausted(&mut self) -> bool {
        self.steps += 1;
        self.steps > MAX_STEPS
    }
}

impl Reader<'_> {
    /// Whether some value is several of `branches`, which are told apart by `guards`, and each of them loses a part of it.
    pub(super) fn needs_several(&mut self, branches: &[Branch], guards: &[Vec<Guard>]) -> bool {
        let mut search = Search::default();
        (0..branches.len()).any(|index| {
            (index + 1..branches.len()).any(|other| {
                let (a, b) = (&branches[index], &branches[other]);
                (a.is_any_of && b.is_any_of)
                    && !self.are_told((a, &guards[index]), (b, &guards[other]))
                    && self.each_loses(&a.flat.kind, &b.flat.kind, &mut search)
            })
        })
    }

    /// Whether a property that has to be there has other values in one alternative than in the other.
    fn are_told(&mut self, (a, of_a): (&Branch, &[Guard]), (b, of_b): (&Branch, &[Guard])) -> bool {
        of_a.iter().any(|(property, values)| {
            let others = of_b.iter().find(|(name, _)| name == property).map(|(_, others)| others);
            others.is_some_and(|others| !values.iter().any(|value| others.contains(value)))
                && [a, b].into_iter().any(|branch| {
                    branch.tag.as_ref().is_some_and(|tag| tag.property == *property) || self.requires(&branch.flat.kind, property)
                })
        })
    }

    fn requires(&mut self, kind: &Kind, property: &str) -> bool {
        matches!(&*self.resolved(kind), Kind::Object(object) if object.required.contains(property))
    }

    fn each_loses(&mut self, a: &Kind, b: &Kind, search: &mut Search) -> bool {
        self.can_be_both(a, b, search) && !self.covers(a, b, search) && !self.covers(b, a, search)
    }

    /// Whether a value can be both.
    fn can_be_both(&mut self, a: &Kind, b: &Kind, search: &mut Search) -> bool {
        a == b || search.is_exhausted() || self.once(Question::CanBeBoth, a, b, search, Self::can_shapes_be_both)
    }

    /// The answer to a question; yes, where the same one is asked within itself.
    fn once(
        &mut self,
        question: Question,
        a: &Kind,
        b: &Kind,
        search: &mut Search,
        answer: fn(&mut Self, &Kind, &Kind, &mut Search) -> bool,
    ) -> bool {
        let (Kind::Reference(one), Kind::Reference(other)) = (a, b) else { return answer(self, a, b, search) };
        let key = (question, one.clone(), other.clone());
        if !search.open.insert(key.clone()) {
            return true;
        }
        let is_so = answer(self, a, b, search);
        search.open.remove(&key);
        is_so
    }

    fn can_shapes_be_both(&mut self, a: &Kind, b: &Kind, search: &mut Search) -> bool {
        match (&*self.resolved(a), &*self.resolved(b)) {
            (Kind::Any | Kind::Reference(_), _) | (_, Kind::Any | Kind::Reference(_)) => true,
            (Kind::Union(branches), _) => branches.iter().any(|branch| self.can_be_both(&branch.flat.kind, b, search)),
            (_, Kind::Union(branches)) => branches.iter().any(|branch| self.can_be_both(a, &branch.flat.kind, search)),
            (Kind::Words(a), Kind::Words(b)) => a.open || b.open || !a.values.is_disjoint(&b.values),
            (a, b) if a.is_text() || a.is_number() => a.is_text() == b.is_text() && a.is_number() == b.is_number(),
            (Kind::Scalar(a), Kind::Scalar(b)) => a.name == b.name,
            (Kind::List(_), Kind::List(_)) | (Kind::Map(_), Kind::Map(_) | Kind::Object(_)) | (Kind::Object(_), Kind::Map(_)) => {
                true
            }
            (Kind::Object(a), Kind::Object(b)) => self.can_be_both_objects(a, b, search),
            _ => false,
        }
    }

    fn can_be_both_objects(&mut self, a: &Object, b: &Object, search: &mut Search) -> bool {
        let lacks = |closed: &Object, other: &Object| {
            closed.closed && other.required.iter().any(|name| !closed.properties.contains_key(name))
        };
        if lacks(a, b) || lacks(b, a) {
            return false;
        }
        let needed = a.required.union(&b.required).filter_map(|name| a.properties.get(name).zip(b.properties.get(name)));
        needed.into_iter().all(|(a, b)| {
            let (a, b) = (self.flat_again(a), self.flat_again(b));
            a.nullable && b.nullable || self.can_be_both(&a.kind, &b.kind, search)
        })
    }

    /// Whether `a` keeps all that `b` keeps of a value that is both.
    fn covers(&mut self, a: &Kind, b: &Kind, search: &mut Search) -> bool {
        a == b || !search.is_exhausted() && self.once(Question::Covers, a, b, search, Self::covers_shape)
    }

    fn covers_shape(&mut self, a: &Kind, b: &Kind, search: &mut Search) -> bool {
        match (&*self.resolved(a), &*self.resolved(b)) {
            (Kind::Reference(_), _) | (_, Kind::Reference(_)) => false,
            (Kind::Any | Kind::Null | Kind::Scalar(_) | Kind::Words(_) | Kind::Map(None), _)
            | (_, Kind::Null | Kind::Scalar(_) | Kind::Words(_)) => true,
            (_, Kind::Union(branches)) => branches.iter().all(|branch| self.covers(a, &branch.flat.kind, search)),
            (Kind::Union(branches), _) => branches.iter().all(|branch| self.covers(&branch.flat.kind, b, search)),
            (Kind::List(a), Kind::List(b)) => self.covers_part(a, b, search),
            (Kind::List(a) | Kind::Map(Some(a)), Kind::Any) => self.covers_any(a, search),
            (Kind::Map(Some(a)), Kind::Map(b)) => match b {
                Some(b) => self.covers_part(a, b, search),
                None => self.covers_any(a, search),
            },
            (Kind::Map(Some(a)), Kind::Object(b)) => {
                b.properties.values().chain(b.rest.as_deref()).all(|b| self.covers_part(a, b, search))
            }
            (Kind::Object(a), Kind::Object(b)) => self.covers_object(a, b, search),
            (Kind::Object(a), Kind::Map(b)) => {
                let others = Object { rest: b.clone(), ..Object::default() };
                self.covers_object(a, &others, search) && (b.is_some() || self.keeps_others(a, search))
            }
            (Kind::Object(a), Kind::Any) => self.keeps_others(a, search),
            // No value is both.
            (Kind::List(_), Kind::Map(_) | Kind::Object(_)) | (Kind::Map(_) | Kind::Object(_), Kind::List(_)) => true,
        }
    }

    fn covers_object(&mut self, a: &Object, b: &Object, search: &mut Search) -> bool {
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

    /// Whether an object keeps whatever it holds.
    fn keeps_others(&mut self, object: &Object, search: &mut Search) -> bool {
        object.closed && object.rest.is_none()
            || object.rest.is_some()
                && object.properties.values().chain(object.rest.as_deref()).all(|part| self.covers_any(part, search))
    }

    fn covers_any(&mut self, part: &Part, search: &mut Search) -> bool {
        let kind = self.flat_again(part).kind;
        self.covers(&kind, &Kind::Any, search)
    }

    fn covers_part(&mut self, a: &Part, b: &Part, search: &mut Search) -> bool {
        a.schema == b.schema || {
            let (a, b) = (self.flat_again(a).kind, self.flat_again(b).kind);
            self.covers(&a, &b, search)
        }
    }

    /// A part that is read again when it is placed: what is said of it there is enough.
    pub(super) fn flat_again(&mut self, part: &Part) -> Flat {
        let said = self.account.changes.len();
        let flat = self.flat(&part.at, &part.schema);
        self.account.changes.truncate(said);
        flat
    }
}
