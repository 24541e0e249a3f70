//! Operations: parameters, bodies, their serialization, and responses.

use super::security::Alternative;
use super::servers::Server;
use super::{Form, Status, Type, TypeUse};
use crate::document::pointer::Pointer;

/// The location of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    Path,
    Query,
    Header,
    Cookie,
}

impl Location {
    /// The location as in the document.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// The serialization style of a parameter: the styles of OpenAPI, each with and without `explode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Form,
    FormJoined,
    SpaceDelimited,
    PipeDelimited,
    /// An object of scalars. OpenAPI does not define this style for nested values.
    DeepObject,
    /// An array as `name[]=a`.
    DeepBrackets,
    /// An array as `name[0]=a`.
    DeepIndices,
    Simple,
    SimpleExploded,
    Label,
    LabelExploded,
    Matrix,
    MatrixExploded,
    /// `content` instead of a style: JSON.
    Json,
    /// `content` instead of a style: the text itself. Only cookies need it; elsewhere, a text is escaped as in the default style.
    Text,
}

/// How a value is serialised in a query, a path, a header, a cookie or a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serialization {
    pub style: Style,
    /// `allowReserved`: characters such as `/` and `:` are not escaped.
    pub allow_reserved: bool,
}

impl From<Style> for Serialization {
    fn from(style: Style) -> Self {
        Self { style, allow_reserved: false }
    }
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// The name of its setter.
    pub rust: String,
    /// Its place in the published document, or the operation, if a path variable is not declared.
    pub at: Pointer,
    pub location: Location,
    pub required: bool,
    pub serialization: Serialization,
    pub description: String,
    pub value: TypeUse,
}

/// A request body.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The type of the value. `None` if the caller supplies bytes.
    pub value: Option<TypeUse>,
    pub form: Form,
    pub description: String,
    pub required: bool,
    /// The media type or range, as in the document.
    pub media: String,
    /// The media type to send. `None` if the document has a range, so that the caller has to supply it.
    pub content_type: Option<String>,
    pub encoding: Encoding,
}

/// How the body's value is turned into bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encoding {
    Json,
    /// `application/x-www-form-urlencoded`, with the properties that have a style of their own.
    Form(Vec<(String, Serialization)>),
    /// `multipart/form-data`, with the properties whose parts have a media type or a style of their own.
    FormData(Vec<(String, PartEncoding)>),
    /// The bytes of the caller, unchanged.
    Raw,
}

/// How a property becomes parts of a `multipart/form-data` body. By default, a text has no media type, an object is JSON, a file
/// is bytes, and each item of an array is a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartEncoding {
    /// JSON of this media type. A file has this media type if it has none of its own.
    Json(String),
    /// A text or a file of this media type.
    Media(String),
    /// A file of one of these media types, which the caller sets.
    Listed(String),
    /// The style of a query parameter, without escapes.
    Style(Style),
}

/// The successful responses of an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Success {
    /// All statuses have the same content.
    One(Content),
    /// Each status has its own content.
    Several(Vec<(Status, Content)>),
}

/// The content of a response.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Json(TypeUse),
    Text,
    Bytes,
    Empty,
}

/// A documented response.
#[derive(Clone, Debug, PartialEq)]
pub struct Documented {
    pub status: Status,
    /// Its key in `responses`.
    pub key: String,
    pub is_success: bool,
    /// The media type to request, and the form of its bodies.
    pub media: Option<(String, Form)>,
    /// The type of the value, if it is JSON.
    pub value: Option<TypeUse>,
}

/// A documented error response with a body.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorCase {
    pub status: Status,
    pub body: TypeUse,
    pub description: String,
}

/// An operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Its place in the published document.
    pub pointer: Pointer,
    /// `operationId`.
    pub id: String,
    /// The name of its method on the client.
    pub method_name: String,
    /// The HTTP method, in upper case.
    pub method: String,
    pub path: String,
    /// Its server, if it is not that of the API.
    pub server: Option<Server>,
    /// Its security alternatives, if it has its own.
    pub security: Option<Vec<Alternative>>,
    pub summary: String,
    pub description: String,
    pub deprecated: bool,
    pub parameters: Vec<Parameter>,
    /// The places of the parameters for which there is no setter.
    pub unset: Vec<Pointer>,
    pub body: Option<Body>,
    pub success: Success,
    /// The value of `Accept`: the media types of successful responses.
    pub accept: String,
    pub errors: Vec<ErrorCase>,
    /// All responses, in document order.
    pub responses: Vec<Documented>,
    /// Statuses other than 2xx that count as success.
    pub outcomes: Vec<u16>,
    /// The header for the idempotency key.
    pub idempotency_key: Option<String>,
    /// `x-created-id`: the place of the created object's id in the response.
    pub created_id: Option<String>,
}

impl Body {
    /// The type of the body, if it is named and not nullable. Only then the operation's builder has its fields as methods.
    #[must_use]
    pub fn component(&self) -> Option<&str> {
        self.value.as_ref().filter(|value| !value.nullable)?.ty.name()
    }

    /// The media types of a file in a form of which the caller has to set one.
    #[must_use]
    pub fn listed(&self, property: &str) -> Option<&str> {
        let Encoding::FormData(parts) = &self.encoding else { return None };
        parts.iter().find(|(own, _)| own == property).and_then(|(_, encoding)| match encoding {
            PartEncoding::Listed(media) => Some(media.as_str()),
            PartEncoding::Json(_) | PartEncoding::Media(_) | PartEncoding::Style(_) => None,
        })
    }
}

impl Operation {
    /// The types that are sent.
    pub fn sent(&self) -> impl Iterator<Item = &Type> {
        let body = self.body.iter().filter_map(|body| body.value.as_ref()).map(|value| &value.ty);
        self.parameters.iter().map(|parameter| &parameter.value.ty).chain(body)
    }

    /// The types that are received.
    pub fn received(&self) -> impl Iterator<Item = &Type> {
        let (one, several) = match &self.success {
            Success::One(content) => (Some(content), &[][..]),
            Success::Several(cases) => (None, &cases[..]),
        };
        let successes = one.into_iter().chain(several.iter().map(|(_, content)| content)).filter_map(Content::json);
        successes.chain(self.errors.iter().map(|case| &case.body)).map(|value| &value.ty)
    }
}

impl Success {
    /// The content of a success with this status.
    #[must_use]
    pub fn of(&self, status: Status) -> Option<&Content> {
        match self {
            Self::One(content) => Some(content),
            Self::Several(cases) => cases.iter().find(|(own, _)| *own == status).map(|(_, content)| content),
        }
    }
}

impl Content {
    /// The type of the value, if it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<&TypeUse> {
        match self {
            Self::Json(value) => Some(value),
            Self::Text | Self::Bytes | Self::Empty => None,
        }
    }
}
