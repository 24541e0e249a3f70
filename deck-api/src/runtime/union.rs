//! Decodes unions: the document's discriminator or fixed properties select the variant; otherwise, the variant that loses least
//! of the value. A value within a union is decided once for each type, see `memory`.

mod guards;
mod loss;
mod memory;
mod reading;
mod search;

pub use guards::write_tagged;
pub use reading::{note_unlisted, read_noting_nulls};

use super::Json;
use super::digits::holds_floats;
use guards::{admits, is_named, spellings};
use loss::{Loss, joined, loss};
use search::{Found, Reading};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// One alternative of a union, which is a variant of the enum.
#[derive(Debug)]
pub struct Alternative<T> {
    /// The properties, or JSON pointers to them, and their values by which a value is recognized as this alternative.
    pub guards: &'static [(&'static str, &'static [&'static str])],
    /// Decodes the value as this alternative. Returns the result, and the JSON into which it serializes.
    pub read: fn(&Value) -> Result<(T, Value), serde_json::Error>,
    /// Decodes the text of a value as this alternative, with all digits of its numbers.
    pub parse: fn(&str) -> Result<T, serde_json::Error>,
}

/// Decodes a value that is one of `alternatives`. `other` keeps a value that fits no alternative, and `several` a value that fits
/// several alternatives, of which none keeps all of it.
///
/// # Errors
///
/// Returns an error if the value fits no alternative, and either there is no `other` or its properties name an alternative.
pub fn read_union<'de, D: Deserializer<'de>, T: Clone + 'static>(
    deserializer: D,
    alternatives: &[Alternative<T>],
    other: Option<fn(Value) -> T>,
    several: Option<fn(Value) -> T>,
) -> Result<T, D::Error> {
    let json = Json::deserialize(deserializer)?;
    // If `serde_json` cannot hold the value, parse again for its error.
    let parsed = || serde_json::from_str(&json.text()).map_err(D::Error::custom);
    let value: Value = json.as_value().cloned().map_or_else(parsed, Ok)?;
    let _forgets = memory::Outermost::enter();
    let read = if reading::has_all_digits() {
        read_value(&json, value, alternatives, other, several)
    } else {
        // Within another union, the result depends only on the type and the parsed value.
        let (read, unknown) = memory::remembered(value.to_string(), || {
            reading::counting(|| read_value(&json, value, alternatives, other, several))
        });
        reading::note(unknown);
        read
    };
    read.map_err(D::Error::custom)
}

/// Decodes `value`, the parsed form of `json`. The error is its message.
fn read_value<T>(
    json: &Json,
    value: Value,
    alternatives: &[Alternative<T>],
    other: Option<fn(Value) -> T>,
    several: Option<fn(Value) -> T>,
) -> Result<T, String> {
    let admitted = alternatives.iter().filter(|alternative| admits(alternative.guards, &value));
    let (mut named, mut others): (Vec<_>, Vec<_>) = admitted.partition(|alternative| is_named(alternative.guards, &value));
    let is_named = !named.is_empty();
    if !is_named {
        std::mem::swap(&mut named, &mut others);
    }
    let Found { mut best, error, mut kept } = Found::among(&named, &value);
    // A value that names an alternative can fit an unnamed one, too, or instead.
    if best.as_ref().is_none_or(|best| several.is_some() && best.loss() != Loss::NONE) {
        let beside = Found::among(&others, &value);
        kept.extend(beside.kept);
        best = best.or(beside.best);
    }
    reading::note(best.as_ref().map_or(Loss::NONE, |best| best.unknown));
    let lost = best.as_ref().map(|best| best.lost);
    if let Some(several) = several.filter(|_| lost.is_some_and(|lost| loss(&value, &joined(kept)) < lost)) {
        return Ok(several(value));
    }
    match (best, error, other) {
        // The unlisted values have already been counted above.
        (Some(Reading { read, alternative, .. }), ..) if reading::has_all_digits() && holds_floats(&value) => {
            Ok(reading::counting(|| (alternative.parse)(&json.text())).0.unwrap_or(read))
        }
        (Some(Reading { read, .. }), ..) => Ok(read),
        // The value names its alternative, so `other` must not hide that it does not fit.
        (None, Some(reason), _) if is_named => Err(reason.to_string()),
        (None, _, Some(other)) => {
            reading::note(Loss::of_unknown(&value));
            Ok(other(value))
        }
        (None, _, None) => Err("the value fits none of the alternatives".to_owned()),
    }
}

