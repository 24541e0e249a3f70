//! Compares webhooks and callbacks: requests that the API sends. No code is generated for them, except the types of their
//! bodies.

use super::endpoints::{Content, Endpoint};
use super::operations::{Findings, Root};
use super::pair::{Site, Usage};
use super::rules::{self, Place, Rule};
use super::verdicts::Verdict::{Major, Patch};
use crate::document::pointer::Pointer;

impl<'a> Findings<'a> {
    /// Compares all requests of a kind, `name`: webhooks belong to the whole API, and callbacks to an operation. The client
    /// receives their bodies.
    pub fn incoming(&mut self, name: &str, [gone, come]: [&'static Rule; 2], old: &[Endpoint<'a>], new: &[Endpoint<'a>]) {
        let label = |endpoint: &Endpoint<'_>| format!("{name} {}", endpoint.path);
        let is_same = |one: &Endpoint<'_>, other: &Endpoint<'_>| (&one.path, one.method) == (&other.path, other.method);
        for before in old {
            if let Some(after) = new.iter().find(|after| is_same(before, after)) {
                self.carried(before, after, &label(after), format!("the body of the {name} `{}`", after.path));
            } else {
                let text = format!("the {name} `{}` is gone", before.path);
                self.note(gone, [Some(&before.at), None], &label(before), [Patch, Patch], text);
            }
        }
        for after in new.iter().filter(|after| !old.iter().any(|before| is_same(before, after))) {
            let text = format!("the {name} `{}` is new", after.path);
            self.note(come, [None, Some(&after.at)], &label(after), [Patch, Patch], text);
        }
    }

    fn carried(&mut self, before: &Endpoint<'a>, after: &Endpoint<'a>, label: &str, text: String) {
        self.schemas.prose.object(&after.at, before.value, after.value, &["summary", "tags", "operationId"]);
        match (&before.body, &after.body) {
            (Some(old), None) => {
                let text = format!("{text} is gone, which older receivers read");
                let rule = rules::TYPE_CHANGED.at(Place::ResponseBody);
                self.note(rule, [Some(&old.at), Some(&after.at)], label, [Major, Patch], text);
            }
            (Some(old), Some(new)) => self.payload(&old.content, &new.content, &after.at, label, text),
            (None, _) => {}
        }
    }

    fn payload(&mut self, old: &Content<'a>, new: &Content<'a>, at: &Pointer, label: &str, text: String) {
        let is_other_form = old.form() != new.form();
        for media in old.without(new) {
            let wire = if is_other_form { Major } else { Patch };
            let text = format!("{text} is no longer `{}`", media.name);
            self.note(rules::RESPONSE_MEDIA_REMOVED, [Some(&media.at), Some(at)], label, [wire, Patch], text);
        }
        for media in new.without(old) {
            let text = format!("{text} can be `{}` now", media.name);
            self.note(rules::RESPONSE_MEDIA_ADDED, [Some(at), Some(&media.at)], label, [Patch, Patch], text);
        }
        let used = |content: &Content<'a>| content.used.as_ref()?.schema;
        if let (Some(old), Some(new)) = (used(old), used(new)) {
            let site = Site { usage: Usage::Response, place: Place::ResponseBody, text, field: false, generated: false };
            let visit = self.schemas.compare(old, new, &site);
            self.roots.extend(visit.map(|visit| Root { operation: label.to_owned(), visit }));
        }
    }
}
