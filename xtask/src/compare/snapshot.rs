//! A document before its comparison: its model, and the types of schemas for which no code is generated.

use super::beside::Beside;
use crate::account::Account;
use crate::document::Document;
use crate::document::follow::locate;
use crate::document::pointer::Pointer;
use crate::fit::fit_beside;
use crate::lower::lower_what_can_be;
use crate::maps::{HashMap, HashSet};
use crate::model::TypeChoices;
use crate::model::api::Model;
use crate::model::operations::Operation;
use crate::model::types::{Type, TypeUse};
use crate::problem::{Problem, Problems};
use indexmap::IndexMap;
use serde_json::Value;
use std::borrow::Cow;

/// A document and its model.
#[derive(Debug)]
pub struct Snapshot<'a> {
    pub published: &'a Value,
    pub is_3_0: bool,
    pub model: Model,
    /// The components and other definitions that are types, each as a use of its type.
    pub components: IndexMap<String, TypeUse>,
    /// The places of schemas that became types only because something refers to them. They are not components.
    pub moved: HashSet<Pointer>,
    beside: Beside,
    carriers: Vec<Operation>,
    /// The reasons why schemas cannot be read, by place.
    unreadable: HashMap<Pointer, String>,
}

/// Whether a place is that of a component schema.
pub fn is_component(place: &Pointer) -> bool {
    place.as_str().strip_prefix("/components/schemas/").is_some_and(|name| !name.contains('/'))
}

/// Whether a schema becomes a type even if nothing refers to it.
fn is_definition(place: &Pointer) -> bool {
    is_component(place) || place.parent().is_some_and(|parent| parent.last() == "$defs")
}

impl<'a> Snapshot<'a> {
    /// Makes the model of a document, even if parts of the document are refused.
    #[must_use]
    pub fn of(document: &'a Document) -> Self {
        let beside = Beside::of(&document.value);
        let (mut lowering, mut problems) = (Account::default(), Problems::new(&document.file));
        let lowered = lower_what_can_be(&beside.added_to(document), &mut lowering, &mut problems);
        let mut fitting = Account::after(&lowering);
        // Nobody reads the report of a comparison, and the types need room.
        drop(lowering);
        let choices = TypeChoices::read(&lowered.value, &mut problems);
        let (model, carriers) = fit_beside(lowered, choices, Beside::is_carrier, &mut fitting, &mut problems);
        let components = model.types.iter().filter(|(_, def)| is_definition(&def.origin.pointer()));
        let components = components.map(|(name, def)| {
            let used = TypeUse { places: vec![def.origin.pointer()], ..Type::Named(name.clone()).into() };
            (name.clone(), used)
        });
        let (components, moved) = (components.collect(), fitting.moved.into_values().collect());
        let unreadable = problems.all().map(|problem| (schema_of(problem), problem.message.clone())).collect();
        Self { published: &document.value, is_3_0: document.is_3_0(), model, components, moved, beside, carriers, unreadable }
    }

    /// The reason why the schema at a place of the document cannot be read.
    pub fn unreadable(&self, place: &Pointer) -> Option<&str> {
        self.unreadable.get(place).map(String::as_str)
    }

    /// The type of a schema for which no code is generated, by its place.
    pub fn carried(&self, place: &Pointer) -> Option<&TypeUse> {
        self.carriers.get(self.beside.number(place)?)?.body.as_ref()?.value.as_ref()
    }

    /// The body of a webhook or callback, by its place.
    pub fn incoming(&self, place: &Pointer) -> Option<&crate::model::operations::Body> {
        self.carriers.get(self.beside.number(place)?)?.body.as_ref()
    }

    /// The place in the published document of a place in the model.
    pub fn place<'p>(&self, pointer: &'p Pointer) -> Cow<'p, Pointer> {
        self.beside.published(pointer)
    }

    /// The value at a place in the model.
    pub fn value(&self, pointer: &Pointer) -> Option<&'a Value> {
        let place = self.place(pointer);
        // Few places are behind references.
        place.find(self.published).or_else(|| Some(locate(self.published, &place)?.1))
    }

    /// Translates a place in the model into a place in the published document, and returns the value there.
    pub fn locate(&self, pointer: &Pointer) -> Option<(Pointer, &'a Value)> {
        locate(self.published, &self.place(pointer))
    }

    /// The given place in the published document, or its nearest ancestor that exists.
    pub fn existing(&self, pointer: &Pointer) -> Pointer {
        let mut place = self.place(pointer).into_owned();
        loop {
            if let Some((found, _)) = locate(self.published, &place) {
                return found;
            }
            place = place.parent().unwrap_or_default();
        }
    }
}

/// The place of the schema that a problem is about: the schema with the invalid reference or part.
fn schema_of(problem: &Problem) -> Pointer {
    let mut place = Pointer::parse(problem.pointer.trim_start_matches('#'));
    loop {
        let Some(parent) = place.parent() else { return place };
        place = match (place.last().as_ref(), parent.last().as_ref()) {
            ("$ref", _) => parent,
            (_, "allOf" | "oneOf" | "anyOf") => parent.parent().unwrap_or_default(),
            _ => return place,
        };
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::Snapshot;
    use crate::document::Source;
    use crate::input::Input;
    use crate::pipeline;
    use std::path::Path;

    #[test]
    fn the_comparison_uses_the_types_of_the_generated_code() {
        crate::stack::on_big_stack(compare_all).unwrap();
    }

    fn compare_all() {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let files = ["cases", "wire"].into_iter().flat_map(|folder| std::fs::read_dir(tests.join(folder)).unwrap());
        let mut compared = 0;
        for path in files.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
            let file = path.display().to_string();
            let published = Source { file: file.clone(), text: std::fs::read_to_string(&path).unwrap() };
            let input = Input { published, skip_refused: true, ..Input::default() };
            let Ok(prepared) = pipeline::prepare(&input) else { continue };
            let snapshot = Snapshot::of(&prepared.document);
            assert_eq!(snapshot.model.types, prepared.model.types, "{file}");
            assert_eq!(snapshot.model.operations, prepared.model.operations, "{file}");
            compared += 1;
        }
        assert!(compared > 50, "{compared}");
    }
}
