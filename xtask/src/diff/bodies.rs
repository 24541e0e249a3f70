//! Bodies of requests and answers: media types, statuses, headers.

use super::endpoints::{Answer, Body, Content, Form, Media, essence, several};
use super::operations::{Both, Findings};
use super::rules::{self, Place};
use super::rust::Kind;
use super::schemas::{Site, Way};
use super::verdicts::Verdict::{self, Major, Minor, Patch};
use serde_json::Value;

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
                    format!("{call} takes no body any more"),
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
                "the body of {call} cannot be `{}` any more{}",
                media.name,
                if sent { ", which a client built before sends" } else { "" }
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

    fn media(&mut self, both: Both<'_, 'a>, old: &Media<'a>, new: &Media<'a>, site: &Site) {
        self.schemas.prose.object(&new.at, old.value, new.value, &[]);
        let parsed = |media: &Media<'_>| matches!(media.form, Form::Json | Form::UrlEncoded | Form::Multipart);
        if parsed(old) && parsed(new) {
            self.schema(both, &old.schema, &new.schema, site);
        }
    }

    /// Compares the answers of two operations.
    pub fn answers(&mut self, both: Both<'_, 'a>) {
        let pairs = matched(&both.old.answers, &both.new.answers);
        for (index, old) in both.old.answers.iter().enumerate() {
            match pairs.iter().find(|(before, _)| *before == index) {
                Some((_, after)) => self.answer(both, old, &both.new.answers[*after]),
                None => self.answer_removed(both, old),
            }
        }
        for (_, new) in both.new.answers.iter().enumerate().filter(|(index, _)| !pairs.iter().any(|(_, known)| known == index)) {
            self.answer_added(both, new);
        }
    }

    fn answer_removed(&mut self, both: Both<'_, 'a>, old: &Answer<'a>) {
        let (call, label) = (both.call(), &both.new.label);
        let places = [Some(&old.at), Some(&both.new.at)];
        if old.success {
            let source = if several(&both.old.answers) { Major } else { Patch };
            self.note(
                rules::SUCCESS_REMOVED,
                places,
                label,
                [Patch, source],
                format!("{call} does not succeed with {} any more", old.key),
            );
        } else {
            let source = if is_typed(old) { Major } else { Patch };
            self.note(
                rules::ERROR_REMOVED,
                places,
                label,
                [Patch, source],
                format!("{call} is not refused with {} any more{}", old.key, variant(both, old)),
            );
        }
    }

    fn answer_added(&mut self, both: Both<'_, 'a>, new: &Answer<'a>) {
        let (call, label) = (both.call(), &both.new.label);
        let places = [Some(&both.old.at), Some(&new.at)];
        if new.success {
            let (before, after) = (several(&both.old.answers), several(&both.new.answers));
            let source = if before == after { if after { Minor } else { Patch } } else { Major };
            let (wire, fate) = self.unforeseen(both, new);
            let becomes = if source == Major { "; its answer is an enum by status" } else { "" };
            self.note(
                rules::SUCCESS_ADDED,
                places,
                label,
                [wire, source],
                format!("{call} can succeed with {} now{fate}{becomes}", new.key),
            );
        } else {
            let typed = |answers: &[Answer<'_>]| answers.iter().any(is_typed);
            let (wire, source) = match (is_typed(new), typed(&both.old.answers)) {
                (false, _) => (Patch, Patch),
                (true, true) => (Minor, Minor),
                (true, false) => (Minor, Major),
            };
            let becomes = if source == Major { "; its error type is another one" } else { "" };
            self.note(
                rules::ERROR_ADDED,
                places,
                label,
                [wire, source],
                format!("{call} can be refused with {}{}{becomes}", new.key, variant(both, new)),
            );
        }
    }

    /// What a client built before makes of a success that it does not know.
    fn unforeseen(&self, both: Both<'_, 'a>, new: &Answer<'a>) -> (Verdict, &'static str) {
        let known = both.old.answers.iter().find(|answer| answer.success);
        let Some(known) = known else { return (Patch, "") };
        let bad = (Major, "; a client built before cannot read it");
        if several(&both.old.answers) {
            return bad;
        }
        match (known.content.form(), new.content.form()) {
            (None | Some(Form::Bytes | Form::Text | Form::UrlEncoded | Form::Multipart), _) => (Patch, ""),
            (Some(Form::Json), Some(Form::Json)) => {
                let rust = |media: Option<&Media<'a>>, side: &super::side::Side<'a>| media.map(|media| side.rust(&media.schema));
                let same = rust(known.content.used(), self.schemas.old) == rust(new.content.used(), self.schemas.new);
                if same { (Patch, "") } else { bad }
            }
            _ => bad,
        }
    }

    fn answer(&mut self, both: Both<'_, 'a>, old: &Answer<'a>, new: &Answer<'a>) {
        let (call, label) = (both.call(), &both.new.label);
        self.schemas.prose.object(&new.at, old.value, new.value, &["links"]);
        let places = [Some(&old.at), Some(&new.at)];
        if old.key != new.key {
            self.note(
                rules::SUCCESS_ADDED,
                places,
                label,
                [Patch, Patch],
                format!("{call} succeeds with {} instead of {}", new.key, old.key),
            );
        }
        let what = if new.success { format!("the answer of {call}") } else { format!("the error {} of {call}", new.key) };
        let verdicts = forms(old, new);
        let (added, removed) = (only(&new.content, &old.content), only(&old.content, &new.content));
        for (index, media) in removed.iter().enumerate() {
            let verdicts = if index == 0 { verdicts } else { [Patch, Patch] };
            self.note(
                rules::RESPONSE_MEDIA_REMOVED,
                [Some(&media.at), Some(&new.at)],
                label,
                verdicts,
                format!("{what} is not `{}` any more", media.name),
            );
        }
        for (index, media) in added.iter().enumerate() {
            let verdicts = if index == 0 && removed.is_empty() { verdicts } else { [Patch, Patch] };
            self.note(
                rules::RESPONSE_MEDIA_ADDED,
                [Some(&old.at), Some(&media.at)],
                label,
                verdicts,
                format!("{what} can be `{}` now", media.name),
            );
        }
        self.headers(both, old, new, &what);
        if let (Some(before), Some(after)) = (old.content.used(), new.content.used()) {
            let way = if new.success { Way::Response } else { Way::Refusal };
            self.media(both, before, after, &Site { way, place: Place::ResponseBody, text: what, field: false });
        }
    }

    fn headers(&mut self, both: Both<'_, 'a>, old: &Answer<'a>, new: &Answer<'a>, what: &str) {
        let headers = |answer: &Answer<'a>| answer.value.get("headers").and_then(Value::as_object);
        let (before, after) = (headers(old), headers(new));
        let label = &both.new.label;
        for (name, header) in
            before.into_iter().flatten().filter(|(name, _)| !after.is_some_and(|after| after.contains_key(*name)))
        {
            let (at, header) = self.schemas.old.resolve(old.at.at("headers").at(name), header);
            let required = header.get("required") == Some(&Value::Bool(true));
            let rule = if required { rules::HEADER_REQUIRED_REMOVED } else { rules::HEADER_OPTIONAL_REMOVED };
            self.note(rule, [Some(&at), Some(&new.at)], label, [Patch, Patch], format!("{what} has no header `{name}` any more"));
        }
        for (name, _) in after.into_iter().flatten().filter(|(name, _)| !before.is_some_and(|before| before.contains_key(*name)))
        {
            let at = new.at.at("headers").at(name);
            self.note(
                rules::HEADER_ADDED,
                [Some(&old.at), Some(&at)],
                label,
                [Patch, Patch],
                format!("{what} has a header `{name}`"),
            );
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

/// Wire and source, where what an answer carries is of another form.
fn forms(old: &Answer<'_>, new: &Answer<'_>) -> [Verdict; 2] {
    let (before, after) = (old.content.form(), new.content.form());
    let opaque = |form: Option<Form>| matches!(form, None | Some(Form::Bytes | Form::Multipart | Form::UrlEncoded));
    if before == after || opaque(before) && opaque(after) && before.is_some() == after.is_some() {
        return [Patch, Patch];
    }
    if !new.success {
        // Only JSON is typed in an error.
        let source = match (before == Some(Form::Json), after == Some(Form::Json)) {
            (true, false) => Major,
            (false, true) => Major,
            _ => Patch,
        };
        return [if before == Some(Form::Json) { Minor } else { Patch }, source];
    }
    [if before == Some(Form::Json) { Major } else { Patch }, Major]
}

/// Whether an error has a variant of its own.
fn is_typed(answer: &Answer<'_>) -> bool {
    !answer.success && answer.content.form() == Some(Form::Json)
}

fn variant(both: Both<'_, '_>, answer: &Answer<'_>) -> String {
    if !is_typed(answer) {
        return String::new();
    }
    format!(": `{}Error::{}`", crate::fit::type_name(&both.new.rust), answer.status.name())
}

/// The media types that are on one side alone.
fn only<'p, 'a>(these: &'p Content<'a>, those: &Content<'a>) -> Vec<&'p Media<'a>> {
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

/// By status; then one success that is left for the other.
fn matched(old: &[Answer<'_>], new: &[Answer<'_>]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (index, before) in old.iter().enumerate() {
        let found = new.iter().position(|after| after.status == before.status && after.success == before.success);
        pairs.extend(found.map(|found| (index, found)));
    }
    let left = |answers: &[Answer<'_>], taken: &dyn Fn(usize) -> bool| -> Vec<usize> {
        (0..answers.len()).filter(|index| answers[*index].success && !taken(*index)).collect()
    };
    let before = left(old, &|index| pairs.iter().any(|(known, _)| *known == index));
    let after = left(new, &|index| pairs.iter().any(|(_, known)| *known == index));
    if let ([before], [after]) = (before.as_slice(), after.as_slice()) {
        pairs.push((*before, *after));
    }
    pairs
}
