//! A value of a base schema with a discriminator is one of the components that are composed of the base.

mod support;

use deck_api_testkit::Answer;
use serde_json::{Value, json};
use support::{Fake, block_on};
use wire_api::types::*;

fn read(value: &Value) -> Vehicle {
    let vehicle: Vehicle = serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"));
    assert_eq!(serde_json::to_value(&vehicle).unwrap(), *value, "the value is written as it was read");
    vehicle
}

macro_rules! is {
    ($json:tt, $pattern:pat) => {{
        let vehicle = read(&json!($json));
        assert!(matches!(vehicle, $pattern), "{vehicle:?}");
    }};
}

#[test]
fn a_value_of_a_base_is_the_child_that_its_tag_names() {
    is!({ "kind": "car", "plate": "A", "doors": 4 }, Vehicle::Car(_));
    is!({ "kind": "truck", "plate": "A", "payload_kg": 1.5 }, Vehicle::LorryBase(_));
    let Vehicle::Car(car) = read(&json!({ "kind": "car", "plate": "A", "doors": 4 })) else { panic!("a car") };
    assert_eq!((car.plate.as_str(), car.doors), ("A", 4));
}

#[test]
fn grandchildren_are_children_with_all_inherited_properties() {
    is!({ "kind": "racer", "plate": "A", "doors": 2, "top_speed": 300.5 }, Vehicle::Racer(_));
    // The mapping of the nearer base applies too.
    is!({ "kind": "tanker", "plate": "A", "litres": 9, "body": "steel" }, Vehicle::Tanker(_));
}

#[test]
fn a_child_that_adds_nothing_to_its_base_is_a_variant_of_its_own() {
    is!({ "kind": "bicycle", "plate": "A" }, Vehicle::Bicycle(_));
    is!({ "kind": "tandem", "plate": "A" }, Vehicle::Tandem(_));
    let tandem = Tandem::builder().plate("A").build().unwrap();
    assert_eq!(serde_json::to_value(Vehicle::from(tandem)).unwrap(), json!({ "kind": "tandem", "plate": "A" }));
    let holder: Holder = serde_json::from_value(json!({ "cycle": { "kind": "tandem", "plate": "A" } })).unwrap();
    assert!(matches!(holder.cycle, Some(HolderCycle::Tandem(_))));
}

#[test]
fn a_component_that_is_a_base_or_null_is_no_child_of_the_base() {
    let car = json!({ "kind": "car", "plate": "A", "doors": 4 });
    let holder: Holder = serde_json::from_value(json!({ "or_null": car })).unwrap();
    assert!(matches!(&holder.or_null, Some(Vehicle::Car(car)) if car.doors == 4));
    let holder: Holder = serde_json::from_value(json!({ "or_null": null })).unwrap();
    assert!(holder.or_null.is_none());
    is!({ "kind": "MaybeVehicle", "plate": "A" }, Vehicle::Other(_));
}

#[test]
fn the_base_itself_is_a_variant_for_its_own_tag_alone() {
    is!({ "kind": "Vehicle", "plate": "A" }, Vehicle::VehicleBase(_));
    is!({ "kind": "boat", "plate": "A", "sails": 3 }, Vehicle::Other(_));
}

#[test]
fn a_child_that_is_a_base_is_one_of_its_own_children() {
    let lorry = |value: Value| serde_json::from_value::<Lorry>(value).unwrap();
    assert!(matches!(lorry(json!({ "kind": "tanker", "plate": "A", "litres": 9 })), Lorry::Tanker(_)));
    assert!(matches!(lorry(json!({ "kind": "truck", "plate": "A" })), Lorry::LorryBase(_)));
    assert!(matches!(lorry(json!({ "kind": "car", "plate": "A" })), Lorry::Other(_)));
}

#[test]
fn a_base_is_a_value_in_properties_items_maps_and_bodies() {
    let car = json!({ "kind": "car", "plate": "A", "doors": 4 });
    let text = json!({ "vehicle": car, "maybe": null, "by_name": { "a": car }, "lorry": { "kind": "tanker", "plate": "A", "litres": 9 } });
    let fake = Fake::start();
    fake.server.answer("addVehicle", Answer::json(200, &text));
    let sent = Car::builder().plate("A").doors(4).build().unwrap();
    let holder = block_on(fake.client.add_vehicle().body(Vehicle::from(sent)).send()).unwrap().into_inner();
    assert_eq!(serde_json::from_slice::<Value>(&fake.request().body).unwrap(), car, "the tag is written by the library");
    assert!(matches!(&holder.by_name.unwrap()["a"], Vehicle::Car(_)));
    assert!(matches!((holder.vehicle, holder.lorry, holder.maybe), (Some(Vehicle::Car(_)), Some(Lorry::Tanker(_)), None)));
    fake.server.answer("listVehicles", Answer::json(200, &json!([car])));
    assert!(matches!(block_on(fake.client.list_vehicles().send()).unwrap()[0], Vehicle::Car(_)));
}

#[test]
fn a_base_that_lists_its_children_is_a_union_of_them() {
    let shape = |value: Value| serde_json::from_value::<Shape>(value).unwrap();
    let Shape::Circle(circle) = shape(json!({ "$type": "circle", "name": "c", "radius": 1.5 })) else { panic!("a circle") };
    assert_eq!((circle.name.flatten().as_deref(), circle.radius), (Some("c"), 1.5));
    assert!(matches!(shape(json!({ "$type": "square", "side": 2 })), Shape::Square(_)));
    assert!(matches!(shape(json!({ "$type": "line", "side": 2 })), Shape::Other(_)));
    let fake = Fake::start();
    fake.server.answer("saveShape", Answer::json(200, &json!([{ "$type": "square", "side": 2 }])));
    let circle = Circle::builder().radius(1.5).build().unwrap();
    let saved = block_on(fake.client.save_shape().body(SaveShapeRequest::from(circle)).send()).unwrap();
    assert_eq!(fake.request().json(), json!({ "$type": "circle", "radius": 1.5 }));
    assert!(matches!(saved[0], Shape::Square(_)));
}

#[test]
fn a_union_of_children_inherits_the_discriminator_of_their_base() {
    let fake = Fake::start();
    fake.server.answer("Animals_Post", Answer::json(200, &json!([{ "discriminator": "Cat", "mice": 2 }, { "discriminator": "Dog", "foo": "f" }])));
    let dog = Dog::builder().bar("b").build().unwrap();
    let animals = block_on(fake.client.animals_post().with_body(dog).send()).unwrap();
    assert_eq!(fake.request().json(), json!({ "discriminator": "Dog", "bar": "b" }));
    assert!(matches!((&animals[0], &animals[1]), (AnimalsPostResponseItem::Cat(_), AnimalsPostResponseItem::Dog(_))));
}
