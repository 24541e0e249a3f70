//! The error for a response with an error status: the decoded body, the listed errors, and the raw response.

use super::api::MAX_PARSED_ERROR_BYTES;
use super::{Call, ErrorItem, Http, Operation, StatusCode, TransportError};
use super::{auth, redact};
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The error responses of an operation, by status. Generated enums implement it.
pub trait OperationError: Sized {
    /// The type of the id of the object that the operation creates; `String` if the document defines none.
    type CreatedId: From<String>;

    /// Decodes the body of an error. Returns `None` if the status has no schema, or if the body does not fit it.
    fn decode(status: u16, body: &[u8]) -> Option<Self>;
}

/// The type parameter of errors whose operation has no error enum, or whose enum was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untyped {}

impl OperationError for Untyped {
    type CreatedId = String;

    fn decode(_: u16, _: &[u8]) -> Option<Self> {
        None
    }
}

/// The error for a request that the API refused.
pub struct ApiError<E = Untyped> {
    operation: &'static Operation,
    http: Http,
    errors: Vec<Box<dyn ErrorItem>>,
    typed: Option<E>,
    broken: Option<TransportError>,
    pub(super) history: super::error::Attached,
}

impl<E: OperationError> ApiError<E> {
    pub(super) fn new(call: &Call, http: Http, broken: Option<TransportError>) -> Self {
        let operation = call.operation;
        // A larger body is not parsed; `body()` returns it.
        let parsed = if http.body().len() <= MAX_PARSED_ERROR_BYTES { super::decode::json_text(http.body()) } else { &[] };
        let errors = crate::generated::API.error_list.as_ref().map(|list| list.read(parsed)).unwrap_or_default();
        let typed = E::decode(http.status().as_u16(), parsed);
        Self { operation, http, errors, typed, broken, history: None }
    }
}

impl<E> ApiError<E> {
    /// Returns the status, the headers and the raw body.
    #[must_use]
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// Returns the body, decoded as the type that the document defines for this status. Returns `None` if there is no such type,
    /// or if the body does not fit it.
    #[must_use]
    pub fn typed(&self) -> Option<&E> {
        self.typed.as_ref()
    }

    /// Returns the errors that the body lists, whatever the status.
    pub fn errors(&self) -> impl Iterator<Item = &dyn ErrorItem> {
        self.errors.iter().map(AsRef::as_ref)
    }

    /// Returns how long the API asks to wait before another attempt: the header `Retry-After`, in seconds or as a date.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(self.http.headers())
    }

    pub(super) fn untyped(self) -> ApiError {
        let Self { operation, http, errors, broken, history, .. } = self;
        ApiError { operation, http, errors, typed: None, broken, history }
    }

    pub(super) fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.broken.as_ref().map(|error| error as _)
    }

    /// Returns advice for the user, if there is any for this status.
    fn advice(&self) -> Option<String> {
        match self.http.status() {
            StatusCode::UNAUTHORIZED => auth::advice(self.operation),
            StatusCode::CONFLICT if self.operation.idempotency_key.is_some() => Some(
                "if the idempotency key was used before with other parameters, repeat that call exactly, or use another key"
                    .to_owned(),
            ),
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => Some(
                "the proxy requires a user name and a password: put them into the URL of the proxy, as in \
                 `http://user:password@proxy:8080`"
                    .to_owned(),
            ),
            StatusCode::NOT_MODIFIED => Some(
                "the resource has not changed since the version in the request; the document does not describe this response"
                    .to_owned(),
            ),
            StatusCode::FORBIDDEN => Some("the credentials are valid, but do not permit this operation".to_owned()),
            StatusCode::TOO_MANY_REQUESTS => Some(match self.retry_after() {
                Some(wait) => format!("try again in {} s", wait.as_secs()),
                None => "wait before the next attempt".to_owned(),
            }),
            status if status.is_redirection() => {
                let location = self.http.location().unwrap_or("nowhere");
                // The query, the user and the password may be sensitive.
                let whole = if location.starts_with("//") { format!("https:{location}") } else { location.to_owned() };
                let location = match reqwest::Url::parse(&whole) {
                    Ok(url) => format!("{}{}", url.origin().ascii_serialization(), url.path()),
                    Err(_) => location.split(['?', '#']).next().unwrap_or_default().to_owned(),
                };
                let location = redact::said(&self.history, &location);
                Some(format!(
                    "the document does not describe this redirect; the client does not follow redirects, so that the key is only sent to \
                     its own server; this one leads to {location}"
                ))
            }
            status if status.is_server_error() => Some("the API failed; contact its support with the request id".to_owned()),
            _ => None,
        }
    }
}

