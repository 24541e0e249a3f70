//! The rules: stable names for kinds of change. They are oasdiff's where the meaning is the same.

/// Where a schema stands, which is the first half of a rule's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    Parameter,
    RequestBody,
    RequestProperty,
    ResponseBody,
    ResponseProperty,
}

/// One rule for each place.
#[derive(Debug)]
pub struct Family {
    /// The names, in the order of [`Place`].
    pub names: [&'static str; 5],
    /// What it says.
    pub meaning: &'static str,
}

impl Family {
    /// The rule for `place`.
    pub fn at(&self, place: Place) -> &'static str {
        self.names[place as usize]
    }
}

macro_rules! families {
    ($($name:ident: $suffix:literal, $meaning:literal;)*) => {
        $(pub static $name: Family = Family {
            names: [
                concat!("request-parameter-", $suffix),
                concat!("request-body-", $suffix),
                concat!("request-property-", $suffix),
                concat!("response-body-", $suffix),
                concat!("response-property-", $suffix),
            ],
            meaning: $meaning,
        };)*

        /// All rules that there are for each place.
        pub static FAMILIES: &[&Family] = &[$(&$name),*];
    };
}

families! {
    TYPE_CHANGED: "type-changed", "the type is another one";
    TYPE_GENERALIZED: "type-generalized", "the type admits more than before";
    FORMAT_CHANGED: "format-changed", "the format is another one";
    RENAMED: "rust-type-renamed", "the same schema has another name, or another place, and so another type in Rust";
    BOXED: "rust-type-boxed", "a field or variant is in a `Box` in Rust, or no longer is, because its type holds its owner by value";
    BECAME_NULLABLE: "became-nullable", "null is a value now";
    BECAME_NOT_NULLABLE: "became-not-nullable", "null is no longer a value";
    BECAME_REQUIRED: "became-required", "it has to be there";
    BECAME_OPTIONAL: "became-optional", "it can be left out";
    BECAME_ENUM: "became-enum", "only listed values are left";
    BECAME_NOT_ENUM: "became-not-enum", "values are no longer listed";
    ENUM_VALUE_ADDED: "enum-value-added", "the list of values has new ones";
    ENUM_VALUE_REMOVED: "enum-value-removed", "the list of values lost some";
    ONE_OF_ADDED: "one-of-added", "`oneOf` has a new alternative";
    ONE_OF_REMOVED: "one-of-removed", "`oneOf` lost an alternative";
    ANY_OF_ADDED: "any-of-added", "`anyOf` has a new alternative";
    ANY_OF_REMOVED: "any-of-removed", "`anyOf` lost an alternative";
    UNION_CHANGED: "union-changed", "`oneOf` became `anyOf`, or the other way round, or a variant has another name in Rust";
    DISCRIMINATOR_CHANGED: "discriminator-changed", "another property tells alternatives apart";
    TAG_ADDED: "discriminator-value-added", "one more value of the discriminator names an alternative";
    TAG_MOVED: "discriminator-value-moved", "a value of the discriminator names another alternative";
    TAG_REMOVED: "discriminator-value-removed", "a value of the discriminator no longer names an alternative";
    REST_CHANGED: "additional-properties-changed", "what is allowed beside the named properties";
    DEFAULT_ADDED: "default-value-added", "there is a default";
    DEFAULT_CHANGED: "default-value-changed", "the default is another one";
    DEFAULT_REMOVED: "default-value-removed", "there is no longer a default";
    DEPRECATED: "deprecated", "it is marked as deprecated";
    REACTIVATED: "reactivated", "it is no longer marked as deprecated";
    READ_ONLY: "became-read-only", "only the server sets it";
    NOT_READ_ONLY: "became-not-read-only", "not only the server sets it";
    WRITE_ONLY: "became-write-only", "it is no longer returned";
    NOT_WRITE_ONLY: "became-not-write-only", "it can be returned";
    MIN_TIGHTENED: "min-increased", "a lower limit (value, length, items or properties) is new or greater";
    MIN_LOOSENED: "min-decreased", "a lower limit is gone or smaller";
    MAX_TIGHTENED: "max-decreased", "an upper limit (value, length, items or properties) is new or smaller";
    MAX_LOOSENED: "max-increased", "an upper limit is gone or greater";
    PATTERN_ADDED: "pattern-added", "text has to match a pattern";
    PATTERN_CHANGED: "pattern-changed", "text has to match another pattern";
    PATTERN_REMOVED: "pattern-removed", "text no longer needs to match a pattern";
    CONSTRAINT_ADDED: "constraint-added", "`multipleOf` or `uniqueItems` is new";
    CONSTRAINT_CHANGED: "constraint-changed", "`multipleOf` is another one";
    CONSTRAINT_REMOVED: "constraint-removed", "`multipleOf` or `uniqueItems` is gone";
    KEYWORD_CHANGED: "keyword-changed", "a keyword of which it cannot be told what a change of it means";
    REFERENCE_BROKEN: "reference-broken", "a reference leads to what cannot be read, so it cannot be told what changed";
}

