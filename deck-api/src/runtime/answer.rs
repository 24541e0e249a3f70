//! Successful responses whose body depends on the status.

use super::decode::json_text;
use super::{DecodeError, Http, Operation, Response, charset};
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use serde::de::DeserializeOwned;

/// The successful responses of an operation, by status. Generated enums implement it.
pub trait Success: Sized {
    /// Decodes the response.
    ///
    /// # Errors
    ///
    /// Returns an error if the body does not have the type that belongs to the status.
    fn decode(operation: &'static Operation, http: Http) -> Result<Response<Self>, Box<DecodeError>>;
}

/// Decodes a JSON body.
///
/// # Errors
///
/// Returns an error if the body cannot be decoded.
pub fn read_json<T: DeserializeOwned>(operation: &'static Operation, http: &Http) -> Result<T, Box<DecodeError>> {
    readable(operation, http)?;
    // Only a failure justifies the slower pass that locates the error.
    serde_json::from_slice(json_text(http.body())).map_err(|_| Box::new(DecodeError::new::<T>(operation, http.clone())))
}

/// Decodes a text body in the charset that its `content-type` names.
///
/// # Errors
///
/// Returns an error if the charset is not supported or the body is not valid in it.
pub fn read_text(operation: &'static Operation, http: &Http) -> Result<String, Box<DecodeError>> {
    readable(operation, http)?;
    let media = http.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    charset::decode(http.body(), &String::from_utf8_lossy(media))
        .map_err(|expected| Box::new(DecodeError::unexpected(operation, http.clone(), &expected)))
}

/// Returns the raw body.
///
/// # Errors
///
/// Returns an error if the body is compressed.
pub fn read_bytes(operation: &'static Operation, http: &Http) -> Result<Bytes, Box<DecodeError>> {
    readable(operation, http)?;
    Ok(http.body().clone())
}

/// The codings of HTTP that change a body.
const COMPRESSIONS: [&str; 8] = ["gzip", "x-gzip", "compress", "x-compress", "deflate", "br", "zstd", "dcb"];

/// Refuses a body that is still compressed: it is not the content that the document describes.
fn readable(operation: &'static Operation, http: &Http) -> Result<(), Box<DecodeError>> {
    let encoding = http.headers().get(CONTENT_ENCODING).map(|encoding| String::from_utf8_lossy(encoding.as_bytes()));
    // Some servers name a charset here, or nothing.
    let is_compression = |name: &str| COMPRESSIONS.iter().any(|known| name.trim().eq_ignore_ascii_case(known));
    match encoding.filter(|encoding| encoding.split(',').any(is_compression) && !http.body().is_empty()) {
        None => Ok(()),
        Some(encoding) => {
            let advice = "enable the feature `gzip`, `brotli` or `zstd` of this crate to decompress bodies";
            let expected = format!("a body that is not compressed, found content-encoding `{encoding}` ({advice})");
            Err(Box::new(DecodeError::unexpected(operation, http.clone(), &expected)))
        }
    }
}

/// Implements [`Success`](crate::runtime::Success) for the enum of an operation's successful responses.
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
                #[allow(unreachable_code, reason = "a range or `default` may match every status")]
                Err(Box::new($crate::runtime::DecodeError::unexpected(operation, http, "the status of a documented success")))
            }
        }
    };
}
pub(crate) use success_by_status;
