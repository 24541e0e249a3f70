//! Compares the parameters of operations, which are setters of the builder.

use super::api_view::ApiView;
use super::endpoints::Parameter;
use super::operations::{Both, Findings};
use super::pair::{Site, Usage};
use super::rules::{self, Place};
use super::shape::ShapeKind;
use super::verdicts::Verdict::{self, Major, Minor, Patch};
use crate::model::names::type_name;
use crate::model::operations::{Location, Serialization, Style};
use crate::model::parameters::{is_idempotency_key, style_of, variables};
use crate::model::path::without_variable_names;
use serde_json::Value;

impl<'a> Findings<'a> {
    /// Compares the parameters of a pair of operations.
    pub fn parameters(&mut self, both: Both<'_, 'a>) {
        let pairs = matched(both);
        for (index, old) in both.old.parameters.iter().enumerate() {
            match pairs.iter().find(|(before, _)| *before == index) {
                Some((_, after)) => self.parameter(both, old, &both.new.parameters[*after]),
                None => self.parameter_removed(both, old),
            }
        }
        for (_, new) in both.new.parameters.iter().enumerate().filter(|(index, _)| !pairs.iter().any(|(_, known)| known == index))
        {
            self.parameter_added(both, new);
        }
    }

    fn parameter_removed(&mut self, both: Both<'_, 'a>, old: &Parameter<'a>) {
        // Servers ignore headers and cookies that they do not know, but may refuse other undeclared parameters.
        let wire = if old.location == "query" { Major } else { Minor };
        let (source, text) = match &old.rust {
            Some(rust) => (Major, format!("{} is gone: {} parameter `{}`", setter(both, rust), old.location, old.name)),
            None => (Patch, format!("{}: {} `{}` is gone", both.call(), old.location, old.name)),
        };
        self.note(rules::PARAMETER_REMOVED, [Some(&old.at), Some(&both.new.at)], &both.new.label, [wire, source], text);
    }

    fn parameter_added(&mut self, both: Both<'_, 'a>, new: &Parameter<'a>) {
        let unset = || format!("{}: {} `{}`", both.call(), new.location, new.name);
        let name = new.rust.map_or_else(unset, |rust| setter(both, rust));
        let (rule, [wire, source], more) = if new.required {
            (rules::PARAMETER_REQUIRED, [Major, Major], "; requests without it are refused")
        } else {
            (rules::PARAMETER_ADDED, [Patch, Minor], "")
        };
        let (source, text) = if new.rust.is_some() {
            let ty = new.schema.map(|schema| self.schemas.new.rust(schema, false)).unwrap_or_default();
            (source, format!("{name} is new: {} parameter `{}`, `{ty}`{more}", new.location, new.name))
        } else {
            (Patch, format!("{name} is new{more}"))
        };
        self.note(rule, [Some(&both.old.at), Some(&new.at)], &both.new.label, [wire, source], text);
    }

    fn parameter(&mut self, both: Both<'_, 'a>, old: &Parameter<'a>, new: &Parameter<'a>) {
        self.schemas.prose.object(&new.at, old.value, new.value, &[]);
        let places = [Some(&old.at), Some(&new.at)];
        let text = new.rust.as_ref().map_or_else(|| format!("{} `{}`", new.location, new.name), |rust| setter(both, rust));
        self.renamed(both, old, new, &text);
        let label = &both.new.label;
        let has_setter = old.rust.is_some() || new.rust.is_some();
        let source = |verdict: Verdict| if has_setter { verdict } else { Patch };
        match (old.required, new.required) {
            (false, true) => {
                let text = format!("{text} is required now; requests without it are refused");
                self.note(rules::BECAME_REQUIRED.at(Place::Parameter), places, label, [Major, source(Major)], text);
            }
            (true, false) => {
                let text = format!("{text} can be left out now");
                self.note(rules::BECAME_OPTIONAL.at(Place::Parameter), places, label, [Patch, source(Minor)], text);
            }
            _ => {}
        }
        if written(self.schemas.old, old) != written(self.schemas.new, new) {
            let text = format!("{text} is written differently; the server does not understand what an older client writes");
            self.note(rules::PARAMETER_STYLE, places, label, [Major, Patch], text);
        }
        let deprecated = |parameter: &Parameter<'_>| parameter.value.get("deprecated") == Some(&Value::Bool(true));
        if deprecated(old) != deprecated(new) {
            let is_new = deprecated(new);
            let (family, what) =
                if is_new { (&rules::DEPRECATED, "is deprecated now") } else { (&rules::REACTIVATED, "is no longer deprecated") };
            self.note(family.at(Place::Parameter), places, label, [Patch, Patch], format!("{text} {what}"));
        }
        let site = Site { usage: Usage::Request, place: Place::Parameter, text, field: true, generated: has_setter };
        if let (Some(old), Some(new)) = (old.schema, new.schema) {
            self.schema(both, old, new, &site);
        }
    }

