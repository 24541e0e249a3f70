//! Types that the user chose are used wherever their values occur. serde reads and writes them.

mod support;

use deck_api_testkit::Answer;
use serde_json::{Value, json};
use support::{Fake, block_on};
use uuid::Uuid;
use wire_api::Error;
use wire_api::own::{Level, Money, Note, Percent};
use wire_api::types::*;

const ID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";
const OTHER: &str = "936da01f-9abd-4d9d-80c7-02af85c822a8";

fn id() -> Uuid {
    ID.parse().unwrap()
}

fn euros(amount: i64) -> Money {
    Money { amount, currency: "EUR".into() }
}

fn order() -> Value {
    let money = json!({ "amount": 5, "currency": "EUR" });
    json!({
        "id": ID, "total": money, "parent": OTHER, "discount": money, "lines": [money, money], "by_name": { "a": money },
        "price": money, "key": ID, "taxed": { "amount": 5, "currency": "EUR", "tax": 1 }, "level": "high",
        "note": ["one", "two"], "reference": OTHER, "ratio": 0.5
    })
}

#[test]
fn a_response_has_the_chosen_types_and_is_written_as_it_was_read() {
    let read: Order = serde_json::from_value(order()).unwrap();
    assert_eq!((read.id, &read.total), (id(), &euros(5)));
    assert_eq!((&read.discount, read.lines.as_deref()), (&Some(Some(euros(5))), Some(&[euros(5), euros(5)][..])));
    assert_eq!((read.level, read.ratio), (Some(Level::High), Some(Percent(0.5))));
    assert_eq!((read.note.clone(), read.reference), (Some(Note::Lines(vec!["one".into(), "two".into()])), Some(OTHER.parse().unwrap())));
    assert_eq!(read.by_name.as_ref().unwrap()["a"], euros(5));
    // A schema that is composed of another one has its properties, whatever type stands for the other one.
    assert_eq!(read.taxed.as_ref().map(|taxed| (taxed.amount, taxed.tax)), Some((5, Some(1))));
    assert!(matches!(&read.price, Some(OrderPrice::Money(money)) if *money == euros(5)), "{:?}", read.price);
    assert_eq!(serde_json::to_value(&read).unwrap(), order());
}

#[test]
fn the_document_distinguishes_a_chosen_type_from_other_alternatives() {
    for (field, value) in [("price", json!("free")), ("key", json!(7)), ("key", json!(ID)), ("parent", Value::Null)] {
        let mut text = json!({ "id": ID, "total": { "amount": 5, "currency": "EUR" } });
        text[field] = value.clone();
        let read: Order = serde_json::from_value(text).unwrap();
        let written = serde_json::to_value(&read).unwrap();
        assert_eq!(written.get(field).unwrap_or(&Value::Null), &value, "{field}");
    }
}

#[test]
fn parameters_and_bodies_take_the_chosen_types() {
    let fake = Fake::start();
    let call = fake.client.get_order().id(id()).x_trace(id()).ids([id(), OTHER.parse().unwrap()]).level(Level::Low).below(euros(7));
    let _ = block_on(call.send());
    let request = fake.request();
    assert_eq!(request.header("x-trace"), Some(ID));
    let target = format!("/orders/{ID}?ids={ID}&ids={OTHER}&level=low&below%5Bamount%5D=7&below%5Bcurrency%5D=EUR");
    assert_eq!(fake.target(), target);

    let call = fake.client.create_order().id(id()).total(euros(1)).discount(wire_api::Null).lines([euros(2)]).price("free");
    let _ = block_on(call.by_name([("b", euros(3))]).ratio(0.25).note(Note::Text("x".into())).send());
    let sent: Value = serde_json::from_slice(&fake.request().body).unwrap();
    let money = |amount: i64| json!({ "amount": amount, "currency": "EUR" });
    let expected = json!({ "id": ID, "total": money(1), "discount": null, "lines": [money(2)], "price": "free",
        "by_name": { "b": money(3) }, "ratio": 0.25, "note": "x" });
    assert_eq!(sent, expected);
}

#[test]
fn a_whole_body_and_a_whole_response_can_be_the_users_own() {
    let fake = Fake::start();
    fake.server.answer("convertPrice", Answer::json(200, &json!({ "amount": 9, "currency": "USD" })));
    let price = block_on(fake.client.convert_price().body(euros(4)).send()).unwrap();
    assert_eq!((price.amount, price.into_inner().currency.as_str()), (9, "USD"));
    assert_eq!(serde_json::from_slice::<Value>(&fake.request().body).unwrap(), json!({ "amount": 4, "currency": "EUR" }));
}

#[test]
fn a_value_that_does_not_fit_the_chosen_type_is_an_error_with_its_place() {
    let fake = Fake::start();
    for (field, value) in [("id", json!("no-uuid")), ("total", json!({ "amount": "five", "currency": "EUR" })), ("level", json!("middle"))] {
        let mut body = order();
        body[field] = value;
        fake.server.answer("createOrder", Answer::json(201, &body));
        let error = block_on(fake.client.create_order().id(id()).total(euros(1)).send()).unwrap_err();
        let Error::Decode(decode) = error else { panic!("{error}") };
        assert!(decode.path().starts_with(field), "{}", decode.path());
    }
}
