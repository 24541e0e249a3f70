//! How responses are read, by status and media type.

mod support;

use deck_api_testkit::{Answer, Document, FakeServer};
use serde_json::json;
use support::{Fake, block_on};
use wire_api::operations::{ConditionalSuccess, ErrorsError, OtherwiseError, OtherwiseSuccess, RangedSuccess, SeveralSuccess};
use wire_api::{Client, RetryPolicy};

#[test]
fn each_status_of_an_error_has_a_type_of_its_own() {
    let fake = Fake::start();
    let error = |answer: Answer| {
        fake.server.answer("errors", answer);
        block_on(fake.client.errors().send()).unwrap_err()
    };
    let missing = error(Answer::json(404, &json!({ "what": "it" })));
    assert!(matches!(missing.typed(), Some(ErrorsError::NotFound(body)) if body.what == "it"));
    let conflict = error(Answer::body(409, "application/problem+json", r#"{"detail":"taken"}"#));
    assert!(matches!(conflict.typed(), Some(ErrorsError::Conflict(body)) if body.detail.as_deref() == Some("taken")));
    let invalid = error(Answer::json(422, &json!(["a", "b"])));
    assert!(matches!(invalid.typed(), Some(ErrorsError::UnprocessableContent(list)) if list.len() == 2));
    let misfit = error(Answer::json(422, &json!({ "what": "it" })));
    assert!(misfit.typed().is_none(), "the body fits `default`, which is not its status");
    let any = error(Answer::json(418, &json!({ "tea": 1 })));
    assert!(matches!(any.typed(), Some(ErrorsError::Status418(value)) if value["tea"] == 1));
    let other = error(Answer::json(401, &json!({ "what": "key" })));
    assert!(matches!(other.typed(), Some(ErrorsError::Default(body)) if body.what == "key"));
    let failed = error(Answer::html(503, "<html>"));
    assert!(failed.typed().is_none() && failed.status().unwrap() == 503 && failed.body().unwrap().as_ref() == b"<html>");
}

#[test]
fn several_successes_are_distinguished_by_status() {
    let fake = Fake::start();
    let success = |answer: Answer| {
        fake.server.answer("several", answer);
        block_on(fake.client.several().send()).unwrap().into_inner()
    };
    assert!(matches!(success(Answer::json(200, &json!({ "id": "a" }))), SeveralSuccess::Ok(thing) if thing.id == "a"));
    assert!(matches!(success(Answer::json(202, &json!({ "job": "j" }))), SeveralSuccess::Accepted(later) if later.job == "j"));
    assert!(matches!(success(Answer::empty(204)), SeveralSuccess::NoContent));
    assert!(matches!(success(Answer::body(206, "text/csv", "a,b")), SeveralSuccess::PartialContent(text) if text == "a,b"));
    assert!(matches!(success(Answer::body(207, "application/zip", [1, 2])), SeveralSuccess::MultiStatus(bytes) if bytes.len() == 2));
}

#[test]
fn an_undocumented_success_is_read_as_its_range_or_default_or_an_error() {
    let fake = Fake::start();
    fake.server.answer("several", Answer::json(201, &json!({ "job": "j" })));
    let error = block_on(fake.client.several().send()).unwrap_err();
    assert!(error.status().unwrap() == 201 && error.body().unwrap().as_ref() == br#"{"job":"j"}"#, "{error}");
    assert!(error.to_string().contains("the status of a documented success") && !error.is_retryable(), "{error}");

    fake.server.answer("ranged", Answer::json(203, &json!({ "job": "j" })));
    assert!(matches!(&*block_on(fake.client.ranged().send()).unwrap(), RangedSuccess::Success(later) if later.job == "j"));
    fake.server.answer("otherwise", Answer::json(203, &json!({ "job": "j" })));
    assert!(matches!(&*block_on(fake.client.otherwise().send()).unwrap(), OtherwiseSuccess::Default(later) if later.job == "j"));
    fake.server.answer("otherwise", Answer::json(400, &json!({ "job": "j" })));
    let error = block_on(fake.client.otherwise().send()).unwrap_err();
    assert!(matches!(error.typed(), Some(OtherwiseError::Default(later)) if later.job == "j"));
    fake.server.answer("maybe", Answer::json(203, &json!({ "id": "a" })));
    assert_eq!(block_on(fake.client.maybe().send()).unwrap().as_ref().unwrap().id, "a");
}

#[test]
fn a_documented_redirect_is_an_outcome_with_its_location() {
    let fake = Fake::start();
    let signed = "https://files.example.com/a?signature=x%2Fy";
    fake.server.answer("redirect", Answer::empty(302).header("location", signed));
    let found = block_on(fake.client.redirect().send()).unwrap();
    assert_eq!((found.http().status().as_u16(), found.http().location()), (302, Some(signed)));
    fake.server.answer("create", Answer::empty(303).header("location", "/things/1"));
    assert_eq!(block_on(fake.client.create().send()).unwrap().http().location(), Some("/things/1"));
    // The fake server responds in this way by default too.
    let document = Document::load(concat!(env!("CARGO_MANIFEST_DIR"), "/document.yaml")).unwrap();
    let server = FakeServer::start(document).unwrap();
    let client = Client::builder().base_url(server.base_url()).retry(RetryPolicy::none()).build().unwrap();
    assert!(block_on(client.create().send()).unwrap().http().location().is_some());
    assert!(block_on(client.redirect().send()).unwrap().http().location().is_some());
}

#[test]
fn not_modified_is_distinguished_from_the_success() {
    let fake = Fake::start();
    let success = |answer: Answer| {
        fake.server.answer("conditional", answer);
        block_on(fake.client.conditional().if_none_match("\"a\"").send()).unwrap().into_inner()
    };
    assert!(matches!(success(Answer::json(200, &json!({ "id": "a" }))), ConditionalSuccess::Ok(thing) if thing.id == "a"));
    assert!(matches!(success(Answer::empty(304)), ConditionalSuccess::NotModified));
    // The only documented 2xx also stands for undocumented ones.
    assert!(matches!(success(Answer::json(203, &json!({ "id": "a" }))), ConditionalSuccess::Ok(thing) if thing.id == "a"));
    assert_eq!(fake.request().header("if-none-match"), Some("\"a\""));
}

#[test]
fn an_undocumented_redirect_is_an_error_that_describes_it() {
    let fake = Fake::start();
    for (operation, status, said) in [
        ("redirect", 307, "does not follow redirects"),
        ("redirect", 303, "the document does not describe this redirect"),
        ("redirect", 304, "has not changed"),
        ("create", 302, "https://example.com/there"),
    ] {
        fake.server.answer(operation, Answer::empty(status).header("location", "https://example.com/there?key=secret"));
        let error = if operation == "redirect" {
            block_on(fake.client.redirect().send()).unwrap_err().to_string()
        } else {
            block_on(fake.client.create().send()).unwrap_err().to_string()
        };
        assert!(error.contains(said) && error.contains(&status.to_string()) && !error.contains("secret"), "{error}");
    }
}

#[test]
fn a_success_that_does_not_fit_its_schema_is_an_error_with_its_place() {
    let fake = Fake::start();
    fake.server.answer("several", Answer::json(202, &json!({ "id": "a" })));
    let error = block_on(fake.client.several().send()).unwrap_err();
    assert!(error.to_string().contains("at `job`") && error.status().unwrap() == 202, "{error}");
}

#[test]
fn json_without_a_schema_text_and_bytes_are_returned_unchanged() {
    let fake = Fake::start();
    fake.server.answer("any", Answer::json(200, &json!([1, { "a": null }])));
    assert_eq!(*block_on(fake.client.any().send()).unwrap(), json!([1, { "a": null }]));
    fake.server.answer("text", Answer::body(200, "text/plain", "some text"));
    assert_eq!(block_on(fake.client.text().send()).unwrap().as_str(), "some text");
    fake.server.answer("text", Answer::body(200, "text/plain", [0xff, 0xff]));
    assert!(block_on(fake.client.text().send()).unwrap_err().to_string().contains("UTF-8"));
    fake.server.answer("bytes", Answer::body(200, "image/png", [1, 2, 3]));
    assert_eq!(block_on(fake.client.bytes().send()).unwrap().as_ref(), [1, 2, 3]);
    fake.server.answer("unspecified", Answer::body(200, "x/y", "z"));
    assert_eq!(block_on(fake.client.unspecified().send()).unwrap().as_ref(), b"z");
}

#[test]
fn arrays_and_null_are_bodies_too() {
    let fake = Fake::start();
    fake.server.answer("list", Answer::body(200, "application/vnd.example+json", "[1,null,2]"));
    assert_eq!(*block_on(fake.client.list().send()).unwrap(), [Some(1), None, Some(2)]);
    assert_eq!(fake.request().header("accept"), Some("application/vnd.example+json"));
    fake.server.answer("maybe", Answer::body(200, "application/json", "null"));
    assert!(block_on(fake.client.maybe().send()).unwrap().is_none());
    fake.server.answer("maybe", Answer::json(200, &json!({ "id": "a" })));
    assert_eq!(block_on(fake.client.maybe().send()).unwrap().as_ref().unwrap().id, "a");
}
