//! The tag of a value decides which alternative it is, as the document says.

mod support;

use serde_json::{Value, json};
use wire_api::types::*;

fn read(value: Value) -> Holder {
    let holder: Holder = serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"));
    assert_eq!(serde_json::to_value(&holder).unwrap(), value, "the value is written as it was read");
    holder
}

macro_rules! is {
    ($json:tt, $field:ident, $pattern:pat) => {{
        let value = read(json!({ stringify!($field): $json })).$field;
        assert!(matches!(value, Some($pattern)), "{}: {value:?}", json!($json));
    }};
}

#[test]
fn a_mapping_applies_whatever_the_component_is_called_in_rust() {
    is!({ "type": "start", "id": "1" }, renamed, Renamed::Start(_));
    is!({ "type": "debug", "prompt": "1" }, renamed, Renamed::DebugObject(_));
    is!({ "type": "user", "id": "1" }, renamed, Renamed::PrivateUser(_));
    is!({ "type": "event", "id": "1" }, renamed, Renamed::SomeEvent(_));
    is!({ "type": "stop", "id": "1" }, renamed, Renamed::Other(_));
}

#[test]
fn without_a_mapping_the_published_name_applies() {
    is!({ "type": "Debug" }, implicit, HolderImplicit::DebugObject(_));
    is!({ "type": "private-user" }, implicit, HolderImplicit::PrivateUser(_));
    is!({ "type": "PrivateUser" }, implicit, HolderImplicit::Other(_));
}

#[test]
fn a_mapping_applies_where_all_alternatives_share_one_enum() {
    is!({ "channel": "email", "to": "1" }, message, HolderMessage::Email(_));
    is!({ "channel": "sms", "to": "1" }, message, HolderMessage::Sms(_));
    is!({ "channel": "text", "to": "1" }, message, HolderMessage::Sms(_));
    // The enum lists this value, but no alternative has it.
    is!({ "channel": "pigeon", "to": "1" }, message, HolderMessage::Other(_));
    is!({ "channel": "fax", "to": "1" }, message, HolderMessage::Other(_));
}

#[test]
fn a_constant_wins_over_a_mapping_that_contradicts_it() {
    is!({ "type": "sync", "id": "1" }, contradicted, HolderContradicted::Small(_));
    is!({ "type": "note", "id": "1" }, contradicted, HolderContradicted::Note(_));
}

#[test]
fn a_tag_that_two_alternatives_share_excludes_the_others() {
    is!({ "type": "note", "id": "1" }, entry, HolderEntry::Note(_));
    is!({ "type": "sync", "id": "1" }, entry, HolderEntry::Small(_));
    is!({ "type": "sync", "id": "1", "n": 5 }, entry, HolderEntry::Big(_));
    is!({ "type": "later", "id": "1" }, entry, HolderEntry::Other(_));
}

#[test]
fn a_nested_tag_decides_where_nothing_else_does() {
    is!({ "type": "sync", "inner": { "type": "doc.created", "id": "1" } }, payload, HolderPayload::Created(_));
    is!({ "type": "sync", "inner": { "type": "doc.removed", "id": "1" } }, payload, HolderPayload::Removed(_));
    is!({ "type": "sync", "inner": { "type": "doc.moved", "id": "1" } }, payload, HolderPayload::OtherValue(_));
    is!({ "type": "note", "id": "1" }, payload, HolderPayload::Note(_));
    // A component with the name of the variant for unknown tags.
    is!({ "type": "plain", "text": "a" }, payload, HolderPayload::Other(_));
    is!({ "type": "later", "text": "a" }, payload, HolderPayload::OtherValue(_));
}

#[test]
fn alternatives_inherit_the_discriminator_of_a_common_base() {
    is!({ "kind": "kitten" }, animal, HolderAnimal::Kitten(_));
    is!({ "kind": "dog" }, animal, HolderAnimal::Dog(_));
    is!({ "kind": "bird" }, animal, HolderAnimal::Other(_));
}

#[test]
fn a_union_within_a_union_keeps_the_tags_of_its_parent() {
    is!({ "kind": "tree", "rings": 5 }, living, HolderLiving::Tree(_));
    is!({ "kind": "moss" }, living, HolderLiving::Moss(_));
    is!({ "kind": "stone", "rings": 5 }, living, HolderLiving::Stone(_));
    is!({ "kind": "cloud" }, living, HolderLiving::Other(_));
}

#[test]
fn a_value_whose_tag_is_unknown_is_other_whatever_else_would_fit() {
    is!({ "channel": "email", "to": "1" }, some_inline, HolderSomeInline::Email(_));
    is!({ "to": "1" }, some_inline, HolderSomeInline::Object(_));
    is!({ "channel": "fax", "to": "1" }, some_inline, HolderSomeInline::Other(_));
}

#[test]
fn a_value_that_does_not_fit_its_tagged_alternative_is_an_error() {
    for (json, expected) in [
        (json!({ "message": { "channel": "sms", "to": 5 } }), "expected a string"),
        // Two alternatives share the tag, and neither fits.
        (json!({ "entry": { "type": "sync", "id": 5 } }), "expected a string"),
    ] {
        let error = serde_json::from_value::<Holder>(json.clone()).unwrap_err();
        assert!(error.to_string().contains(expected), "{json}: {error}");
    }
}

#[test]
fn a_listed_value_takes_precedence_over_an_unlisted_one_at_any_depth() {
    is!({ "size": { "each": { "unit": "yard" } } }, size, HolderSize::Boxed(_));
    is!({ "size": { "each": { "unit": "pint" } } }, size, HolderSize::Loose(_));
}

#[test]
fn a_property_whose_name_begins_with_a_slash_is_no_pointer() {
    is!({ "/side": "right", "id": "1" }, slashed, HolderSlashed::Right(_));
}