macro_rules! rules {
    ($($name:ident: $rule:literal, $meaning:literal;)*) => {
        $(pub const $name: &str = $rule;)*

        /// All rules that there are once.
        pub static RULES: &[(&str, &str)] = &[$(($rule, $meaning)),*];
    };
}

rules! {
    VERSION: "api-version-changed", "`info.version`";
    SERVER_ADDED: "api-server-added", "a server is new";
    SERVER_REMOVED: "api-server-removed", "a server is gone";
    BASE_URL_CHANGED: "api-base-url-changed", "the first server, which is the client's base URL, is another one";
    SECURITY_ADDED: "api-security-added", "another way to show who sends a request";
    SECURITY_REMOVED: "api-security-removed", "a way to show who sends a request is gone";
    SECURITY_REQUIRED: "api-security-required", "a request has to show who sends it";
    SECURITY_DROPPED: "api-security-dropped", "a request no longer needs to show who sends it";
    SCOPE_ADDED: "api-security-scope-added", "a scope is needed";
    SCOPE_REMOVED: "api-security-scope-removed", "a scope is no longer needed";
    SCHEME_CHANGED: "api-security-component-type-changed", "a security scheme is of another kind";
    CREDENTIALS_CHANGED: "api-credential-methods-changed", "credentials are set by other methods";
    TOKEN_URL_CHANGED: "api-security-component-oauth-token-url-changed", "access tokens are fetched elsewhere";
    SERVER_METHODS: "api-server-methods-changed", "a server is chosen, or its variables are set, by other methods";
    SERVER_VARIABLE: "api-server-variable-restricted", "a variable of a server does not take every value that it took";
    EXTENSION_CHANGED: "api-extension-changed", "an `x-` fact by which code is generated";
    ENDPOINT_SERVER: "endpoint-base-url-changed", "an operation is served elsewhere";
    ENDPOINT_ADDED: "endpoint-added", "an operation is new";
    ENDPOINT_MOVED: "endpoint-moved", "an operation has the same id, but another method or path";
    ENDPOINT_REMOVED: "api-removed-without-deprecation", "an operation is gone";
    ENDPOINT_REMOVED_DEPRECATED: "api-removed-with-deprecation", "an operation is gone that was deprecated";
    PATH_REMOVED: "api-path-removed-without-deprecation", "an operation and its whole path are gone";
    PATH_REMOVED_DEPRECATED: "api-path-removed-with-deprecation", "an operation and its whole path are gone; it was deprecated";
    ENDPOINT_DEPRECATED: "endpoint-deprecated", "an operation is marked as deprecated";
    ENDPOINT_REACTIVATED: "endpoint-reactivated", "an operation is no longer marked as deprecated";
    ID_ADDED: "api-operation-id-added", "an operation has an id for the first time";
    ID_CHANGED: "api-operation-id-changed", "an operation has another id";
    ID_REMOVED: "api-operation-id-removed", "an operation no longer has an id";
    UNEXPLAINED: "rust-api-changed", "the public API of the generated code changes, and no other change explains it";
    METHOD_RENAMED: "rust-method-renamed", "a method has another name in Rust, though its operation is the same";
    PARAMETER_ADDED: "new-optional-request-parameter", "an optional parameter is new";
    PARAMETER_REQUIRED: "new-required-request-parameter", "a required parameter is new";
    PARAMETER_REMOVED: "request-parameter-removed", "a parameter is gone";
    PARAMETER_RENAMED: "request-parameter-renamed", "a variable of the path, or the setter of a parameter, has another name";
    PARAMETER_STYLE: "request-parameter-style-changed", "a parameter is written differently";
    BODY_REQUIRED: "request-body-added-required", "a body is new, and has to be there";
    BODY_OPTIONAL: "request-body-added-optional", "a body is new, and can be left out";
    BODY_REMOVED: "request-body-removed", "there is no longer a body";
    BODY_MEDIA_ADDED: "request-body-media-type-added", "a body can be of another media type";
    BODY_MEDIA_REMOVED: "request-body-media-type-removed", "a body can no longer be of a media type";
    BODY_ENCODING: "request-body-encoding-changed", "the properties of a form are written differently";
    REQUIRED_PROPERTY_NEW: "new-required-request-property", "a required property of a request is new";
    REQUIRED_PROPERTY_DEFAULT: "new-required-request-property-with-default", "a required property of a request is new; it has a default";
    OPTIONAL_PROPERTY_NEW: "new-optional-request-property", "an optional property of a request is new";
    PROPERTY_REMOVED: "request-property-removed", "a property of a request is gone";
    RESPONSE_REQUIRED_ADDED: "response-required-property-added", "a property of a response that is always there is new";
    RESPONSE_OPTIONAL_ADDED: "response-optional-property-added", "an optional property of a response is new";
    RESPONSE_REQUIRED_REMOVED: "response-required-property-removed", "a property of a response that was always there is gone";
    RESPONSE_OPTIONAL_REMOVED: "response-optional-property-removed", "an optional property of a response is gone";
    SUCCESS_ADDED: "response-success-status-added", "a success has another status";
    SUCCESS_REMOVED: "response-success-status-removed", "a status of a success is gone";
    ERROR_ADDED: "response-non-success-status-added", "an error has another status";
    ERROR_REMOVED: "response-non-success-status-removed", "a status of an error is gone";
    RESPONSE_MEDIA_ADDED: "response-media-type-added", "a response can be of another media type";
    RESPONSE_MEDIA_REMOVED: "response-media-type-removed", "a response is no longer of a media type";
    HEADER_CHANGED: "response-header-changed", "a header of a response has another form";
    HEADER_ADDED: "response-header-added", "a header of a response is new";
    HEADER_REQUIRED_REMOVED: "required-response-header-removed", "a header of a response that was always there is gone";
    HEADER_OPTIONAL_REMOVED: "optional-response-header-removed", "an optional header of a response is gone";
    WEBHOOK_ADDED: "webhook-added", "a webhook is new";
    WEBHOOK_REMOVED: "webhook-removed", "a webhook is gone";
    CALLBACK_ADDED: "callback-added", "an operation has a new callback";
    CALLBACK_REMOVED: "callback-removed", "a callback of an operation is gone";
    SCHEMA_ADDED: "api-schema-added", "a component is new, and with it a type";
    SCHEMA_REMOVED: "api-schema-removed", "a component is gone, and with it a type";
    DIRECTION_CHANGED: "rust-type-direction-changed", "a type is sent or received for the first time, or no longer is";
}
