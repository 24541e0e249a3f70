//! Compares types that differ in kind or in format.

use super::pair::Pair;
use super::rules;
use super::schemas::Schemas;
use super::shape::{Node, Rest, Shape, ShapeKind};
use super::verdicts::Verdict::{self, Major, Minor, Patch, Unknown};
use crate::model::Type;

impl<'a> Schemas<'a> {
    /// Records that the kind of a type changed.
    pub fn kind_changed(&self, pair: &mut Pair<'_, 'a>, old: ShapeKind, new: ShapeKind) {
        let is_read = pair.is_read();
        let (before, after) = (self.old.rust(pair.nodes.0, is_read), self.new.rust(pair.nodes.1, is_read));
        // A named type of another kind is a different type even if it has the same name.
        let named = pair.old.is_named() || pair.new.is_named();
        let source = if before == after && !named { Patch } else { Major };
        let sent = sent(self, pair, old, new);
        let read = at_most_odd(pair.old, read(self, pair, old, new));
        let family = match (old, new) {
            (ShapeKind::String, ShapeKind::StringEnum) => &rules::BECAME_ENUM,
            (ShapeKind::StringEnum, ShapeKind::String) => &rules::BECAME_NOT_ENUM,
            _ if sent == Patch && read != Patch => &rules::TYPE_GENERALIZED,
            _ => &rules::TYPE_CHANGED,
        };
        let becomes = if !pair.site.generated {
            format!("is {} instead of {} now", new.name(), old.name())
        } else if before == after {
            format!(": `{before}` is {} instead of {} now", new.name(), old.name())
        } else {
            format!(": `{before}` is `{after}` now")
        };
        let what = match pair.is_read() {
            true if read == Major => format!("{becomes}; an older client cannot read it"),
            false if sent == Major => format!("{becomes}; what an older client sends can be refused"),
            _ => becomes,
        };
        pair.note(family, [sent, read, source], what);
    }

    /// Compares the formats of two scalars of the same kind.
    pub fn formats(&self, pair: &mut Pair<'_, 'a>) {
        let (old, new) = (pair.old.facts.format.as_deref(), pair.new.facts.format.as_deref());
        let is_read = pair.is_read();
        let (before, after) = (self.old.rust(pair.nodes.0, is_read), self.new.rust(pair.nodes.1, is_read));
        let is_retyped = pair.site.generated && before != after && !pair.old.is_named() && !pair.new.is_named();
        let (narrow, wide) = (fits(pair.old, pair.new), fits(pair.new, pair.old));
        if old == new {
            let has_bound = |key: &&str| pair.old.facts.checks.get(key) != pair.new.facts.checks.get(key);
            let read = if ["minimum", "maximum"].iter().any(has_bound) { at_most_odd(pair.old, wide) } else { Patch };
            if is_retyped {
                pair.note(&rules::RETYPED, [Patch, read, Major], format!(": `{before}` is `{after}` now"));
            }
            return;
        }
        let (sent, read) = match pair.old.kind {
            ShapeKind::String => {
                let sent = match new {
                    // These formats restrict which strings are valid.
                    Some(
                        "date-time" | "date" | "time" | "duration" | "email" | "idn-email" | "hostname" | "ipv4" | "ipv6" | "uri"
                        | "uri-reference" | "uuid" | "regex" | "json-pointer" | "byte",
                    ) => Major,
                    // Servers do not accept a text part as a file.
                    _ if pair.old.key.is_file != pair.new.key.is_file => Major,
                    _ => Patch,
                };
                let is_typed = matches!(pair.old.ty, Type::Scalar(scalar) if scalar.rust != "String");
                (sent, if is_typed { Major } else { Patch })
            }
            ShapeKind::Integer => (narrow, wide),
            _ => (Patch, if before == after { Patch } else { Minor }),
        };
        let read = at_most_odd(pair.old, read);
        let name = |format: Option<&str>| format.map_or_else(|| "none".to_owned(), |format| format!("`{format}`"));
        let mut what = format!("has the format {} instead of {}", name(new), name(old));
        if is_retyped {
            what.push_str(&format!(": `{before}` is `{after}`"));
        }
        // If the type changes, the text above already says so.
        pair.note(&rules::FORMAT_CHANGED, [sent, read, if before == after { Patch } else { Major }], what);
    }
}

