//! The operations: what is sent, how it is written, and what each response carries.

use super::security::Alternative;
use super::servers::Server;
use super::{Form, Status, Type, TypeUse};
use crate::document::pointer::Pointer;

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    Path,
    Query,
    Header,
}

impl Location {
    /// As the document writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

/// How a value is written as a parameter: the styles of OpenAPI, each with and without `explode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Form,
    FormJoined,
    SpaceDelimited,
    PipeDelimited,
    /// An object of scalars: what a value nested in it would look like, OpenAPI does not say.
    DeepObject,
    /// A list is `name[]=a`.
    DeepBrackets,
    /// A list is `name[0]=a`.
    DeepIndices,
    Simple,
    SimpleExploded,
    Label,
    LabelExploded,
    Matrix,
    MatrixExploded,
    /// `content` instead of a style.
    Json,
}

/// How a value is written in a query, a path, a header or a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serialization {
    pub style: Style,
    /// `allowReserved`: characters like `/` and `:` stay as they are.
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
    /// Where the published document has it; the operation, where a variable of the path is not declared.
    pub at: Pointer,
    pub location: Location,
    pub required: bool,
    pub serialization: Serialization,
    pub description: String,
    pub value: TypeUse,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// Its value, unless it is the caller's bytes.
    pub value: Option<TypeUse>,
    pub form: Form,
    pub description: String,
    pub required: bool,
    /// The media type as the document writes it, which may be a range.
    pub media: String,
    /// The media type that is sent; `None` where the document names a range, so that only the caller knows.
    pub content_type: Option<String>,
    pub encoding: Encoding,
}

/// How the value of a body becomes bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encoding {
    Json,
    /// `application/x-www-form-urlencoded`, with the properties that have a style of their own.
    Form(Vec<(String, Serialization)>),
    /// The caller's bytes.
    Raw,
}

/// The successes of an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Success {
    /// All statuses carry the same.
    One(Content),
    /// Each has its own.
    Several(Vec<(Status, Content)>),
}

/// What an answer carries.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Json(TypeUse),
    Text,
    Bytes,
    Empty,
}

/// A response as it is documented.
#[derive(Clone, Debug, PartialEq)]
pub struct Documented {
    pub status: Status,
    /// The key below which the operation has it.
    pub key: String,
    pub is_success: bool,
    /// The media type that is asked for, and what its bodies are.
    pub media: Option<(String, Form)>,
    /// The value, where it is JSON.
    pub value: Option<TypeUse>,
}

/// A documented answer other than the success, with a body.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorCase {
    pub status: Status,
    pub body: TypeUse,
    pub description: String,
}

/// An operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Where the published document has it.
    pub pointer: Pointer,
    /// `operationId`.
    pub id: String,
    /// The name of its method on the client.
    pub method_name: String,
    /// In upper case.
    pub method: String,
    pub path: String,
    /// Where it is served, if that is elsewhere than the rest of the API.
    pub server: Option<Server>,
    /// The alternatives of credentials, if they are others than those of the API.
    pub security: Option<Vec<Alternative>>,
    pub summary: String,
    pub description: String,
    pub deprecated: bool,
    pub parameters: Vec<Parameter>,
    /// Where the published document has the parameters that the caller does not set.
    pub unset: Vec<Pointer>,
    pub body: Option<Body>,
    pub success: Success,
    /// The media types of successes, as a list for `Accept`.
    pub accept: String,
    pub errors: Vec<ErrorCase>,
    /// All responses, in the order of the document.
    pub responses: Vec<Documented>,
    /// The statuses that are outcomes although they are no 2xx.
    pub outcomes: Vec<u16>,
    /// The header that carries an idempotency key.
    pub idempotency_key: Option<String>,
    /// `x-created-id`: where the id of the created object stands.
    pub created_id: Option<String>,
}

impl Body {
    /// The type of the body, where it has a name and is never null; only then its fields become methods of the operation's
    /// builder.
    #[must_use]
    pub fn component(&self) -> Option<&str> {
        self.value.as_ref().filter(|value| !value.nullable)?.ty.name()
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
    /// What a success of this status carries.
    #[must_use]
    pub fn of(&self, status: Status) -> Option<&Content> {
        match self {
            Self::One(content) => Some(content),
            Self::Several(cases) => cases.iter().find(|(own, _)| *own == status).map(|(_, content)| content),
        }
    }
}

impl Content {
    /// The value, where it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<&TypeUse> {
        match self {
            Self::Json(value) => Some(value),
            Self::Text | Self::Bytes | Self::Empty => None,
        }
    }
}
