//! Checks a value that was decoded into a type: its losses, its variant, and the `Option`s of its fields.

use super::alternatives::{Choices, tag};
use super::case::{Case, Decoded, Variants};
use crate::Judge;
use crate::compare::{Direction, differences_at, short};
use crate::judge::Place;
use crate::parts::Parts;
use crate::unknown;
use serde_json::Value;

/// A discriminator value that no document lists.
const UNLISTED: &str = "not_yet_in_the_document";

/// Checks values of one type.
pub struct Trial<'a> {
    pub judge: &'a Judge,
    pub case: &'a Case,
    pub place: &'a Place,
    pub choices: &'a Choices,
}

impl Trial<'_> {
    /// Returns what is wrong with the decoded value. With `newer`, the value has fields that the document does not know.
    pub fn verdict(&self, value: &Value, newer: bool) -> Option<String> {
        let mut outcome = self.comes_back(value, value);
        if outcome.is_ok() && newer && self.case.direction == Direction::Response {
            outcome = self.newer(value).and_then(|()| self.unlisted(value));
        }
        outcome.err()
    }

    fn comes_back(&self, sent: &Value, value: &Value) -> Result<(), String> {
        let mut decoded = self.case.decode(sent)?;
        unknown::take_out(&mut decoded.value);
        let differences = differences_at(self.judge, self.place, value, &decoded.value, self.case.direction);
        if let Some(difference) = differences.map_err(|error| error.to_string())?.into_iter().next() {
            return Err(difference);
        }
        self.is_variant(value, &decoded)?;
        self.is_wrapped(value, &decoded)
    }

    fn newer(&self, value: &Value) -> Result<(), String> {
        // With another field, the value can be an alternative that is a map.
        if unknown::is_known(self.judge, &self.choices.places(), value).map_err(|error| error.to_string())? {
            return Ok(());
        }
        let newer = unknown::add(self.judge, std::slice::from_ref(self.place), value).map_err(|error| error.to_string())?;
        let unknown = |message| format!("with a field that the document does not know: {message}");
        self.comes_back(&newer, value).map_err(unknown)
    }

    /// Checks that a value with an unknown discriminator is kept and fits none of the alternatives.
    fn unlisted(&self, value: &Value) -> Result<(), String> {
        let (Some(tag), Variants::Union(variants)) = (tag(self.judge, self.place), self.case.variants) else { return Ok(()) };
        let mut odd = value.clone();
        let Some(slot) = odd.get_mut(tag) else { return Ok(()) };
        *slot = UNLISTED.into();
        let decoded = self.case.decode(&odd).map_err(|message| format!("with an unlisted `{tag}`: {message}"))?;
        match decoded.variant {
            Some(index) => Err(format!("with an unlisted `{tag}` it is `{}`", variants[index].0)),
            None if decoded.value == odd => Ok(()),
            None => Err(format!("with an unlisted `{tag}` it became {}", short(&decoded.value, 100))),
        }
    }

    /// Checks that the document allows the variant.
    fn is_variant(&self, value: &Value, decoded: &Decoded) -> Result<(), String> {
        match self.case.variants {
            Variants::None => Ok(()),
            Variants::Strings(strings) => {
                let wanted = strings.iter().position(|string| value == string);
                let name = |index: Option<usize>| index.map_or("another one", |index| strings[index]);
                if wanted == decoded.variant { Ok(()) } else { Err(format!("{value} is read as `{}`", name(decoded.variant))) }
            }
            Variants::Union(variants) => {
                let alternatives = &self.choices.alternatives;
                let admitted: Vec<&Place> =
                    alternatives.iter().filter(|one| one.admits(self.judge, value)).map(|one| &one.is).collect();
                let Some(index) = decoded.variant else {
                    return admitted.first().map_or(Ok(()), |is| Err(format!("it is none of the variants, although it is {is}")));
                };
                let Some((name, pointers)) = variants.get(index) else {
                    let is = if value.is_object() { self.declaring_all(value, &admitted)? } else { None };
                    let why = |is| format!("it is several alternatives at once, although {is} declares all that it holds");
                    return is.map_or(Ok(()), |is| Err(why(is)));
                };
                let stands_for: Vec<Place> = pointers.iter().filter_map(|pointer| self.judge.place(pointer).ok()).collect();
                let is_alternative = |place: &Place| alternatives.iter().any(|one| one.is == *place);
                // A schema that contains alternatives is none itself.
                let fits = |place: &Place| {
                    if is_alternative(place) {
                        admitted.contains(&place)
                    } else {
                        matches!(self.judge.admits_at(place, value), Ok(true))
                    }
                };
                if !stands_for.iter().any(is_alternative) || stands_for.iter().any(fits) {
                    return Ok(());
                }
                // If every matching alternative would drop a part of the value, another variant may keep it.
                let is = self.declaring_all(value, &admitted)?;
                is.map_or(Ok(()), |is| Err(format!("it is the variant `{name}`, although it is {is}")))
            }
        }
    }

    /// Returns the first of the alternatives that declares all properties of the value that any alternative declares.
    fn declaring_all<'p>(&self, value: &Value, admitted: &[&'p Place]) -> Result<Option<&'p Place>, String> {
        let Some(object) = value.as_object() else { return Ok(admitted.first().copied()) };
        let parts = |places: &[Place]| Parts::of(self.judge, places, value).map_err(|error| error.to_string());
        let all = parts(std::slice::from_ref(self.place))?;
        let anywhere = parts(&self.choices.places())?;
        for is in admitted.iter().copied() {
            let own = parts(std::slice::from_ref(is))?;
            let is_kept = |(name, value): (&String, &Value)| {
                let (all, own) = (all.property(name), own.property(name));
                if all.is_empty() {
                    return anywhere.property(name).is_empty();
                }
                own == all || !own.is_empty() && !value.is_object() && !value.is_array()
            };
            if object.iter().all(is_kept) {
                return Ok(Some(is));
            }
        }
        Ok(None)
    }

    /// Checks that no field has more `Option`s than its property can be absent or null.
    fn is_wrapped(&self, value: &Value, decoded: &Decoded) -> Result<(), String> {
        if decoded.options.is_empty() {
            return Ok(());
        }
        let parts = Parts::of(self.judge, std::slice::from_ref(self.place), value).map_err(|error| error.to_string())?;
        for (property, options) in decoded.options.iter().filter(|(_, options)| *options > 1) {
            let schemas = parts.property(property);
            let is_nullable = schemas.iter().all(|place| self.judge.admits_at(place, &Value::Null).unwrap_or(true));
            if *options > 1 + usize::from(is_nullable) {
                return Err(format!("the field of `{property}` is wrapped in {options} options, more than the property can be"));
            }
        }
        Ok(())
    }
}
