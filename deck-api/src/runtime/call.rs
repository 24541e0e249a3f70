//! A call under construction. Its first error is kept until the call is sent, so that setters can be chained.

use super::{Credentials, HeldCredentials, InvalidRequest, Operation, RetryPolicy, Serialization, Style, encode, headers, url};
use crate::Client;
use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderValue};
use serde::Serialize;
use std::fmt;
use std::time::Duration;

/// The maximum length of an idempotency key.
const MAX_KEY_CHARS: usize = 256;

/// A call of an operation. The operation's builder adds its parameters and body when it is sent.
#[derive(Clone)]
pub struct Call {
    pub(super) client: Client,
    pub(super) operation: &'static Operation,
    path: Vec<(&'static str, String)>,
    query: Vec<String>,
    pub(super) headers: HeaderMap,
    pub(super) credentials: Option<Box<HeldCredentials>>,
    pub(super) body: Option<Bytes>,
    /// The media type of the body, if it is not the operation's.
    pub(super) content_type: Option<HeaderValue>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) read_timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    /// Whether the call is a poll, whose time in the request budget is already reserved.
    pub(super) is_poll: bool,
    invalid: Option<InvalidRequest>,
}

impl Call {
    /// Creates a call without parameters.
    #[must_use]
    pub fn new(client: &Client, operation: &'static Operation) -> Self {
        Self {
            client: client.clone(),
            operation,
            path: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            credentials: None,
            body: None,
            content_type: None,
            timeout: None,
            read_timeout: None,
            total_timeout: None,
            retry: None,
            is_poll: false,
            invalid: None,
        }
    }

    /// Sets a path parameter.
    #[must_use]
    pub fn path(self, name: &'static str, value: Option<impl Serialize>) -> Self {
        self.path_in_style(name, value, Style::Simple)
    }

    /// Sets a parameter that may have been given as a builder: passes the built value to `set`.
    #[must_use]
    pub fn built<T>(self, name: &str, value: Option<super::Built<T>>, set: impl FnOnce(Self, Option<T>) -> Self) -> Self {
        match super::built(name, value) {
            Ok(value) => set(self, value),
            Err(error) => self.with(|_| Err(error)),
        }
    }

    /// Sets a path parameter that is serialized in another style than `simple`.
    #[must_use]
    pub fn path_in_style(self, name: &'static str, value: Option<impl Serialize>, style: Style) -> Self {
        self.with(|call| {
            let value = super::required(name, value)?;
            call.path.push((name, encode::path_segment(name, value, style)?));
            Ok(())
        })
    }

    /// Sets a query parameter if there is a value.
    #[must_use]
    pub fn query(self, name: &'static str, value: Option<impl Serialize>, how: impl Into<Serialization>) -> Self {
        self.with(|call| {
            if let Some(value) = value {
                call.query.extend(encode::query_pairs(name, value, how.into())?);
            }
            Ok(())
        })
    }

    /// Sets a required query parameter.
    #[must_use]
    pub fn required_query(self, name: &'static str, value: Option<impl Serialize>, how: impl Into<Serialization>) -> Self {
        self.with(|call| {
            let pairs = encode::query_pairs(name, super::required(name, value)?, how.into())?;
            call.query.extend(super::value::not_empty(name, (!pairs.is_empty()).then_some(pairs))?);
            Ok(())
        })
    }

    /// Sets a header parameter if there is a value.
    #[must_use]
    pub fn header(self, name: &'static str, value: Option<impl Serialize>, style: Style) -> Self {
        self.with(|call| match value.map(|value| encode::header_text(name, value, style)).transpose()?.flatten() {
            Some(text) => headers::set(&mut call.headers, name, &text),
            None => Ok(()),
        })
    }

    /// Sets a required header parameter.
    #[must_use]
    pub fn required_header(self, name: &'static str, value: Option<impl Serialize>, style: Style) -> Self {
        self.with(|call| {
            let text = encode::header_text(name, super::required(name, value)?, style)?;
            headers::set(&mut call.headers, name, &super::value::not_empty(name, text)?)
        })
    }

