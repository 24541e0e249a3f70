//! A document as the comparison sees it: a base that is used as a value becomes a union of its children, as in generated code.

use crate::account::Account;
use crate::document::Document;
use crate::document::inheritance::Bases;
use crate::document::pointer::Pointer;
use crate::fit::inheritance;
use indexmap::IndexMap;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;

/// A document whose bases are rewritten.
#[derive(Debug)]
pub struct View<'a> {
    /// What is compared.
    pub document: Cow<'a, Value>,
    published: &'a Value,
    /// The components that rewriting adds, each with its base.
    added: IndexMap<String, String>,
}

impl<'a> View<'a> {
    /// Rewrites a document.
    #[must_use]
    pub fn of(document: &'a Document) -> Self {
        let published = &document.value;
        let mut view = Self { document: Cow::Borrowed(published), published, added: IndexMap::new() };
        if Bases::of(published).names().next().is_some() {
            view.added = inheritance::run(view.document.to_mut(), &mut HashMap::new(), &mut Account::default());
        }
        view
    }

    /// The place in the published document, or the nearest above it that is there.
    pub fn existing(&self, pointer: &Pointer) -> Pointer {
        let segments = pointer.segments();
        let base = segments
            .get(2)
            .and_then(|name| self.added.get(name))
            .filter(|_| pointer.as_str().starts_with("/components/schemas/"));
        let moved = base.map(|base| {
            let start = Pointer::parse("/components/schemas").at(base);
            segments[3..].iter().fold(start, |place, segment| place.at(segment))
        });
        let mut text = moved.as_ref().unwrap_or(pointer).as_str();
        while self.published.pointer(text).is_none() {
            text = text.rsplit_once('/').map_or("", |(above, _)| above);
        }
        Pointer::parse(text)
    }
}
