//! The parts of `multipart/form-data` bodies.

mod support;

use std::collections::BTreeMap;
use support::{Fake, block_on};
use wire_api::File;
use wire_api::types::{Document, DrinkForm, EditRequestImage, ItemForm, Room, UploadRequestMetadata, UploadRequestPurpose};

const BYTES: &str = "application/octet-stream";

/// The parts of the last request: the name, the name of the file, the media type and the content.
fn sent(fake: &Fake) -> Vec<String> {
    let parts = fake.request().parts().unwrap().into_iter();
    let part = |part: deck_api_testkit::FormPart| {
        let header = [Some(part.name.clone()), part.file_name.clone(), part.content_type.clone()].map(Option::unwrap_or_default);
        format!("{}|{}", header.join("|"), part.text())
    };
    parts.map(part).collect()
}

fn room(name: &str) -> Room {
    Room::builder().name(name).size(1.5).build().unwrap()
}

#[test]
fn files_texts_and_json_are_parts_in_the_order_of_the_document() {
    let fake = Fake::start();
    let file = File::new(vec![0xff, 0, b'\r', b'\n', b'-', b'-']).with_name("a \"b\".pdf").with_content_type("application/pdf");
    let call = fake.client.upload().file(file).purpose(UploadRequestPurpose::Batch).expires(5).tags(["a,b", "c&d"]);
    let call = call.metadata(UploadRequestMetadata::builder().owner("me").size(0.5));
    block_on(call.rooms([Room::builder().name("x"), Room::builder().name("y")]).send()).unwrap();
    let parts = fake.request().parts().unwrap();
    assert_eq!(parts[0].content, [0xff, 0, b'\r', b'\n', b'-', b'-']);
    assert_eq!(parts[0].file_name.as_deref(), Some("a \"b\".pdf"));
    assert_eq!(
        sent(&fake)[1..],
        [
            "purpose|||batch",
            "expires|||5",
            r#"metadata||application/json|{"owner":"me","size":0.5}"#,
            "tags|||a,b",
            "tags|||c&d",
            r#"rooms||application/json|{"name":"x"}"#,
            r#"rooms||application/json|{"name":"y"}"#,
        ]
    );
    assert!(fake.request().header("content-type").unwrap().starts_with("multipart/form-data; boundary="));
}

#[test]
fn content_alone_is_a_file_with_the_name_of_its_property() {
    let fake = Fake::start();
    block_on(fake.client.upload().file(b"text".to_vec()).send()).unwrap();
    assert_eq!(sent(&fake), [format!("file|file|{BYTES}|text")]);
    block_on(fake.client.either().content(b"text".to_vec()).send()).unwrap();
    assert_eq!(sent(&fake), [format!("content|content|{BYTES}|text")]);
}

#[test]
fn the_document_says_the_media_type_and_the_style_of_a_part() {
    let fake = Fake::start();
    let photos = vec![File::new("1").with_content_type("image/png"), File::new("2").with_content_type("image/jpeg")];
    let call = fake.client.photos().photos(photos).caption("c").table("a;b").room(room("r")).ids(vec![1, 2]);
    block_on(call.send()).unwrap();
    let expected = [
        "photos|photos|image/png|1",
        "photos|photos|image/jpeg|2",
        "caption|||c",
        "table||text/csv|a;b",
        r#"room||application/vnd.room+json|{"name":"r","size":1.5}"#,
        "ids|||1,2",
    ];
    assert_eq!(sent(&fake), expected);
    block_on(fake.client.scan().scan(b"%PDF".to_vec()).page(2).send()).unwrap();
    assert_eq!(sent(&fake), ["scan|scan|application/pdf|%PDF", "page|||2"]);
}

#[test]
fn files_have_the_media_type_that_their_schema_says() {
    let fake = Fake::start();
    let scans = fake.client.add_scans().cover(File::new("c")).pages(vec![File::new("p").with_content_type("image/jpeg"), File::new("q")]);
    block_on(scans.report(File::new("r")).note("<p>").send()).unwrap();
    let expected = ["cover|cover|image/png|c", "pages|pages|image/jpeg|p", "pages|pages|image/png|q", "report|report|application/pdf|r", "note|||<p>"];
    assert_eq!(sent(&fake), expected);
}

#[test]
fn an_optional_form_can_be_left_out() {
    let fake = Fake::start();
    block_on(fake.client.scan().send()).unwrap();
    assert_eq!((fake.request().header("content-type"), fake.request().body.len()), (None, 0));
}

#[test]
fn bytes_are_a_file_in_a_form_and_a_string_in_json() {
    let fake = Fake::start();
    let document: Document = serde_json::from_str(r#"{"title":"t","scan":"AA=="}"#).unwrap();
    assert_eq!(document.scan, "AA==");
    let _ = block_on(fake.client.add_document().title("t").scan(vec![0xff]).room(room("r")).send());
    let parts = fake.request().parts().unwrap();
    assert_eq!((parts[1].name.as_str(), &parts[1].content[..]), ("scan", &[0xff][..]));
    assert_eq!(sent(&fake)[2], r#"room||application/json|{"name":"r","size":1.5}"#);
}

#[test]
fn alternatives_and_maps_are_parts_too() {
    let fake = Fake::start();
    block_on(fake.client.edit().image(File::new("a")).send()).unwrap();
    assert_eq!(sent(&fake), [format!("image|image|{BYTES}|a")]);
    let images = EditRequestImage::Array(vec![File::new("a"), File::new("b").with_name("b.png")]);
    block_on(fake.client.edit().image(images).send()).unwrap();
    assert_eq!(sent(&fake), [format!("image|image|{BYTES}|a"), format!("image|b.png|{BYTES}|b")]);
    let drink = DrinkForm::builder().volume(5).photo(vec![0xff]).build().unwrap();
    let _ = block_on(fake.client.add_item().body(ItemForm::from(drink)).send());
    assert_eq!(sent(&fake)[..2], ["kind|||Drink", "volume|||5"]);
    assert_eq!(fake.request().parts().unwrap()[2].content, [0xff]);
    let files = BTreeMap::from([("a".to_owned(), File::new("1")), ("b".to_owned(), File::new("2"))]);
    block_on(fake.client.attach().body(files).send()).unwrap();
    assert_eq!(sent(&fake), [format!("a|a|{BYTES}|1"), format!("b|b|{BYTES}|2")]);
}

#[test]
fn a_form_that_cannot_be_sent_is_refused_before_it_is_sent() {
    let fake = Fake::start();
    let error = |result: Result<wire_api::Response<()>, String>| result.map(drop).unwrap_err();
    let text = |result: Result<_, wire_api::Error<_>>| result.map_err(|error: wire_api::Error<_>| error.to_string());
    for (message, expected) in [
        (error(text(block_on(fake.client.upload().send()))), "`file` is required"),
        (error(text(block_on(fake.client.photos().photos(Vec::new()).send()))), "`photos` is required, but is empty"),
        (error(text(block_on(fake.client.photos().photos(vec![File::new("1")]).send()))), "lists `image/png, image/jpeg`"),
    ] {
        assert!(message.contains(expected), "{message}");
    }
    let own = fake.client.upload().file(b"a".to_vec()).with_header("content-type", "multipart/form-data; boundary=x");
    let message = block_on(own.send()).unwrap_err().to_string();
    assert!(message.contains("contains the boundary"), "{message}");
    assert!(fake.server.requests().is_empty());
}
