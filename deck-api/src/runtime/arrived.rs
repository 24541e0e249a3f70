//! The received part of a response, which is kept even if the rest never arrives.

use super::{HeaderMap, Http, StatusCode};
use bytes::Bytes;
use http::Version;

/// The status, the headers, the version of HTTP, and the received part of the body.
#[derive(Default)]
pub(super) struct Arrived {
    pub(super) head: Option<(StatusCode, HeaderMap, Version)>,
    first: Bytes,
    rest: Vec<u8>,
}

impl Arrived {
    /// Adds a chunk of the body. Most bodies are a single chunk, which is kept without a copy. For others, the capacity doubles
    /// as data arrives, up to the announced length. The announced length alone never causes an allocation.
    pub(super) fn push(&mut self, chunk: &Bytes, announced: Option<u64>) {
        if self.first.is_empty() {
            self.first = chunk.clone();
            return;
        }
        if self.rest.is_empty() {
            self.rest.extend_from_slice(&self.first);
        }
        let needed = self.rest.len() + chunk.len();
        if needed > self.rest.capacity() {
            let announced = announced.and_then(|bytes| bytes.try_into().ok()).unwrap_or(usize::MAX);
            let wanted = (self.rest.len() * 2).min(announced).max(needed);
            self.rest.reserve_exact(wanted - self.rest.len());
        }
        self.rest.extend_from_slice(chunk);
    }

    /// Returns the number of received bytes of the body.
    pub(super) fn len(&self) -> usize {
        self.first.len().max(self.rest.len())
    }

    /// Returns the response if at least its head has arrived.
    pub(super) fn finish(self) -> Option<Http> {
        let (status, headers, version) = self.head?;
        let body = if self.rest.is_empty() { self.first } else { self.rest.into() };
        Some(Http::new(status, headers, body).with_version(version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(chunks: usize, announced: Option<u64>) -> Arrived {
        let mut arrived = Arrived::default();
        (0..chunks).for_each(|_| arrived.push(&Bytes::from_static(&[0; 1000]), announced));
        arrived
    }

    #[test]
    fn memory_is_reserved_for_received_and_not_for_announced_bytes() {
        let arrived = pushed(3, Some(60 << 20));
        assert!(arrived.len() == 3000 && arrived.rest.capacity() <= 8000, "{}", arrived.rest.capacity());
    }

    #[test]
    fn the_capacity_does_not_grow_beyond_the_announced_length() {
        let arrived = pushed(100, Some(100_000));
        assert_eq!((arrived.len(), arrived.rest.capacity()), (100_000, 100_000));
        assert_eq!(pushed(100, None).len(), 100_000);
    }
}