/// Decodes the value as the alternative with these `guards`, if it fits.
#[must_use]
pub fn read_alternative<T: DeserializeOwned>(value: &Value, guards: &[(&str, &[&str])]) -> Option<T> {
    let mut admitted = spellings(value).filter(|value| admits(guards, value));
    reading::counting_of_value(|| admitted.find_map(|value| T::deserialize(value).ok())).0
}

/// Implements a union for an enum with a variant for each alternative.
macro_rules! union_of {
    (@from $name:ident $variant:ident $ty:ty) => {
        impl From<$ty> for $name {
            fn from(value: $ty) -> Self {
                Self::$variant(value.into())
            }
        }
    };
    ($name:ident $(, $other:ident)? $(; $several:ident)?:
        $($variant:ident($ty:ty) [$($property:literal = [$($value:literal),*]),*] $($from:ident)? $(=> $tag:literal = $text:literal)?),*
        $(,)?) => {
        $($($crate::runtime::union_of!(@$from $name $variant $ty);)?)*
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => {
                        #[allow(unused_mut, unused_assignments, reason = "only types without a field for it use the initial value")]
                        let mut tag = None;
                        $(tag = Some(($tag, serde_json::Value::from($text)));)?
                        $crate::runtime::write_tagged(value, tag, &[$(($property, &[$($value),*])),*], serializer)
                    })*
                    $(Self::$other(value) => value.serialize(serializer),)?
                    $(Self::$several(value) => value.serialize(serializer),)?
                }
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[allow(unused_mut, unused_assignments, reason = "a union that is only sent keeps nothing else")]
                let mut other: Option<fn(serde_json::Value) -> Self> = None;
                $(other = Some(Self::$other);)?
                #[allow(unused_mut, unused_assignments, reason = "most values are one alternative, or one keeps all of them")]
                let mut several: Option<fn(serde_json::Value) -> Self> = None;
                $(several = Some(Self::$several);)?
                $crate::runtime::read_union(deserializer, &[$($crate::runtime::Alternative {
                    guards: &[$(($property, &[$($value),*])),*],
                    read: |value| {
                        let read: $ty = $crate::runtime::read_noting_nulls(value)?;
                        let kept = serde_json::to_value(&read)?;
                        Ok((Self::$variant(read.into()), kept))
                    },
                    parse: |text| serde_json::from_str::<$ty>(text).map(|read| Self::$variant(read.into())),
                }),*], other, several)
            }
        }
    };
}
pub(crate) use union_of;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Cat {
        kind: String,
        lives: Option<i64>,
    }
    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Dog {
        kind: String,
        tail: Option<String>,
    }
    #[derive(Clone, Debug, PartialEq)]
    enum Pet {
        Cat(Cat),
        Dog(Box<Dog>),
        Count(i64),
        Text(String),
        Other(Value),
    }
    union_of!(Pet, Other: Cat(Cat) ["kind" = ["cat", "lion"]] from, Dog(Dog) ["kind" = ["dog"]], Count(i64) [], Text(String) []);

    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Bare {
        a: i64,
    }
    #[derive(Clone, Debug, PartialEq)]
    enum Untagged {
        Cat(Cat),
        Dog(Dog),
    }
    union_of!(Untagged: Cat(Cat) [], Dog(Dog) []);

    fn cat(kind: &str, lives: Option<i64>) -> Cat {
        Cat { kind: kind.to_owned(), lives }
    }

    #[test]
    fn a_value_is_the_alternative_that_its_tag_names() {
        let dog = Dog { kind: "dog".into(), tail: None };
        for (json, expected) in [
            (json!({ "kind": "lion", "tail": "long" }), Pet::Cat(cat("lion", None))),
            (json!({ "kind": "dog", "lives": 3 }), Pet::Dog(Box::new(dog))),
            (json!(5), Pet::Count(5)),
            (json!(5.0), Pet::Count(5)),
            (json!("5"), Pet::Text("5".into())),
            (json!({ "kind": "bird", "wings": 2 }), Pet::Other(json!({ "kind": "bird", "wings": 2 }))),
            (json!(true), Pet::Other(json!(true))),
        ] {
            let read: Pet = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(read, expected, "{json}");
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    enum Both {
        Cat(Cat),
        Dog(Dog),
        Bare(Bare),
        Several(Value),
    }
    union_of!(Both; Several: Cat(Cat) [] from, Dog(Dog) [] from, Bare(Bare) ["kind" = ["bare"]] from);

    #[test]
    fn a_value_of_which_every_alternative_loses_a_part_is_several() {
        for (json, expected) in [
            (json!({ "kind": "both", "lives": 9 }), Both::Cat(cat("both", Some(9)))),
            (json!({ "kind": "both", "tail": "long" }), Both::Dog(Dog { kind: "both".into(), tail: Some("long".into()) })),
            (json!({ "kind": "both", "lives": 9, "unknown": 1 }), Both::Cat(cat("both", Some(9)))),
        ] {
            assert_eq!(serde_json::from_value::<Both>(json.clone()).unwrap(), expected, "{json}");
        }
        let json = json!({ "kind": "both", "lives": 9.0, "tail": "long", "unknown": [1] });
        let both: Both = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(both, Both::Several(json.clone()));
        assert_eq!(serde_json::to_value(both).unwrap(), json, "unknown properties and the spelling of numbers too");
        assert_eq!(read_alternative(&json, &[]), Some(cat("both", Some(9))));
        assert_eq!(read_alternative::<Dog>(&json, &[("kind", &["dog"])]), None);
        assert_eq!(read_alternative::<Bare>(&json, &[]), None);
        let bare = json!({ "kind": "bare", "a": 1, "tail": "long" });
        assert_eq!(
            serde_json::from_value::<Both>(bare.clone()).unwrap(),
            Both::Several(bare),
            "a tagged alternative loses a part"
        );
        let bare = json!({ "kind": "bare", "a": 1, "unknown": null });
        assert_eq!(serde_json::from_value::<Both>(bare).unwrap(), Both::Bare(Bare { a: 1 }));
    }

    #[test]
    fn a_value_that_fits_neither_its_tag_nor_another_type_is_an_error() {
        let error = serde_json::from_value::<Pet>(json!({ "kind": "cat", "lives": "nine" })).unwrap_err();
        assert!(error.to_string().contains("expected i64"), "{error}");
        let cat = serde_json::from_value::<Both>(json!({ "kind": "bare", "a": "one" })).unwrap();
        assert!(matches!(cat, Both::Cat(_)), "it fits an alternative without a tag: {cat:?}");
    }

    #[test]
    fn without_a_tag_the_alternative_that_keeps_most_of_the_value_is_chosen() {
        for (json, is_dog) in [
            (json!({ "kind": "x", "tail": "long" }), true),
            (json!({ "kind": "x", "lives": 3 }), false),
            (json!({ "kind": "x", "lives": 3, "unknown": 1 }), false),
        ] {
            let read: Untagged = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(matches!(read, Untagged::Dog(_)), is_dog, "{json}");
        }
        assert!(serde_json::from_value::<Untagged>(json!({ "tail": "long" })).is_err());
    }

    #[derive(Clone, Debug, PartialEq)]
    enum Counts {
        List(Vec<i64>),
        Map(std::collections::BTreeMap<String, Vec<i32>>),
        Text(String),
        Other(Value),
    }
    union_of!(Counts, Other: List(Vec<i64>) [], Map(std::collections::BTreeMap<String, Vec<i32>>) [], Text(String) []);

    #[test]
    fn integers_written_as_floats_are_read_in_arrays_and_maps_too() {
        for (json, expected) in [
            (json!([1.0, 2, -3.0]), Counts::List(vec![1, 2, -3])),
            (json!({ "a": [1.0] }), Counts::Map([("a".to_owned(), vec![1])].into())),
            (json!([1.5]), Counts::Other(json!([1.5]))),
            (json!(["1"]), Counts::Other(json!(["1"]))),
            (json!([1e16]), Counts::Other(json!([1e16]))),
        ] {
            assert_eq!(serde_json::from_value::<Counts>(json.clone()).unwrap(), expected, "{json}");
        }
    }

    #[test]
    fn every_alternative_is_written_unchanged() {
        let pet = Pet::from(cat("cat", Some(9)));
        assert_eq!(serde_json::to_value(pet).unwrap(), json!({ "kind": "cat", "lives": 9 }));
        assert_eq!(serde_json::to_value(Pet::Other(json!([1]))).unwrap(), json!([1]));
    }

    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Branch {
        below: Tree,
        #[serde(skip_serializing_if = "Option::is_none")]
        size: Option<super::super::Lenient<i64>>,
    }
    #[derive(Clone, Debug, PartialEq)]
    enum Tree {
        Branch(Box<Branch>),
        Leaf(f64),
        Other(Value),
    }
    union_of!(Tree, Other: Branch(Box<Branch>) [], Leaf(f64) []);

    #[test]
    fn a_fraction_below_many_unions_is_read_once_for_each_level() {
        // With two attempts to read each level, the number of attempts would grow exponentially.
        let text = format!("{}1.5{}", "{\"below\":".repeat(50), "}".repeat(50));
        let tree: Tree = serde_json::from_str(&text).unwrap();
        assert!(matches!(tree, Tree::Branch(_)), "{tree:?}");
        assert_eq!(serde_json::to_value(&tree).unwrap(), serde_json::from_str::<Value>(&text).unwrap());
    }

    #[derive(Clone, Debug, PartialEq)]
    enum Shape {
        Cat(Cat),
        Other(Value),
    }
    union_of!(Shape, Other: Cat(Cat) ["kind" = ["cat"]]);

    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Held {
        shape: Shape,
    }
    #[derive(Clone, Debug, PartialEq)]
    enum Outer {
        Shape(Shape),
        Text(String),
        Bare(Bare),
        Held(Held),
        Other(Value),
    }
    union_of!(Outer, Other: Shape(Shape) [], Text(String) [], Bare(Bare) [], Held(Held) []);

    #[test]
    fn the_other_variant_of_an_inner_union_is_chosen_last() {
        let bird = json!({ "kind": "bird" });
        for (json, expected) in [
            (json!("text"), Outer::Text("text".into())),
            (json!({ "a": 1, "unknown": [2] }), Outer::Bare(Bare { a: 1 })),
            (json!({ "shape": bird }), Outer::Held(Held { shape: Shape::Other(bird.clone()) })),
            (json!({ "kind": "cat", "lives": 9 }), Outer::Shape(Shape::Cat(cat("cat", Some(9))))),
            (bird.clone(), Outer::Shape(Shape::Other(bird.clone()))),
        ] {
            assert_eq!(serde_json::from_value::<Outer>(json.clone()).unwrap(), expected, "{json}");
        }
    }

    #[test]
    fn a_value_that_does_not_fit_is_counted_once() {
        let (read, unlisted) = reading::counting(|| serde_json::from_str::<Tree>(r#"{"below":1.5,"size":"n/a"}"#));
        assert!(matches!(read, Ok(Tree::Branch(_))));
        assert_eq!(unlisted.unlisted, 1);
    }
}
