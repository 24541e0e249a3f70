//! Compares the responses of operations: statuses, bodies and headers.

use super::api_view::ApiView;
use super::endpoints::{Response, Used};
use super::operations::{Both, Findings};
use super::pair::{Site, Usage};
use super::rules::{self, Place};
use super::shape::{Node, ShapeKind};
use super::verdicts::Verdict::{self, Major, Minor, Patch, Unknown};
use crate::document::follow::resolve;
use crate::document::pointer::Pointer;
use crate::model::Form;
use crate::model::names::type_name;
use serde_json::Value;

impl<'a> Findings<'a> {
    /// Compares the responses of two operations.
    pub fn responses(&mut self, both: Both<'_, 'a>) {
        let pairs = matched(&both.old.responses, &both.new.responses);
        for (index, old) in both.old.responses.iter().enumerate() {
            match pairs.iter().find(|(before, _)| *before == index) {
                Some((_, after)) => self.response(both, old, &both.new.responses[*after]),
                None => self.response_removed(both, old),
            }
        }
        for (_, new) in both.new.responses.iter().enumerate().filter(|(index, _)| !pairs.iter().any(|(_, known)| known == index))
        {
            self.response_added(both, new);
        }
    }

    fn response_removed(&mut self, both: Both<'_, 'a>, old: &Response<'a>) {
        let (call, label) = (both.call(), &both.new.label);
        let places = [Some(&old.at), Some(&both.new.at)];
        let (rule, breaks, text) = if old.success {
            // Without a documented success there is nothing to decode.
            let is_last = !both.new.responses.iter().any(|response| response.success) && old.content.used.is_some();
            (rules::SUCCESS_REMOVED, both.old.has_several || is_last, format!("{call} no longer succeeds with {}", old.key))
        } else {
            let text = format!("{call} is no longer refused with {}{}", old.key, variant(both, old));
            (rules::ERROR_REMOVED, is_typed(old), text)
        };
        self.note(rule, places, label, [Patch, if breaks { Major } else { Patch }], text);
    }

