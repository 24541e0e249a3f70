//! Scalars in the formats that APIs send. An odd scalar does not fail the whole response.

mod support;

use serde_json::{Value, json};
use support::{Fake, block_on};
use wire_api::types::*;
use wire_api::{Error, Lenient};

/// Decodes a text, and checks that it encodes to the same text.
fn same(text: &str) -> Run {
    let run: Run = serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(serde_json::to_string(&run).unwrap(), text);
    run
}

fn read(value: Value) -> Run {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{value}: {error}"))
}

#[test]
fn integers_of_any_size_keep_their_digits() {
    for (field, text) in [
        ("total", "123456789012345678901234567890"),
        ("supply", "340282366920938463463374607431768211455"),
        ("size", "18446744073709551615"),
        ("score", "9007199254740993"),
        ("score", "123456789012345678901234567890"),
        ("score", "5"),
        ("score", "5.0"),
        ("score", "5.10"),
        ("scores", "[5,5.0,9007199254740993,18446744073709551616,0.5]"),
        ("by_name", r#"{"a":5,"b":9007199254740993,"c":0.1}"#),
        ("text_or_number", "9007199254740993"),
        ("text_or_number", "123456789012345678901234567890"),
        ("text_or_number", "5.10"),
        ("amount", "123456789012345678.12"),
        ("price", r#""12.50""#),
        ("exact", "0.12345678901234567890123456789012345678901"),
    ] {
        same(&format!(r#"{{"id":"r","{field}":{text}}}"#));
    }
    assert_eq!(same(r#"{"id":"r","score":9007199254740993}"#).score.unwrap().as_i64(), Some(9_007_199_254_740_993));
}

#[test]
fn a_decimal_has_its_digits_or_is_an_error() {
    let amount = same(r#"{"id":"r","amount":123456789012345678.12}"#).amount.unwrap();
    assert_eq!(*amount * rust_decimal::Decimal::TWO, "246913578024691356.24".parse().unwrap());
    assert_eq!(read(json!({ "id": "r", "amount": "1e3", "price": 12.5 })).amount.unwrap(), rust_decimal::Decimal::ONE_THOUSAND);
    assert!(serde_json::from_str::<Run>(r#"{"id":"r","amount":0.12345678901234567890123456789012345}"#).is_err());
}

#[test]
fn numbers_are_read_in_all_unambiguous_spellings() {
    let run = read(json!({ "id": "r", "ratio": "12.5", "total": "12", "supply": 12.0, "size": "7", "score": "5", "scores": ["1", 2.0] }));
    assert_eq!((run.ratio, run.size), (Some(12.5), Some(7)));
    assert!(run.total.unwrap() == 12 && run.supply.unwrap() == 12 && run.score.unwrap() == 5);
    assert!(run.scores.unwrap()[1] == 2);
    for value in [json!([12.0, 3]), json!({ "a": 12.0 })] {
        assert!(!matches!(read(json!({ "id": "r", "either": value })).either, Some(RunEither::Other(_))), "{value}");
    }
}

#[test]
fn a_string_stays_a_string_where_the_document_allows_strings() {
    let run = same(r#"{"id":"r","text_or_number":"12"}"#);
    assert_eq!(run.text_or_number, Some(RunTextOrNumber::String("12".into())));
    for text in ["2026-03-10 14:00:00Z", "2026-03-10t14:00:00z", "2026-03-10T14:00:00+0000"] {
        same(&format!(r#"{{"id":"r","when_or_text":{{"at":"{text}"}}}}"#));
    }
}

#[test]
fn a_timestamp_keeps_its_offset_and_is_sent_in_canonical_form() {
    let run = same(r#"{"id":"r","strict_at":"2026-03-10T14:00:00+02:00"}"#);
    assert_eq!(run.strict_at.unwrap().offset().local_minus_utc(), 7_200);
    for odd in ["2026-03-10 14:00:00+02:00", "2026-03-10t14:00:00+0200"] {
        let run = read(json!({ "id": "r", "strict_at": odd }));
        assert_eq!(serde_json::to_value(run.strict_at).unwrap(), json!("2026-03-10T14:00:00+02:00"), "{odd}");
    }
}

#[test]
fn values_that_do_not_fit_are_kept_by_lenient_types() {
    for odd in [r#""2026-01-01T00:00:00""#, r#""""#, r#""0000-00-00T00:00:00Z""#, "5", "[1e999]"] {
        let run = same(&format!(r#"{{"id":"r","updated_at":{odd}}}"#));
        assert!(run.updated_at.unwrap().raw().is_some_and(|json| json.text() == odd), "{odd}");
    }
    let run = same(r#"{"id":"r","due":"2026-02-03T00:00:00Z","count":123456789012345678901234567890}"#);
    assert!(run.due.unwrap().value().is_none() && run.count.unwrap().value().is_none());
    assert_eq!(read(json!({ "id": "r", "count": "12" })).count, Some(Lenient::Value(12)));
    assert_eq!(read(json!({ "id": "r", "updated_at": null })).updated_at, None);
}

#[test]
fn a_reference_that_may_be_null_is_an_option() {
    let owner = json!({ "name": "Ada" });
    let run = read(json!({ "id": "r", "owner": owner, "typed_owner": owner, "either_owner": owner }));
    assert!(run.owner.is_some() && run.typed_owner.is_some() && run.either_owner.is_some());
    let run = read(json!({ "id": "r", "owner": null, "typed_owner": null, "either_owner": null, "gone": null }));
    assert!(run.owner.is_none() && run.typed_owner.is_none() && run.either_owner.is_none() && run.gone.is_none());
}

#[test]
fn an_odd_timestamp_does_not_fail_the_response() {
    let fake = Fake::start();
    let body = r#"{"id":"run_1","updated_at":"2026-01-01T00:00:00"}"#;
    fake.server.answer("startRun", deck_api_testkit::Answer::body(200, "application/json", body));
    let run = block_on(fake.client.start_run().id(u128::MAX).send()).unwrap();
    assert_eq!((run.id.as_str(), run.updated_at.as_ref().unwrap().raw().unwrap().as_str()), ("run_1", Some("2026-01-01T00:00:00")));
    assert_eq!(fake.target(), format!("/runs/{}", u128::MAX));
}

#[test]
fn a_timestamp_that_does_not_decode_still_names_the_run() {
    let fake = Fake::start();
    let body = json!({ "id": "run_1", "strict_at": "2026-01-01T00:00:00" });
    fake.server.answer("startRun", deck_api_testkit::Answer::json(200, &body));
    let error = block_on(fake.client.start_run().id(7).send()).unwrap_err();
    assert_eq!((error.created_id().as_deref(), fake.server.requests().len()), (Some("run_1"), 1));
    let Error::Decode(decode) = error else { panic!("{error}") };
    assert_eq!((decode.path(), decode.http().body().as_ref()), ("strict_at", body.to_string().as_bytes()));
}

#[test]
fn sent_values_are_canonical() {
    let fake = Fake::start();
    let after = "2026-03-10T14:00:00+02:00".parse::<chrono::DateTime<chrono::FixedOffset>>().unwrap();
    let due = "2026-02-03".parse::<chrono::NaiveDate>().unwrap();
    let amount: rust_decimal::Decimal = "1.10".parse().unwrap();
    let _ = block_on(fake.client.start_run().id(7).after(after).due(due).amount(amount).send());
    let request = fake.request();
    assert_eq!(String::from_utf8_lossy(&request.body), r#"{"due":"2026-02-03","amount":1.10}"#);
    assert_eq!(request.query, "after=2026-03-10T14%3A00%3A00%2B02%3A00");
}
