//! Successes that carry different bodies by status.

use super::decode::json_text;
use super::{DecodeError, Http, Operation, Response, charset};
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
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
    readable(operation, http)?;
    // Only then is it worth the time to find out where the text went wrong.
    serde_json::from_slice(json_text(http.body())).map_err(|_| Box::new(DecodeError::new::<T>(operation, http.clone())))
}

/// A body that is text, in the charset that its header names.
///
/// # Errors
///
/// Where it is not text in that charset, or the charset is not known.
pub fn read_text(operation: &'static Operation, http: &Http) -> Result<String, Box<DecodeError>> {
    readable(operation, http)?;
    let media = http.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    charset::decode(http.body(), &String::from_utf8_lossy(media))
        .map_err(|expected| Box::new(DecodeError::unexpected(operation, http.clone(), &expected)))
}

/// A body as it is.
///
/// # Errors
///
/// Where it is compressed.
pub fn read_bytes(operation: &'static Operation, http: &Http) -> Result<Bytes, Box<DecodeError>> {
    readable(operation, http)?;
    Ok(http.body().clone())
}

/// A compressed body that nobody has decompressed is not a success: its bytes are not those of the document.
fn readable(operation: &'static Operation, http: &Http) -> Result<(), Box<DecodeError>> {
    let encoding = http.headers().get(CONTENT_ENCODING).map(|encoding| String::from_utf8_lossy(encoding.as_bytes()));
    match encoding.filter(|encoding| !encoding.trim().eq_ignore_ascii_case("identity") && !http.body().is_empty()) {
        None => Ok(()),
        Some(encoding) => {
            let advice = "the features `gzip`, `brotli` and `zstd` of this crate decompress";
            let expected = format!("a body that is not compressed, found content-encoding `{encoding}` ({advice})");
            Err(Box::new(DecodeError::unexpected(operation, http.clone(), &expected)))
        }
    }
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
        $crate::runtime::read_bytes($operation, &$http).map(Self::$variant)
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
                #[allow(unreachable_code, reason = "a range or `default` may stand for every status")]
                Err(Box::new($crate::runtime::DecodeError::unexpected(operation, http, "the status of a documented success")))
            }
        }
    };
}
pub(crate) use success_by_status;
