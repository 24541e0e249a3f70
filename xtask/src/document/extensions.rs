//! The vendor extensions of a document: those by which code is generated, and all others.

/// The extensions by which code is generated: `diff` has a fact for a change of each.
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

/// Whether it is an extension that no code depends on.
#[must_use]
pub fn is_extension(key: &str) -> bool {
    key.starts_with("x-") && !FACTS.contains(&key)
}
