//! Compares structs: added and removed properties, and how fields represent absence and null.

use super::api_view::ApiView;
use super::field::Field;
use super::pair::{Change, Pair, Site, Usage, plain};
use super::rules::{self, Family, Place};
use super::schemas::Schemas;
use super::shape::{Member, Rest, Shape, ShapeKind};
use super::verdicts::Verdict::{self, Major, Minor, Patch, Unknown};
use crate::model::Direction;

impl<'a> Schemas<'a> {
    /// Compares the properties of two objects.
    pub fn fields(&mut self, pair: &mut Pair<'_, 'a>) {
        let (old, new, site) = (pair.old, pair.new, pair.site);
        let (old_direction, new_direction) = (self.old.direction(old), self.new.direction(new));
        let (old_within, new_within) = (within(self.old, old, site), within(self.new, new, site));
        let before =
            |member| Field { side: self.old, holder: &old.name, member, direction: old_direction, within: old_within.as_deref() };
        let after =
            |member| Field { side: self.new, holder: &new.name, member, direction: new_direction, within: new_within.as_deref() };
        let had_default = all_optional(self.old, pair.old, old_direction);
        let defaults = [had_default, all_optional(self.new, pair.new, new_direction)];
        for (name, member) in &pair.old.properties {
            let old = before(member);
            match pair.new.properties.get(name) {
                Some(member) => self.kept(pair, &old, &after(member), defaults),
                None => removed(pair, &old),
            }
        }
        let fresh = pair.new.properties.iter().filter(|(name, _)| !pair.old.properties.contains_key(*name));
        let fresh: Vec<&Member<'a>> = fresh.map(|(_, member)| member).collect();
        for member in fresh {
            added(pair, &after(member), had_default);
        }
        self.rest(pair, had_default);
    }

    fn kept(&mut self, pair: &mut Pair<'_, 'a>, old: &Field<'_, 'a>, new: &Field<'_, 'a>, defaults: [bool; 2]) {
        let is_same =
            old.is_required() == new.is_required() && old.direction == new.direction && old.constant() == new.constant();
        if is_same && self.old.is_same_leaf(old.member.node, self.new, new.member.node) {
            return;
        }
        let text = new.subject();
        let (before, after) = (self.old.shape(old.member.node), self.new.shape(new.member.node));
        let inner = pair.site.inner(text.clone(), true);
        // The types inside a type that the user writes are generated, but not its fields.
        let is_in_code = new.within.is_none() || before.is_named() && after.is_named();
        let site = Site { generated: inner.generated && is_in_code, ..inner };
        pair.children.extend(self.compare(old.member.node, new.member.node, &site));
        let (source, becomes) = in_rust(old, new, defaults);
        let vital = if old.is_vital() { Major } else { Patch };
        let pair_is_read = pair.is_read();
        let mut note = |family: &'static Family, wire: [Verdict; 2], source: Verdict, what: String| {
            let change = Change {
                rule: family.at(site.place),
                old: old.at(),
                new: new.at(),
                wire: site.usage.wire(wire),
                source,
                subject: Some(text.clone()),
                what,
            };
            pair.changes.push(change);
        };
        let is_boxed = [self.old.is_boxed(pair.old, old.member.node), self.new.is_boxed(pair.new, new.member.node)];
        if let Some(what) = boxed(is_boxed) {
            note(&rules::BOXED, [Patch, Patch], Major, what.to_owned());
        }
        if let Some((source, what)) = set_by_builder(old, new).filter(|_| !pair_is_read) {
            note(&rules::BUILDER_VALUE, [Patch, Patch], source, what);
        }
        let mut note = |family: &'static Family, wire: [Verdict; 2], what: String| note(family, wire, source, what);
        let now = if pair_is_read { "is always there now" } else { "must be there now" };
        match (old.is_needed(site.usage), new.is_needed(site.usage)) {
            (false, true) => note(&rules::BECAME_REQUIRED, [Major, Patch], format!("{now}{becomes}")),
            (true, false) => note(&rules::BECAME_OPTIONAL, [Patch, vital], format!("can be absent now{becomes}")),
            _ => {}
        }
        marks(&before, &after, &becomes, &mut note);
        if before.is_any() || after.is_any() {
            return;
        }
        match (before.nullable, after.nullable) {
            (false, true) => note(&rules::BECAME_NULLABLE, [Patch, vital], format!("can be null now{becomes}")),
            (true, false) => note(&rules::BECAME_NOT_NULLABLE, [Major, Patch], format!("can no longer be null{becomes}")),
            _ => {}
        }
    }

    /// Compares what objects accept beside their named properties.
    pub fn rest(&mut self, pair: &mut Pair<'_, 'a>, had_default: bool) {
        let is_map = pair.old.kind == ShapeKind::Map;
        let family = &rules::REST_CHANGED;
        match (pair.old.rest, pair.new.rest) {
            (Rest::Typed(old), Rest::Typed(new)) => {
                if self.old.shape(old).is_any() && self.new.shape(new).is_any() {
                    let (old, new) = (&pair.old.facts, &pair.new.facts);
                    if old.by_pattern != new.by_pattern && old.patterns.len().max(new.patterns.len()) == 1 {
                        let what = "has another schema for properties by pattern, which are any JSON";
                        pair.note(&rules::KEYWORD_CHANGED, [Unknown, Patch, Patch], what.into());
                    }
                }
                let site = pair.site.inner(format!("a value of {}", pair.text()), false);
                pair.children.extend(self.compare(old, new, &site));
            }
            (Rest::Open, Rest::Closed) => {
                pair.note(family, [if is_map { Major } else { Patch }, Patch, Patch], "no longer admits other properties".into());
            }
            (Rest::Closed, Rest::Open) => pair.note(family, [Patch; 3], "admits other properties now".into()),
            (Rest::Open | Rest::Closed, Rest::Typed(new)) => {
                let any = self.new.shape(new).is_any();
                let source = match (is_map, any) {
                    (true, true) => Patch,
                    (false, _) if !had_default => Minor,
                    _ => Major,
                };
                let sent = if is_map && !any { Verdict::Unknown } else { Patch };
                let what = format!("has a type for other properties now: `{}`", self.new.rust(new, false));
                pair.note(family, [sent, Patch, source], what);
            }
            (Rest::Typed(old), Rest::Open | Rest::Closed) => {
                let any = self.old.shape(old).is_any();
                let closed = matches!(pair.new.rest, Rest::Closed);
                let source = if is_map && any { Patch } else { Major };
                let sent = if closed { Major } else { Minor };
                let read = if !any && !closed { Verdict::Unknown } else { Patch };
                pair.note(family, [sent, read, source], "no longer has a type for other properties".into());
            }
            (Rest::Open, Rest::Open) | (Rest::Closed, Rest::Closed) => {}
        }
    }
}