    fn renamed(&mut self, both: Both<'_, 'a>, old: &Parameter<'a>, new: &Parameter<'a>, text: &str) {
        if old.name == new.name && old.rust == new.rust {
            return;
        }
        let key = |parameter: &Parameter<'_>| is_idempotency_key(parameter.value);
        if key(old) != key(new) {
            let carries = if key(new) { "carries" } else { "does not carry" };
            let text = format!("{}: the header `{}` {carries} an idempotency key", both.call(), new.name);
            return self.note(rules::EXTENSION_CHANGED, [Some(&old.at), Some(&new.at)], &both.new.label, [Patch, Major], text);
        }
        let source: Verdict = if old.rust == new.rust { Patch } else { Major };
        let text = match &old.rust {
            Some(rust) if source == Major => format!("{} is {text} now", setter(both, rust)),
            _ => format!("{text}: {} parameter `{}` is called `{}` now", new.location, old.name, new.name),
        };
        self.note(rules::PARAMETER_RENAMED, [Some(&old.at), Some(&new.at)], &both.new.label, [Patch, source], text);
    }
}

/// The name of a setter in facts: `operations::RunTask::task_id`.
fn setter(both: Both<'_, '_>, rust: &str) -> String {
    format!("`operations::{}::{rust}`", type_name(&both.new.rust))
}

/// Pairs parameters by location and name, and path parameters by their position in the path.
fn matched(both: Both<'_, '_>) -> Vec<(usize, usize)> {
    let (before, after) = (variables(&both.old.path), variables(&both.new.path));
    let by_position = without_variable_names(&both.old.path) == without_variable_names(&both.new.path);
    let same = |old: &Parameter<'_>, new: &Parameter<'_>| {
        let name = match old.location {
            "header" => old.name.eq_ignore_ascii_case(new.name),
            "path" if by_position => {
                let position = |names: &[&str], name: &str| names.iter().position(|known| *known == name);
                position(&before, old.name) == position(&after, new.name)
            }
            _ => old.name == new.name,
        };
        name && old.location == new.location
    };
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (index, old) in both.old.parameters.iter().enumerate() {
        let is_free = |other: &usize| !pairs.iter().any(|(_, known)| known == other);
        let found = (0..both.new.parameters.len()).find(|other| is_free(other) && same(old, &both.new.parameters[*other]));
        pairs.extend(found.map(|other| (index, other)));
    }
    pairs
}

/// How the value is serialised, as far as that is visible; or else the keywords of a style that no client writes.
fn written<'a>(side: &ApiView<'a>, parameter: &Parameter<'a>) -> Result<Serialization, [Option<&'a Value>; 3]> {
    let keywords = || ["style", "explode", "allowReserved"].map(|key| parameter.value.get(key));
    let serialization = parameter.serialization.or_else(|| documented(parameter)).ok_or_else(keywords)?;
    let kind = parameter.schema.map(|schema| side.shape(schema).kind);
    Ok(Serialization { style: visible(serialization.style, kind), ..serialization })
}

/// The serialization that the document has for a parameter without a setter.
fn documented(parameter: &Parameter<'_>) -> Option<Serialization> {
    let location = if parameter.location == "header" { Location::Header } else { Location::Query };
    let is_media = parameter.value.get("content").is_some();
    let style = if is_media { Style::Json } else { style_of(parameter.value, location)? };
    let allow_reserved = location == Location::Query && parameter.value.get("allowReserved") == Some(&Value::Bool(true));
    Some(Serialization { style, allow_reserved })
}

/// One of the styles in which a value of this kind looks the same.
pub fn visible(style: Style, kind: Option<ShapeKind>) -> Style {
    let is_composed =
        matches!(kind, Some(ShapeKind::Array | ShapeKind::Map | ShapeKind::Struct | ShapeKind::Union | ShapeKind::Any));
    match style {
        Style::SimpleExploded if kind == Some(ShapeKind::Array) => Style::Simple,
        style if is_composed => style,
        Style::LabelExploded => Style::Label,
        Style::MatrixExploded => Style::Matrix,
        Style::Json | Style::Text | Style::Label | Style::Matrix => style,
        // A scalar looks the same in each of the other styles.
        _ => Style::Simple,
    }
}
