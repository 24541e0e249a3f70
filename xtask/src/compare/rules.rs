//! The rules: stable names for kinds of change. They are those of oasdiff where the meaning is the same.

use serde::{Serialize, Serializer};
use std::fmt;

/// Where a schema is used. Names of rules begin with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    Parameter,
    RequestBody,
    RequestProperty,
    ResponseBody,
    ResponseProperty,
}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Security and servers. Everybody has to know these changes first.
    Access,
    /// The API as a whole, its components, and vendor extensions that affect the code.
    Api,
    Operation,
    /// Items of the generated code.
    Rust,
    /// Contents of requests and responses.
    Value,
    /// The Rust names of types.
    Name,
    /// Requests that the API sends: webhooks and callbacks.
    Incoming,
}

/// The edit of the document, without its direction. Rules with the same edit describe one change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edit {
    RequiredPropertyAdded,
    OptionalPropertyAdded,
    PropertyRemoved,
    /// The edit that this rule, or this family of rules, alone describes.
    Of(&'static str),
}

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// The name. It never changes.
    pub id: &'static str,
    /// What the rule means, for the list of rules.
    pub meaning: &'static str,
    pub topic: Topic,
    pub edit: Edit,
}

impl Rule {
    /// Whether everybody has to know such changes first.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        self.topic == Topic::Access
    }

    /// Whether the place identifies a change: changes at one place are one change.
    #[must_use]
    pub fn is_told_by_place(&self) -> bool {
        matches!(self.topic, Topic::Value | Topic::Name)
    }

    /// Whether changes by this rule differ only in their subject, so that a report can list the subjects together.
    #[must_use]
    pub fn is_the_same_everywhere(&self) -> bool {
        matches!(self.topic, Topic::Api | Topic::Operation | Topic::Rust | Topic::Name)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id)
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id)
    }
}

/// A set of rules with the same meaning, one for each [`Place`].
#[derive(Debug)]
pub struct Family {
    /// The common suffix of the rules' names.
    pub suffix: &'static str,
    /// The rules, in the order of [`Place`].
    rules: [Rule; 5],
}

impl Family {
    /// The rule for `place`.
    pub fn at(&'static self, place: Place) -> &'static Rule {
        &self.rules[place as usize]
    }

    /// The meaning that the rules share.
    pub fn meaning(&self) -> &'static str {
        self.rules[0].meaning
    }
}

macro_rules! families {
    ($($name:ident: $topic:ident $suffix:literal, $meaning:literal;)*) => {
        $(pub static $name: Family = {
            const fn rule(id: &'static str) -> Rule {
                Rule { id, meaning: $meaning, topic: Topic::$topic, edit: Edit::Of($suffix) }
            }
            Family {
                suffix: $suffix,
                rules: [
                    rule(concat!("request-parameter-", $suffix)),
                    rule(concat!("request-body-", $suffix)),
                    rule(concat!("request-property-", $suffix)),
                    rule(concat!("response-body-", $suffix)),
                    rule(concat!("response-property-", $suffix)),
                ],
            }
        };)*

        /// All families of rules.
        pub static FAMILIES: &[&Family] = &[$(&$name),*];
    };
}

