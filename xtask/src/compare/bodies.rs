//! Compares request bodies: whether there is one, and its media types.

use super::encodings;
use super::endpoints::{Body, Content, Used};
use super::operations::{Both, Findings};
use super::pair::{Site, Usage};
use super::rules::{self, Place};
use super::shape::ShapeKind;
use super::verdicts::Verdict::{Major, Minor, Patch};
use crate::model::Form;
use crate::model::media::{admits, essence};

impl<'a> Findings<'a> {
    /// Compares the request bodies of two operations.
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
                let text = format!("{call} no longer takes a body");
                self.note(rules::BODY_REMOVED, [Some(&old.at), Some(&both.new.at)], label, [Major, Major], text);
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
                let text = format!("the body of {call} must be there now");
                // The builder can make a body without any input if no property is required.
                let empty = new.content.used.as_ref().and_then(|used| used.schema).is_some_and(|schema| {
                    let shape = self.schemas.new.shape(schema);
                    shape.kind == ShapeKind::Struct && !shape.properties.values().any(|member| member.known.required)
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
        let used = old.content.used.as_ref().map(|used| used.media.name);
        for media in old.content.without(&new.content) {
            let sent = used == Some(media.name) && !new.content.media.iter().any(|new| admits(new.name, media.name));
            let source = if used == Some(media.name) && built(&old.content) != built(&new.content) { Major } else { Patch };
            let (wire, fate) = if sent { (Major, ", which an older client sends") } else { (Patch, "") };
            let text = format!("the body of {call} can no longer be `{}`{fate}", media.name);
            self.note(rules::BODY_MEDIA_REMOVED, [Some(&media.at), Some(&new.at)], label, [wire, source], text);
        }
        let removed = old.content.without(&new.content).iter().any(|media| used == Some(media.name));
        for media in new.content.without(&old.content) {
            let picked = new.content.used.as_ref().is_some_and(|used| used.media.name == media.name);
            let source = if picked && !removed && built(&old.content) != built(&new.content) { Major } else { Patch };
            let text = format!("the body of {call} can be `{}` now", media.name);
            self.note(rules::BODY_MEDIA_ADDED, [Some(&old.at), Some(&media.at)], label, [Patch, source], text);
        }
        if let (Some(before), Some(after)) = (&old.content.used, &new.content.used) {
            if essence(before.media.name) == essence(after.media.name) && built(&old.content) != built(&new.content) {
                let [fields, whole] = ["an object", "text that the caller encodes"];
                let [was, is] = if built(&new.content) == Some(Form::Json) { [whole, fields] } else { [fields, whole] };
                let text = format!("the body of {call} is {is} instead of {was} now; what an older client sends can be refused");
                self.note(rules::TYPE_CHANGED.at(Place::RequestBody), places, label, [Major, Major], text);
            }
            if before.media.value.get("encoding") != after.media.value.get("encoding") {
                let [wire, source] = encodings::verdicts([self.schemas.old, self.schemas.new], before, after);
                let what = match (wire, source) {
                    (_, Major) => "are written differently (`encoding`), and a file needs a media type",
                    (Patch, _) => "have another `encoding`, which does not change what clients send",
                    _ => "are written differently (`encoding`)",
                };
                let text = format!("properties of the body of {call} {what}");
                self.note(rules::BODY_ENCODING, [Some(&before.media.at), Some(&after.media.at)], label, [wire, source], text);
            }
            let text = format!("the body of {call}");
            let site = Site { usage: Usage::Request, place: Place::RequestBody, text, field: false, generated: true };
            self.media(both, before, after, &site);
        }
    }

    /// Compares the contents of two media types.
    pub fn media(&mut self, both: Both<'_, 'a>, old: &Used<'a>, new: &Used<'a>, site: &Site) {
        self.schemas.prose.object(&new.media.at, old.media.value, new.media.value, &[]);
        if let (Some(before), Some(after)) = (old.schema, new.schema) {
            let site = Site { generated: old.generated && new.generated, ..site.clone() };
            self.schema(both, before, after, &site);
        }
    }
}

/// What the request builder accepts as the body: fields or bytes. Other `multipart` bodies than forms are not supported.
fn built(content: &Content<'_>) -> Option<Form> {
    match content.form()? {
        Form::Json | Form::UrlEncoded | Form::FormData => Some(Form::Json),
        Form::Bytes | Form::Text => Some(Form::Bytes),
        Form::Multipart => Some(Form::Multipart),
    }
}