/// Returns how long `headers` ask to wait before another request.
pub(super) fn retry_after(headers: &http::HeaderMap) -> Option<Duration> {
    let header = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let asked = header(http::header::RETRY_AFTER)?;
    // A proxy may have joined several headers with commas. A date has a comma too.
    if let Some(seconds) = asked.split(',').next().and_then(seconds) {
        return Some(Duration::from_secs(seconds));
    }
    // The server's clock if the response has it: the local clock may be wrong.
    let now = match header(http::header::DATE).and_then(http_date) {
        Some(now) => now,
        None => SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs().try_into().ok()?,
    };
    Some(Duration::from_secs(u64::try_from(http_date(asked)? - now).unwrap_or(0)))
}

/// Parses a number of seconds and rounds it up. A number beyond 64 bits is a very long time.
fn seconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let rest = u64::from(fraction.bytes().any(|byte| byte != b'0'));
    (are_digits(whole) && are_digits(fraction)).then(|| whole.parse::<u64>().unwrap_or(u64::MAX).saturating_add(rest))
}

/// Parses a date in any of the three HTTP formats (RFC 9110, 5.6.7) to seconds since 1970.
fn http_date(text: &str) -> Option<i64> {
    let imf = chrono::DateTime::parse_from_rfc2822(text).ok().map(|date| date.timestamp());
    let older = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let read = |form: &&str| chrono::NaiveDateTime::parse_from_str(text, form).ok();
    imf.or_else(|| older.iter().find_map(read).map(|date| date.and_utc().timestamp()))
}

impl<E> fmt::Display for ApiError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |text: &str| redact::said(&self.history, text);
        write!(f, "{}: the API answered {}", self.operation.id, self.http.status())?;
        if let Some(id) = self.http.request_id() {
            write!(f, " (request {})", said(&id))?;
        }
        for (index, item) in self.errors().enumerate() {
            let kind = [item.kind(), item.code()].into_iter().flatten().collect::<Vec<_>>().join("/");
            let parts = [kind.as_str(), item.message().unwrap_or_default()].into_iter().filter(|part| !part.is_empty());
            let text = parts.map(said).collect::<Vec<_>>().join(": ");
            write!(f, "{}{text}", if index == 0 { ": " } else { "; " })?;
        }
        if let Some(broken) = &self.broken {
            write!(f, "; its body was cut off: {broken}")?;
        }
        self.advice().map_or(Ok(()), |advice| write!(f, "; {advice}"))
    }
}

/// Omits the headers and the body; shows only the codes of the errors.
impl<E> fmt::Debug for ApiError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codes: Vec<_> = self.errors().filter_map(ErrorItem::code).map(|code| redact::said(&self.history, code)).collect();
        f.debug_struct("ApiError")
            .field("operation", &self.operation.id)
            .field("http", &self.http)
            .field("codes", &codes)
            .field("typed", &self.typed.is_some())
            .finish_non_exhaustive()
    }
}

/// Implements [`OperationError`](crate::runtime::OperationError) for an enum: decodes the body into the variant of its status.
macro_rules! operation_error {
    ($name:ident: $($status:pat => $variant:ident),* $(,)?) => {
        $crate::runtime::operation_error!($name creates String: $($status => $variant),*);
    };
    ($name:ident creates $created:ty: $($status:pat => $variant:ident),* $(,)?) => {
        impl $crate::runtime::OperationError for $name {
            type CreatedId = $created;

            fn decode(status: u16, body: &[u8]) -> Option<Self> {
                // A body that does not fit its status must not be decoded as that of a wider status.
                $(if matches!(status, $status) {
                    return serde_json::from_slice(body).ok().map(Self::$variant);
                })*
                None
            }
        }
    };
}
pub(crate) use operation_error;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_all_formats_of_http() {
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(http_date(text), Some(784_111_777), "{text}");
        }
        assert_eq!(http_date("tomorrow"), None);
    }
}