families! {
    TYPE_CHANGED: Value "type-changed", "the type is another one";
    TYPE_GENERALIZED: Value "type-generalized", "the type admits more than before";
    FORMAT_CHANGED: Value "format-changed", "the format is another one";
    RENAMED: Name "rust-type-renamed", "the same schema has another name, or another place, and so another type in Rust";
    RETYPED: Value "rust-type-changed", "the same values have another type in Rust, by a bound or because another one is chosen";
    BOXED: Value "rust-type-boxed", "a field or variant is in a `Box` in Rust, or no longer is, because its type contains its owner by value";
    BUILDER_VALUE: Value "rust-builder-value-changed", "the builder has a default for a required property with only one possible value, or no longer has";
    BECAME_NULLABLE: Value "became-nullable", "null is a value now";
    BECAME_NOT_NULLABLE: Value "became-not-nullable", "null is no longer a value";
    BECAME_REQUIRED: Value "became-required", "it must be there";
    BECAME_OPTIONAL: Value "became-optional", "it can be left out";
    BECAME_ENUM: Value "became-enum", "only listed values are left";
    BECAME_NOT_ENUM: Value "became-not-enum", "values are no longer listed";
    ENUM_VALUE_ADDED: Value "enum-value-added", "the list of values has new ones";
    ENUM_VALUE_REMOVED: Value "enum-value-removed", "the list of values lost some";
    ONE_OF_ADDED: Value "one-of-added", "`oneOf` has a new alternative";
    ONE_OF_REMOVED: Value "one-of-removed", "`oneOf` lost an alternative";
    ANY_OF_ADDED: Value "any-of-added", "`anyOf` has a new alternative";
    ANY_OF_REMOVED: Value "any-of-removed", "`anyOf` lost an alternative";
    OVERLAP_ADDED: Value "any-of-overlap-added", "a value can be several alternatives of `anyOf` at once, for which there is a variant now";
    OVERLAP_REMOVED: Value "any-of-overlap-removed", "a value needs one alternative of `anyOf` at most, and the variant for several is gone";
    UNION_CHANGED: Value "union-changed", "`oneOf` became `anyOf`, or the other way round, or a variant has another name in Rust";
    DISCRIMINATOR_CHANGED: Value "discriminator-changed", "another property tells alternatives apart";
    TAG_ADDED: Value "discriminator-value-added", "one more value of the discriminator names an alternative";
    TAG_MOVED: Value "discriminator-value-moved", "a value of the discriminator names another alternative";
    TAG_REMOVED: Value "discriminator-value-removed", "a value of the discriminator no longer names an alternative";
    REST_CHANGED: Value "additional-properties-changed", "what is allowed beside the named properties";
    DEFAULT_ADDED: Value "default-value-added", "there is a default";
    DEFAULT_CHANGED: Value "default-value-changed", "the default is another one";
    DEFAULT_REMOVED: Value "default-value-removed", "there is no longer a default";
    DEPRECATED: Value "deprecated", "it is marked as deprecated";
    REACTIVATED: Value "reactivated", "it is no longer marked as deprecated";
    READ_ONLY: Value "became-read-only", "only the server sets it";
    NOT_READ_ONLY: Value "became-not-read-only", "not only the server sets it";
    WRITE_ONLY: Value "became-write-only", "it is no longer returned";
    NOT_WRITE_ONLY: Value "became-not-write-only", "it can be returned";
    MIN_TIGHTENED: Value "min-increased", "a lower limit (value, length, items or properties) is new or greater";
    MIN_LOOSENED: Value "min-decreased", "a lower limit is gone or smaller";
    MAX_TIGHTENED: Value "max-decreased", "an upper limit (value, length, items or properties) is new or smaller";
    MAX_LOOSENED: Value "max-increased", "an upper limit is gone or greater";
    PATTERN_ADDED: Value "pattern-added", "text has to match a pattern";
    PATTERN_CHANGED: Value "pattern-changed", "text has to match another pattern";
    PATTERN_REMOVED: Value "pattern-removed", "text no longer needs to match a pattern";
    CONSTRAINT_ADDED: Value "constraint-added", "`multipleOf` or `uniqueItems` is new";
    CONSTRAINT_CHANGED: Value "constraint-changed", "`multipleOf` is another one";
    CONSTRAINT_REMOVED: Value "constraint-removed", "`multipleOf` or `uniqueItems` is gone";
    KEYWORD_CHANGED: Value "keyword-changed", "a keyword changed, with effects that cannot be judged";
    UNREADABLE: Value "schema-unreadable", "the generator cannot read a schema, so that changes cannot be judged";
}