/// The value that has the properties of `shape`, as in facts, if the generated code has no fields for them: the user writes the
/// type, or no code is generated for the value.
fn within(side: &ApiView<'_>, shape: &Shape<'_>, site: &Site) -> Option<String> {
    if !site.generated {
        return Some(site.text.clone());
    }
    let is_own = side.snapshot.model.types.get(&shape.name).is_some_and(|def| def.replaced.is_some());
    is_own.then(|| format!("`types::{}`", shape.name))
}

/// Describes that a value moves into a `Box`, or out of it; `None` if neither.
pub fn boxed([old, new]: [bool; 2]) -> Option<&'static str> {
    match (old, new) {
        (false, true) => Some("is in a `Box` now, because its type contains its owner by value"),
        (true, false) => Some("is no longer in a `Box`, because its type does not contain its owner by value"),
        _ => None,
    }
}

/// Describes a change of the builder's default, with its source verdict.
fn set_by_builder(old: &Field<'_, '_>, new: &Field<'_, '_>) -> Option<(Verdict, String)> {
    match (old.constant(), new.constant()) {
        (None, Some(value)) if old.is_asked_for() => {
            Some((Minor, format!("can be left out of the builder now, which defaults to `{}`", plain(value))))
        }
        (Some(value), None) if new.is_asked_for() => {
            Some((Major, format!("must be set in the builder now, which no longer defaults to `{}`", plain(value))))
        }
        (Some(before), Some(after)) if before != after => {
            Some((Patch, format!("defaults to `{}` in the builder instead of `{}`", plain(after), plain(before))))
        }
        _ => None,
    }
}

