//! Values of a union are read as the alternative that fits, and nothing is lost.

mod support;

use serde_json::{Value, json};
use wire_api::types::*;

fn read(value: Value) -> Holder {
    let holder: Holder = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&holder).unwrap(), value, "the value is written as it was read");
    holder
}

#[test]
fn a_discriminator_selects_the_alternative() {
    for (kind, is_cat) in [("feline", true), ("lion", true), ("canine", false)] {
        let holder = read(json!({ "mapped": { "kind": kind } }));
        assert_eq!(matches!(holder.mapped, Some(Mapped::Cat(_))), is_cat, "{kind}");
    }
    let holder = read(json!({ "named": { "kind": "Dog" } }));
    assert!(matches!(holder.named, Some(HolderNamed::Dog(_))));
    let new = read(json!({ "mapped": { "kind": "bird", "wings": 2 } }));
    assert!(matches!(new.mapped, Some(Mapped::Other(value)) if value["wings"] == 2));
}

#[test]
fn a_property_with_one_value_selects_the_alternative() {
    let holder = read(json!({ "tagged": { "type": "image", "url": "u" } }));
    assert!(matches!(holder.tagged, Some(HolderTagged::Image(image)) if image.url.as_deref() == Some("u")));
    let error = serde_json::from_value::<Holder>(json!({ "tagged": { "type": "image", "url": 5 } })).unwrap_err();
    assert!(error.to_string().contains("expected a string"), "{error}");
}

#[test]
fn a_number_selects_the_alternative_too() {
    // The button would keep as many properties.
    let holder: Holder = serde_json::from_value(json!({ "numbered": { "type": 3, "options": [{ "unknown": 1 }] } })).unwrap();
    assert!(matches!(holder.numbered, Some(HolderNumbered::Menu(_))));
    let holder: Holder = serde_json::from_value(json!({ "numbered": { "type": 2.0 } })).unwrap();
    assert!(matches!(holder.numbered, Some(HolderNumbered::Button(_))));
    assert!(matches!(read(json!({ "numbered": { "type": 9 } })).numbered, Some(HolderNumbered::Other(_))));
}

#[test]
fn a_string_stays_a_string_though_a_number_may_be_written_as_one() {
    read(json!({ "choice": { "value": "9" } }));
    read(json!({ "choice": { "value": 9 } }));
}

#[test]
fn strings_with_some_known_values_are_one_open_enum() {
    assert_eq!(read(json!({ "model": "large" })).model, Some(HolderModel::Large));
    assert_eq!(read(json!({ "model": "huge" })).model, Some(HolderModel::Other("huge".into())));
    assert_eq!(read(json!({ "two_enums": "red" })).two_enums, Some(HolderTwoEnums::Red));
}

#[test]
fn scalars_of_several_types_keep_theirs() {
    assert_eq!(read(json!({ "key": "5" })).key, Some(Some(HolderKey::String("5".into()))));
    assert_eq!(read(json!({ "key": 5 })).key, Some(Some(HolderKey::Integer(5))));
    assert_eq!(read(json!({ "key": null })).key, Some(None));
    assert_eq!(read(json!({ "number": 1.5 })).number, Some(1.5.into()));
}

#[test]
fn of_overlapping_objects_the_one_that_keeps_most_is_chosen() {
    let holder = read(json!({ "overlapping": { "kind": "x", "tail": "long" } }));
    assert!(matches!(holder.overlapping, Some(HolderOverlapping::Dog(_))));
    let holder = read(json!({ "maybe": { "kind": "x", "lives": 9 } }));
    assert_eq!(holder.maybe.unwrap().unwrap().lives, Some(9));
}

#[test]
fn alternatives_that_only_require_properties_do_not_lose_any() {
    let holder = read(json!({ "at_least_one": { "phone": "1" } }));
    assert_eq!(holder.at_least_one.unwrap().phone.as_deref(), Some("1"));
}

#[test]
fn properties_composed_with_a_union_belong_to_each_alternative() {
    let holder = read(json!({ "composed": { "id": "a", "kind": "x", "tail": "long" } }));
    assert!(matches!(holder.composed, Some(HolderComposed::Dog(dog)) if dog.id == "a" && dog.tail.is_some()));
}

#[test]
fn unions_may_hold_themselves() {
    let holder = read(json!({ "tree": ["a", ["b", []]] }));
    assert!(matches!(holder.tree, Some(Tree::Array(list)) if list.len() == 2));
}

#[test]
fn null_beside_a_schema_with_parts_of_its_own_is_kept() {
    read(json!({ "perhaps": null }));
    read(json!({ "perhaps": 2 }));
}

#[test]
fn an_alternative_that_keeps_a_null_takes_precedence() {
    read(json!({ "partial": { "icon": null } }));
    read(json!({ "partial": { "name": "a" } }));
}

#[test]
fn a_lost_object_counts_as_much_as_its_content() {
    let deep = json!({ "deep": { "message": { "id": "a", "text": "b", "new": 1, "newer": 2 } } });
    let holder: Holder = serde_json::from_value(deep).unwrap();
    let written = serde_json::to_value(&holder).unwrap();
    assert_eq!(written, json!({ "deep": { "message": { "id": "a", "text": "b" } } }));
}
