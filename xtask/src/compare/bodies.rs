//! Compares request bodies: whether there is one, and its media types.

use super::encodings;
use super::endpoints::{Body, Content, Media, Used};
use super::operations::{Both, Findings};
use super::pair::{Site, Usage};
use super::rules::{self, Place};
use super::shape::{Node, ShapeKind};
use super::verdicts::Verdict::{Major, Minor, Patch};
use crate::model::Form;
use crate::model::media::{admits, essence, parameters};
use crate::model::operations::Encoding;

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
                let used = new.content.used.as_ref().filter(|used| used.generated);
                let empty = used.and_then(|used| used.schema).is_some_and(|schema| {
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
            let sent = used == Some(media.name) && !new.content.media.iter().any(|new| takes(new.name, media.name));
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
            let is_declared = before.media.value.get("encoding") != after.media.value.get("encoding");
            // The schema of a part can define its media type, too.
            let are_parts = [before, after].map(|used| matches!(used.encoding, Some(Encoding::FormData(_)))) == [true; 2];
            let [wire, source] = encodings::verdicts([self.schemas.old, self.schemas.new], before, after);
            if is_declared || are_parts && [wire, source] != [Patch, Patch] {
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
            self.contents(both, before, &new.content, &site);
        }
    }

    /// Compares the contents of the media types that the clients of both documents use. If older clients go on to use another one
    /// than newer clients, that is compared as well.
    pub fn contents(&mut self, both: Both<'_, 'a>, old: &Used<'a>, new: &Content<'a>, site: &Site) {
        let Some(after) = &new.used else { return };
        self.schemas.prose.object(&after.media.at, old.media.value, after.media.value, &[]);
        let kept = self.kept(old, new);
        if let (Some(before), Some(kept)) = (old.schema, kept) {
            self.content(both, old.form, [before, kept], Site { generated: false, ..site.clone() });
        }
        if let (Some(before), Some(schema)) = (old.schema, after.schema)
            && (old.form == after.form || !is_raw(old.form) && !is_raw(after.form))
        {
            let is_new = kept.is_some() && site.usage == Usage::Request;
            let usage = if is_new { Usage::NewRequest } else { site.usage };
            let site = Site { generated: old.generated && after.generated, usage, ..site.clone() };
            self.content(both, old.form, [before, schema], site);
        }
    }

    /// The schema in the new document of the media type that older clients use, if newer clients use another one.
    fn kept(&self, old: &Used<'a>, new: &Content<'a>) -> Option<Node<'a>> {
        let is_same = |media: &Media<'a>| essence(media.name) == essence(old.media.name);
        let media = new.media.iter().find(|media| is_same(media))?;
        let is_used = new.used.as_ref().is_some_and(|used| is_same(&used.media));
        self.schemas.new.snapshot.carried(&media.at.at("schema")).filter(|_| !is_used).map(Node)
    }

    fn content(&mut self, both: Both<'_, 'a>, form: Form, [before, after]: [Node<'a>; 2], mut site: Site) {
        if is_raw(form) {
            // The empty schema and `format: binary` are two ways to say that it is any bytes.
            if self.schemas.old.shape(before).is_any() || self.schemas.new.shape(after).is_any() {
                return;
            }
            if site.usage == Usage::Response {
                site.usage = Usage::RawResponse;
            }
        }
        self.schema(both, before, after, &site);
    }
}

/// Whether a server that declares the media type or range `declared` takes a body of the media type `sent`.
fn takes(declared: &str, sent: &str) -> bool {
    admits(declared, sent) && parameters(declared).is_subset(&parameters(sent))
}

/// Whether clients leave the content to their callers.
fn is_raw(form: Form) -> bool {
    matches!(form, Form::Text | Form::Bytes)
}

/// What the request builder accepts as the body: fields or bytes. Other `multipart` bodies than forms are not supported.
fn built(content: &Content<'_>) -> Option<Form> {
    match content.form()? {
        Form::Json | Form::UrlEncoded | Form::FormData => Some(Form::Json),
        Form::Bytes | Form::Text => Some(Form::Bytes),
        Form::Multipart => Some(Form::Multipart),
    }
}
