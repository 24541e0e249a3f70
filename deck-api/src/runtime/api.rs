//! Facts of an API and of its operations, as generated code states them.

use super::{Json, Scheme, SecurityRequirement, Server};
use http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;

/// What holds for a whole API.
#[derive(Debug)]
#[non_exhaustive]
pub struct Api {
    /// `info.title` of the document.
    pub title: &'static str,
    /// `info.version` of the document.
    pub version: &'static str,
    /// Where the API is served, if the document says so.
    pub base_url: Option<&'static str>,
    /// The servers among which a caller can choose, where there are several, or one that is not a whole URL.
    pub servers: &'static [Server],
    /// The servers of single operations that are relative or have variables.
    pub operation_servers: &'static [Server],
    /// What the names of environment variables begin with: `PREFIX_BASE_URL`.
    pub env_prefix: &'static str,
    /// The security schemes of the document.
    pub schemes: &'static [Scheme],
    /// The global security requirements. A call meets one of them, unless its operation has its own.
    pub security: &'static [SecurityRequirement],
    /// The security requirements of all operations.
    pub alternatives: &'static [SecurityRequirement],
    /// JSON pointer to the id of the request in any body.
    pub request_id: Option<&'static str>,
    /// Where a body lists errors, and how to read them.
    pub error_list: Option<ErrorList>,
    /// Codes of errors that mean: the API is at capacity, wait.
    pub capacity_codes: &'static [&'static str],
    /// How many requests it takes in a time.
    pub rate_limit: Option<super::RateLimit>,
}

/// What is known of an operation before it is called.
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// `operationId` of the document.
    pub id: &'static str,
    /// The method.
    pub method: Method,
    /// The path, with its variables in braces.
    pub path: &'static str,
    /// Where it is served, if that is elsewhere than the rest of the API.
    pub server: Option<&'static str>,
    /// Its own security requirements, if they differ from the global ones.
    pub security: Option<&'static [SecurityRequirement]>,
    /// The media types of successes, as a list.
    pub accept: &'static str,
    /// The documented statuses among 302, 303 and 304, which are then successes.
    pub outcomes: &'static [u16],
    /// The media type of the body; none where the document names a range.
    pub content_type: Option<&'static str>,
    /// The header that carries an idempotency key.
    pub idempotency_key: Option<&'static str>,
    /// JSON pointer to the id of what the operation creates.
    pub created_id: Option<&'static str>,
}

impl Operation {
    /// Whether a response with this status is an outcome, and no error.
    pub(super) fn is_outcome(&self, status: StatusCode) -> bool {
        status.is_success() || self.outcomes.contains(&status.as_u16())
    }

    /// Whether the API does the same thing only once, however often it is asked.
    pub(super) fn is_repeatable(&self) -> bool {
        self.idempotency_key.is_some() || self.method.is_idempotent()
    }
}

/// An item of the list of errors in a body. Implemented by the type of the document that is one.
pub trait ErrorItem: fmt::Debug + Send + Sync {
    /// The category of the error.
    fn kind(&self) -> Option<&str> {
        None
    }

    /// The error, for programs.
    fn code(&self) -> Option<&str> {
        None
    }

    /// The error, for people.
    fn message(&self) -> Option<&str> {
        None
    }

    /// The field of the request at fault.
    fn field(&self) -> Option<&str> {
        None
    }
}

/// The largest body in which errors are looked for: what is parsed takes up to twenty times its size in memory.
pub(super) const MAX_PARSED_ERROR_BYTES: usize = 1 << 20;

/// Where a body lists errors, and how to read them.
#[derive(Debug)]
pub struct ErrorList {
    pointer: &'static str,
    read: fn(&Value) -> Option<Box<dyn ErrorItem>>,
}

/// Errors of the type `T` in the list at `pointer`.
#[must_use]
pub const fn error_list<T: ErrorItem + DeserializeOwned + 'static>(pointer: &'static str) -> ErrorList {
    ErrorList { pointer, read: read_item::<T> }
}

fn read_item<T: ErrorItem + DeserializeOwned + 'static>(item: &Value) -> Option<Box<dyn ErrorItem>> {
    let item: T = serde::Deserialize::deserialize(item).ok()?;
    Some(Box::new(item))
}

impl ErrorList {
    /// The errors that `body` lists; none if it is no such body. One object in the place of the list is a list of one.
    pub(crate) fn read(&self, body: &[u8]) -> Vec<Box<dyn ErrorItem>> {
        let listed = super::decode::find(body, self.pointer);
        match listed.as_ref().and_then(Json::as_value) {
            Some(Value::Array(items)) => items.iter().filter_map(self.read).collect(),
            Some(item @ Value::Object(_)) => (self.read)(item).into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

/// Implements [`ErrorItem`] by naming the field for each of its methods.
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
    fn an_error_that_is_one_object_is_a_list_of_one() {
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