    /// Sets a cookie parameter if there is a value.
    #[must_use]
    pub fn cookie(self, name: &'static str, value: Option<impl Serialize>, style: Style) -> Self {
        self.with(|call| match value {
            Some(value) => call.add_cookies(&encode::cookies(name, value, style)?),
            None => Ok(()),
        })
    }

    /// Sets a required cookie parameter.
    #[must_use]
    pub fn required_cookie(self, name: &'static str, value: Option<impl Serialize>, style: Style) -> Self {
        self.with(|call| {
            let cookies = encode::cookies(name, super::required(name, value)?, style)?;
            call.add_cookies(&super::value::not_empty(name, (!cookies.is_empty()).then_some(cookies))?)
        })
    }

    fn add_cookies(&mut self, cookies: &[String]) -> Result<(), InvalidRequest> {
        cookies.iter().try_for_each(|cookie| headers::add(&mut self.headers, header::COOKIE.as_str(), cookie))
    }

    /// Implements the method of this name of every operation's builder.
    #[must_use]
    pub fn with_credentials(self, credentials: Credentials) -> Self {
        self.with(|call| {
            let held = call.client.check_credentials(credentials).map_err(InvalidRequest::new)?;
            call.credentials = Some(Box::new(held));
            Ok(())
        })
    }

    /// Implements the method of this name of every operation's builder.
    #[must_use]
    pub fn with_header(self, name: &str, value: &str) -> Self {
        if self.operation.idempotency_key.is_some_and(|key| key.eq_ignore_ascii_case(name)) {
            return self.with_idempotency_key(value);
        }
        self.with(|call| headers::add(&mut call.headers, name, value))
    }

    /// Implements the method of this name of every operation's builder.
    #[must_use]
    pub fn with_idempotency_key(self, key: &str) -> Self {
        self.with(|call| {
            let invalid = |message: String| Err(InvalidRequest::new(message));
            let Some(header) = call.operation.idempotency_key else {
                return invalid("the document declares no idempotency key for this operation".to_owned());
            };
            match key.chars().count() {
                // HTTP trims header values, so two different keys could become the same one.
                _ if key.trim() != key => invalid("the idempotency key starts or ends with whitespace".to_owned()),
                0 => invalid("the idempotency key is empty".to_owned()),
                1..=MAX_KEY_CHARS => headers::set(&mut call.headers, header, key),
                chars => invalid(format!("the idempotency key has {chars} characters, but at most {MAX_KEY_CHARS} are allowed")),
            }
        })
    }

    /// Returns the value of a path parameter.
    pub(super) fn path_value(&self, name: &str) -> Option<String> {
        let (_, value) = self.path.iter().find(|(own, _)| *own == name)?;
        Some(percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Returns the time limit of each attempt.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout.unwrap_or_else(|| self.client.timeout())
    }

    /// Returns the longest time in which no part of a response arrives.
    pub(super) fn read_timeout(&self) -> Option<Duration> {
        self.read_timeout.or_else(|| self.client.read_timeout())
    }

    /// Returns the time limit of all attempts and waits together.
    pub(super) fn total_timeout(&self) -> Option<Duration> {
        self.total_timeout.or_else(|| self.client.total_timeout())
    }

    pub(super) fn retry(&self) -> &RetryPolicy {
        self.retry.as_ref().unwrap_or_else(|| self.client.retry())
    }

    /// Returns the URL of the call.
    pub(crate) fn url(&self) -> Result<reqwest::Url, InvalidRequest> {
        match &self.invalid {
            Some(invalid) => Err(invalid.clone()),
            None => url::whole(&*self.client.server_of(self.operation)?, self.operation.path, &self.path, &self.query),
        }
    }

    /// Applies a change unless the call is already invalid, and keeps the error if the change fails.
    pub(super) fn with(mut self, change: impl FnOnce(&mut Self) -> Result<(), InvalidRequest>) -> Self {
        if self.invalid.is_none() {
            self.invalid = change(&mut self).err();
        }
        self
    }
}

/// Omits the body and the headers, because they may be sensitive.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &self.operation.id).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
