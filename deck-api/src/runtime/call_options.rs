//! The options that the builder of every operation has, as macros that generated code calls.

/// Gives the builder of an operation the options that every call has.
macro_rules! call_options {
    ($name:ident: $response:ty, $error:ty) => {
        /// Not what the request holds: that is nobody's business in a log.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).field("call", &self.call).finish_non_exhaustive()
            }
        }

        impl $name {
            /// Sends the request and waits for the answer, in code that is not async. Feature `blocking`.
            ///
            /// # Errors
            ///
            /// As `send`; and where it is called in async code, which it would block.
            #[cfg(feature = "blocking")]
            pub fn send_blocking(self) -> Result<$response, $error> {
                let client = self.call.client().clone();
                $crate::runtime::block_on(&client, self.send())
            }

            /// Limits the time for each attempt of this call, in place of the client's limit.
            pub fn with_timeout(mut self, timeout: std::time::Duration) -> Self {
                self.call = self.call.with_timeout(timeout);
                self
            }

            /// Limits the time in which nothing arrives of the response, in place of the client's limit. The wait for the
            /// first byte counts, so the server's own time does too.
            pub fn with_read_timeout(mut self, timeout: std::time::Duration) -> Self {
                self.call = self.call.with_read_timeout(timeout);
                self
            }

            /// Limits the time for the whole call, all its attempts and waits together, in place of the client's limit. Use
            /// it, and not a timeout around the call: that would lose what the call has learned of its attempts.
            pub fn with_call_timeout(mut self, timeout: std::time::Duration) -> Self {
                self.call = self.call.with_call_timeout(timeout);
                self
            }

            /// Attempts this call again by another policy than the client's.
            pub fn with_retry(mut self, policy: $crate::runtime::RetryPolicy) -> Self {
                self.call = self.call.with_retry(policy);
                self
            }

            /// Calls with these credentials, which go before those of the client.
            pub fn with_credentials(mut self, credentials: $crate::runtime::Credentials) -> Self {
                self.call = self.call.with_credentials(credentials);
                self
            }

            /// Sends a header that the document does not declare, in place of one that the client sets. The same name twice
            /// sends two values, unless HTTP allows only one, which then is the last. `content-length`, `transfer-encoding`
            /// and `host` cannot be set: they are the client's.
            pub fn with_header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
                self.call = self.call.with_header(name.as_ref(), value.as_ref());
                self
            }
        }
    };
}
pub(crate) use call_options;

/// Gives the builder of an operation with an idempotency key the option to set it.
macro_rules! idempotency_key_option {
    ($name:ident) => {
        impl $name {
            /// Marks the call by a key of 1 to 256 characters, in place of a random one: while the API keeps the key, another
            /// call with it is not carried out, but answered as the first one was. Take the id of the job that makes the
            /// call, and a job that runs again does not do its work twice.
            pub fn with_idempotency_key(mut self, key: impl AsRef<str>) -> Self {
                self.call = self.call.with_idempotency_key(key.as_ref());
                self
            }
        }
    };
}
pub(crate) use idempotency_key_option;
