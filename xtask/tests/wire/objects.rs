//! Properties of an object that the document does not name are kept, and can be sent.

mod support;

use deck_api_testkit::Answer;
use serde_json::{Value, json};
use support::{Fake, block_on};
use wire_api::types::*;

fn read(value: Value) -> Thing {
    let thing: Thing = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&thing).unwrap(), value, "the value is written as it was read");
    thing
}

#[test]
fn additional_properties_by_true_and_by_an_empty_schema_are_kept_alike() {
    let value = json!({ "id": "a", "new": { "b": [1] } });
    let thing = read(json!({ "by_true": value, "by_empty": value, "map": value }));
    let (by_true, by_empty) = (thing.by_true.unwrap(), thing.by_empty.unwrap());
    assert_eq!(by_true.extra["new"], json!({ "b": [1] }));
    assert_eq!(by_true.extra, by_empty.extra);
}

#[test]
fn properties_that_the_document_does_not_name_are_sent() {
    let fake = Fake::start();
    fake.server.answer("make", Answer::json(200, &json!({})));
    let more = json!({ "new": 1 }).as_object().unwrap().clone();
    let by_true = ThingByTrue::builder().id("a").extra(more).build().unwrap();
    block_on(fake.client.make().by_true(by_true).send()).unwrap();
    assert_eq!(fake.request().json(), json!({ "by_true": { "id": "a", "new": 1 } }));
    assert!(fake.server.violations().is_empty(), "{:?}", fake.server.violations());
}

#[test]
fn a_property_named_extra_is_separate_from_the_map_of_others() {
    let extra = read(json!({ "extra": { "extra": "a", "other": "b" } })).extra.unwrap();
    assert_eq!(extra.extra2.as_deref(), Some("a"));
    assert_eq!(extra.extra, [("other".to_owned(), "b".to_owned())].into());
}

#[test]
fn required_properties_that_are_not_declared_exist() {
    let undeclared = read(json!({ "undeclared": { "id": "a", "name": { "first": "b" } } })).undeclared.unwrap();
    assert_eq!(undeclared.name, json!({ "first": "b" }));
}

#[test]
fn an_optional_property_that_closes_a_cycle_is_one_box_in_one_option() {
    let thing = read(json!({ "comment": { "text": "a", "parent": { "text": "b" } }, "article": { "pinned": { "text": "c" } } }));
    let parent: Option<Box<Comment>> = thing.comment.unwrap().parent;
    assert_eq!(parent.unwrap().text, "b");
    let comment = Comment::builder().text("a").parent(Comment::builder().text("b").build().unwrap()).build().unwrap();
    assert_eq!(serde_json::to_value(comment).unwrap(), json!({ "text": "a", "parent": { "text": "b" } }));
    assert!(serde_json::from_value::<Thing>(json!({ "article": { "pinned": { "parent": {} } } })).is_err());
}
