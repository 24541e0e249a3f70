//! Names in Rust are unique where those of the document are not. Requests and responses use the names of the document.

mod support;

use deck_api_testkit::Answer;
use serde_json::json;
use support::{Fake, block_on};
use wire_api::types::{OptionObjectSelf, OptionObjectState, PropertiesState};

#[test]
fn operations_without_a_unique_id_have_methods_of_their_own() {
    let fake = Fake::start();
    block_on(fake.client.get_without_an_id().an_id("a").send()).unwrap();
    assert_eq!(fake.target(), "/without/a");
    for (expected, sent) in [
        ("/first", block_on(fake.client.doubled().send())),
        ("/second", block_on(fake.client.doubled3().send())),
        ("/third", block_on(fake.client.doubled2().send())),
        ("/timeout", block_on(fake.client.call_timeout().send())),
        ("/send", block_on(fake.client.call_send().send())),
        ("/future", block_on(fake.client.call_future().send())),
    ] {
        sent.unwrap();
        assert!(fake.server.requests().iter().any(|request| request.path == expected), "{expected}");
    }
}

#[test]
fn properties_and_parameters_keep_their_names_on_the_wire() {
    let fake = Fake::start();
    fake.server.answer("properties", Answer::json(200, &json!({ "Option": { "self": "Self", "state": "error" } })));
    let call = fake.client.properties().client_id("1").client_id2("2").plus1(3).minus1(4).type_("t").body_build("b");
    let call = call.unnamed("empty").ref_("r").id("i").query_id("I").query_send("s").header_client_id("h").state(PropertiesState::Error);
    let response = block_on(call.send()).unwrap();
    assert_eq!(response.option.self_, Some(OptionObjectSelf::SelfValue2));
    assert_eq!(response.option.state, Some(OptionObjectState::Error));
    let expected = json!({ "clientId": "1", "client_id": "2", "+1": 3, "-1": 4, "type": "t", "build": "b", "": "empty", "$ref": "r" });
    let request = fake.request();
    assert_eq!(request.json(), expected);
    assert_eq!((request.query.as_str(), request.header("client_id")), ("id=i&ID=I&send=s&state=error", Some("h")));
}
