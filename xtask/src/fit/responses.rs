//! Responses: what a success is, and what each error is.

use super::media;
use super::names::type_name;
use super::schemas::{Forced, Placer};
use super::status::Status;
use super::table::{Content, ErrorCase, Success};
use crate::account::Loss;
use crate::document::pointer::Pointer;
use crate::document::walk::OperationAt;
use crate::model::Form;
use crate::model::responses::{are_several, by_status, is_success};
use serde_json::{Value, json};

/// The answers of one operation.
#[derive(Debug)]
pub struct Answers {
    pub success: Success,
    pub accept: String,
    pub errors: Vec<ErrorCase>,
    /// What progenitor sees of it: the success alone.
    pub fitted: Value,
}

/// A response, and what was chosen of it.
struct Read<'a> {
    status: Status,
    at: Pointer,
    description: &'a str,
    media: Option<media::Chosen>,
}

/// Reads the responses of `operation`, whose types begin with `base`.
pub fn of(operation: &OperationAt<'_>, base: &str, placer: &mut Placer<'_>) -> Answers {
    let at = operation.pointer.at("responses");
    let responses = operation.value.get("responses").and_then(Value::as_object);
    let mut all: Vec<Read<'_>> = Vec::new();
    for (key, status, response) in by_status(responses) {
        let at = at.at(key);
        let Some(status) = status else {
            placer.reader.account.note(&at, Loss::Kept, "is no status, or one that is there already, and is left out");
            continue;
        };
        let content = response.get("content").and_then(Value::as_object);
        let media = content.and_then(|content| media::choose(content, &at.at("content"), placer));
        let description = response.get("description").and_then(Value::as_str).unwrap_or_default();
        all.push(Read { status, at, description, media });
    }
    let statuses: Vec<Status> = all.iter().map(|read| read.status).collect();
    let (successes, errors): (Vec<_>, Vec<_>) = all.into_iter().partition(|read| is_success(read.status, &statuses));
    let accept =
        successes.iter().find_map(|read| read.media.as_ref()).map_or_else(|| "*/*".to_owned(), super::media::Chosen::concrete);
    let (success, fitted) = success(&successes, base, placer);
    let errors = errors.into_iter().filter_map(|read| error(&read, base, placer)).collect();
    Answers { success, accept, errors, fitted }
}

fn success(successes: &[Read<'_>], base: &str, placer: &mut Placer<'_>) -> (Success, Value) {
    let empty = json!({ "204": { "description": "" } });
    let Some(first) = successes.first() else { return (Success::One(Content::Empty), empty) };
    let carried = successes.iter().map(|read| read.media.as_ref().map(|media| (media.form, &media.schema)));
    if !are_several(carried) {
        let content = content(first, || format!("{base}Response"), false, placer);
        let fitted = match (&content, &first.media) {
            (Content::Json(_), Some(media)) => {
                let schema = placer.place(&format!("{base}Response"), &media.at.at("schema"), &media.schema);
                json!({ "200": { "description": "", "content": { "application/json": { "schema": schema } } } })
            }
            _ => empty,
        };
        return (Success::One(content), fitted);
    }
    placer.reader.account.note(&successes[0].at, Loss::Exact, "several successes are an enum by status");
    let cases = successes
        .iter()
        .map(|read| (read.status, content(read, || format!("{base}{}Response", read.status.name()), true, placer)))
        .collect();
    (Success::Several(cases), empty)
}

fn content(read: &Read<'_>, name: impl Fn() -> String, forced: bool, placer: &mut Placer<'_>) -> Content {
    match &read.media {
        None => Content::Empty,
        Some(media) => match media.form {
            Form::Json if forced => Content::Json(placer.force(&name(), &media.at.at("schema"), &media.schema)),
            Form::Json => Content::Json(Forced { component: None, nullable: false }),
            Form::Text => Content::Text,
            Form::UrlEncoded | Form::Multipart | Form::Bytes => Content::Bytes,
        },
    }
}

/// An error without a JSON body stays an error of its status, with its bytes.
fn error(read: &Read<'_>, base: &str, placer: &mut Placer<'_>) -> Option<ErrorCase> {
    let media = read.media.as_ref()?;
    if media.form != Form::Json {
        placer.reader.account.note(&read.at, Loss::Kept, "has no JSON as its body: callers get status, headers and bytes");
        return None;
    }
    let name = type_name(&format!("{base}{}Error", read.status.name()));
    let body = placer.force(&name, &media.at.at("schema"), &media.schema);
    Some(ErrorCase { status: read.status, body, description: read.description.to_owned() })
}
