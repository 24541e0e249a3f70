//! Reads responses: the contents of successes and errors.

use super::media;
use super::schemas::TypeBuilder;
use crate::account::Loss;
use crate::document::operations::OperationAt;
use crate::document::pointer::Pointer;
use crate::model::names::type_name;
use crate::model::operations::{Content, Documented, ErrorCase, Success};
use crate::model::responses::{by_status, has_one_2xx, is_success};
use crate::model::{Form, Status, TypeUse};
use serde_json::Value;

/// The responses of an operation.
#[derive(Debug)]
pub struct Answers {
    pub success: Success,
    pub accept: String,
    pub errors: Vec<ErrorCase>,
    pub documented: Vec<Documented>,
    /// Statuses other than 2xx that count as success.
    pub outcomes: Vec<u16>,
}

/// A response, with the media type that is used.
struct Read<'d> {
    status: Status,
    key: &'d str,
    at: Pointer,
    description: &'d str,
    media: Option<media::Chosen<'d>>,
}

/// Reads the responses of `operation`. Names of their types begin with `base`.
pub fn of<'d>(operation: &OperationAt<'d>, base: &str, builder: &mut TypeBuilder<'_, 'd>) -> Answers {
    let at = operation.pointer.at("responses");
    let responses = operation.value.get("responses").and_then(Value::as_object);
    let mut all: Vec<Read<'_>> = Vec::new();
    for (key, status, response) in by_status(responses) {
        let at = at.at(key);
        let Some(status) = status else {
            builder.reader.account.note(&at, Loss::Kept, "is not a status code, or repeats one, and is left out");
            continue;
        };
        let content = response.get("content").and_then(Value::as_object);
        let content = content.filter(|content| {
            let is_read = status.has_body() || content.is_empty();
            if !is_read {
                let text = format!("is ignored: a {key} response has no body");
                builder.reader.account.note(&at.at("content"), Loss::Exact, text);
            }
            is_read
        });
        let media = content.and_then(|content| media::choose(content, &at.at("content"), builder));
        let description = response.get("description").and_then(Value::as_str).unwrap_or_default();
        all.push(Read { status, key, at, description, media });
    }
    let statuses: Vec<Status> = all.iter().map(|read| read.status).collect();
    let mut documented: Vec<Documented> = all.iter().map(|read| read.documented(&statuses)).collect();
    let (successes, errors): (Vec<_>, Vec<_>) = all.into_iter().partition(|read| is_success(read.status, &statuses));
    let accept = accept(&successes);
    let outcomes = successes.iter().filter_map(|read| read.status.outcome()).collect();
    if operation.method == "head" {
        note_head(&successes, builder);
        for response in &mut documented {
            response.media = None;
        }
        return Answers { success: Success::One(Content::Empty), accept, errors: Vec::new(), documented, outcomes };
    }
    let default = errors.iter().find(|read| read.status == Status::Default);
    let success = success(&successes, default, base, builder);
    let errors: Vec<ErrorCase> = errors.into_iter().filter_map(|read| error(&read, base, builder)).collect();
    for response in &mut documented {
        let of_error = || errors.iter().find(|case| case.status == response.status).map(|case| &case.body);
        let value = if response.is_success { success.of(response.status).and_then(Content::json) } else { of_error() };
        response.value = value.cloned();
    }
    Answers { success, accept, errors, documented, outcomes }
}

impl Read<'_> {
    fn documented(&self, all: &[Status]) -> Documented {
        Documented {
            status: self.status,
            key: self.key.to_owned(),
            is_success: is_success(self.status, all),
            media: self.media.as_ref().map(|media| (media.name.clone(), media.form)),
            value: None,
        }
    }
}

/// The value of `Accept`: all media types in which a success can arrive.
fn accept(successes: &[Read<'_>]) -> String {
    let mut all: Vec<&str> = Vec::new();
    for name in successes.iter().filter_map(|read| read.media.as_ref()).flat_map(media::Chosen::accepted) {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    if all.is_empty() { "*/*".to_owned() } else { all.join(", ") }
}

/// Reports bodies of responses to HEAD. There are none (RFC 9110, 9.3.2): the document describes those of GET.
fn note_head(successes: &[Read<'_>], builder: &mut TypeBuilder<'_, '_>) {
    for read in successes.iter().filter(|read| read.media.is_some()) {
        builder.reader.account.note(
            &read.at,
            Loss::Exact,
            "has no body, since the method is HEAD: callers get status and headers",
        );
    }
}

/// The successes of an operation. `default` stands for undocumented statuses, including successes.
fn success<'d>(successes: &[Read<'d>], default: Option<&Read<'d>>, base: &str, builder: &mut TypeBuilder<'_, 'd>) -> Success {
    let Some(first) = successes.first() else { return Success::One(Content::Empty) };
    let carried: Vec<_> = successes.iter().map(|read| read.media.as_ref().map(|media| (media.form, media.schema))).collect();
    if carried.windows(2).all(|pair| pair[0] == pair[1]) {
        return Success::One(content(first, |media| {
            builder.place(&|| format!("{base}Response"), &media.at.at("schema"), media.schema)
        }));
    }
    builder.reader.account.note(&successes[0].at, Loss::Exact, "several successes are an enum by status");
    let covers_undocumented = has_one_2xx(successes.iter().map(|read| read.status))
        || successes.iter().any(|read| matches!(read.status, Status::Range(_)));
    let cases = successes
        .iter()
        .chain(default.filter(|_| !covers_undocumented))
        .map(|read| {
            let name = || format!("{base}{}Response", read.status.name());
            (read.status, content(read, |media| builder.force(&name(), &media.at.at("schema"), media.schema)))
        })
        .collect();
    Success::Several(cases)
}

fn content<'d>(read: &Read<'d>, place: impl FnOnce(&media::Chosen<'d>) -> TypeUse) -> Content {
    match &read.media {
        None => Content::Empty,
        Some(media) => match media.form {
            Form::Json => Content::Json(place(media)),
            Form::Text => Content::Text,
            Form::UrlEncoded | Form::FormData | Form::Multipart | Form::Bytes => Content::Bytes,
        },
    }
}

/// The error type of a response. Without a JSON body there is none, and the error has the raw bytes.
fn error<'d>(read: &Read<'d>, base: &str, builder: &mut TypeBuilder<'_, 'd>) -> Option<ErrorCase> {
    let media = read.media.as_ref()?;
    if media.form != Form::Json {
        builder.reader.account.note(&read.at, Loss::Kept, "has no JSON as its body: callers get status, headers and bytes");
        return None;
    }
    let name = type_name(&format!("{base}{}Error", read.status.name()));
    let body = builder.force(&name, &media.at.at("schema"), media.schema);
    Some(ErrorCase { status: read.status, body, description: read.description.to_owned() })
}