/// Limits the verdict for lenient scalars: they keep values that do not fit.
fn at_most_odd(old: &Shape<'_>, read: Verdict) -> Verdict {
    if matches!(old.ty, Type::Scalar(scalar) if scalar.lenient) { read.min(Minor) } else { read }
}

/// The wire verdict for a client that sends the old kind.
fn sent<'a>(schemas: &Schemas<'a>, pair: &Pair<'_, 'a>, old: ShapeKind, new: ShapeKind) -> Verdict {
    match (old, new) {
        (_, ShapeKind::Any) | (ShapeKind::Integer, ShapeKind::Number) | (ShapeKind::StringEnum, ShapeKind::String) => Patch,
        (_, ShapeKind::Union) if has_branch(schemas, pair, old, false) => Patch,
        // Only here can a client send arbitrary values.
        (ShapeKind::Any, _) => Unknown,
        (ShapeKind::Struct, ShapeKind::Map) => match pair.new.rest {
            Rest::Typed(node) if !schemas.new.shape(node).is_any() => Unknown,
            _ => Patch,
        },
        _ => Major,
    }
}

/// The wire verdict for a client that reads the old kind.
fn read<'a>(schemas: &Schemas<'a>, pair: &Pair<'_, 'a>, old: ShapeKind, new: ShapeKind) -> Verdict {
    match (old, new) {
        (ShapeKind::Any, _) | (ShapeKind::Number, ShapeKind::Integer) | (ShapeKind::String, ShapeKind::StringEnum) => Patch,
        (ShapeKind::StringEnum, ShapeKind::String) => Minor,
        (ShapeKind::Union, _) if has_branch(schemas, pair, new, true) => Patch,
        // A union keeps unknown values.
        (ShapeKind::Union, _) => Minor,
        (ShapeKind::Map, ShapeKind::Struct) => match pair.old.rest {
            Rest::Typed(node) if !schemas.old.shape(node).is_any() => Unknown,
            _ => Patch,
        },
        (ShapeKind::Struct, ShapeKind::Map) => {
            let direction = schemas.old.direction(pair.old);
            let is_vital = |member| schemas.old.presence(member, direction).is_vital(direction);
            if pair.old.properties.values().any(is_vital) { Major } else { Minor }
        }
        (ShapeKind::Struct, ShapeKind::Union) if every_branch_is_read(schemas, pair) => Patch,
        _ => Major,
    }
}

/// Whether a client that reads the old struct can read every alternative of the new union, such as a base and its children.
fn every_branch_is_read<'a>(schemas: &Schemas<'a>, pair: &Pair<'_, 'a>) -> bool {
    let is_read =
        |node: Node<'a>| schemas.new.shape(node).kind == ShapeKind::Struct && schemas.is_harmless(pair.nodes.0, node, pair.site);
    pair.new.variants.iter().all(|variant| is_read(Node(&variant.value)))
}

/// Whether the union on one side (`old` or new) has an alternative of the other side's type.
fn has_branch<'a>(schemas: &Schemas<'a>, pair: &Pair<'_, 'a>, kind: ShapeKind, old: bool) -> bool {
    let (side, union) = if old { (schemas.old, pair.old) } else { (schemas.new, pair.new) };
    union.variants.iter().map(|variant| Node(&variant.value)).any(|branch| {
        let [old, new] = if old { [branch, pair.nodes.1] } else { [pair.nodes.0, branch] };
        side.shape(branch).kind == kind && schemas.is_harmless(old, new, pair.site)
    })
}

/// Patch if every value of one integer type fits into the other, else Major.
fn fits(from: &Shape<'_>, into: &Shape<'_>) -> Verdict {
    let range = |shape: &Shape<'_>| if let Type::Scalar(scalar) = shape.ty { scalar.powers() } else { None };
    match (range(from), range(into)) {
        (_, None) => Patch,
        (Some((low, high)), Some((least, most))) if low <= least && high <= most => Patch,
        _ => Major,
    }
}
