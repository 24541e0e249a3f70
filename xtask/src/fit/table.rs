//! The table of operations: what the runtime must know to send a request and to judge its answer.

use super::schemas::Forced;
use crate::account::{Account, Loss};
use crate::document::pointer::Pointer;
use crate::document::walk;
use crate::problem::Problems;
use serde_json::Value;

/// What holds for the whole API.
#[derive(Clone, Debug, PartialEq)]
pub struct Api {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// The first server, where it is a whole URL.
    pub base_url: Option<String>,
    /// How a request shows who sends it.
    pub auth: Auth,
    /// `x-request-id`: where a body holds the id of its request.
    pub request_id: Option<String>,
    /// `x-error-list`: where a body holds the list of errors.
    pub error_list: Option<String>,
    /// The component with `x-error-item`, and its field for each role: `kind`, `code`, `message`, `field`.
    pub error_item: Option<(String, Vec<(String, String)>)>,
    /// `x-wait-codes`: errors that mean "wait for a slot".
    pub wait_codes: Vec<String>,
}

/// How a request shows who sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// `Authorization: Bearer …`.
    Bearer,
    /// The key alone in a header of this name.
    Header(String),
    /// Nothing.
    None,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    Path,
    Query,
    Header,
}

impl Location {
    /// As the document writes it.
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
    DeepObject,
    Simple,
    SimpleExploded,
    Label,
    LabelExploded,
    Matrix,
    MatrixExploded,
    /// `content` instead of a style.
    Json,
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// The name of its setter.
    pub rust: String,
    pub location: Location,
    pub required: bool,
    pub style: Style,
    pub description: String,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The component, where the body is one; only then its fields become methods of the operation's builder.
    pub component: Option<String>,
    pub description: String,
    pub required: bool,
    /// The media type that is sent.
    pub media: String,
    pub encoding: Encoding,
}

/// How the value of a body becomes bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encoding {
    Json,
    /// `application/x-www-form-urlencoded`, with the properties that have a style of their own.
    Form(Vec<(String, Style)>),
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
    Json(Forced),
    Text,
    Bytes,
    Empty,
}

/// A documented answer other than the success, with a body.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorCase {
    pub status: Status,
    pub body: Forced,
    pub description: String,
}

/// The key of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Code(u16),
    Range(u16),
    Default,
}

impl Status {
    /// Reads `404`, `4XX` or `default`.
    pub fn parse(key: &str) -> Option<Self> {
        match key.as_bytes() {
            b"default" => Some(Self::Default),
            [class @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => Some(Self::Range(u16::from(class - b'0'))),
            [b'1'..=b'9', b'0'..=b'9', b'0'..=b'9'] => key.parse().ok().map(Self::Code),
            _ => None,
        }
    }

    /// Whether it is, or may be, a success.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Code(200..=299) | Self::Range(2))
    }

    /// The reason phrase of RFC 9110 as a name.
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
    pub summary: String,
    pub description: String,
    pub deprecated: bool,
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    pub success: Success,
    /// The media type of a success.
    pub accept: String,
    pub errors: Vec<ErrorCase>,
    /// The header that carries an idempotency key.
    pub idempotency_key: Option<String>,
    /// `x-created-id`: where the id of the created object stands.
    pub created_id: Option<String>,
}

impl Operation {
    /// The components that its answers hold, as far as progenitor does not see them.
    pub fn received(&self) -> Vec<String> {
        let errors = self.errors.iter().map(|case| &case.body);
        let successes = match &self.success {
            Success::One(_) => &[][..],
            Success::Several(cases) => cases,
        };
        let successes = successes.iter().filter_map(|(_, content)| match content {
            Content::Json(body) => Some(body),
            Content::Text | Content::Bytes | Content::Empty => None,
        });
        errors.chain(successes).filter_map(|body| body.component.clone()).collect()
    }
}

/// Reads what holds for the whole API.
pub fn api(document: &Value, account: &mut Account, problems: &mut Problems) -> Api {
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let codes = document.get("x-wait-codes").and_then(Value::as_array);
    let url = text("/servers/0/url").map(|url| url.trim_end_matches('/').to_owned());
    Api {
        title: text("/info/title").unwrap_or_default(),
        version: text("/info/version").unwrap_or_default(),
        base_url: url.filter(|url| url.contains("://") && !url.contains('{')),
        auth: auth(document, account),
        request_id: text("/x-request-id"),
        error_list: text("/x-error-list"),
        error_item: error_item(document, problems),
        wait_codes: codes.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
    }
}

fn error_item(document: &Value, problems: &mut Problems) -> Option<(String, Vec<(String, String)>)> {
    let schemas = document.pointer("/components/schemas")?.as_object()?;
    let (name, schema, marks) =
        schemas.iter().find_map(|(name, schema)| Some((name, schema, schema.get("x-error-item")?.as_object()?)))?;
    let published = schema.get("x-published-name").and_then(Value::as_str).unwrap_or(name);
    let at = Pointer::parse("/components/schemas").at(published).at("x-error-item");
    let mut fields = Vec::new();
    for (role, field) in marks {
        let field = field.as_str().filter(|field| schema.get("properties").is_some_and(|own| own.get(field).is_some()));
        match field.filter(|_| ["kind", "code", "message", "field"].contains(&role.as_str())) {
            Some(field) => fields.push((role.clone(), field.to_owned())),
            None => problems.add(
                at.at(role),
                "is neither `kind`, `code`, `message` nor `field`, or names no property of the schema",
                "mend the action of the overlay that sets it",
            ),
        }
    }
    Some((name.clone(), fields))
}

/// The first scheme that the document, or else its first operation with any, asks for.
fn auth(document: &Value, account: &mut Account) -> Auth {
    let operations = walk::operations(document);
    let own = operations.iter().filter_map(|operation| operation.value.get("security"));
    let asked = document.get("security").into_iter().chain(own).filter_map(Value::as_array).flatten();
    let Some(name) = asked.filter_map(Value::as_object).find_map(|requirement| requirement.keys().next().cloned()) else {
        return Auth::None;
    };
    let at = Pointer::parse("/components/securitySchemes").at(&name);
    let scheme = document.pointer(at.as_str());
    let text =
        |key: &str| scheme.and_then(|scheme| scheme.get(key)).and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    match (text("type").as_str(), text("scheme").as_str(), text("in").as_str()) {
        ("http", "bearer", _) | ("oauth2" | "openidconnect", ..) => Auth::Bearer,
        ("apikey", _, "header") => Auth::Header(text("name")),
        _ => {
            account.note(&at, Loss::Kept, "is not applied by the client: set its header with `with_header`");
            Auth::None
        }
    }
}
