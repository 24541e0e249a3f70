//! Statuses: the keys of responses, and their Rust names.

/// The key of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Code(u16),
    Range(u16),
    Default,
}

impl Status {
    /// Parses `404`, `4XX` or `default`.
    pub fn parse(key: &str) -> Option<Self> {
        match key.as_bytes() {
            b"default" => Some(Self::Default),
            [class @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => Some(Self::Range(u16::from(class - b'0'))),
            [b'1'..=b'9', b'0'..=b'9', b'0'..=b'9'] => key.parse().ok().map(Self::Code),
            _ => None,
        }
    }

    /// Whether a documented response with this status is a success: 2xx, 302, 303 or 304.
    #[must_use]
    pub fn is_success(self) -> bool {
        self.is_2xx() || self.outcome().is_some()
    }

    /// Whether the status is, or includes, one from 200 to 299.
    #[must_use]
    pub fn is_2xx(self) -> bool {
        matches!(self, Self::Code(200..=299) | Self::Range(2))
    }

    /// The code, if the status is an outcome other than 2xx. Other redirects only ask to repeat the request elsewhere.
    #[must_use]
    pub fn outcome(self) -> Option<u16> {
        match self {
            Self::Code(code @ 302..=304) => Some(code),
            _ => None,
        }
    }

    /// Whether a response with this status can have a body (RFC 9110, 15.3.5, 15.3.6 and 15.4.5).
    #[must_use]
    pub fn has_body(self) -> bool {
        !matches!(self, Self::Code(204 | 205 | 304))
    }

    /// The reason phrase of RFC 9110 as a Rust name.
    #[must_use]
    pub fn name(self) -> String {
        let reason = match self {
            Self::Default => "Default",
            Self::Range(2) => "Success",
            Self::Range(3) => "Redirection",
            Self::Range(4) => "ClientError",
            Self::Range(5) => "ServerError",
            Self::Code(code) => REASONS.iter().find(|(known, _)| *known == code).map_or("", |(_, name)| name),
            Self::Range(_) => "",
        };
        match self {
            Self::Code(code) | Self::Range(code) if reason.is_empty() => format!("Status{code}"),
            _ => reason.to_owned(),
        }
    }
}

const REASONS: [(u16, &str); 36] = [
    (200, "Ok"),
    (201, "Created"),
    (202, "Accepted"),
    (204, "NoContent"),
    (206, "PartialContent"),
    (207, "MultiStatus"),
    (300, "MultipleChoices"),
    (301, "MovedPermanently"),
    (302, "Found"),
    (303, "SeeOther"),
    (304, "NotModified"),
    (307, "TemporaryRedirect"),
    (308, "PermanentRedirect"),
    (400, "BadRequest"),
    (401, "Unauthorized"),
    (402, "PaymentRequired"),
    (403, "Forbidden"),
    (404, "NotFound"),
    (405, "MethodNotAllowed"),
    (406, "NotAcceptable"),
    (408, "RequestTimeout"),
    (409, "Conflict"),
    (410, "Gone"),
    (411, "LengthRequired"),
    (412, "PreconditionFailed"),
    (413, "ContentTooLarge"),
    (415, "UnsupportedMediaType"),
    (422, "UnprocessableContent"),
    (423, "Locked"),
    (424, "FailedDependency"),
    (429, "TooManyRequests"),
    (500, "InternalServerError"),
    (501, "NotImplemented"),
    (502, "BadGateway"),
    (503, "ServiceUnavailable"),
    (504, "GatewayTimeout"),
];
