//! The whole model of a document, and what holds for the whole API.

use super::conversions::Conversion;
use super::credentials::Credential;
use super::operations::Operation;
use super::polls::Poll;
use super::security::{Alternative, Scheme};
use super::server_setters::ServerSetter;
use super::servers::Server;
use super::{Scalar, TypeChoices, Types};
use indexmap::IndexMap;

/// What a document is in Rust.
#[derive(Clone, Debug)]
pub struct Model {
    /// The document's name in messages.
    pub file: String,
    /// What holds for the whole API.
    pub api: Api,
    /// The operations, in the order of the document.
    pub operations: Vec<Operation>,
    /// The types, in the order of the document.
    pub types: Types,
    /// What the user of the generator chose.
    pub choices: TypeChoices,
    /// `x-from`: which components are made from which.
    pub conversions: Vec<Conversion>,
    /// `x-poll`: what can be waited for.
    pub polls: Vec<Poll>,
}

impl Model {
    /// All scalars, wherever they are used.
    #[must_use]
    pub fn scalars(&self) -> Vec<&Scalar> {
        let mut found = Vec::new();
        for def in self.types.values() {
            def.uses().into_iter().for_each(|used| used.ty.scalars(&mut found));
        }
        for operation in &self.operations {
            operation.sent().chain(operation.received()).for_each(|ty| ty.scalars(&mut found));
        }
        found
    }
}

/// What holds for the whole API.
#[derive(Clone, Debug, PartialEq)]
pub struct Api {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// Where it is served, if that is a whole URL.
    pub base_url: Option<String>,
    /// The servers of which a client calls one, the first if its caller chooses none.
    pub servers: Vec<Server>,
    /// The methods that set the variables of servers.
    pub server_setters: Vec<ServerSetter>,
    /// The credentials that it accepts.
    pub security: Security,
    /// `x-request-id`: where a body holds the id of its request.
    pub request_id: Option<String>,
    /// `x-error-list`: where a body holds the list of errors.
    pub error_list: Option<String>,
    /// The component with `x-error-item`, and its field for each role: `kind`, `code`, `message`, `field`.
    pub error_item: Option<(String, Vec<(String, String)>)>,
    /// `x-capacity-codes`: errors that mean: the API is at capacity, wait.
    pub capacity_codes: Vec<String>,
    /// `x-rate-limit`: how many requests in how many seconds.
    pub rate_limit: Option<(u64, u64)>,
}

/// The credentials that the whole API asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Security {
    /// The security schemes of the document.
    pub schemes: IndexMap<String, Scheme>,
    /// The credentials that a client takes.
    pub credentials: Vec<Credential>,
    /// The alternatives of operations without a list of their own.
    pub global: Vec<Alternative>,
    /// The schemes of each alternative of any operation.
    pub combinations: Vec<Vec<String>>,
}
