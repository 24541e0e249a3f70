//! The styles of parameters and forms, and which characters they escape.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// The style of a parameter, as in OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `ids=a&ids=b`, and for objects `k=v&l=w`
    Form,
    /// `ids=a,b`, and for objects `ids=k,v,l,w`
    FormJoined,
    /// `ids=a%20b`
    SpaceDelimited,
    /// `ids=a%7Cb`
    PipeDelimited,
    /// `filter%5Bage%5D=5`, which is `filter[age]=5`, for objects without nested arrays and objects
    DeepObject,
    /// As `DeepObject`; nested objects as `filter[age][min]=5`, arrays as `filter[ids][]=a`
    DeepBrackets,
    /// As `DeepObject`; nested objects as `filter[age][min]=5`, arrays as `filter[ids][0]=a`
    DeepIndices,
    /// `a,b`, and for objects `k,v,l,w`
    Simple,
    /// `a,b`, and for objects `k=v,l=w`
    SimpleExploded,
    /// `.a,b`
    Label,
    /// `.a.b`
    LabelExploded,
    /// `;ids=a,b`
    Matrix,
    /// `;ids=a;ids=b`
    MatrixExploded,
    /// A JSON text.
    Json,
    /// The text itself, in a cookie.
    Text,
}

impl Style {
    /// Returns the style with OpenAPI's `allowReserved`: reserved characters are not escaped.
    #[must_use]
    pub const fn allow_reserved(self) -> Serialization {
        Serialization { style: self, allow_reserved: true }
    }
}

/// The style of a value in a query or a form, and whether reserved characters are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serialization {
    style: Style,
    allow_reserved: bool,
}

impl From<Style> for Serialization {
    fn from(style: Style) -> Self {
        Self { style, allow_reserved: false }
    }
}

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The characters that are escaped even with `allowReserved`, because they would change the structure of the query: `&`, `+`,
/// `#`, `%`, `[` and `]`.
const STRUCTURE: &AsciiSet = &RESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// As `STRUCTURE`, and the comma: it is escaped in the items of an array that is joined by commas.
const STRUCTURE_AND_COMMA: &AsciiSet = &STRUCTURE.add(b',');

/// The characters that the value of a cookie cannot contain (RFC 6265, 4.1.1), and `%`. Others stay, because many servers do not
/// decode cookies.
const NOT_IN_COOKIES: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b',').add(b';').add(b'\\').add(b'%');

/// As `NOT_IN_COOKIES`, and the sign after a name.
const NOT_IN_COOKIE_NAMES: &AsciiSet = &NOT_IN_COOKIES.add(b'=');

pub(super) fn escape_cookie(text: &str) -> String {
    utf8_percent_encode(text, NOT_IN_COOKIES).to_string()
}

pub(super) fn escape_cookie_name(text: &str) -> String {
    utf8_percent_encode(text, NOT_IN_COOKIE_NAMES).to_string()
}

pub(super) fn escape(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

impl Serialization {
    pub(super) fn style(self) -> Style {
        self.style
    }

    /// Returns the function that escapes a value. Names and keys are always escaped completely.
    pub(super) fn escape(self) -> fn(&str) -> String {
        match (self.allow_reserved, self.style) {
            (false, _) => escape,
            (true, Style::FormJoined) => |text| utf8_percent_encode(text, STRUCTURE_AND_COMMA).to_string(),
            (true, _) => |text| utf8_percent_encode(text, STRUCTURE).to_string(),
        }
    }
}
