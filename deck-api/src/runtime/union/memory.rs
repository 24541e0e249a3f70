//! Remembers what the values within a union were decoded into. A union decodes its value as several alternatives, each of which
//! decodes the unions within it again. Without this memory, the time would double with each level of nesting.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// What was read, by its type and the text of the value.
type Known = HashMap<(TypeId, String), Rc<dyn Any>>;

thread_local! {
    /// Exists only while this thread decodes a union.
    static KNOWN: RefCell<Option<Known>> = const { RefCell::new(None) };
}

/// Clears the memory at the end of the outermost union, even after a panic.
pub(super) struct Outermost(bool);

impl Outermost {
    pub(super) fn enter() -> Self {
        Self(KNOWN.with_borrow_mut(|known| known.is_none().then(|| *known = Some(Known::new())).is_some()))
    }
}

impl Drop for Outermost {
    fn drop(&mut self) {
        if self.0 {
            KNOWN.take();
        }
    }
}

/// Returns what `read` returned for the same text and type within the outermost union, or runs it.
pub(super) fn remembered<T: Clone + 'static>(text: String, read: impl FnOnce() -> T) -> T {
    let key = (TypeId::of::<T>(), text);
    // While types of the user are cloned, decoded or dropped, the memory must not be borrowed.
    let known = KNOWN.with_borrow(|known| known.as_ref()?.get(&key).cloned());
    if let Some(known) = known.and_then(|known| known.downcast::<T>().ok()) {
        return T::clone(&known);
    }
    let outcome = read();
    let kept = Rc::new(outcome.clone());
    let _replaced = KNOWN.with_borrow_mut(|known| known.as_mut()?.insert(key, kept));
    outcome
}

#[cfg(test)]
mod tests {
    use super::super::{reading, union_of};
    use super::*;
    use serde::Deserialize;
    use serde_json::Value;
    use std::cell::Cell;

    thread_local! {
        static LEVELS: Cell<usize> = const { Cell::new(0) };
    }

    /// Reads and counts the level of a node.
    fn counted<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        LEVELS.set(LEVELS.get() + 1);
        i64::deserialize(deserializer)
    }

    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct List {
        #[serde(deserialize_with = "counted")]
        level: i64,
        below: Vec<Node>,
        #[serde(skip_serializing_if = "Option::is_none")]
        page: Option<i64>,
    }
    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Group {
        #[serde(deserialize_with = "counted")]
        level: i64,
        below: Vec<Node>,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        size: Option<f64>,
    }
    #[derive(Clone, Debug, PartialEq)]
    enum Node {
        List(List),
        Group(Box<Group>),
        Several(Value),
    }
    union_of!(Node; Several: List(List) [], Group(Box<Group>) []);

    fn nested(depth: usize, leaf: &str) -> String {
        let open = r#"{"level":1,"name":"x","below":["#;
        format!("{}{leaf}{}", open.repeat(depth), "]}".repeat(depth))
    }

    #[test]
    fn each_value_below_many_unions_is_decided_once() {
        for (leaf, kept) in [
            (r#"{"level":1,"below":[],"unknown":1}"#, Some(r#"{"level":1,"below":[]}"#)),
            (r#"{"level":1,"below":[],"unknown":1.0}"#, Some(r#"{"level":1,"below":[]}"#)),
            (r#"{"level":1.0,"below":[],"size":1.25}"#, Some(r#"{"level":1,"below":[],"size":1.25}"#)),
            (r#"{"level":1,"below":[],"page":1,"name":"x"}"#, Some(r#"{"level":1,"below":[],"page":1,"name":"x"}"#)),
            (r#"{"level":"one","below":[]}"#, None),
        ] {
            LEVELS.set(0);
            let read = serde_json::from_str::<Node>(&nested(60, leaf)).ok();
            assert!(LEVELS.get() < 12 * 61, "{leaf}: {} levels were read", LEVELS.get());
            let written = read.map(|node| serde_json::to_value(node).unwrap());
            assert_eq!(written, kept.map(|kept| serde_json::from_str(&nested(60, kept)).unwrap()), "{leaf}");
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    enum Inner {
        Number(i64),
        Other(Value),
    }
    union_of!(Inner, Other: Number(i64) []);
    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Held {
        inner: Inner,
    }
    #[derive(Clone, Debug, PartialEq)]
    enum Twice {
        One(Held),
        Two(Vec<Inner>),
        Three(Held),
    }
    union_of!(Twice: One(Held) [], Two(Vec<Inner>) [], Three(Held) []);

    #[test]
    fn a_remembered_value_counts_what_its_type_does_not_know() {
        // As `Three`, it would lose nothing if the `Other` within were not counted again.
        let read: Twice = serde_json::from_str(r#"{"inner":"text"}"#).unwrap();
        assert_eq!(read, Twice::One(Held { inner: Inner::Other("text".into()) }));
        let (read, unknown) = reading::counting(|| serde_json::from_str::<Twice>(r#"["text","text",1]"#));
        assert!(matches!(read, Ok(Twice::Two(_))), "{read:?}");
        assert_eq!(unknown.unlisted, 2);
    }

    #[derive(Clone, Debug, serde::Serialize)]
    struct Panics;
    impl<'de> serde::Deserialize<'de> for Panics {
        fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            assert!(KNOWN.with_borrow(Option::is_some), "a union is being decoded");
            panic!("a type of the user panics")
        }
    }
    #[derive(Clone, Debug)]
    enum Fragile {
        Panics(Panics),
    }
    union_of!(Fragile: Panics(Panics) []);

    #[test]
    fn nothing_is_remembered_after_the_outermost_union() {
        serde_json::from_str::<Node>(&nested(2, "{}")).unwrap_err();
        assert!(KNOWN.with_borrow(Option::is_none));
        std::panic::catch_unwind(|| serde_json::from_str::<Fragile>("1")).unwrap_err();
        assert!(KNOWN.with_borrow(Option::is_none));
    }
}
