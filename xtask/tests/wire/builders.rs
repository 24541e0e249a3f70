//! Setters accept values, literals, builders, and iterators of them.

mod support;

use serde_json::json;
use support::{Fake, block_on};
use wire_api::types::{ListMailsStateItem, Mail, Recipient};
use wire_api::{Null, builder, operations};

fn recipient(email: &str) -> builder::RecipientBuilder {
    Recipient::builder().email(email)
}

fn mail(fake: &Fake) -> operations::SendMail {
    let call = fake.client.send_mail().sender(recipient("a@example.com")).recipients([recipient("b@example.com")]);
    call.tags(["news"]).headers([("X-Kind", "test")])
}

#[test]
fn setters_accept_builders_and_literals() {
    let fake = Fake::start();
    let call = mail(&fake)
        .tags(["news", "daily"])
        .copies([recipient("c@example.com"), recipient("d@example.com").name("D")])
        .reply_to(recipient("e@example.com"))
        .threads(["t1", "t2"])
        .slots([("first", recipient("f@example.com"))])
        .answers_to(Mail::builder().sender(recipient("g@example.com")).recipients([recipient("h@example.com")]).tags(["x"]).headers([("a", "b")]))
        .scores([("spam", 3)]);
    block_on(call.send()).unwrap();
    let expected = json!({
        "sender": { "email": "a@example.com" },
        "recipients": [{ "email": "b@example.com" }],
        "tags": ["news", "daily"],
        "headers": { "X-Kind": "test" },
        "copies": [{ "email": "c@example.com" }, { "email": "d@example.com", "name": "D" }],
        "reply_to": { "email": "e@example.com" },
        "threads": ["t1", "t2"],
        "slots": { "first": { "email": "f@example.com" } },
        "answers_to": {
            "sender": { "email": "g@example.com" },
            "recipients": [{ "email": "h@example.com" }],
            "tags": ["x"],
            "headers": { "a": "b" },
        },
        "scores": { "spam": 3 },
    });
    assert_eq!(fake.request().json(), expected);
    assert_eq!(fake.server.violations(), [""; 0]);
}

#[test]
fn setters_accept_finished_values_options_and_null() {
    let fake = Fake::start();
    let finished: Recipient = recipient("a@example.com").build().unwrap();
    let call = mail(&fake)
        .sender(finished.clone())
        .recipients(vec![finished.clone()])
        .tags(vec!["a".to_owned()])
        .headers(std::collections::BTreeMap::from([("a".to_owned(), "b".to_owned())]))
        .copies(Some(vec![finished.clone()]))
        .reply_to(Null)
        .threads(None::<Vec<_>>)
        .slots(std::collections::BTreeMap::from([("s".to_owned(), finished.clone())]));
    block_on(call.send()).unwrap();
    let email = json!({ "email": "a@example.com" });
    let expected = json!({
        "sender": email, "recipients": [email], "tags": ["a"], "headers": { "a": "b" },
        "copies": [email], "reply_to": null, "slots": { "s": email },
    });
    assert_eq!(fake.request().json(), expected);
    block_on(mail(&fake).copies(vec![]).reply_to(Some(finished)).send()).unwrap();
    assert_eq!(fake.request().json()["copies"], json!([]));
    assert_eq!(fake.request().json()["reply_to"], email);
}

#[test]
fn an_iterator_of_builders_is_an_array() {
    let fake = Fake::start();
    let emails = ["a@example.com", "b@example.com"];
    block_on(mail(&fake).recipients(emails.iter().map(|email| recipient(email))).send()).unwrap();
    assert_eq!(fake.request().json()["recipients"], json!([{ "email": "a@example.com" }, { "email": "b@example.com" }]));
    block_on(fake.client.set_recipients().body([recipient("c@example.com")]).send()).unwrap();
    assert_eq!(fake.request().json(), json!([{ "email": "c@example.com" }]));
}

#[test]
fn arrays_of_literals_are_parameters() {
    let fake = Fake::start();
    block_on(fake.client.list_mails().tag(["a", "b"]).state(vec![ListMailsStateItem::Sent]).send()).unwrap();
    assert_eq!(fake.target(), "/mails?tag=a&tag=b&state=sent");
}

#[test]
fn missing_fields_of_a_builder_are_an_error_when_the_request_is_sent() {
    let fake = Fake::start();
    let (empty, nested) = (Recipient::builder, || Mail::builder().sender(recipient("a")).recipients([Recipient::builder()]));
    for (call, message) in [
        (mail(&fake).sender(empty()), "in `sender`: `email` is required, but was not set"),
        (mail(&fake).recipients([recipient("a"), empty()]), "in `recipients[1]`: `email` is required, but was not set"),
        (mail(&fake).copies([empty()]), "in `copies[0]`: `email` is required, but was not set"),
        (mail(&fake).reply_to(empty()), "in `reply_to`: `email` is required, but was not set"),
        (mail(&fake).slots([("first", empty())]), "in `slots[\"first\"]`: `email` is required, but was not set"),
        (mail(&fake).recipients([0].iter().map(|_| empty())), "in `recipients[0]`: `email` is required, but was not set"),
        (mail(&fake).answers_to(nested()), "in `answers_to.recipients[0]`: `email` is required, but was not set"),
    ] {
        let error = block_on(call.send()).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    let error = block_on(fake.client.set_recipients().body([empty()]).send()).unwrap_err().to_string();
    assert!(error.contains("in `body[0]`: `email` is required, but was not set"), "{error}");
    assert!(fake.server.requests().is_empty());
}
