//! `conform` finds silent errors of generated types, and reports nothing for correct types.

mod unions;

use deck_api_testkit::Direction::{self, Request, Response};
use deck_api_testkit::conform::{Case, Findings, Look, case, check, seen};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Checks the type `T` against the schema `S`, which may refer to other schemas.
fn findings<T: DeserializeOwned + Serialize + 'static>(schemas: &Value, direction: Direction) -> Findings {
    findings_of(schemas, &json!({}), &[case::<T>("S", "/components/schemas/S", direction)])
}

fn findings_of(schemas: &Value, paths: &Value, cases: &[Case]) -> Findings {
    let document = json!({ "openapi": "3.1.0", "paths": paths, "components": { "schemas": schemas } });
    check(&document.to_string(), cases, 100).unwrap()
}

fn messages(findings: &Findings) -> Vec<&str> {
    findings.failures.iter().map(|failure| failure["message"].as_str().unwrap()).collect()
}

/// Whether no check failed, and enough values were checked.
fn is_clean(findings: &Findings) -> bool {
    findings.failed == 0 && findings.values > 90 && findings.barren.is_empty()
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Access {
    Enterprise,
    Org,
}

#[test]
fn the_type_of_another_schema_with_the_same_title_is_found() {
    #[derive(Serialize, Deserialize)]
    struct Merged {
        access: Access,
    }
    #[derive(Serialize, Deserialize)]
    struct Right {
        access: String,
    }
    let schema = || {
        json!({ "S": { "type": "object", "required": ["access"], "properties": {
        "access": { "title": "Access", "type": "string", "enum": ["org", "personal"] } } } })
    };
    let wrong = findings::<Merged>(&schema(), Response);
    assert!(messages(&wrong)[0].starts_with("does not decode: unknown variant `personal`"), "{:?}", messages(&wrong));
    assert_eq!(wrong.failures[0]["pointer"], "#/components/schemas/S");
    assert_eq!(wrong.failures[0]["value"], r#"{"access":"personal"}"#);
    assert!(is_clean(&findings::<Right>(&schema(), Response)));
}

#[test]
fn a_keyword_of_3_1_that_was_dropped_is_found() {
    #[derive(Serialize, Deserialize)]
    struct Nothing {}
    let pattern = || json!({ "S": { "type": "object", "patternProperties": { "^x-[a-z]{1,3}$": { "type": "integer", "format": "int32" } }, "additionalProperties": false } });
    let wrong = findings::<Nothing>(&pattern(), Response);
    assert!(messages(&wrong)[0].ends_with(" is lost"), "{:?}", messages(&wrong));
    assert!(is_clean(&findings::<BTreeMap<String, f64>>(&pattern(), Response)));

    let tuple = || json!({ "S": { "type": "array", "prefixItems": [{ "const": "at" }, { "type": ["integer", "null"], "format": "int32" }], "minItems": 2, "items": false } });
    assert!(messages(&findings::<(String, i64)>(&tuple(), Response))[0].contains("invalid type: null"));
    assert!(is_clean(&findings::<(String, Option<f64>)>(&tuple(), Response)));
}

#[test]
fn dropped_keywords_beside_a_reference_are_found() {
    #[derive(Serialize, Deserialize)]
    struct Base {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    }
    #[derive(Serialize, Deserialize)]
    struct Whole {
        #[serde(flatten)]
        base: Base,
        more: bool,
    }
    let sibling = || {
        json!({ "S": { "$ref": "#/components/schemas/Base", "properties": { "more": { "type": "boolean" } }, "required": ["more"] },
        "Base": { "type": "object", "properties": { "id": { "type": "string" } } } })
    };
    assert_eq!(messages(&findings::<Base>(&sibling(), Response))[0].split(": ").next(), Some("at `/more`"));
    assert!(is_clean(&findings::<Whole>(&sibling(), Response)));
}

#[test]
fn a_response_type_that_refuses_new_fields_is_found() {
    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Closed {
        id: String,
    }
    #[derive(Serialize, Deserialize)]
    struct Open {
        id: String,
    }
    let schema = || json!({ "S": { "type": "object", "required": ["id"], "properties": { "id": { "type": "string" } }, "additionalProperties": false } });
    let wrong = findings::<Closed>(&schema(), Response);
    assert!(
        messages(&wrong)[0].starts_with("with a field that the document does not know: does not decode"),
        "{:?}",
        messages(&wrong)
    );
    assert!(is_clean(&findings::<Open>(&schema(), Response)));
    // A request has only fields that its sender knows.
    assert!(is_clean(&findings::<Closed>(&schema(), Request)));
}

#[test]
fn a_union_of_strings_that_became_a_struct_is_found() {
    #[derive(Serialize, Deserialize)]
    struct Flattened {
        #[serde(flatten)]
        known: Option<Access>,
        #[serde(flatten)]
        other: Option<BTreeMap<String, String>>,
    }
    let schema = || json!({ "S": { "anyOf": [{ "type": "string", "enum": ["enterprise", "org"] }, { "type": "string" }] } });
    let wrong = findings::<Flattened>(&schema(), Response);
    assert_eq!(wrong.values, 0);
    assert!(messages(&wrong)[0].contains("invalid type: string"), "{:?}", messages(&wrong));
    assert!(is_clean(&findings::<String>(&schema(), Response)));
}

#[test]
fn a_discriminator_that_does_not_select_is_found() {
    #[derive(Serialize, Deserialize)]
    struct Cat {
        #[serde(skip_serializing_if = "Option::is_none")]
        lives: Option<f64>,
    }
    #[derive(Serialize, Deserialize)]
    struct Dog {
        #[serde(skip_serializing_if = "Option::is_none")]
        bark: Option<bool>,
    }
    #[derive(Serialize, Deserialize)]
    struct Tagged<T> {
        kind: String,
        #[serde(flatten)]
        rest: T,
    }
    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum FirstThatFits {
        Cat(Tagged<Cat>),
        Dog(Tagged<Dog>),
    }
    #[derive(Serialize, Deserialize)]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum ByTag {
        Cat(Cat),
        Dog(Dog),
    }
    let branch = |name: &str, schema: Value| json!({ "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" }, name: schema } });
    let schemas = || {
        json!({
            "S": { "oneOf": [{ "$ref": "#/components/schemas/Cat" }, { "$ref": "#/components/schemas/Dog" }],
                   "discriminator": { "propertyName": "kind", "mapping": { "cat": "#/components/schemas/Cat", "dog": "Dog" } } },
            "Cat": branch("lives", json!({ "type": "integer", "format": "int32" })),
            "Dog": branch("bark", json!({ "type": "boolean" })),
        })
    };
    let wrong = findings::<FirstThatFits>(&schemas(), Response);
    // The seed decides which of the two values comes first.
    assert!(
        messages(&wrong)[0].starts_with("at `/bark`: ") && messages(&wrong)[0].ends_with(" is lost"),
        "{:?}",
        messages(&wrong)
    );
    assert!(is_clean(&findings::<ByTag>(&schemas(), Response)));
}

