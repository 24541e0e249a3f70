//! Details that generators often get wrong without a warning.

mod support;

use serde_json::{Value, json};
use wire_api::types::*;

fn read(value: Value) -> Answer {
    let answer: Answer = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&answer).unwrap(), value, "the value is written as it was read");
    answer
}

#[test]
fn equal_titles_do_not_merge_different_types() {
    let answer = read(json!({ "note": { "access": "enterprise" }, "secret": { "access": "personal" } }));
    assert_eq!(answer.note.unwrap().access, Some(AnswerNoteAccess::Enterprise));
    assert_eq!(answer.secret.unwrap().access, Some(AnswerSecretAccess::Personal));
}

#[test]
fn keywords_of_3_1_are_not_ignored() {
    let answer = read(json!({ "pair": ["a", 1], "by_pattern": { "x-a": 5 }, "described": "text" }));
    assert_eq!(answer.pair.unwrap(), [AnswerPairItem::String("a".into()), AnswerPairItem::Integer(1)]);
    assert_eq!(answer.by_pattern.unwrap()["x-a"], 5);
}

#[test]
fn a_number_is_read_from_a_string_too() {
    let json = json!({ "amounts": { "price": "12.5", "prices": ["1", 2.5], "rates": { "eur": "0.5" } } });
    let amounts = serde_json::from_value::<Answer>(json).unwrap().amounts.unwrap();
    assert_eq!((amounts.price, amounts.prices), (12.5, Some(vec![1.0, 2.5])));
    assert_eq!(amounts.rates.unwrap()["eur"], 0.5);
    assert!(serde_json::from_value::<Answer>(json!({ "amounts": { "price": "much" } })).is_err());
}

#[test]
fn a_timestamp_is_read_in_all_unambiguous_spellings() {
    for at in ["2026-03-10T14:00:00Z", "2026-03-10 14:00:00Z", "2026-03-10t14:00:00z", "2026-03-10T14:00:00+0000", "2026-03-10T15:00:00+01:00"] {
        let answer: Answer = serde_json::from_value(json!({ "at": at })).unwrap_or_else(|error| panic!("{at}: {error}"));
        assert_eq!(answer.at.unwrap().timestamp(), 1_773_151_200, "{at}");
    }
    assert!(serde_json::from_value::<Answer>(json!({ "at": "2026-03-10T14:00:00" })).is_err(), "its time zone is unknown");
}

#[test]
fn a_new_field_does_not_break_a_closed_object() {
    let answer: Answer = serde_json::from_value(json!({ "closed": { "a": "x", "new": 1 } })).unwrap();
    assert_eq!(answer.closed.unwrap().a.as_deref(), Some("x"));
}

#[test]
fn numbers_in_additional_properties_are_read_in_every_spelling() {
    let answer: Answer = serde_json::from_value(json!({ "counts": { "total": 3.0, "a": 1, "b": 2.0 } })).unwrap();
    let counts = answer.counts.unwrap();
    assert_eq!((counts.total, counts.extra["a"], counts.extra["b"]), (3, 1, 2));
}

#[test]
fn a_union_of_strings_is_read_from_a_string() {
    assert_eq!(read(json!({ "status": "ready" })).status, Some(AnswerStatus::Ready));
    assert_eq!(read(json!({ "status": "else" })).status, Some(AnswerStatus::Other("else".into())));
}

#[test]
fn a_discriminator_is_not_ignored() {
    let answer = read(json!({ "event": { "kind": "B" } }));
    assert!(matches!(answer.event, Some(AnswerEvent::B(_))));
}

#[test]
fn a_relative_server_needs_a_base_url_and_the_error_names_its_place() {
    let error = wire_api::Client::builder().build().unwrap_err().to_string();
    assert!(error.contains("`/v1` at #/servers/0/url") && error.contains("`base_url`"), "{error}");
    let client = wire_api::Client::builder().base_url("https://api.example.com/v1").build().unwrap();
    assert_eq!(client.base_url(), "https://api.example.com/v1");
}
