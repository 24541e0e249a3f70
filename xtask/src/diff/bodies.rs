//! Bodies of requests: whether there is one, and its media types.

use super::endpoints::Body;
use super::media::{Content, Media};
use super::operations::{Both, Findings};
use super::pair::{Site, Way};
use super::rules::{self, Place};
use super::rust::Kind;
use super::verdicts::Verdict::{self, Major, Minor, Patch};
use crate::model::Form;
use crate::model::media::essence;

impl<'a> Findings<'a> {
    /// Compares the bodies of two requests.
    pub fn body(&mut self, both: Both<'_, 'a>) {
        let (call, label) = (both.call(), &both.new.label);
        match (&both.old.body, &both.new.body) {
            (None, None) => {}
            (None, Some(new)) => {
                let (rule, verdicts) =
                    if new.required { (rules::BODY_REQUIRED, [Major, Major]) } else { (rules::BODY_OPTIONAL, [Patch, Minor]) };
                let text =
                    format!("{call} takes a body now{}", if new.required { "; requests without one are refused" } else { "" });
                self.note(rule, [Some(&both.old.at), Some(&new.at)], label, verdicts, text);
            }
            (Some(old), None) => {
                self.note(
                    rules::BODY_REMOVED,
                    [Some(&old.at), Some(&both.new.at)],
                    label,
                    [Major, Major],
                    format!("{call} no longer takes a body"),
                );
            }
            (Some(old), Some(new)) => self.bodies(both, old, new),
        }
    }

    fn bodies(&mut self, both: Both<'_, 'a>, old: &Body<'a>, new: &Body<'a>) {
        let (call, label) = (both.call(), &both.new.label);
        self.schemas.prose.object(&new.at, old.value, new.value, &[]);
        let places = [Some(&old.at), Some(&new.at)];
        match (old.required, new.required) {
            (false, true) => {
                let text = format!("the body of {call} has to be there now");
                // A body that is always sent can be built of nothing, if nothing is required of it.
                let empty = new.content.used().is_some_and(|media| {
                    let shape = self.schemas.new.shape(&media.schema);
                    shape.kind() == Kind::Struct && shape.required.is_empty()
                });
                let source = if empty { Minor } else { Major };
                self.note(rules::BECAME_REQUIRED.at(Place::RequestBody), places, label, [Major, source], text);
            }
            (true, false) => {
                let text = format!("the body of {call} can be left out now");
                self.note(rules::BECAME_OPTIONAL.at(Place::RequestBody), places, label, [Patch, Minor], text);
            }
            _ => {}
        }
        let used = old.content.used().map(|media| media.name);
        for media in only(&old.content, &new.content) {
            let sent = used == Some(media.name) && !new.content.media.iter().any(|new| admits(new.name, media.name));
            let source = if used == Some(media.name) && built(&old.content) != built(&new.content) { Major } else { Patch };
            let text = format!(
                "the body of {call} can no longer be `{}`{}",
                media.name,
                if sent { ", which an older client sends" } else { "" }
            );
            let wire = if sent { Major } else { Patch };
            self.note(rules::BODY_MEDIA_REMOVED, [Some(&media.at), Some(&new.at)], label, [wire, source], text);
        }
        let removed = only(&old.content, &new.content).iter().any(|media| used == Some(media.name));
        for media in only(&new.content, &old.content) {
            let picked = new.content.used().is_some_and(|used| used.name == media.name);
            let source = if picked && !removed && built(&old.content) != built(&new.content) { Major } else { Patch };
            let text = format!("the body of {call} can be `{}` now", media.name);
            self.note(rules::BODY_MEDIA_ADDED, [Some(&old.at), Some(&media.at)], label, [Patch, source], text);
        }
        if let (Some(before), Some(after)) = (old.content.used(), new.content.used()) {
            if before.value.get("encoding") != after.value.get("encoding") {
                let text = format!("properties of the body of {call} are written differently (`encoding`)");
                let wire = if after.form == Form::UrlEncoded { Major } else { Verdict::Unknown };
                self.note(rules::BODY_ENCODING, [Some(&before.at), Some(&after.at)], label, [wire, Patch], text);
            }
            let site = Site { way: Way::Request, place: Place::RequestBody, text: format!("the body of {call}"), field: false };
            self.media(both, before, after, &site);
        }
    }

    /// Compares what two media types carry.
    pub fn media(&mut self, both: Both<'_, 'a>, old: &Media<'a>, new: &Media<'a>, site: &Site) {
        self.schemas.prose.object(&new.at, old.value, new.value, &[]);
        let parsed = |media: &Media<'_>| matches!(media.form, Form::Json | Form::UrlEncoded | Form::Multipart);
        if parsed(old) && parsed(new) {
            self.schema(both, &old.schema, &new.schema, site);
        }
    }
}

/// What the builder of a request takes of its body: fields, or bytes.
fn built(content: &Content<'_>) -> Option<Form> {
    match content.form()? {
        Form::Json | Form::UrlEncoded => Some(Form::Json),
        Form::Bytes | Form::Text => Some(Form::Bytes),
        Form::Multipart => Some(Form::Multipart),
    }
}

/// The media types that are on one side alone.
pub fn only<'p, 'a>(these: &'p Content<'a>, those: &Content<'a>) -> Vec<&'p Media<'a>> {
    these.media.iter().filter(|media| !those.media.iter().any(|other| essence(other.name) == essence(media.name))).collect()
}

/// Whether a media type or range of them takes another.
fn admits(range: &str, media: &str) -> bool {
    let (range, media) = (essence(range), essence(media));
    let (kind, sub) = range.split_once('/').unwrap_or_default();
    let (other_kind, other_sub) = media.split_once('/').unwrap_or_default();
    let sub_fits = sub == "*" || sub == other_sub || sub.strip_prefix('*').is_some_and(|suffix| other_sub.ends_with(suffix));
    (kind == "*" || kind == other_kind) && sub_fits
}
