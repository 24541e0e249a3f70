//! What is known of one of the documents before it is compared: its model, and that of the schemas of which no code is made.

use super::beside::Beside;
use crate::account::Account;
use crate::document::Document;
use crate::document::follow::locate;
use crate::document::pointer::Pointer;
use crate::fit::{Fitted, Operation, fit_what_can_be, set_constants, set_directions};
use crate::lower::lower_what_can_be;
use crate::model::types::{Type, TypeUse};
use crate::problem::Problems;
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::HashSet;

/// A document and its model.
#[derive(Debug)]
pub struct View<'a> {
    pub published: &'a Value,
    pub is_3_0: bool,
    pub model: Fitted,
    /// The components that are types, as what refers to them sees them.
    pub components: IndexMap<String, TypeUse>,
    /// Where schemas stand that are types although they are no components, because they are referred to.
    pub moved: HashSet<Pointer>,
    beside: Beside,
    carriers: Vec<Operation>,
}

/// Whether a place is that of a component.
pub fn is_component(place: &Pointer) -> bool {
    place.as_str().strip_prefix("/components/schemas/").is_some_and(|name| !name.contains('/'))
}

impl<'a> View<'a> {
    /// Makes the model of a document, whatever is wrong with it.
    #[must_use]
    pub fn of(document: &'a Document) -> Self {
        let beside = Beside::of(&document.value);
        let (mut lowering, mut problems) = (Account::default(), Problems::new(&document.file));
        let lowered = lower_what_can_be(&beside.added_to(document), &mut lowering, &mut problems);
        let mut fitting = Account::after(&lowering);
        let mut model = fit_what_can_be(&lowered, &mut fitting, &mut Problems::new(&document.file));
        let own = model.operations.iter().take_while(|operation| !Beside::is_carrier(operation)).count();
        let carriers = model.operations.split_off(own);
        set_directions(&mut model.types, &model.operations);
        set_constants(&mut model.types, &model.operations);
        let components = model.types.iter().filter(|(_, def)| is_component(&def.origin.pointer()));
        let components = components.map(|(name, def)| {
            let used = TypeUse { places: vec![def.origin.pointer()], ..Type::Named(name.clone()).into() };
            (name.clone(), used)
        });
        let (components, moved) = (components.collect(), fitting.moved.into_values().collect());
        Self { published: &document.value, is_3_0: document.is_3_0(), model, components, moved, beside, carriers }
    }

    /// What the schema at a place of the document is, of which no code is made.
    pub fn carried(&self, place: &Pointer) -> Option<&TypeUse> {
        self.carriers.get(self.beside.number(place)?)?.body.as_ref()?.value.as_ref()
    }

    /// The body of a webhook or a callback.
    pub fn incoming(&self, place: &Pointer) -> Option<&crate::fit::Body> {
        self.carriers.get(self.beside.number(place)?)?.body.as_ref()
    }

    /// Where the published document has what stands at a place of the model, and what that is.
    pub fn locate(&self, pointer: &Pointer) -> Option<(Pointer, &'a Value)> {
        locate(self.published, &self.beside.published(pointer))
    }

    /// The place in the published document, or the nearest above it that is there.
    pub fn existing(&self, pointer: &Pointer) -> Pointer {
        let mut place = self.beside.published(pointer);
        loop {
            if let Some((found, _)) = locate(self.published, &place) {
                return found;
            }
            place = place.parent().unwrap_or_default();
        }
    }
}