#[test]
fn examples_of_the_document_are_tested_at_every_place() {
    #[derive(Serialize, Deserialize)]
    struct Thing {
        n: f64,
    }
    let schemas = json!({ "S": { "type": "object", "required": ["n"], "properties": { "n": { "type": "integer", "format": "int32" } }, "example": { "n": 1 }, "examples": [{ "n": 2 }, { "n": "no number" }] } });
    let list = json!({ "type": "array", "items": { "$ref": "#/components/schemas/S" } });
    let paths = json!({ "/a": { "get": { "responses": { "200": { "content": {
        "application/json": { "schema": list, "example": [{ "n": 3 }, { "n": 4 }] },
        "application/problem+json": { "schema": { "$ref": "#/components/schemas/S" }, "examples": { "one": { "value": { "n": 5 } } } },
        "text/plain": { "schema": { "$ref": "#/components/schemas/S" }, "example": { "n": 6 } }
    } } } } } });
    let findings = findings_of(&schemas, &paths, &[case::<Thing>("S", "/components/schemas/S", Response)]);
    assert_eq!((findings.examples, findings.invalid.len(), findings.failed), (5, 1, 0));
    let findings = findings_of(&schemas, &paths, &[case::<BTreeMap<String, String>>("S", "/components/schemas/S", Response)]);
    assert_eq!(findings.examples, 0);
    assert!(findings.failures.iter().any(|failure| failure["pointer"] == "#/components/schemas/S"));
}

#[test]
fn a_field_that_unevaluated_properties_describe_is_no_unknown_field() {
    #[derive(Serialize, Deserialize)]
    struct Counts {
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(flatten)]
        counts: BTreeMap<String, f64>,
    }
    let schema = json!({ "type": "object", "properties": { "name": { "type": "string" } }, "unevaluatedProperties": { "type": "number" } });
    let found = findings::<Counts>(&json!({ "S": schema }), Response);
    assert!(is_clean(&found), "{:?} {:?}", found.failures, found.barren);
}

