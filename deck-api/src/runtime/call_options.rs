//! The options that every operation's builder has, as macros for generated code.

/// Implements the options of every call for the builder of an operation.
macro_rules! call_options {
    ($name:ident: $response:ty, $error:ty) => {
        /// Omits the contents of the request, because they may be sensitive.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).field("call", &self.call).finish_non_exhaustive()
            }
        }

        impl $name {
            /// Sends the request and blocks the thread until the response arrives. Requires the feature `blocking`.
            ///
            /// # Errors
            ///
            /// Returns the same errors as `send`, and an error if it is called in async code, which it would block.
            #[cfg(feature = "blocking")]
            pub fn send_blocking(self) -> Result<$response, $error> {
                let client = self.call.client().clone();
                $crate::runtime::block_on(&client, self.send())
            }

            /// Sets the time limit for each attempt of this call, in place of the client's limit.
            pub fn with_timeout(mut self, timeout: std::time::Duration) -> Self {
                self.call.timeout = Some(timeout);
                self
            }

            /// Limits the time in which no part of the response arrives, in place of the client's limit. The wait for the first
            /// byte counts, including the server's processing time.
            pub fn with_read_timeout(mut self, timeout: std::time::Duration) -> Self {
                self.call.read_timeout = Some(timeout);
                self
            }

            /// Limits the time for the whole call: all its attempts and waits together, in place of the client's limit. Prefer it
            /// to a timeout of your own around the call, which would lose the information about the attempts.
            pub fn with_call_timeout(mut self, timeout: std::time::Duration) -> Self {
                self.call.total_timeout = Some(timeout);
                self
            }

            /// Sets the retry policy of this call, in place of the client's policy.
            pub fn with_retry(mut self, policy: $crate::runtime::RetryPolicy) -> Self {
                self.call.retry = Some(policy);
                self
            }

            /// Sets the credentials of this call. They take precedence over those of the client.
            pub fn with_credentials(mut self, credentials: $crate::runtime::Credentials) -> Self {
                self.call = self.call.with_credentials(credentials);
                self
            }

            /// Adds a header that the document does not declare, or replaces one that the client sets. Adding the same name twice
            /// sends both values; if HTTP allows only one value, the last one is sent. `content-length`, `transfer-encoding` and
            /// `host` are reserved for the client.
            pub fn with_header(mut self, name: impl std::convert::AsRef<str>, value: impl std::convert::AsRef<str>) -> Self {
                self.call = self.call.with_header(name.as_ref(), value.as_ref());
                self
            }
        }
    };
}
pub(crate) use call_options;

/// Implements `with_idempotency_key` for the builder of an operation that has an idempotency key.
macro_rules! idempotency_key_option {
    ($name:ident) => {
        impl $name {
            /// Sets the idempotency key, in place of a random one. The key has 1 to 256 characters. While the API keeps the key,
            /// it does not carry out another call with the same key, but repeats the response of the first one. Use the id of the
            /// job that makes the call, so that a repeated job does not do its work twice.
            pub fn with_idempotency_key(mut self, key: impl std::convert::AsRef<str>) -> Self {
                self.call = self.call.with_idempotency_key(key.as_ref());
                self
            }
        }
    };
}
pub(crate) use idempotency_key_option;
