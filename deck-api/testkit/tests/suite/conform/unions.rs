//! A wrong alternative is found even if the value comes back unchanged.

use super::{findings, findings_of, is_clean, messages};
use deck_api_testkit::Direction::{Request, Response};
use deck_api_testkit::conform::{Findings, Look, seen};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Serialize, Deserialize)]
struct Cat {
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lives: Option<i32>,
}

#[derive(Serialize, Deserialize)]
struct Dog {
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lives: Option<i32>,
}

/// A union whose alternatives have the same fields, so the wrong one loses nothing. If `wrapped`, each reference is in an `allOf`.
fn pets(wrapped: bool) -> Value {
    let to = |name: &str| {
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        if wrapped { json!({ "description": name, "nullable": name == "Dog", "allOf": [reference] }) } else { reference }
    };
    let pet = || json!({ "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" }, "lives": { "type": "integer", "format": "int32", "multipleOf": 1 } } });
    json!({
        "S": { "oneOf": [to("Cat"), to("Dog")],
               "discriminator": { "propertyName": "kind", "mapping": { "cat": "#/components/schemas/Cat", "lion": "Cat", "dog": "Dog" } } },
        "Cat": pet(), "Dog": pet(),
    })
}

enum Pet {
    Cat(Cat),
    Dog(Dog),
    Other(Value),
}

/// Reads `cat` and `lion` as a cat if `CAT` and `LION` are true, and an unknown tag as a dog if `BIRD` is true.
struct By<const CAT: bool, const LION: bool, const BIRD: bool>(Pet);

impl<'de, const CAT: bool, const LION: bool, const BIRD: bool> Deserialize<'de> for By<CAT, LION, BIRD> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let mut value = Value::deserialize(deserializer)?;
        let is_cat = match value["kind"].as_str() {
            Some("cat") => CAT,
            Some("lion") => LION,
            Some("dog") => false,
            _ if BIRD => false,
            _ => return Ok(Self(Pet::Other(value))),
        };
        if value.get("lives").is_some_and(Value::is_f64) {
            value["lives"] = serde_json::from_str(&value["lives"].to_string().replace(".0", "")).map_err(D::Error::custom)?;
        }
        let pet = if is_cat { serde_json::from_value(value).map(Pet::Cat) } else { serde_json::from_value(value).map(Pet::Dog) };
        pet.map(Self).map_err(D::Error::custom)
    }
}

impl<const CAT: bool, const LION: bool, const BIRD: bool> Serialize for By<CAT, LION, BIRD> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Pet::Cat(cat) => cat.serialize(serializer),
            Pet::Dog(dog) => dog.serialize(serializer),
            Pet::Other(value) => value.serialize(serializer),
        }
    }
}

fn pets_by<const CAT: bool, const LION: bool, const BIRD: bool>(wrapped: bool) -> Findings {
    let variant = |pet: &By<CAT, LION, BIRD>| match &pet.0 {
        Pet::Cat(_) => Some(0),
        Pet::Dog(_) => Some(1),
        Pet::Other(_) => None,
    };
    let look = Look::Union(variant, &[("Cat", &["/components/schemas/Cat"]), ("Dog", &["/components/schemas/Dog"])]);
    findings_of(&pets(wrapped), &json!({}), &[seen("S", "/components/schemas/S", Response, look)])
}

#[test]
fn a_wrong_alternative_is_found_even_if_nothing_is_lost() {
    for wrapped in [false, true] {
        let right = pets_by::<true, true, false>(wrapped);
        // Some values of a nullable schema are null, and test nothing.
        assert!(right.failed == 0 && right.values > 60 && right.barren.is_empty(), "{:?} {:?}", right.failures, right.barren);
        for (wrong, expected) in [
            (pets_by::<false, true, false>(wrapped), "it is the variant `Dog`, although it is #/components/schemas/Cat"),
            (pets_by::<true, false, false>(wrapped), "it is the variant `Dog`, although it is #/components/schemas/Cat"),
            (pets_by::<true, true, true>(wrapped), "with an unlisted `kind` it is `Dog`"),
        ] {
            assert!(messages(&wrong).contains(&expected), "{wrapped}: {:?}", messages(&wrong));
        }
    }
}

