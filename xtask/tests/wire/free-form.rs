//! JSON that `serde_json::Value` cannot hold does not fail a response where the document allows any JSON.

mod support;

use deck_api_testkit::Answer;
use serde_json::{Value, json};
use support::{Fake, block_on};
use wire_api::operations::{EitherError, EitherSuccess};
use wire_api::types::{Note, Sent};

/// Free-form JSON that `serde_json::Value` cannot hold.
fn beyond() -> Vec<String> {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    vec![deep, "1e999".to_owned(), r#""\ud800""#.to_owned(), r#"{"a":[{"b":-1E+400}]}"#.to_owned()]
}

fn answer(fake: &Fake, operation: &str, text: &str) {
    fake.server.answer(operation, Answer::body(201, "application/json", text));
}

#[test]
fn a_field_that_may_hold_anything_is_kept_as_text() {
    let fake = Fake::start();
    for odd in beyond() {
        let body = format!(
            r#"{{"output":{odd},"always":{odd},"maybe":{{"x":{odd}}},"list":[1,{odd}],"map":{{"m":{odd}}},"lists":{{"l":[{{"o":{odd}}}]}},"unknown":{odd},"id":"r"}}"#
        );
        answer(&fake, "getRun", &body);
        let run = block_on(fake.client.get_run().send()).unwrap_or_else(|error| panic!("{odd}: {error}"));
        assert_eq!((run.id.as_str(), run.always.text().as_ref()), ("r", odd.as_str()));
        assert_eq!(run.output.as_ref().unwrap().text(), odd);
        assert_eq!(run.maybe.as_ref().unwrap()["x"].text(), odd);
        assert_eq!(run.list.as_ref().unwrap()[1].text(), odd);
        assert_eq!(run.map.as_ref().unwrap()["m"].text(), odd);
        assert_eq!(run.lists.as_ref().unwrap()["l"][0]["o"].text(), odd);
        assert_eq!(run.list_text(), format!("[1,{odd}]"));
        let error = run.output_as::<f64>().unwrap_err();
        assert_eq!(error.path(), "output", "{error}");
    }
}

/// Writes an array again, for a comparison with the received text.
trait ListText {
    fn list_text(&self) -> String;
}

impl ListText for wire_api::types::Run {
    fn list_text(&self) -> String {
        serde_json::to_string(&self.list).unwrap()
    }
}

#[test]
fn free_form_json_reads_like_a_value() {
    let fake = Fake::start();
    answer(&fake, "getRun", r#"{"id":"r","output":{"rooms":[{"price":120}]},"always":null,"map":{"a":1}}"#);
    let run = block_on(fake.client.get_run().send()).unwrap();
    let output = run.output.as_ref().unwrap();
    assert_eq!(output["rooms"][0]["price"], 120);
    assert_eq!(*output, json!({ "rooms": [{ "price": 120 }] }));
    assert!(run.always.is_null() && run.maybe.is_none() && run.map.as_ref().unwrap()["a"] == 1);
    #[derive(serde::Deserialize)]
    struct Room {
        price: f64,
    }
    #[derive(serde::Deserialize)]
    struct Output {
        rooms: Vec<Room>,
    }
    assert!((run.output_as::<Output>().unwrap().rooms[0].price - 120.0).abs() < 1e-9);
    // A field that may be anything, null included, may be missing as well.
    answer(&fake, "getRun", r#"{"id":"r"}"#);
    assert!(block_on(fake.client.get_run().send()).unwrap().always.is_null());
}

#[test]
fn a_whole_body_that_may_be_anything_is_kept_as_text() {
    let fake = Fake::start();
    for odd in beyond() {
        answer(&fake, "any", &odd);
        assert_eq!(block_on(fake.client.any().send()).unwrap().text(), odd);
        answer(&fake, "object", &format!(r#"{{"x":{odd},"y":1}}"#));
        let object = block_on(fake.client.object().send()).unwrap();
        assert!(object["x"].text() == odd && object["y"] == 1);
        fake.server.answer("either", Answer::body(200, "application/json", odd.as_str()));
        assert!(matches!(&*block_on(fake.client.either().send()).unwrap(), EitherSuccess::Ok(json) if json.text() == odd));
        fake.server.answer("either", Answer::body(409, "application/json", odd.as_str()));
        let error = block_on(fake.client.either().send()).unwrap_err();
        assert!(matches!(error.typed(), Some(EitherError::Conflict(json)) if json.text() == odd), "{error}");
    }
}

#[test]
fn where_raw_json_cannot_be_kept_the_call_fails_with_id_and_body() {
    let fake = Fake::start();
    for odd in beyond() {
        let open = format!(r#"{{"id":"r","x":{{"inner":{odd}}}}}"#);
        let loose = format!(r#"{{"id":"r","x":{odd}}}"#);
        let union = format!(r#"{{"id":"r","left":{odd}}}"#);
        answer(&fake, "open", &open);
        let error = block_on(fake.client.open().send()).unwrap_err().untyped();
        answer(&fake, "loose", &loose);
        let rest = block_on(fake.client.loose().send()).unwrap_err().untyped();
        answer(&fake, "union", &union);
        let other = block_on(fake.client.union().send()).unwrap_err().untyped();
        for (error, body) in [(error, open), (rest, loose), (other, union)] {
            assert_eq!((error.attempts().len(), error.is_retryable()), (1, false), "{error}");
            assert!(error.to_string().contains("created `r`") && error.body().unwrap() == body.as_bytes(), "{error}");
        }
        // Named properties are kept, also beside a map of additional properties.
        answer(&fake, "open", &format!(r#"{{"id":"r","named":{odd},"x":{{"inner":{{"a":[1]}}}}}}"#));
        let open = block_on(fake.client.open().send()).unwrap();
        assert_eq!(open.named.as_ref().unwrap().text(), odd);
        assert_eq!(open.extra["x"].inner.as_ref().unwrap()["a"][0], 1);
    }
    answer(&fake, "loose", r#"{"id":"r","x":{"a":[1.0]}}"#);
    let loose = block_on(fake.client.loose().send()).unwrap();
    let _: &serde_json::Map<String, Value> = &loose.extra;
    answer(&fake, "union", r#"{"left":{"a":[1.0]}}"#);
    assert!(block_on(fake.client.union().send()).is_ok());
}

#[test]
fn received_json_is_sent_as_the_same_text() {
    let fake = Fake::start();
    let text = format!(r#"{{"text":[1e999,1.00,{}],"more":null,"list":[1E2]}}"#, beyond()[0]);
    answer(&fake, "getNote", &text);
    let note = block_on(fake.client.get_note().send()).unwrap().into_inner();
    block_on(fake.client.put_note().with_body(note.clone()).send()).unwrap();
    assert_eq!(String::from_utf8(fake.request().body).unwrap(), text);
    let built = Note::builder().text(&note.text).build().unwrap();
    assert_eq!(built.text, note.text);
    assert_eq!(Note::builder().text([1, 2]).build().unwrap().text, json!([1, 2]));
    assert!(Note::builder().text(f64::NAN).build().is_err());
}

#[test]
fn json_that_is_only_sent_is_a_value() {
    let sent = Sent::builder().input(json!({ "a": 1 })).list(vec![json!(1)]).build().unwrap();
    let _: (&Value, &Option<Vec<Value>>) = (&sent.input, &sent.list);
}
