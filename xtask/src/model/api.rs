//! The complete model of a document, and the facts about the whole API.

use super::conversions::Conversion;
use super::credentials::Credential;
use super::operations::Operation;
use super::polls::Poll;
use super::security::{Alternative, Scheme};
use super::server_setters::ServerSetter;
use super::servers::Server;
use super::{Scalar, Type, TypeChoices, TypeDef, Types};
use indexmap::IndexMap;

/// A document in terms of Rust.
#[derive(Clone, Debug)]
pub struct Model {
    /// The document's name in messages.
    pub file: String,
    /// The facts about the whole API.
    pub api: Api,
    /// The operations, in document order.
    pub operations: Vec<Operation>,
    /// The types, in document order.
    pub types: Types,
    /// The choices of the generator's user.
    pub choices: TypeChoices,
    /// `x-from`: conversions between components.
    pub conversions: Vec<Conversion>,
    /// `x-poll`: operations whose results can be waited for.
    pub polls: Vec<Poll>,
}

impl Model {
    /// All scalars in the types, parameters and bodies.
    #[must_use]
    pub fn scalars(&self) -> Vec<&Scalar> {
        let of_types = self.types.values().flat_map(TypeDef::uses).map(|used| &used.ty);
        let of_operations = self.operations.iter().flat_map(|operation| operation.sent().chain(operation.received()));
        of_types.chain(of_operations).filter_map(Type::scalar).collect()
    }
}

/// The facts about the whole API.
#[derive(Clone, Debug, PartialEq)]
pub struct Api {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// The default base URL, if the document has an absolute one.
    pub base_url: Option<String>,
    /// The servers that the client can choose from. The first is the default.
    pub servers: Vec<Server>,
    /// The methods that set the variables of server URLs.
    pub server_setters: Vec<ServerSetter>,
    /// The credentials that the API accepts.
    pub security: Security,
    /// `x-request-id`: the JSON pointer to the request id in a body.
    pub request_id: Option<String>,
    /// `x-error-list`: the JSON pointer to the list of errors in a body.
    pub error_list: Option<String>,
    /// The component with `x-error-item`, and its field for each of the roles `kind`, `code`, `message` and `field`.
    pub error_item: Option<(String, Vec<(String, String)>)>,
    /// `x-capacity-codes`: error codes which mean that the API is at capacity, so that the client should wait.
    pub capacity_codes: Vec<String>,
    /// `x-rate-limit`: the number of requests, and the seconds in which they are allowed.
    pub rate_limit: Option<(u64, u64)>,
}

/// The security schemes and requirements of the API.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Security {
    /// The security schemes of the document.
    pub schemes: IndexMap<String, Scheme>,
    /// The credentials that the client accepts.
    pub credentials: Vec<Credential>,
    /// The security alternatives of operations that have none of their own.
    pub global: Vec<Alternative>,
    /// The combinations of schemes in the alternatives of all operations.
    pub combinations: Vec<Vec<String>>,
}
