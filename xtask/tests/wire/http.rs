//! Rules of HTTP that documents do not describe: lengths, media types, headers, and values that cannot be written.

mod support;

use deck_api_testkit::Answer;
use support::{Fake, block_on};
use wire_api::types::{DeepRequestItemsItem, Thing};

#[test]
fn post_put_and_patch_without_a_body_have_a_content_length_of_zero() {
    let fake = Fake::start();
    let length = || fake.request().header("content-length").map(str::to_owned);
    block_on(fake.client.post_nothing().send()).unwrap();
    assert_eq!(length().as_deref(), Some("0"));
    block_on(fake.client.put_nothing().send()).unwrap();
    assert_eq!(length().as_deref(), Some("0"));
    block_on(fake.client.patch_nothing().send()).unwrap();
    assert_eq!(length().as_deref(), Some("0"));
    block_on(fake.client.delete_nothing().send()).unwrap();
    assert_eq!(length(), None);
}

#[test]
fn a_response_to_head_has_no_body_whatever_the_document_describes() {
    let fake = Fake::start();
    fake.server.answer("headOfJson", Answer::empty(200).header("x-count", "5").header("content-type", "application/json"));
    let response = block_on(fake.client.head_of_json().send()).unwrap();
    assert_eq!(response.http().headers()["x-count"], "5");
    assert_eq!(fake.request().header("accept"), Some("application/json"));
}

#[test]
fn a_media_type_range_is_sent_in_the_accept_header() {
    let fake = Fake::start();
    let accept = || fake.request().header("accept").unwrap().to_owned();
    let bodies = [
        ("image", "image/png", "a"),
        ("any", "x/y", "b"),
        ("text", "text/csv", "c"),
        ("object", "application/json", "{}"),
        ("pictures", "image/png", "d"),
        ("both", "application/json", "{}"),
    ];
    for (operation, media, body) in bodies {
        fake.server.answer(operation, Answer::body(200, media, body));
    }
    block_on(fake.client.image().send()).unwrap();
    assert_eq!(accept(), "image/*");
    block_on(fake.client.any().send()).unwrap();
    assert_eq!(accept(), "*/*");
    assert_eq!(block_on(fake.client.text().send()).unwrap().as_str(), "c");
    assert_eq!(accept(), "text/*");
    block_on(fake.client.object().send()).unwrap();
    assert_eq!(accept(), "*/*");
    block_on(fake.client.pictures().send()).unwrap();
    assert_eq!(accept(), "image/*, application/pdf");
    block_on(fake.client.both().send()).unwrap();
    assert_eq!(accept(), "application/json, text/csv");
}

#[test]
fn a_media_type_range_is_never_the_content_type_of_a_body() {
    let fake = Fake::start();
    let error = block_on(fake.client.upload().body("PNG").send()).unwrap_err();
    assert!(error.to_string().contains("with_header(\"content-type\""), "{error}");
    assert!(fake.server.requests().is_empty());
    block_on(fake.client.upload().body("PNG").with_header("content-type", "image/png").send()).unwrap();
    assert_eq!(fake.request().header("content-type"), Some("image/png"));
    block_on(fake.client.put_text().body("text").send()).unwrap();
    assert_eq!(fake.request().header("content-type"), Some("text/plain"));
}

#[test]
fn text_is_read_in_the_charset_of_its_header() {
    let fake = Fake::start();
    let read = |media: &str, body: &[u8]| {
        fake.server.answer("latin", Answer::body(200, media, body));
        block_on(fake.client.latin().send()).map(|text| text.into_inner()).map_err(|error| error.to_string())
    };
    assert_eq!(read("text/plain; charset=iso-8859-1", b"\xe9").as_deref(), Ok("é"));
    assert_eq!(read("text/plain", b"\xef\xbb\xbfa").as_deref(), Ok("a"));
    assert!(read("text/plain; charset=koi8-r", b"\xe9").unwrap_err().contains("`koi8-r`"));
}

#[test]
fn an_unexpected_compressed_response_is_an_error() {
    let fake = Fake::start();
    for (operation, media) in [("any", "x/y"), ("text", "text/plain"), ("object", "application/json")] {
        fake.server.answer(operation, Answer::body(200, media, [0x1f, 0x8b, 8]).header("content-encoding", "gzip"));
    }
    let errors = [
        block_on(fake.client.any().send()).unwrap_err().to_string(),
        block_on(fake.client.text().send()).unwrap_err().to_string(),
        block_on(fake.client.object().send()).unwrap_err().to_string(),
    ];
    assert!(errors.iter().all(|error| error.contains("content-encoding `gzip`")), "{errors:?}");
    assert_eq!(fake.request().header("accept-encoding"), Some("identity"));
}

