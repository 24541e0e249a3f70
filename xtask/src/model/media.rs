//! Media types of bodies: the form of each, and the order of preference.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The form of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    UrlEncoded,
    /// `multipart/form-data`: a form whose fields can be files.
    FormData,
    /// Another `multipart` type, whose parts have no names.
    Multipart,
    Text,
    Bytes,
}

impl Form {
    /// The form of bodies of the media type `name`. `is_structured` says whether the schema is more than a scalar: then a body
    /// of any media type must be JSON.
    pub fn of(name: &str, is_structured: impl FnOnce() -> bool) -> Self {
        match essence(name).as_str() {
            essence if is_json(essence) => Self::Json,
            "application/x-www-form-urlencoded" => Self::UrlEncoded,
            "*/*" if is_structured() => Self::Json,
            "multipart/form-data" => Self::FormData,
            essence if essence.starts_with("multipart/") => Self::Multipart,
            "text/event-stream" => Self::Bytes,
            essence if essence.starts_with("text/") => Self::Text,
            _ => Self::Bytes,
        }
    }

    /// The preference of a media type: the lowest rank is used.
    #[must_use]
    pub fn rank(self, name: &str) -> u8 {
        match self {
            Self::Json if essence(name) == "application/json" => 0,
            Self::Json if !name.contains('*') => 1,
            Self::Json => 2,
            Self::UrlEncoded => 3,
            Self::Bytes | Self::Text => 4,
            Self::FormData => 5,
            Self::Multipart => 6,
        }
    }
}

/// Whether a scalar is written in the media type as it is in a parameter.
#[must_use]
pub fn is_any_text(media: &str) -> bool {
    ["*/*", "text/plain"].contains(&essence(media).as_str())
}

/// Whether bodies of the media type are JSON.
#[must_use]
pub fn is_json(media: &str) -> bool {
    let essence = essence(media);
    essence.ends_with("/json") || essence.ends_with("+json")
}

/// Whether bodies of the media type are bytes that cannot be text.
#[must_use]
pub fn is_binary(media: &str) -> bool {
    let essence = essence(media);
    let is_listed = ["application/octet-stream", "application/pdf", "application/zip"].contains(&essence.as_str());
    is_listed
        || ["image/", "audio/", "video/", "font/"].iter().any(|kind| essence.starts_with(kind) && essence != "image/svg+xml")
}

/// The `format` that corresponds to the content keywords of 3.1 for binary data.
#[must_use]
pub fn format_of_content(schema: &Map<String, Value>) -> Option<&'static str> {
    let of = |key: &str| schema.get(key).and_then(Value::as_str).map(str::to_ascii_lowercase);
    match (of("contentEncoding").as_deref(), of("contentMediaType").as_deref()) {
        (Some("base64" | "base64url"), _) => Some("byte"),
        (Some("binary"), _) => Some("binary"),
        (None, Some(media)) if is_binary(media) => Some("binary"),
        _ => None,
    }
}

/// Whether a media type or media range includes another media type.
#[must_use]
pub fn admits(range: &str, media: &str) -> bool {
    let (range, media) = (essence(range), essence(media));
    let (kind, sub) = range.split_once('/').unwrap_or_default();
    let (other_kind, other_sub) = media.split_once('/').unwrap_or_default();
    let sub_fits = sub == "*" || sub == other_sub || sub.strip_prefix('*').is_some_and(|suffix| other_sub.ends_with(suffix));
    (kind == "*" || kind == other_kind) && sub_fits
}

/// The parameters of a media type, apart from the usual charset.
#[must_use]
pub fn parameters(media: &str) -> BTreeSet<String> {
    let own = media.split(';').skip(1).map(|own| own.replace([' ', '"'], "").to_ascii_lowercase());
    own.filter(|own| !["", "charset=utf-8", "charset=utf8"].contains(&own.as_str())).collect()
}

/// Whether two names are those of the same media type, with the same parameters.
#[must_use]
pub fn is_same(media: &str, other: &str) -> bool {
    essence(media) == essence(other) && parameters(media) == parameters(other)
}

/// The media types in a list.
pub fn listed(media: &str) -> impl Iterator<Item = &str> {
    media.split(',').map(str::trim).filter(|media| !media.is_empty())
}

/// The media type without its parameters.
#[must_use]
pub fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
