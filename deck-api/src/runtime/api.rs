//! The metadata of an API and of its operations, which generated code defines.

use super::{Json, Scheme, SecurityRequirement, Server};
use http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;

/// The metadata of an API.
#[derive(Debug)]
#[non_exhaustive]
pub struct Api {
    /// `info.title` of the document.
    pub title: &'static str,
    /// `info.version` of the document.
    pub version: &'static str,
    /// The base URL of the API, if the document has one.
    pub base_url: Option<&'static str>,
    /// The servers that a caller can choose from. Empty if there is only one, with an absolute URL without variables.
    pub servers: &'static [Server],
    /// The servers of single operations that are relative or have variables.
    pub operation_servers: &'static [Server],
    /// The prefix of environment variables: `PREFIX_BASE_URL`.
    pub env_prefix: &'static str,
    /// The security schemes of the document.
    pub schemes: &'static [Scheme],
    /// The global security requirements. A call meets one of them, unless its operation has its own.
    pub security: &'static [SecurityRequirement],
    /// The security requirements of all operations.
    pub alternatives: &'static [SecurityRequirement],
    /// JSON pointer to the request id in any response body.
    pub request_id: Option<&'static str>,
    /// The location and type of the errors in a response body.
    pub error_list: Option<ErrorList>,
    /// Error codes that mean that the API is at capacity.
    pub capacity_codes: &'static [&'static str],
    /// The rate limit of the API.
    pub rate_limit: Option<super::RateLimit>,
}

/// The metadata of an operation.
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// `operationId` of the document.
    pub id: &'static str,
    /// The method.
    pub method: Method,
    /// The path, with its variables in braces.
    pub path: &'static str,
    /// The server of the operation, if it has its own.
    pub server: Option<&'static str>,
    /// Its own security requirements, if they differ from the global ones.
    pub security: Option<&'static [SecurityRequirement]>,
    /// The value of the `accept` header: the media types of successful responses.
    pub accept: &'static str,
    /// Which of the statuses 302, 303 and 304 the document describes. These count as successes.
    pub outcomes: &'static [u16],
    /// The media type of the request body; `None` if the document gives only a range.
    pub content_type: Option<&'static str>,
    /// The header that carries an idempotency key.
    pub idempotency_key: Option<&'static str>,
    /// JSON pointer to the id of the object that the operation creates.
    pub created_id: Option<&'static str>,
}

impl Operation {
    /// Returns whether a response with this status is a success.
    pub(super) fn is_outcome(&self, status: StatusCode) -> bool {
        status.is_success() || self.outcomes.contains(&status.as_u16())
    }

    /// Returns whether repeating the request has no further effect, because of an idempotency key or an idempotent method.
    pub(super) fn is_repeatable(&self) -> bool {
        self.idempotency_key.is_some() || self.method.is_idempotent()
    }
}

/// An error that the API lists in a response body. The type of the document's schema for it implements this trait.
pub trait ErrorItem: fmt::Debug + Send + Sync {
    /// The category of the error.
    fn kind(&self) -> Option<&str> {
        None
    }

    /// The error code, for programs.
    fn code(&self) -> Option<&str> {
        None
    }

    /// The error message, for people.
    fn message(&self) -> Option<&str> {
        None
    }

    /// The request field that caused the error.
    fn field(&self) -> Option<&str> {
        None
    }
}

/// The maximum size of a body that is searched for errors: a parsed body takes up to twenty times its size in memory.
pub(super) const MAX_PARSED_ERROR_BYTES: usize = 1 << 20;

/// The location and type of the errors in a response body.
#[derive(Debug)]
pub struct ErrorList {
    pointer: &'static str,
    read: fn(&Value) -> Option<Box<dyn ErrorItem>>,
}

/// Returns the error list at `pointer`, with items of the type `T`.
#[must_use]
pub const fn error_list<T: ErrorItem + DeserializeOwned + 'static>(pointer: &'static str) -> ErrorList {
    ErrorList { pointer, read: read_item::<T> }
}

fn read_item<T: ErrorItem + DeserializeOwned + 'static>(item: &Value) -> Option<Box<dyn ErrorItem>> {
    let item: T = serde::Deserialize::deserialize(item).ok()?;
    Some(Box::new(item))
}

impl ErrorList {
    /// Returns the errors that `body` lists, or none if there is no list. A single object in place of the list counts as one
    /// item.
    pub(crate) fn read(&self, body: &[u8]) -> Vec<Box<dyn ErrorItem>> {
        let listed = super::find::find(body, self.pointer);
        match listed.as_ref().and_then(Json::as_value) {
            Some(Value::Array(items)) => items.iter().filter_map(self.read).collect(),
            Some(item @ Value::Object(_)) => (self.read)(item).into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

/// Implements [`ErrorItem`]: maps each of its methods to a field.
macro_rules! error_item {
    ($name:ident: $($role:ident = $field:ident),* $(,)?) => {
        impl $crate::runtime::ErrorItem for $name {
            $(fn $role(&self) -> Option<&str> {
                $crate::runtime::Text::text(&self.$field)
            })*
        }
    };
}
pub(crate) use error_item;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Item {
        code: String,
    }

    impl ErrorItem for Item {
        fn code(&self) -> Option<&str> {
            Some(&self.code)
        }
    }

    #[test]
    fn a_single_error_object_is_a_list_of_one_error() {
        let codes = |pointer: &'static str, body: &str| -> Vec<String> {
            let items = error_list::<Item>(pointer).read(body.as_bytes());
            items.iter().filter_map(|item| item.code().map(str::to_owned)).collect()
        };
        assert_eq!(codes("", r#"{"code":"a"}"#), ["a"]);
        assert_eq!(codes("/error", r#"{"error":{"code":"a"}}"#), ["a"]);
        assert_eq!(codes("/errors", r#"{"errors":[{"code":"a"},{"code":"b"}]}"#), ["a", "b"]);
        assert!(codes("/errors", r#"{"errors":"a"}"#).is_empty() && codes("", "<html>").is_empty());
    }
}
