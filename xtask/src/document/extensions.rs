//! Vendor extensions that affect the generated code, as opposed to all others.

/// The vendor extensions that affect the generated code. `diff` reports changes of each.
pub const FACTS: [&str; 14] = [
    "x-poll",
    "x-rate-limit",
    "x-from",
    "x-error-list",
    "x-request-id",
    "x-capacity-codes",
    "x-error-item",
    "x-created-id",
    "x-idempotency-key",
    "x-deep-object",
    "x-credential",
    "x-document-url",
    "x-types",
    "x-lenient",
];

/// Whether a key is an extension without effect on the code.
#[must_use]
pub fn is_extension(key: &str) -> bool {
    key.starts_with("x-") && !FACTS.contains(&key)
}
