//! Tag values that a base lists for its children, and integer tags.

use serde_json::{Value, json};
use wire_api::types::*;

#[test]
fn tag_values_that_a_base_lists_for_its_children_are_not_its_own() {
    let node = |value: Value| serde_json::from_value::<Node>(value);
    assert!(matches!(node(json!({ "kind": "folder", "id": "1", "children": [{ "kind": "image", "id": "2", "width": 5 }] })), Ok(Node::Folder(_))));
    assert!(matches!(node(json!({ "kind": "file", "id": "1", "size": 1 })), Ok(Node::FileBase(_))));
    assert!(matches!(node(json!({ "kind": "image", "id": "1", "size": 1 })), Ok(Node::Image(_))));
    assert!(matches!(node(json!({ "kind": "plain", "id": "1" })), Ok(Node::NodeBase(_))));
    assert!(matches!(node(json!({ "kind": "pipe", "id": "1" })), Ok(Node::Other(_))));
    // The tag names a child that the value does not fit.
    assert!(node(json!({ "kind": "folder", "id": "1", "children": "none" })).is_err());
    assert!(serde_json::from_value::<Pay>(json!({ "method": "card", "number": 5 })).is_err());
    assert!(matches!(serde_json::from_value(json!({ "method": "cash", "amount": 5 })), Ok(Pay::Cash(_))));
}

#[test]
fn children_are_built_without_their_tag() {
    let image = Image::builder().id("1").width(5).build().unwrap();
    assert_eq!(serde_json::to_value(Node::from(image)).unwrap(), json!({ "kind": "image", "id": "1", "width": 5 }));
    assert_eq!(serde_json::to_value(Card::builder().build().unwrap()).unwrap(), json!({ "method": "card" }));
    assert_eq!(serde_json::to_value(Frame::from(Bye::builder().build().unwrap())).unwrap(), json!({ "op": 2 }));
    assert!(matches!(serde_json::from_value(json!({ "op": 1 })), Ok(Frame::Hello(_))));
}