#[test]
fn a_base_with_a_discriminator_is_one_of_its_children_at_every_level() {
    #[derive(Serialize, Deserialize)]
    struct Base {
        kind: String,
    }
    #[derive(Serialize, Deserialize)]
    struct Child {
        #[serde(flatten)]
        base: Base,
        #[serde(skip_serializing_if = "Option::is_none")]
        tail: Option<String>,
    }
    let child = |base: &str, property: &str| {
        let own = json!({ "type": "object", "required": [property], "properties": { (property): { "type": "string" } }, "additionalProperties": false });
        json!({ "allOf": [{ "$ref": format!("#/components/schemas/{base}") }, own] })
    };
    let schemas = |own: Value| {
        let mut base = json!({ "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" } }, "additionalProperties": false,
            "discriminator": { "propertyName": "kind", "mapping": { "cat": "#/components/schemas/Cat", "kitten": "Kitten" } } });
        base.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        json!({ "S": base, "Cat": child("S", "tail"), "Kitten": child("Cat", "basket") })
    };
    let listed = json!({ "oneOf": [{ "$ref": "#/components/schemas/Cat" }, { "$ref": "#/components/schemas/Kitten" }] });
    for own in [json!({}), listed] {
        for (wrong, lost) in [
            (findings::<Base>(&schemas(own.clone()), Response), "at `/tail`: "),
            (findings::<Child>(&schemas(own.clone()), Response), "at `/basket`: "),
        ] {
            assert!(messages(&wrong).iter().any(|message| message.starts_with(lost)), "{lost}: {:?}", messages(&wrong));
        }
        assert!(is_clean(&findings::<Value>(&schemas(own), Response)));
    }
    let readings = findings::<Value>(&schemas(json!({})), Response).readings;
    assert!(
        readings.contains("#/components/schemas/Cat: `additionalProperties: false` applies to the whole composition"),
        "{readings:?}"
    );
}

#[test]
fn a_wrapped_reference_to_a_base_is_one_of_its_children_too() {
    #[derive(Serialize, Deserialize)]
    struct Base {
        kind: String,
    }
    #[derive(Serialize, Deserialize)]
    struct Holder<T> {
        held: T,
    }
    let to = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let schemas = |held: Value| {
        json!({
            "S": { "type": "object", "required": ["held"], "properties": { "held": held } },
            "Base": { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" } }, "discriminator": { "propertyName": "kind" } },
            "Cat": { "allOf": [to("Base"), { "type": "object", "properties": { "tail": { "type": "string" } } }] },
            "MaybeBase": { "nullable": true, "allOf": [to("Base")] },
        })
    };
    for held in [json!({ "description": "A base.", "allOf": [to("Base")] }), to("MaybeBase")] {
        let wrong = findings::<Holder<Option<Base>>>(&schemas(held.clone()), Response);
        assert!(messages(&wrong).iter().any(|message| message.starts_with("at `/held/tail`: ")), "{:?}", messages(&wrong));
        assert!(is_clean(&findings::<Holder<Value>>(&schemas(held), Response)));
    }
}

/// A contact by mail, by phone or by both. This type loses the properties of one alternative.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum First {
    Mail { mail: String },
    Phone { phone: String },
}

/// A contact that keeps everything.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Contact<const ALWAYS: bool>(Value);

fn contacts() -> Value {
    let by =
        |property: &str| json!({ "type": "object", "required": [property], "properties": { property: { "type": "string" } } });
    json!({ "S": { "anyOf": [{ "$ref": "#/components/schemas/Mail" }, { "$ref": "#/components/schemas/Phone" }] },
        "Mail": by("mail"), "Phone": by("phone") })
}

