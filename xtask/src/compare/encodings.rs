//! Compares how the properties of a form are written.

use super::api_view::ApiView;
use super::endpoints::Used;
use super::parameters::visible;
use super::shape::{Shape, ShapeKind};
use super::verdicts::Verdict::{self, Major, Patch};
use crate::model::media::{admits, essence, listed};
use crate::model::operations::{Encoding, PartEncoding, Serialization, Style};
use std::rc::Rc;

/// The form of one document.
struct Form<'f, 'a> {
    side: &'f ApiView<'a>,
    shape: Option<Rc<Shape<'a>>>,
}

/// The wire and source verdicts of a change of Encoding Objects, for the bodies of the documents on both `sides`.
pub fn verdicts<'a>(sides: [&ApiView<'a>; 2], old: &Used<'a>, new: &Used<'a>) -> [Verdict; 2] {
    let form = |side, used: &Used<'a>| Form { side, shape: used.schema.map(|schema| side.shape(schema)) };
    let (before, after) = (form(sides[0], old), form(sides[1], new));
    match (old.encoding, new.encoding) {
        (Some(Encoding::FormData(old)), Some(Encoding::FormData(new))) => {
            // A property that is new or gone is a change by itself.
            let names = names(old, new).filter(|name| !before.lacks(name) && !after.lacks(name));
            let changes = names.map(|name| part(before.part(name, of(old, name)), after.part(name, of(new, name))));
            changes.fold([Patch, Patch], |[wire, source], change| [wire.max(change[0]), source.max(change[1])])
        }
        (Some(Encoding::Form(old)), Some(Encoding::Form(new))) => {
            let same = |name: &str| before.field(name, of(old, name)) == after.field(name, of(new, name));
            let is_same = |name: &str| before.lacks(name) || after.lacks(name) || same(name);
            [if names(old, new).all(is_same) { Patch } else { Major }, Patch]
        }
        (_, Some(Encoding::Form(_) | Encoding::FormData(_))) => [Major, Patch],
        _ => [Verdict::Unknown, Patch],
    }
}

fn names<'e, T>(old: &'e [(String, T)], new: &'e [(String, T)]) -> impl Iterator<Item = &'e str> {
    old.iter().chain(new).map(|(name, _)| name.as_str())
}

fn of<'e, T>(all: &'e [(String, T)], name: &str) -> Option<&'e T> {
    all.iter().find(|(own, _)| own == name).map(|(_, encoding)| encoding)
}

impl<'a> Form<'_, 'a> {
    fn property(&self, name: &str) -> Option<Rc<Shape<'a>>> {
        self.shape.as_ref()?.properties.get(name).map(|member| self.side.shape(member.node))
    }

    /// Whether the form has no property of this name.
    fn lacks(&self, name: &str) -> bool {
        self.shape.as_ref().is_some_and(|shape| shape.kind == ShapeKind::Struct && !shape.properties.contains_key(name))
    }

    /// How a property of a URL-encoded form is written, as far as that is visible. `None` if only its value tells.
    fn field(&self, name: &str, own: Option<&Serialization>) -> Option<Serialization> {
        let kind = self.property(name).map(|shape| shape.kind);
        let usual = match kind {
            None | Some(ShapeKind::Any | ShapeKind::Union) => None,
            Some(ShapeKind::Struct | ShapeKind::Map) => Some(Style::Json),
            Some(_) => Some(Style::Form),
        };
        let serialization = own.copied().or(usual.map(Serialization::from))?;
        Some(Serialization { style: visible(serialization.style, kind), ..serialization })
    }

    /// The encoding of a part, unless it is what the part has by default: a text is `text/plain`, an object JSON.
    fn part<'e>(&self, name: &str, own: Option<&'e PartEncoding>) -> Option<&'e PartEncoding> {
        let shape = self.property(name).filter(|shape| !shape.key.is_file);
        let item = shape.as_ref().and_then(|shape| Some(self.side.shape(shape.items?)));
        let kind = item.or_else(|| shape.clone()).map(|shape| shape.kind);
        let is_usual = |encoding: &&PartEncoding| match (encoding, kind) {
            (_, None | Some(ShapeKind::Any | ShapeKind::Union | ShapeKind::Array)) => false,
            (PartEncoding::Json(media), Some(ShapeKind::Struct | ShapeKind::Map)) => essence(media) == "application/json",
            (_, Some(ShapeKind::Struct | ShapeKind::Map)) => false,
            (PartEncoding::Media(media), _) => essence(media) == "text/plain",
            (PartEncoding::Style(style), _) => *style == Style::Form || shape.as_ref().is_some_and(|shape| shape.items.is_none()),
            (PartEncoding::Json(_) | PartEncoding::Listed(_), _) => false,
        };
        own.filter(|encoding| !is_usual(encoding))
    }
}

/// The verdicts for one property. Clients send what the old document says; code has to set the media type of a file only if the
/// document lists several.
fn part(old: Option<&PartEncoding>, new: Option<&PartEncoding>) -> [Verdict; 2] {
    use PartEncoding::{Json, Listed, Media};
    if old == new {
        return [Patch, Patch];
    }
    let is_sent = |ranges: &str, sent: &str| listed(sent).all(|media| listed(ranges).any(|range| admits(range, media)));
    match (old, new) {
        (Some(Listed(sent)), Some(Listed(ranges) | Media(ranges) | Json(ranges))) if is_sent(ranges, sent) => [Patch, Patch],
        (Some(Media(sent) | Json(sent)), Some(Listed(ranges))) if is_sent(ranges, sent) => [Patch, Major],
        (Some(Listed(_)), Some(Listed(_))) => [Major, Patch],
        (_, Some(Listed(_))) => [Major, Major],
        _ => [Major, Patch],
    }
}
