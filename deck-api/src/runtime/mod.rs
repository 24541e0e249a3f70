//! The runtime of generated code: builds requests, sends them, and classifies responses. It has no knowledge of single operations
//! or schemas.

#![allow(unused_macros, unused_macro_rules, reason = "the generated code of one document need not use every macro")]

mod answer;
mod api;
mod arrived;
mod auth;
mod base64;
#[cfg(feature = "blocking")]
mod blocking;
mod body;
mod budget;
mod call;
mod call_options;
mod carried_out;
mod charset;
mod decode;
mod deep;
mod digits;
mod encode;
mod error;
mod error_cause;
mod error_text;
mod exact;
mod excerpt;
mod file;
mod find;
mod finite;
mod form_data;
mod headers;
mod history;
mod hook;
mod integer;
mod into_value;
mod invalid;
mod json;
mod json_number;
mod lenient;
mod number;
mod random;
mod redact;
mod refusal;
mod request;
mod response;
mod retry;
#[cfg(feature = "schemars")]
mod schema;
mod send;
mod sends;
mod server;
mod shallow;
mod style;
mod text;
mod timer;
mod trace;
mod transport;
mod union;
mod url;
mod value;
mod wait;

pub use api::{Api, ErrorItem};
pub use auth::{
    CredentialError, CredentialFuture, CredentialLocation, CredentialProvider, Credentials, Scheme, SecurityRequirement,
};
pub(crate) use auth::{HeldCredentials, TokenCache, TokenContext};
#[cfg(feature = "blocking")]
pub(crate) use blocking::{Blocking, block_on};
pub(crate) use budget::Budget;
pub use budget::RateLimit;
pub use bytes::Bytes;
pub use carried_out::CarriedOut;
pub use decode::{DecodeError, ValueError};
pub use error::Error;
pub use exact::{NumberOf, TextOf};
pub use file::File;
pub use history::Attempt;
pub use hook::{AttemptRequest, AttemptResponse, Hook, HookError};
pub use http::{HeaderMap, Method, StatusCode};
pub use integer::Integer;
pub use into_value::{Builder, Built, IntoValue};
pub use invalid::InvalidRequest;
pub use json::Json;
pub use json_number::Number;
pub use lenient::Lenient;
use number::Numbers;
pub use refusal::{ApiError, OperationError, Untyped};
pub use response::{Http, Response};
pub use retry::{Backoff, RetryPolicy};
#[cfg(feature = "schemars")]
pub use schema::{SchemaComparison, SchemaDifference, compare_schema};
pub use server::{Server, ServerVariable};
pub(crate) use timer::SystemTimer;
pub use timer::{Sleep, Timer};
pub use transport::TransportError;
pub use value::{IntoNullable, IntoOptional, Null};
pub use wait::{Interaction, InteractionField, Step, Wait, WaitError, WaitPolicy};

// Items for generated code only.
#[doc(hidden)]
pub use {
    answer::{Success, read_bytes, read_json, read_text},
    api::{ErrorList, Operation, error_list},
    call::Call,
    decode::value_as,
    form_data::PartEncoding,
    into_value::{Converted, Finished, Literals, Mapped, Unfinished, built, built_nullable},
    number::{ReadNumber, number, present_number},
    style::{Serialization, Style},
    text::{Text, deserialize_text},
    union::{Alternative, note_unlisted, read_alternative, read_noting_nulls, read_union, write_tagged},
    value::{Given, IsNull, Maybe, present, required, to_text, to_value},
    wait::{AnswerWith, Created, InputState, Source, States, from_json, id_text, to_json},
};

// Generated code calls these as `runtime::name!`.
#[allow(unused_imports, reason = "the generated code of one document need not use every macro")]
pub(crate) use {
    answer::success_by_status, api::error_item, call_options::call_options, call_options::idempotency_key_option,
    into_value::builder_of, refusal::operation_error, text::open_enum, text::schema_of_text, text::string_enum, text::string_id,
    text::written_as_text, union::union_of,
};
