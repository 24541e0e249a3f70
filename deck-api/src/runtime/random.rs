//! Random numbers of the system, and the keys that are made of them.

use super::{Call, InvalidRequest};
use http::header::{HeaderName, HeaderValue};
use ring::rand::{SecureRandom, SystemRandom};

/// Sets a random idempotency key unless the caller has set one. All attempts share it, so that the API recognizes them as one
/// call.
pub(super) fn ensure_idempotency_key(call: &mut Call) -> Result<(), InvalidRequest> {
    if let Some(name) = call.operation.idempotency_key
        && !call.headers.contains_key(name)
    {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            InvalidRequest::new(format!("`{name}`, the header for the idempotency key, is not a valid header name"))
        })?;
        let key =
            HeaderValue::from_str(&key()?).map_err(|_| InvalidRequest::new("the idempotency key is not a valid header value"))?;
        call.headers.insert(name, key);
    }
    Ok(())
}

/// Returns a random key of 128 bits, as hexadecimal digits.
pub(super) fn key() -> Result<String, InvalidRequest> {
    Ok(format!("{:032x}", u128::from_le_bytes(random_bytes()?)))
}

fn random_bytes<const N: usize>() -> Result<[u8; N], InvalidRequest> {
    let mut bytes = [0; N];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map(|()| bytes).map_err(|_| {
        InvalidRequest::new("the system's random number generator failed; idempotency keys, waits and multipart forms need it")
    })
}

/// Returns a random number.
pub(super) fn number() -> Result<u32, InvalidRequest> {
    random_bytes().map(u32::from_le_bytes)
}
