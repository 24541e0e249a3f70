//! A value that matches several alternatives of an `anyOf` is read and written as all of them.

mod support;

use deck_api_testkit::Answer;
use serde_json::{Value, json};
use support::{Fake, block_on};
use wire_api::types::*;

/// Reads a holder with one property, and checks that it is written unchanged.
fn read(property: &str, value: Value) -> Holder {
    let json = json!({ property: value });
    let holder: Holder = serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{json}: {error}"));
    assert_eq!(serde_json::to_value(&holder).unwrap(), json, "the value is written as it was read");
    holder
}

#[test]
fn a_value_that_matches_one_alternative_is_that_variant() {
    let mail: Contact = serde_json::from_value(json!({ "mail": "m", "unknown": 1 })).unwrap();
    assert!(matches!(&mail, Contact::ByMail(by_mail) if by_mail.mail == "m"));
    assert_eq!(mail.as_by_mail().unwrap().mail, "m");
    assert!(mail.as_by_phone().is_none());
    let neither: Contact = serde_json::from_value(json!({ "fax": "f" })).unwrap();
    assert!(matches!(&neither, Contact::Other(_)));
    assert!(neither.as_by_mail().is_none());
}

#[test]
fn a_value_that_matches_two_alternatives_keeps_both_complete() {
    let json = json!({ "mail": "m", "phone": "p", "address": { "street": "s", "town": "t" }, "unknown": [1.0] });
    let contact: Contact = serde_json::from_value(json.clone()).unwrap();
    assert!(matches!(&contact, Contact::Several(whole) if *whole == json));
    assert_eq!(contact.as_by_mail().unwrap().address.as_ref().unwrap().street.as_deref(), Some("s"));
    assert_eq!(contact.as_by_phone().unwrap().address.as_ref().unwrap().town.as_deref(), Some("t"));
    assert_eq!(serde_json::to_value(&contact).unwrap(), json);
}

#[test]
fn a_value_that_matches_two_alternatives_is_sent_and_received() {
    let json = json!({ "mail": "m", "phone": "p" });
    let fake = Fake::start();
    fake.server.answer("saveContact", Answer::json(200, &json));
    let saved = block_on(fake.client.save_contact().body(Contact::Several(json.clone())).send()).unwrap();
    assert_eq!(saved.as_by_phone().unwrap().phone, "p");
    assert_eq!(fake.request().json(), json);
    assert!(fake.server.violations().is_empty(), "{:?}", fake.server.violations());
}

#[test]
fn both_alternatives_survive_wherever_the_union_is_used() {
    let both = json!({ "mail": "m", "phone": "p" });
    for (property, value) in [
        ("contacts", json!([both, { "mail": "m" }])),
        ("by_name", json!({ "a": both, "b": { "phone": "p" } })),
        ("maybe", both.clone()),
        ("maybe", json!(null)),
        ("shared", json!({ "name": "n", "born": 1, "seat": "s" })),
        ("shared", json!({ "name": "n", "born": 1, "seat": null })),
        ("beside", json!({ "id": "i", "mail": "m", "phone": "p" })),
        ("composed", json!({ "width": 1, "height": 2, "name": "n" })),
        ("nested", json!({ "mail": "m", "phone": "p", "street": "s" })),
        ("nested", both.clone()),
        ("one_within_any", json!({ "text": "t", "signature": "s" })),
        ("inside", json!({ "place": { "street": "s", "town": "t" } })),
        ("lists", json!([{ "street": "s", "town": "t" }, {}])),
        ("maps", json!({ "a": { "street": "s", "town": "t" } })),
        ("beside_a_constant", json!({ "type": "card", "number": "1", "note": "n" })),
        ("scalar_or_objects", both.clone()),
        ("scalar_or_objects", json!("text")),
        ("clash", json!({ "a": "a", "b": "b" })),
        ("tree", json!({ "children": [{ "value": 1 }, { "value": 2, "children": [] }], "value": 3 })),
    ] {
        read(property, value);
    }
}

#[test]
fn an_alternative_that_keeps_all_properties_precedes_several() {
    let holder = read("shared", json!({ "name": "n", "born": 1 }));
    assert!(matches!(holder.shared, Some(HolderShared::Person(_))));
    let holder = read("larger", json!({ "a": "a", "b": "b" }));
    assert!(matches!(holder.larger, Some(HolderLarger::Large(_))));
    let holder = read("open", json!({ "a": "a", "b": "b", "c": "c" }));
    assert!(matches!(holder.open, Some(HolderOpen::Open(_))));
    let holder = read("of_other_types", json!({ "value": "v", "lang": "en" }));
    assert!(matches!(holder.of_other_types, Some(HolderOfOtherTypes::Text(_))));
}

#[test]
fn arrays_are_read_as_each_alternative() {
    let holder = read("lists", json!([{ "street": "s", "town": "t" }]));
    let lists = holder.lists.unwrap();
    assert_eq!(lists.as_streets().unwrap()[0].street.as_deref(), Some("s"));
    assert_eq!(lists.as_towns().unwrap()[0].town.as_deref(), Some("t"));
}

#[test]
fn a_variant_that_is_named_several_keeps_its_name() {
    let holder = read("clash", json!({ "a": "a", "b": "b" }));
    assert!(matches!(&holder.clash, Some(HolderClash::Several2(_))));
    assert_eq!(holder.clash.unwrap().as_several().unwrap().a.as_deref(), Some("a"));
}

#[test]
fn a_discriminator_decides_the_alternative() {
    let json = json!({ "told": { "kind": "cat", "lives": 9, "tail": "long" } });
    let holder: Holder = serde_json::from_value(json).unwrap();
    assert!(matches!(holder.told, Some(HolderTold::Cat(cat)) if cat.lives == Some(9)));
}

#[test]
fn only_unions_that_need_it_have_a_variant_for_several() {
    let types = include_str!("../src/generated/types.rs");
    let needs = |name: &str| {
        let start = types.find(&format!("pub enum {name} {{")).unwrap_or_else(|| panic!("{name}"));
        types[start..].split("\n}").next().unwrap().contains("Several")
    };
    for name in ["HolderTold", "HolderLarger", "HolderOpen", "HolderClosed", "HolderOfOtherTypes", "HolderExclusive"] {
        assert!(!needs(name), "{name}");
    }
    for name in ["Contact", "HolderMaybe", "HolderBeside", "HolderInside", "HolderLists", "HolderMaps", "Tree"] {
        assert!(needs(name), "{name}");
    }
}