    fn response_added(&mut self, both: Both<'_, 'a>, new: &Response<'a>) {
        let (call, label) = (both.call(), &both.new.label);
        let places = [Some(&both.old.at), Some(&new.at)];
        if new.success {
            let (before, after) = (both.old.has_several, both.new.has_several);
            let source = if before == after { if after { Minor } else { Patch } } else { Major };
            let (wire, fate) = self.unforeseen(both, new);
            let becomes = if source == Major { "; its response is an enum by status" } else { "" };
            let text = format!("{call} can succeed with {} now{fate}{becomes}", new.key);
            self.note(rules::SUCCESS_ADDED, places, label, [wire, source], text);
        } else {
            let typed = |responses: &[Response<'_>]| responses.iter().any(is_typed);
            let (wire, source) = match (is_typed(new), typed(&both.old.responses)) {
                (false, _) => (Patch, Patch),
                (true, true) => (Minor, Minor),
                (true, false) => (Minor, Major),
            };
            let becomes = if source == Major { "; its error type is another one" } else { "" };
            let text = format!("{call} can be refused with {}{}{becomes}", new.key, variant(both, new));
            self.note(rules::ERROR_ADDED, places, label, [wire, source], text);
        }
    }

    /// The wire verdict for a success status that older clients do not know, and the words that explain it.
    fn unforeseen(&self, both: Both<'_, 'a>, new: &Response<'a>) -> (Verdict, &'static str) {
        let known = both.old.responses.iter().find(|response| response.success);
        if let Some(taken) = taken_for_error(new) {
            return taken;
        }
        let Some(known) = known else { return (Patch, "") };
        let bad = (Major, "; an older client cannot read it");
        if both.old.has_several {
            return bad;
        }
        match (known.content.form(), new.content.form()) {
            (None | Some(Form::Bytes | Form::Text | Form::UrlEncoded | Form::FormData | Form::Multipart), _) => (Patch, ""),
            (Some(Form::Json), Some(Form::Json)) => {
                let rust = |used: &Option<Used<'a>>, side: &ApiView<'a>| Some(side.rust(used.as_ref()?.schema?, true));
                let same = rust(&known.content.used, self.schemas.old) == rust(&new.content.used, self.schemas.new);
                if same { (Patch, "") } else { bad }
            }
            _ => bad,
        }
    }

    fn response(&mut self, both: Both<'_, 'a>, old: &Response<'a>, new: &Response<'a>) {
        let (call, label) = (both.call(), &both.new.label);
        self.schemas.prose.object(&new.at, old.value, new.value, &["links"]);
        let places = [Some(&old.at), Some(&new.at)];
        if old.key != new.key {
            let (wire, fate) = taken_for_error(new).unwrap_or((Patch, ""));
            let text = format!("{call} succeeds with {} instead of {}{fate}", new.key, old.key);
            self.note(rules::SUCCESS_ADDED, places, label, [wire, Patch], text);
        }
        let what = if new.success { format!("the response of {call}") } else { format!("the error {} of {call}", new.key) };
        let verdicts = forms(old, new);
        let (added, removed) = (new.content.without(&old.content), old.content.without(&new.content));
        for (index, media) in removed.iter().enumerate() {
            let verdicts = if index == 0 { verdicts } else { [Patch, Patch] };
            let text = format!("{what} is no longer `{}`", media.name);
            self.note(rules::RESPONSE_MEDIA_REMOVED, [Some(&media.at), Some(&new.at)], label, verdicts, text);
        }
        for (index, media) in added.iter().enumerate() {
            let verdicts = if index == 0 && removed.is_empty() { verdicts } else { [Patch, Patch] };
            let text = format!("{what} can be `{}` now", media.name);
            self.note(rules::RESPONSE_MEDIA_ADDED, [Some(&old.at), Some(&media.at)], label, verdicts, text);
        }
        self.headers(both, old, new, &what);
        if let Some(before) = &old.content.used {
            let usage = if new.success { Usage::Response } else { Usage::ErrorResponse };
            let site = Site { usage, place: Place::ResponseBody, text: what, field: false, generated: true };
            self.contents(both, before, &new.content, &site);
        }
    }

    fn headers(&mut self, both: Both<'_, 'a>, old: &Response<'a>, new: &Response<'a>, what: &str) {
        let headers = |response: &Response<'a>| response.value.get("headers").and_then(Value::as_object);
        let (before, after) = (headers(old), headers(new));
        let label = &both.new.label;
        for (name, header) in
            before.into_iter().flatten().filter(|(name, _)| !after.is_some_and(|after| after.contains_key(*name)))
        {
            let (at, header) = resolve(self.schemas.old.document, old.at.at("headers").at(name), header);
            let required = header.get("required") == Some(&Value::Bool(true));
            let rule = if required { rules::HEADER_REQUIRED_REMOVED } else { rules::HEADER_OPTIONAL_REMOVED };
            let text = format!("{what} no longer has the header `{name}`");
            self.note(rule, [Some(&at), Some(&new.at)], label, [Patch, Patch], text);
        }
        for (name, header) in before.into_iter().flatten() {
            let Some(other) = after.and_then(|after| after.get(name)) else { continue };
            let (old_at, header) = resolve(self.schemas.old.document, old.at.at("headers").at(name), header);
            let (new_at, other) = resolve(self.schemas.new.document, new.at.at("headers").at(name), other);
            if form_of(self.schemas.old, &old_at, header) != form_of(self.schemas.new, &new_at, other) {
                let text = format!("{what} has the header `{name}` in another form");
                self.note(rules::HEADER_CHANGED, [Some(&old_at), Some(&new_at)], label, [Unknown, Patch], text);
            }
        }
        for (name, _) in after.into_iter().flatten().filter(|(name, _)| !before.is_some_and(|before| before.contains_key(*name)))
        {
            let at = new.at.at("headers").at(name);
            let text = format!("{what} has a header `{name}`");
            self.note(rules::HEADER_ADDED, [Some(&old.at), Some(&at)], label, [Patch, Patch], text);
        }
    }
}

/// Everything about a header that matters to programs: its type and values, whether it is required, and its serialization.
fn form_of<'a>(side: &ApiView<'a>, at: &Pointer, header: &'a Value) -> impl PartialEq + use<'a> {
    let schema = side.snapshot.carried(&at.at("schema")).map(|used| {
        let shape = side.shape(Node(used));
        let named = matches!(shape.kind, ShapeKind::Struct | ShapeKind::Union).then(|| header.get("schema"));
        (side.rust(Node(used), true), shape.nullable, shape.values.clone(), named)
    });
    let required = header.get("required") == Some(&Value::Bool(true));
    (schema, required, header.get("content"), header.get("explode") == Some(&Value::Bool(true)))
}

/// The wire and source verdicts for a response body whose form changes, for example from JSON to bytes.
fn forms(old: &Response<'_>, new: &Response<'_>) -> [Verdict; 2] {
    let (before, after) = (old.content.form(), new.content.form());
    let opaque =
        |form: Option<Form>| matches!(form, None | Some(Form::Bytes | Form::FormData | Form::Multipart | Form::UrlEncoded));
    if before == after || opaque(before) && opaque(after) && before.is_some() == after.is_some() {
        return [Patch, Patch];
    }
    let [was_json, is_json] = [before, after].map(|form| form == Some(Form::Json));
    if new.success {
        return [if was_json { Major } else { Patch }, Major];
    }
    // An error type has a typed variant for JSON bodies only.
    [if was_json { Minor } else { Patch }, if was_json == is_json { Patch } else { Major }]
}

/// Whether the operation's error enum has a typed variant for this response.
fn is_typed(response: &Response<'_>) -> bool {
    !response.success && response.content.form() == Some(Form::Json)
}

fn variant(both: Both<'_, '_>, response: &Response<'_>) -> String {
    if !is_typed(response) {
        return String::new();
    }
    format!(": `operations::{}Error::{}`", type_name(&both.new.rust), response.status.name())
}

/// Pairs responses by status. If one success is left on each side, these two are a pair too.
fn matched(old: &[Response<'_>], new: &[Response<'_>]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (index, before) in old.iter().enumerate() {
        let found = new.iter().position(|after| after.status == before.status && after.success == before.success);
        pairs.extend(found.map(|found| (index, found)));
    }
    let left = |responses: &[Response<'_>], taken: &dyn Fn(usize) -> bool| -> Vec<usize> {
        (0..responses.len()).filter(|index| responses[*index].success && !taken(*index)).collect()
    };
    let before = left(old, &|index| pairs.iter().any(|(known, _)| *known == index));
    let after = left(new, &|index| pairs.iter().any(|(_, known)| *known == index));
    if let ([before], [after]) = (before.as_slice(), after.as_slice()) {
        pairs.push((*before, *after));
    }
    pairs
}

/// The verdict for a redirect or a 304 that older clients report as an error, because they do not know it as an outcome.
fn taken_for_error(new: &Response<'_>) -> Option<(Verdict, &'static str)> {
    // A server sends a 304 only to a client that makes a conditional request.
    new.status.outcome().map(|code| (if code == 304 { Unknown } else { Major }, "; an older client treats it as an error"))
}