/// Compares `readOnly` and `writeOnly`. What the server does with such values in the other direction cannot be told.
fn marks(before: &Shape<'_>, after: &Shape<'_>, becomes: &str, note: &mut dyn FnMut(&'static Family, [Verdict; 2], String)) {
    let (sent, read) = ([Unknown, Patch], [Patch, Unknown]);
    for (mark, set, unset, wire, what) in [
        ("readOnly", &rules::READ_ONLY, &rules::NOT_READ_ONLY, sent, "set by the server alone"),
        ("writeOnly", &rules::WRITE_ONLY, &rules::NOT_WRITE_ONLY, read, "sent, but not returned"),
    ] {
        match (before.facts.marks.contains(mark), after.facts.marks.contains(mark)) {
            (false, true) => note(set, wire, format!("is {what} now{becomes}")),
            (true, false) => note(unset, [Patch, Patch], format!("is no longer {what}{becomes}")),
            _ => {}
        }
    }
}

/// The effect of another presence on the code: the verdict, and the rest of its sentence. `defaults`: whether the types have
/// `Default`.
fn in_rust(old: &Field<'_, '_>, new: &Field<'_, '_>, [had_default, has_default]: [bool; 2]) -> (Verdict, String) {
    let owner = || format!("`types::{}`", new.owner());
    // The setter of a builder says whether a value can be absent or null.
    let is_other_setter = new.direction.sent && old.presence() != new.presence();
    if old.presence().options() != new.presence().options() {
        let types = old.rust().zip(new.rust());
        (Major, types.map_or_else(String::new, |(old, new)| format!(": `{old}` is `{new}`")))
    } else if had_default && !new.presence().is_optional() {
        (Major, format!("; {} no longer has `Default`", owner()))
    } else if is_other_setter {
        (Major, String::new())
    } else if has_default && !old.presence().is_optional() {
        (Minor, format!("; {} has `Default` now", owner()))
    } else {
        (Patch, String::new())
    }
}

/// Whether the Rust type implements `Default`.
fn all_optional<'a>(side: &ApiView<'a>, shape: &Shape<'a>, direction: Direction) -> bool {
    let optional = |member: &Member<'a>| side.presence(member, direction).is_optional();
    shape.properties.values().all(optional) && !matches!(shape.rest, Rest::Typed(_))
}

fn removed(pair: &mut Pair<'_, '_>, old: &Field<'_, '_>) {
    let request = pair.site.inner(String::new(), true).place == Place::RequestProperty || pair.site.place == Place::Parameter;
    let rule = match (request, old.is_required()) {
        (true, _) => rules::PROPERTY_REMOVED,
        (false, true) => rules::RESPONSE_REQUIRED_REMOVED,
        (false, false) => rules::RESPONSE_OPTIONAL_REMOVED,
    };
    let refused = matches!(pair.new.rest, Rest::Closed);
    let wire = [if refused { Major } else { Minor }, if old.is_vital() { Major } else { Minor }];
    let fate = match (pair.is_read(), old.is_vital(), refused) {
        (true, true, _) if pair.site.usage == Usage::ErrorResponse => "an older client reads the error without its type",
        (true, true, _) => "older clients cannot read a value without it",
        (true, false, _) => "older clients read it as absent",
        (false, _, true) => "older clients that send it are refused",
        (false, _, false) => "what an older client sends is ignored",
    };
    pair.changes.push(Change {
        rule,
        old: old.at(),
        new: Some(pair.new.definition.clone()),
        wire: pair.site.usage.wire(wire),
        source: Major,
        subject: Some(old.subject()),
        what: format!("is gone{}; {fate}", old.rust().map_or_else(String::new, |rust| format!(" (`{rust}`)"))),
    });
}

fn added(pair: &mut Pair<'_, '_>, new: &Field<'_, '_>, had_default: bool) {
    let request = pair.site.inner(String::new(), true).place == Place::RequestProperty || pair.site.place == Place::Parameter;
    let has_default = new.side.shape(new.member.node).facts.default.is_some();
    let needed = new.is_needed(pair.site.usage);
    let (rule, wire) = match (request, needed) {
        (true, true) if has_default => (rules::REQUIRED_PROPERTY_DEFAULT, Major),
        (true, true) => (rules::REQUIRED_PROPERTY_NEW, Major),
        (true, false) => (rules::OPTIONAL_PROPERTY_NEW, Patch),
        (false, true) => (rules::RESPONSE_REQUIRED_ADDED, Patch),
        (false, false) => (rules::RESPONSE_OPTIONAL_ADDED, Patch),
    };
    let always = !new.presence().is_optional();
    let lost = had_default && always;
    let source = if new.is_asked_for() || lost { Major } else { Minor };
    let mut what = format!("is new{}", new.rust().map_or_else(String::new, |rust| format!(": `{rust}`")));
    if let Some(value) = new.constant() {
        what.push_str(&format!("; the builder defaults to `{}`", plain(value)));
    }
    if pair.is_read() {
        what.push_str("; older clients ignore it");
    } else if needed {
        what.push_str("; requests without it are refused");
    }
    if lost {
        what.push_str(&format!("; `types::{}` no longer has `Default`", new.owner()));
    }
    pair.changes.push(Change {
        rule,
        old: Some(pair.old.definition.clone()),
        new: new.at(),
        wire: pair.site.usage.wire([wire, Patch]),
        source,
        subject: Some(new.subject()),
        what,
    });
}