#[test]
fn reserved_characters_stay_where_the_document_allows_them() {
    let fake = Fake::start();
    block_on(fake.client.reserved().path("a/b:c&d").other("a/b").send()).unwrap();
    assert_eq!(fake.target(), "/reserved?path=a/b:c%26d&other=a%2Fb");
}

#[test]
fn items_in_a_deep_object_are_indexed_as_the_overlay_says() {
    let fake = Fake::start();
    let item = |price: &str, quantity: i64| DeepRequestItemsItem::builder().price(price).quantity(quantity).build().unwrap();
    let call = fake.client.deep().items(vec![item("p1", 1), item("p2", 2)]).expand(vec!["a".to_owned(), "b".to_owned()]);
    block_on(call.path("x/y").send()).unwrap();
    let body = String::from_utf8(fake.request().body).unwrap().replace("%5B", "[").replace("%5D", "]");
    let mut pairs: Vec<&str> = body.split('&').collect();
    pairs.sort_unstable();
    let items = ["items[0][price]=p1", "items[0][quantity]=1", "items[1][price]=p2", "items[1][quantity]=2"];
    assert_eq!(pairs, [["expand[]=a", "expand[]=b"].as_slice(), &items, &["path=x/y"]].concat());
    assert!(fake.server.violations().is_empty(), "{:?}", fake.server.violations());
    // A value that the schema does not describe is refused when it is sent.
    let error = block_on(fake.client.deep().free(vec![1]).send()).unwrap_err().to_string();
    assert!(error.contains("`free` is an array"), "{error}");
}

#[test]
fn a_path_may_hold_a_query_of_its_own() {
    let fake = Fake::start();
    block_on(fake.client.beta().page(2).size(vec![5]).send()).unwrap();
    assert_eq!(fake.target(), "/beta?beta=true&page=2&size=5");
    assert!(fake.server.violations().is_empty(), "{:?}", fake.server.violations());
    let error = block_on(fake.client.beta().size(Vec::new()).send()).unwrap_err().to_string();
    assert!(error.contains("`size` is required, but is empty"), "{error}");
}

#[test]
fn numbers_that_json_cannot_hold_are_not_sent_as_null() {
    let fake = Fake::start();
    for (call, place) in [
        (fake.client.numbers().price(f64::NAN), "`body.price` is NaN"),
        (fake.client.numbers().prices(vec![1.0, f64::INFINITY]), "`body.prices[1]` is inf"),
        (fake.client.numbers().limit(f64::NEG_INFINITY), "`limit` is -inf"),
        (fake.client.numbers().with_body(Thing::builder().price(f64::NAN).build().unwrap()), "`body.price` is NaN"),
    ] {
        let error = block_on(call.send()).unwrap_err().to_string();
        assert!(error.contains(place), "{error}");
    }
    assert!(fake.server.requests().is_empty());
}

#[test]
fn a_header_named_idempotency_key_is_the_idempotency_key() {
    let fake = Fake::start();
    block_on(fake.client.keyed().send()).unwrap();
    assert_eq!(fake.request().header("idempotency-key").unwrap().len(), 32);
    block_on(fake.client.keyed().with_idempotency_key("mine").send()).unwrap();
    assert_eq!(fake.request().header("idempotency-key"), Some("mine"));
    for key in ["", " ", "\t", " a", "a "] {
        assert!(block_on(fake.client.keyed().with_idempotency_key(key).send()).is_err(), "{key:?}");
    }
    assert_eq!(fake.server.requests().len(), 2);
}

#[test]
fn headers_of_the_caller_keep_all_values_and_cannot_set_the_framing() {
    let fake = Fake::start();
    let call = fake.client.keyed().with_header("x-more", "a").with_header("X-More", "b").with_header("accept", "x/y");
    block_on(call.with_header("user-agent", "a").with_header("user-agent", "b").send()).unwrap();
    let request = fake.request();
    let values = |wanted: &str| -> Vec<String> {
        request.headers.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.clone()).collect()
    };
    assert_eq!(values("x-more"), ["a", "b"]);
    assert_eq!(values("accept"), ["x/y"]);
    assert_eq!(values("user-agent"), ["b"]);
    for header in ["content-length", "Transfer-Encoding", "host"] {
        assert!(block_on(fake.client.keyed().with_header(header, "3").send()).is_err(), "{header}");
    }
    assert_eq!(fake.server.requests().len(), 1);
}