fn contacts_by<const ALWAYS: bool>() -> Findings {
    let variant = |contact: &Contact<ALWAYS>| match (contact.0.get("mail"), contact.0.get("phone")) {
        (Some(_), None) if !ALWAYS => Some(0),
        (None, Some(_)) => Some(1),
        _ => Some(2),
    };
    let look = Look::Union(variant, &[("Mail", &["/components/schemas/Mail"]), ("Phone", &["/components/schemas/Phone"])]);
    findings_of(&contacts(), &json!({}), &[seen("S", "/components/schemas/S", Request, look)])
}

#[test]
fn a_value_of_two_alternatives_that_loses_properties_is_found() {
    let wrong = findings::<First>(&contacts(), Response);
    assert!(messages(&wrong).iter().any(|message| message.ends_with("is lost")), "{:?}", messages(&wrong));
    let right = contacts_by::<false>();
    assert!(is_clean(&right), "{:?} {:?}", right.failures, right.barren);
    let wrong = contacts_by::<true>();
    let expected = "it is several alternatives at once, although #/components/schemas/Mail declares all that it holds";
    assert!(messages(&wrong).contains(&expected), "{:?}", messages(&wrong));
}

#[test]
fn a_variant_that_alone_keeps_a_property_may_have_an_unlisted_value() {
    let invite = |age: Value, target: Value| json!({ "type": "object", "properties": { "age": age, "target": target } });
    let schemas = |group: Value| {
        json!({ "S": { "anyOf": [{ "$ref": "#/components/schemas/Group" }, { "$ref": "#/components/schemas/Guild" }] },
            "Group": group,
            "Guild": invite(json!({ "type": "string", "maxLength": 5 }), json!({ "type": "integer", "enum": [1, 2] })) })
    };
    let verdicts = |group: Value, value: Value| {
        let mut schemas = schemas(group);
        schemas["S"]["example"] = value;
        let guild = |invite: &Contact<true>| {
            let is_odd = invite.0["age"] == "six or more";
            Some(usize::from(is_odd || invite.0.get("target").is_some()))
        };
        let look = Look::Union(guild, &[("Group", &["/components/schemas/Group"]), ("Guild", &["/components/schemas/Guild"])]);
        let found = findings_of(&schemas, &json!({}), &[seen("S", "/components/schemas/S", Request, look)]);
        assert_eq!(found.invalid.len(), 0);
        messages(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    // `Group` does not declare `target`, so the value would lose it.
    let group = json!({ "type": "object", "properties": { "age": { "type": "string" } } });
    assert_eq!(verdicts(group.clone(), json!({ "target": 3 })), Vec::<String>::new());
    let wrong = "it is the variant `Guild`, although it is #/components/schemas/Group";
    assert_eq!(verdicts(group, json!({ "age": "six or more" })), [wrong]);
    let all = invite(json!({ "type": "string" }), json!({ "type": "integer" }));
    assert_eq!(verdicts(all, json!({ "target": 3 })), [wrong]);
}

#[test]
fn a_field_that_another_map_alternative_accepts_is_not_unknown() {
    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Errors {
        Map(BTreeMap<String, Errors>),
        List(Value),
    }
    let schemas = json!({
        "S": { "oneOf": [{ "type": "object", "additionalProperties": { "$ref": "#/components/schemas/S" } }, { "$ref": "#/components/schemas/Inner" }] },
        "Inner": { "type": "object", "required": ["_errors"], "additionalProperties": false, "properties": { "_errors": { "type": "array" } } },
    });
    let variant = |errors: &Errors| match errors {
        Errors::Map(fields) => Some(usize::from(fields.len() == 1 && fields.contains_key("_errors"))),
        Errors::List(_) => None,
    };
    let look = Look::Union(variant, &[("Map", &["/components/schemas/S/oneOf/0"]), ("Inner", &["/components/schemas/Inner"])]);
    let found = findings_of(&schemas, &json!({}), &[seen("S", "/components/schemas/S", Response, look)]);
    assert!(is_clean(&found), "{:?} {:?}", found.failures, found.barren);
}