#[test]
fn the_tag_is_written_by_the_library() {
    let sms = Sms::builder().to("1").build().unwrap();
    assert_eq!(serde_json::to_value(HolderMessage::from(sms)).unwrap(), json!({ "channel": "sms", "to": "1" }));
    let wrong = Sms::builder().to("1").channel(SmsChannel::Email).build().unwrap();
    assert_eq!(serde_json::to_value(HolderMessage::from(wrong)).unwrap(), json!({ "channel": "sms", "to": "1" }));
    let second = Sms::builder().to("1").channel(SmsChannel::Text).build().unwrap();
    assert_eq!(serde_json::to_value(HolderMessage::from(second)).unwrap(), json!({ "channel": "text", "to": "1" }));
    let start = Start::builder().id("1").build().unwrap();
    assert_eq!(serde_json::to_value(Renamed::from(start)).unwrap(), json!({ "type": "start", "id": "1" }));
    let debug = DebugObject::builder().prompt("p").build().unwrap();
    assert_eq!(serde_json::to_value(Renamed::from(debug)).unwrap(), json!({ "type": "debug", "prompt": "p" }));
}

#[test]
fn a_builder_sets_the_only_value_of_a_required_property() {
    for (built, expected) in [
        (serde_json::to_value(Note::builder().id("1").build().unwrap()), json!({ "type": "note", "id": "1" })),
        (serde_json::to_value(Tree::builder().rings(3).build().unwrap()), json!({ "kind": "tree", "rings": 3 })),
        // The alternatives of the union share the enum.
        (serde_json::to_value(Card::builder().to("1").build().unwrap()), json!({ "channel": "sms", "to": "1" })),
        (serde_json::to_value(Dog::builder().build().unwrap()), json!({ "kind": "dog" })),
        (
            serde_json::to_value(Constants::builder().build().unwrap()),
            json!({ "version": 2, "ratio": 0.5, "strict": true, "word": "only", "name": "plain", "id": "plain" }),
        ),
    ] {
        assert_eq!(built.unwrap(), expected);
    }
    assert_eq!(Dog::builder().kind("hound").build().unwrap().kind, "hound", "a value that is set stays");
    assert_eq!(Constants::builder().version(3).build().unwrap().version, 3);
    // Two unions give the property different values.
    assert_eq!(Debatable::builder().build().unwrap_err().to_string(), "`kind` is required, but was not set");
}

#[test]
fn a_tag_that_is_a_number_or_a_boolean_is_read_and_written_as_one() {
    is!({ "version": 1, "id": "1" }, numbered, HolderNumbered::First(_));
    is!({ "version": 2, "id": "1" }, numbered, HolderNumbered::Second(_));
    is!({ "version": 3, "id": "1" }, numbered, HolderNumbered::Other(_));
    is!({ "is_card": false, "number": "1" }, by_boolean, HolderByBoolean::Cash(_));
    let first = HolderNumbered::from(First::builder().build().unwrap());
    assert_eq!(serde_json::to_value(first).unwrap(), json!({ "version": 1 }));
    let wrong = HolderNumbered::from(Second::builder().version(7).build().unwrap());
    assert_eq!(serde_json::to_value(wrong).unwrap(), json!({ "version": 2 }));
    assert_eq!(serde_json::to_value(Second::builder().build().unwrap()).unwrap(), json!({ "version": 2 }));
}

#[test]
fn an_alternative_by_alias_has_the_tag_of_its_component() {
    is!({ "part": "leaf", "id": "1" }, renamed_target, HolderRenamedTarget::LeafAlias(_));
    is!({ "part": "root", "id": "1" }, renamed_target, HolderRenamedTarget::Root(_));
    is!({ "part": "LeafAlias" }, renamed_target, HolderRenamedTarget::Other(_));
}

#[test]
fn alternatives_that_only_the_mapping_distinguishes_are_variants() {
    is!({ "event": "approved", "id": "1" }, decided, HolderDecided::Approved(_));
    is!({ "event": "denied", "id": "1" }, decided, HolderDecided::Denied(_));
    is!({ "event": "later", "id": "1" }, decided, HolderDecided::Other(_));
    is!({ "event": "decision", "id": "1" }, copied, HolderCopied::Decision(_));
    is!({ "event": "copy", "id": "1" }, copied, HolderCopied::Copy(_));
    is!({ "event": "ping", "id": "1" }, sound, HolderSound::Ping(_));
    is!({ "event": "pong", "id": "1" }, sound, HolderSound::Pong(_));
    let denied = HolderDecided::Denied(Decision::builder().id("1").build().unwrap());
    assert_eq!(serde_json::to_value(denied).unwrap(), json!({ "event": "denied", "id": "1" }), "the tag is written");
    assert_eq!(serde_json::to_value(HolderSound::Pong(serde_json::Map::new())).unwrap(), json!({ "event": "pong" }), "also into a map");
}

#[test]
fn the_tag_of_a_union_is_written_for_alternatives_of_a_nested_union() {
    is!({ "kingdom": "animal", "species": "wolf" }, being, HolderBeing::Beast(Beast::Wolf(_)));
    is!({ "kingdom": "animal", "species": "cow" }, being, HolderBeing::Beast(Beast::Other(_)));
    is!({ "kingdom": "plant", "species": "wolf" }, being, HolderBeing::Herb(_));
    let lion = HolderBeing::from(Beast::from(Lion::builder().build().unwrap()));
    assert_eq!(serde_json::to_value(lion).unwrap(), json!({ "kingdom": "animal", "species": "lion" }));
    let wolf = Wolf::builder().build().unwrap();
    assert_eq!(serde_json::to_value(wolf).unwrap(), json!({ "kingdom": "animal", "species": "wolf" }));
}
