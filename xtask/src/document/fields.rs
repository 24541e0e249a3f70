//! The fields of OpenAPI objects, and the version that introduced each. Fields of schemas are in the table of keywords.

use super::keywords::Since;
use super::walk::Node;

/// A kind of object in the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    Document,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Components,
    PathItem,
    Operation,
    ExternalDocs,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Response,
    Example,
    Link,
    Header,
    Tag,
    SecurityScheme,
    OAuthFlows,
    OAuthFlow,
    Discriminator,
    Xml,
}

/// A field of an object.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub since: Since,
}

macro_rules! fields {
    ($($object:ident { $($since:ident: $($name:literal)*;)* })*) => {
        /// All objects, in the order of the specification.
        pub const OBJECTS: &[Object] = &[$(Object::$object),*];

        impl Object {
            /// The fields of the object, those of 3.0 first.
            #[must_use]
            pub const fn fields(self) -> &'static [Field] {
                match self {
                    $(Self::$object => &[$($(Field { name: $name, since: Since::$since },)*)*],)*
                }
            }

            /// The name in the specification.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$object => stringify!($object),)*
                }
            }
        }
    };
}

fields! {
    Document {
        V3_0: "openapi" "info" "servers" "paths" "components" "security" "tags" "externalDocs";
        V3_1: "jsonSchemaDialect" "webhooks";
        V3_2: "$self";
    }
    Info {
        V3_0: "title" "description" "termsOfService" "contact" "license" "version";
        V3_1: "summary";
    }
    Contact { V3_0: "name" "url" "email"; }
    License {
        V3_0: "name" "url";
        V3_1: "identifier";
    }
    Server {
        V3_0: "url" "description" "variables";
        V3_2: "name";
    }
    ServerVariable { V3_0: "enum" "default" "description"; }
    Components {
        V3_0: "schemas" "responses" "parameters" "examples" "requestBodies" "headers" "securitySchemes" "links" "callbacks";
        V3_1: "pathItems";
        V3_2: "mediaTypes";
    }
    PathItem {
        V3_0: "$ref" "summary" "description" "get" "put" "post" "delete" "options" "head" "patch" "trace" "servers" "parameters";
        V3_2: "query" "additionalOperations";
    }
    Operation {
        V3_0: "tags" "summary" "description" "externalDocs" "operationId" "parameters" "requestBody" "responses" "callbacks"
              "deprecated" "security" "servers";
    }
    ExternalDocs { V3_0: "description" "url"; }
    Parameter {
        V3_0: "$ref" "name" "in" "description" "required" "deprecated" "allowEmptyValue" "style" "explode" "allowReserved"
              "schema" "example" "examples" "content";
    }
    RequestBody { V3_0: "$ref" "description" "content" "required"; }
    MediaType {
        V3_0: "schema" "example" "examples" "encoding";
        V3_2: "$ref" "itemSchema" "prefixEncoding" "itemEncoding";
    }
    Encoding {
        V3_0: "contentType" "headers" "style" "explode" "allowReserved";
        V3_2: "encoding" "prefixEncoding" "itemEncoding";
    }
    Response {
        V3_0: "$ref" "description" "headers" "content" "links";
        V3_2: "summary";
    }
    Example {
        V3_0: "$ref" "summary" "description" "value" "externalValue";
        V3_2: "dataValue" "serializedValue";
    }
    Link { V3_0: "$ref" "operationRef" "operationId" "parameters" "requestBody" "description" "server"; }
    Header {
        V3_0: "$ref" "description" "required" "deprecated" "allowEmptyValue" "style" "explode" "allowReserved" "schema" "example"
              "examples" "content";
    }
    Tag {
        V3_0: "name" "description" "externalDocs";
        V3_2: "summary" "parent" "kind";
    }
    SecurityScheme {
        V3_0: "$ref" "type" "description" "name" "in" "scheme" "bearerFormat" "flows" "openIdConnectUrl";
        V3_2: "oauth2MetadataUrl" "deprecated";
    }
    OAuthFlows {
        V3_0: "implicit" "password" "clientCredentials" "authorizationCode";
        V3_2: "deviceAuthorization";
    }
    OAuthFlow {
        V3_0: "authorizationUrl" "tokenUrl" "refreshUrl" "scopes";
        V3_2: "deviceAuthorizationUrl";
    }
    Discriminator {
        V3_0: "propertyName" "mapping";
        V3_2: "defaultMapping";
    }
    Xml {
        V3_0: "name" "namespace" "prefix" "attribute" "wrapped";
        V3_2: "nodeType";
    }
}

/// The fields of a node of the walk. A callback is a map and a schema has keywords, so that both have none.
#[must_use]
pub const fn of(node: Node) -> &'static [Field] {
    let object = match node {
        Node::Document => Object::Document,
        Node::Info => Object::Info,
        Node::License => Object::License,
        Node::Server => Object::Server,
        Node::Tag => Object::Tag,
        Node::Components => Object::Components,
        Node::SecurityScheme => Object::SecurityScheme,
        Node::PathItem => Object::PathItem,
        Node::Operation => Object::Operation,
        Node::Parameter => Object::Parameter,
        Node::RequestBody => Object::RequestBody,
        Node::Response => Object::Response,
        Node::Header => Object::Header,
        Node::MediaType => Object::MediaType,
        Node::Encoding => Object::Encoding,
        Node::Callback | Node::Schema => return &[],
    };
    object.fields()
}