#[test]
fn an_example_of_a_response_is_not_tested_as_a_request() {
    #[derive(Serialize, Deserialize)]
    struct Thing {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    }
    let schemas = json!({ "S": { "type": "object", "properties": { "id": { "type": "string", "readOnly": true } } } });
    let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/S" }, "example": { "id": 1 } } });
    let paths = json!({ "/a": { "post": { "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/S" } } } },
        "responses": { "200": { "content": content } } } } });
    let cases = [Request, Response].map(|direction| case::<Thing>("S", "/components/schemas/S", direction));
    let findings = findings_of(&schemas, &paths, &cases);
    assert_eq!((findings.failed, findings.examples, findings.invalid.len()), (0, 0, 1), "{:?}", findings.failures);
}

#[test]
fn a_schema_without_a_valid_value_is_reported_but_not_as_a_failure() {
    let findings = findings::<Value>(&json!({ "S": { "allOf": [{ "type": "string" }, { "type": "array" }] } }), Response);
    assert_eq!((findings.failed, findings.values), (0, 0));
    assert!(findings.barren.iter().eq(["#/components/schemas/S"]));
}

#[test]
fn an_integer_that_became_a_float_is_found() {
    #[derive(Serialize, Deserialize)]
    struct Float(f64);
    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Number {
        Integer(i64),
        Float(f64),
    }
    let schema = || json!({ "S": { "type": ["integer", "number"] } });
    let wrong = findings::<Float>(&schema(), Response);
    assert!(messages(&wrong)[0].contains(" became "), "{:?}", messages(&wrong));
    assert!(is_clean(&findings::<Number>(&schema(), Response)));
}

#[test]
fn additional_properties_that_are_allowed_explicitly_must_be_kept() {
    #[derive(Serialize, Deserialize)]
    struct Closed {
        id: String,
    }
    #[derive(Serialize, Deserialize)]
    struct Open {
        id: String,
        #[serde(flatten)]
        extra: BTreeMap<String, Value>,
    }
    let schema = || json!({ "S": { "type": "object", "required": ["id"], "properties": { "id": { "type": "string" } }, "additionalProperties": true } });
    assert!(messages(&findings::<Closed>(&schema(), Response))[0].ends_with(" is lost"));
    assert!(is_clean(&findings::<Open>(&schema(), Response)));
}

#[test]
fn a_recursion_by_dynamic_reference_is_followed() {
    #[derive(Serialize, Deserialize)]
    struct Node {
        #[serde(skip_serializing_if = "Option::is_none")]
        children: Option<Vec<Node>>,
    }
    #[derive(Serialize, Deserialize)]
    struct Leaf {
        #[serde(skip_serializing_if = "Option::is_none")]
        children: Option<Vec<bool>>,
    }
    let schema = || {
        json!({ "S": { "$dynamicAnchor": "node", "type": "object", "properties": {
        "children": { "type": "array", "items": { "$dynamicRef": "#node" } } } } })
    };
    assert!(is_clean(&findings::<Node>(&schema(), Response)));
    assert!(findings::<Leaf>(&schema(), Response).failed > 0);
}

#[test]
fn an_enum_value_that_is_read_as_another_one_is_found() {
    #[derive(Serialize, Deserialize)]
    struct Text(String);
    let schema = || json!({ "S": { "type": "string", "enum": ["org", "personal"] } });
    let of = |which: fn(&Text) -> Option<usize>| {
        let look = Look::Strings(which, &["org", "personal"]);
        findings_of(&schema(), &json!({}), &[seen("S", "/components/schemas/S", Response, look)])
    };
    assert!(is_clean(&of(|text| ["org", "personal"].iter().position(|listed| *listed == text.0))));
    let wrong = of(|text| (text.0 == "org").then_some(0));
    assert_eq!(messages(&wrong), ["\"personal\" is read as `another one`"]);
    assert!(of(|text| Some(usize::from(text.0 == "org"))).failed > 0);
}

#[test]
fn a_field_in_one_option_too_many_is_found() {
    #[derive(Serialize, Deserialize)]
    struct Twice {
        #[serde(skip_serializing_if = "Option::is_none")]
        a: Option<Box<Option<String>>>,
    }
    let twice = |property: &Value| {
        let schema = json!({ "S": { "type": "object", "properties": { "a": property } } });
        let look = Look::Fields(|value: &Twice| vec![("a", std::any::type_name_of_val(&value.a))]);
        findings_of(&schema, &json!({}), &[seen("S", "/components/schemas/S", Response, look)])
    };
    let wrong = twice(&json!({ "type": "string" }));
    assert!(messages(&wrong)[0].contains("is wrapped in 2 options"), "{:?}", messages(&wrong));
    assert!(is_clean(&twice(&json!({ "type": ["string", "null"] }))));
}
