//! Media types of bodies: what the bodies of each are, and which of several media types is used.

/// What bodies of a media type are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    UrlEncoded,
    Multipart,
    Text,
    Bytes,
}

impl Form {
    /// What bodies of the media type `name` are. `is_structured` says whether the schema describes more than a scalar: then a
    /// body of any media type can only be JSON.
    pub fn of(name: &str, is_structured: impl FnOnce() -> bool) -> Self {
        match essence(name).as_str() {
            essence if essence.ends_with("/json") || essence.ends_with("+json") => Self::Json,
            "application/x-www-form-urlencoded" => Self::UrlEncoded,
            "*/*" if is_structured() => Self::Json,
            essence if essence.starts_with("multipart/") => Self::Multipart,
            "text/event-stream" => Self::Bytes,
            essence if essence.starts_with("text/") => Self::Text,
            _ => Self::Bytes,
        }
    }

    /// How much later than others a media type of this form is chosen.
    #[must_use]
    pub fn rank(self, name: &str) -> u8 {
        match self {
            Self::Json if essence(name) == "application/json" => 0,
            Self::Json if !name.contains('*') => 1,
            Self::Json => 2,
            Self::UrlEncoded => 3,
            Self::Bytes | Self::Text => 4,
            Self::Multipart => 5,
        }
    }
}

/// Whether a single value is written in the media type as it would be in the place of a parameter.
#[must_use]
pub fn is_any_text(media: &str) -> bool {
    ["*/*", "text/plain"].contains(&essence(media).as_str())
}

/// The media type without its parameters.
#[must_use]
pub fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
