//! Successes that carry different bodies by status.

use super::{DecodeError, Http, Operation, Response};
use serde::de::DeserializeOwned;

/// What an operation may answer, by status. Implemented by generated enums.
pub trait Success: Sized {
    /// Decodes the answer.
    ///
    /// # Errors
    ///
    /// Where its body does not fit its status.
    fn decode(operation: &'static Operation, http: Http) -> Result<Response<Self>, Box<DecodeError>>;
}

/// A body that is JSON.
///
/// # Errors
///
/// Where it does not decode.
pub fn read_json<T: DeserializeOwned>(operation: &'static Operation, http: &Http) -> Result<T, Box<DecodeError>> {
    serde_json::from_slice(http.body())
        // Only now is it worth the time to find out where the text went wrong.
        .map_err(|error| Box::new(DecodeError::new::<T>(operation, http.clone(), !error.is_data())))
}

/// A body that is text.
///
/// # Errors
///
/// Where it is not UTF-8.
pub fn read_text(operation: &'static Operation, http: &Http) -> Result<String, Box<DecodeError>> {
    let text = std::str::from_utf8(http.body()).map(str::to_owned);
    text.map_err(|_| Box::new(DecodeError::unexpected(operation, http.clone(), "text in UTF-8")))
}

/// Makes an enum the successes of an operation.
macro_rules! success_by_status {
    (@read json $variant:ident $operation:ident $http:ident) => {
        $crate::runtime::read_json($operation, &$http).map(Self::$variant)
    };
    (@read text $variant:ident $operation:ident $http:ident) => {
        $crate::runtime::read_text($operation, &$http).map(Self::$variant)
    };
    (@read bytes $variant:ident $operation:ident $http:ident) => {
        Ok(Self::$variant($http.body().clone()))
    };
    (@read empty $variant:ident $operation:ident $http:ident) => {
        Ok(Self::$variant)
    };
    ($name:ident: $($status:pat => $variant:ident $form:ident),* $(,)?) => {
        impl $crate::runtime::Success for $name {
            fn decode(
                operation: &'static $crate::runtime::Operation,
                http: $crate::runtime::Http,
            ) -> Result<$crate::runtime::Response<Self>, Box<$crate::runtime::DecodeError>> {
                type Read = Result<$name, Box<$crate::runtime::DecodeError>>;
                let status = http.status().as_u16();
                $(if matches!(status, $status) {
                    let read: Read = $crate::runtime::success_by_status!(@read $form $variant operation http);
                    return Ok($crate::runtime::Response::new(read?, http));
                })*
                // A success of another status is what it fits; nothing fits an empty body but what has none.
                $(if http.body().is_empty() == (stringify!($form) == "empty") {
                    let read: Read = $crate::runtime::success_by_status!(@read $form $variant operation http);
                    if let Ok(read) = read {
                        return Ok($crate::runtime::Response::new(read, http));
                    }
                })*
                Err(Box::new($crate::runtime::DecodeError::unexpected(operation, http, "a body of one of the documented successes")))
            }
        }
    };
}
pub(crate) use success_by_status;
