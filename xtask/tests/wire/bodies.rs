//! The bytes and the media types of request bodies.

mod support;

use serde_json::json;
use support::{Fake, block_on};
use wire_api::Null;
use wire_api::types::{Form, FormDeep, FormNested, Thing, UnionRequest};

fn sent(fake: &Fake) -> (String, String) {
    let request = fake.request();
    (request.header("content-type").unwrap_or_default().to_owned(), String::from_utf8(request.body).unwrap())
}

fn json_text(text: &str) -> (String, String) {
    ("application/json".to_owned(), text.to_owned())
}

#[test]
fn json_is_sent_with_or_without_a_schema_and_with_its_media_type() {
    let fake = Fake::start();
    block_on(fake.client.anything().body(json!({ "a": [1] })).send()).unwrap();
    assert_eq!(sent(&fake), json_text(r#"{"a":[1]}"#));
    block_on(fake.client.change().name(Null).send()).unwrap();
    assert_eq!(sent(&fake), ("application/merge-patch+json".to_owned(), r#"{"name":null}"#.to_owned()));
    block_on(fake.client.several().name("n").send()).unwrap();
    assert_eq!(sent(&fake), json_text(r#"{"name":"n"}"#));
}

#[test]
fn read_only_properties_and_defaults_are_not_sent() {
    let fake = Fake::start();
    block_on(fake.client.several().send()).unwrap();
    assert_eq!(sent(&fake), json_text("{}"));
}

#[test]
fn an_optional_body_can_be_left_out() {
    let fake = Fake::start();
    block_on(fake.client.optional().send()).unwrap();
    assert_eq!(sent(&fake), (String::new(), String::new()));
    block_on(fake.client.optional().size(5).send()).unwrap();
    assert_eq!(sent(&fake), json_text(r#"{"size":5}"#));
    block_on(fake.client.optional_list().send()).unwrap();
    assert_eq!(sent(&fake), (String::new(), String::new()));
    block_on(fake.client.optional_list().body(vec![1, 2]).send()).unwrap();
    assert_eq!(sent(&fake), json_text("[1,2]"));
}

#[test]
fn an_empty_required_array_of_a_form_is_refused() {
    let fake = Fake::start();
    let error = block_on(fake.client.required_list().ids(Vec::new()).send()).unwrap_err().to_string();
    assert!(error.contains("`ids` is required, but is empty") && fake.server.requests().is_empty(), "{error}");
    block_on(fake.client.required_list().ids(vec![1]).more(Vec::new()).send()).unwrap();
    assert_eq!(fake.request().body, b"ids=1");
}

#[test]
fn forms_are_written_by_the_styles_of_their_properties() {
    let fake = Fake::start();
    let call = fake.client.form().name("a&b").tags(vec!["x".to_owned(), "y".to_owned()]).joined(vec![1, 2]);
    let call = call.nested(FormNested::builder().a(1).build().unwrap()).deep(FormDeep::builder().a(2).build().unwrap());
    block_on(call.send()).unwrap();
    let (media, body) = sent(&fake);
    assert_eq!(media, "application/x-www-form-urlencoded");
    let mut pairs: Vec<&str> = body.split('&').collect();
    pairs.sort_unstable();
    assert_eq!(pairs, ["deep%5Ba%5D=2", "joined=1,2", "name=a%26b", "nested=%7B%22a%22%3A1%7D", "tags=x", "tags=y"]);
    assert!(block_on(fake.client.form().send()).unwrap_err().to_string().contains("`name` is required"));
    assert!(Form::builder().name("n").build().is_ok());
}

#[test]
fn raw_bodies_are_sent_as_they_are() {
    let fake = Fake::start();
    block_on(fake.client.bytes().body(vec![1, 2, 3]).send()).unwrap();
    let request = fake.request();
    assert_eq!((request.header("content-type"), request.body.as_slice()), (Some("application/octet-stream"), &[1, 2, 3][..]));
    block_on(fake.client.image().body(&b"PNG"[..]).send()).unwrap();
    assert_eq!(sent(&fake), ("image/png".to_owned(), "PNG".to_owned()));
    block_on(fake.client.encoded().body("a=b%20c").send()).unwrap();
    assert_eq!(sent(&fake), ("application/x-www-form-urlencoded".to_owned(), "a=b%20c".to_owned()));
    block_on(fake.client.text().body("some text").send()).unwrap();
    assert_eq!(sent(&fake), ("text/plain".to_owned(), "some text".to_owned()));
    assert!(block_on(fake.client.text().send()).unwrap_err().to_string().contains("`body` is required"));
}

#[test]
fn a_union_body_is_made_from_each_of_its_types() {
    let fake = Fake::start();
    let thing = Thing::builder().name("n").build().unwrap();
    block_on(fake.client.union().body(thing.clone()).send()).unwrap();
    assert_eq!(sent(&fake), json_text(r#"{"name":"n"}"#));
    block_on(fake.client.union().body(UnionRequest::from(vec![thing])).send()).unwrap();
    assert_eq!(sent(&fake), json_text(r#"[{"name":"n"}]"#));
}