/// The edit of a rule: its own, unless it shares one with other rules.
macro_rules! edit {
    ($rule:literal) => {
        Edit::Of($rule)
    };
    ($rule:literal $edit:ident) => {
        Edit::$edit
    };
}

macro_rules! rules {
    ($($name:ident: $topic:ident $rule:literal $(($edit:ident))?, $meaning:literal;)*) => {
        $(pub const $name: &Rule =
            &Rule { id: $rule, meaning: $meaning, topic: Topic::$topic, edit: edit!($rule $($edit)?) };)*

        /// All rules that belong to no family.
        pub static RULES: &[&Rule] = &[$($name),*];
    };
}

rules! {
    VERSION: Api "api-version-changed", "`info.version`";
    SERVER_ADDED: Access "api-server-added", "a server is new";
    SERVER_REMOVED: Access "api-server-removed", "a server is gone";
    BASE_URL_CHANGED: Access "api-base-url-changed", "the first server, which is the client's base URL, is another one";
    SECURITY_ADDED: Access "api-security-added", "a new way to authenticate";
    SECURITY_REMOVED: Access "api-security-removed", "a way to authenticate is gone";
    SECURITY_REQUIRED: Access "api-security-required", "requests need authentication";
    SECURITY_DROPPED: Access "api-security-dropped", "requests no longer need authentication";
    SCOPE_ADDED: Access "api-security-scope-added", "a scope is needed";
    SCOPE_REMOVED: Access "api-security-scope-removed", "a scope is no longer needed";
    SCHEME_CHANGED: Access "api-security-component-type-changed", "a security scheme is of another kind";
    CREDENTIALS_CHANGED: Api "api-credential-methods-changed", "credentials are set by other methods";
    CREDENTIAL_VARIABLES: Api "api-credential-variables-changed", "a credential is read from other environment variables";
    TOKEN_URL_CHANGED: Access "api-security-component-oauth-token-url-changed", "access tokens are fetched elsewhere";
    SERVER_METHODS: Access "api-server-methods-changed", "a server is chosen, or its variables are set, by other methods";
    SERVER_NAME: Access "api-server-name-removed", "a name or URL by which a server is chosen is gone";
    SERVER_VARIABLE: Access "api-server-variable-restricted", "a variable of a server does not take every value that it took";
    EXTENSION_CHANGED: Api "api-extension-changed", "an `x-` fact by which code is generated";
    ENDPOINT_SERVER: Operation "endpoint-base-url-changed", "an operation is served elsewhere";
    ENDPOINT_ADDED: Operation "endpoint-added", "an operation is new";
    ENDPOINT_MOVED: Operation "endpoint-moved", "an operation has the same id, but another method or path";
    ENDPOINT_REMOVED: Api "api-removed-without-deprecation", "an operation is gone";
    ENDPOINT_REMOVED_DEPRECATED: Api "api-removed-with-deprecation", "an operation is gone that was deprecated";
    PATH_REMOVED: Api "api-path-removed-without-deprecation", "an operation and its whole path are gone";
    PATH_REMOVED_DEPRECATED: Api "api-path-removed-with-deprecation", "an operation and its whole path are gone; it was deprecated";
    ENDPOINT_DEPRECATED: Operation "endpoint-deprecated", "an operation is marked as deprecated";
    ENDPOINT_REACTIVATED: Operation "endpoint-reactivated", "an operation is no longer marked as deprecated";
    ID_ADDED: Api "api-operation-id-added", "an operation has an id for the first time";
    ID_CHANGED: Api "api-operation-id-changed", "an operation has another id";
    ID_REMOVED: Api "api-operation-id-removed", "an operation no longer has an id";
    UNEXPLAINED: Rust "rust-api-changed", "the public API of the generated code changes, and no other change explains it";
    CODE_CHANGED: Rust "code-changed-without-a-fact", "the generated code changes, and no change of the document explains it";
    METHOD_RENAMED: Rust "rust-method-renamed", "a method has another name in Rust, though its operation is the same";
    PARAMETER_ADDED: Value "new-optional-request-parameter", "an optional parameter is new";
    PARAMETER_REQUIRED: Value "new-required-request-parameter", "a required parameter is new";
    PARAMETER_REMOVED: Value "request-parameter-removed", "a parameter is gone";
    PARAMETER_RENAMED: Value "request-parameter-renamed", "a variable of the path, or the setter of a parameter, has another name";
    PARAMETER_STYLE: Value "request-parameter-style-changed", "a parameter is written differently";
    BODY_REQUIRED: Value "request-body-added-required", "a body is new, and must be there";
    BODY_OPTIONAL: Value "request-body-added-optional", "a body is new, and can be left out";
    BODY_REMOVED: Value "request-body-removed", "there is no longer a body";
    BODY_MEDIA_ADDED: Value "request-body-media-type-added", "a body can be of an additional media type";
    BODY_MEDIA_REMOVED: Value "request-body-media-type-removed", "a body can no longer be of a media type";
    BODY_ENCODING: Value "request-body-encoding-changed", "the properties of a form are written differently";
    REQUIRED_PROPERTY_NEW: Value "new-required-request-property" (RequiredPropertyAdded), "a required property of a request is new";
    REQUIRED_PROPERTY_DEFAULT: Value "new-required-request-property-with-default" (RequiredPropertyAdded), "a required property of a request is new; it has a default";
    OPTIONAL_PROPERTY_NEW: Value "new-optional-request-property" (OptionalPropertyAdded), "an optional property of a request is new";
    PROPERTY_REMOVED: Value "request-property-removed" (PropertyRemoved), "a property of a request is gone";
    RESPONSE_REQUIRED_ADDED: Value "response-required-property-added" (RequiredPropertyAdded), "a property of a response that is always there is new";
    RESPONSE_OPTIONAL_ADDED: Value "response-optional-property-added" (OptionalPropertyAdded), "an optional property of a response is new";
    RESPONSE_REQUIRED_REMOVED: Value "response-required-property-removed" (PropertyRemoved), "a property of a response that was always there is gone";
    RESPONSE_OPTIONAL_REMOVED: Value "response-optional-property-removed" (PropertyRemoved), "an optional property of a response is gone";
    SUCCESS_ADDED: Value "response-success-status-added", "a success status is new";
    SUCCESS_REMOVED: Value "response-success-status-removed", "a success status is gone";
    ERROR_ADDED: Value "response-non-success-status-added", "an error status is new";
    ERROR_REMOVED: Value "response-non-success-status-removed", "an error status is gone";
    RESPONSE_MEDIA_ADDED: Value "response-media-type-added", "a response can be of an additional media type";
    RESPONSE_MEDIA_REMOVED: Value "response-media-type-removed", "a response is no longer of a media type";
    HEADER_CHANGED: Value "response-header-changed", "a header of a response has another form";
    HEADER_ADDED: Value "response-header-added", "a header of a response is new";
    HEADER_REQUIRED_REMOVED: Value "required-response-header-removed", "a header of a response that was always there is gone";
    HEADER_OPTIONAL_REMOVED: Value "optional-response-header-removed", "an optional header of a response is gone";
    WEBHOOK_ADDED: Incoming "webhook-added", "a webhook is new";
    WEBHOOK_REMOVED: Incoming "webhook-removed", "a webhook is gone";
    CALLBACK_ADDED: Incoming "callback-added", "an operation has a new callback";
    CALLBACK_REMOVED: Incoming "callback-removed", "a callback of an operation is gone";
    SCHEMA_ADDED: Api "api-schema-added", "a component is new, and with it a type";
    SCHEMA_REMOVED: Api "api-schema-removed", "a component is gone, and with it a type";
    DIRECTION_CHANGED: Rust "rust-type-direction-changed", "a type is sent or received for the first time, or no longer is";
}
