//! What becomes of a schema in Rust: its kind, its type, and the type of the field that holds it.

use super::shape::{Node, Rest, Shape};
use super::side::Side;
use crate::model::{Direction, Holding, OneWay, Presence};

/// The kinds of type that are generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Any,
    Null,
    Boolean,
    Integer,
    Number,
    Text,
    /// An enum of text.
    Words,
    List,
    Map,
    Struct,
    Union,
}

impl Kind {
    /// What it is called in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "any JSON",
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Text => "a string",
            Self::Words => "an enum of strings",
            Self::List => "a list",
            Self::Map => "a map",
            Self::Struct => "a struct",
            Self::Union => "an enum of alternatives",
        }
    }
}

impl Shape<'_> {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        if self.types.len() > 1 && self.values.is_some() {
            return Kind::Any;
        }
        if self.union.is_some() || self.types.len() > 1 && !self.types.iter().all(|name| ["integer", "number"].contains(name)) {
            return Kind::Union;
        }
        match self.types.first().copied() {
            Some("string") if self.values.as_ref().is_some_and(|values| !values.is_empty()) => Kind::Words,
            Some("string") => Kind::Text,
            Some("boolean") => Kind::Boolean,
            Some("integer") if self.types.len() == 1 => Kind::Integer,
            Some("integer" | "number") => Kind::Number,
            Some("array") => Kind::List,
            Some("object") => self.object(),
            _ if !self.properties.is_empty() || matches!(self.rest, Rest::Typed(_)) => self.object(),
            _ if self.items.is_some() => Kind::List,
            _ if self.nullable && self.values.is_some() => Kind::Null,
            _ => Kind::Any,
        }
    }

    fn object(&self) -> Kind {
        if self.properties.is_empty() { Kind::Map } else { Kind::Struct }
    }

    /// Whether nothing is said of its values.
    pub fn is_any(&self) -> bool {
        self.kind() == Kind::Any
    }

    /// Whether it describes more than a scalar.
    pub fn is_structured(&self) -> bool {
        matches!(self.kind(), Kind::List | Kind::Map | Kind::Struct | Kind::Union)
    }

    /// Whether a type of its own is generated for it.
    pub fn is_named(&self) -> bool {
        match self.kind() {
            Kind::Struct | Kind::Words | Kind::Union => true,
            Kind::Text => self.component && text(self.format) == "String",
            _ => false,
        }
    }
}

/// The type of a text.
fn text(format: Option<&str>) -> &'static str {
    match format {
        Some("date-time") => "chrono::DateTime<chrono::Utc>",
        Some("date") => "chrono::naive::NaiveDate",
        _ => "String",
    }
}

fn integer(format: Option<&str>) -> &'static str {
    match format {
        Some("int8") => "i8",
        Some("uint8") => "u8",
        Some("int16") => "i16",
        Some("uint16") => "u16",
        Some("int32") => "i32",
        Some("uint32") => "u32",
        Some("uint" | "uint64") => "u64",
        _ => "i64",
    }
}

impl<'a> Side<'a> {
    /// The type of a value that is there and not null. Where it is received, free-form JSON is kept as text.
    pub fn rust(&self, node: &Node<'a>, is_received: bool) -> String {
        let rust = self.rust_within(node, 0);
        if !is_received {
            return rust;
        }
        rust.replace("serde_json::Map<String, serde_json::Value>", "BTreeMap<String, runtime::Json>")
            .replace("serde_json::Value", "runtime::Json")
    }

    fn rust_within(&self, node: &Node<'a>, depth: usize) -> String {
        let shape = self.shape(node);
        // Aliases that lead to themselves.
        if depth > 16 {
            return "…".to_owned();
        }
        if shape.is_named() {
            return format!("types::{}", shape.name);
        }
        let inner = |node: &Node<'a>| {
            let rust = self.rust_within(node, depth + 1);
            let shape = self.shape(node);
            if shape.nullable && !shape.is_any() { format!("Option<{rust}>") } else { rust }
        };
        match shape.kind() {
            Kind::Boolean => "bool".to_owned(),
            Kind::Integer => integer(shape.format).to_owned(),
            Kind::Number if shape.format == Some("float") => "f32".to_owned(),
            Kind::Number => "f64".to_owned(),
            Kind::Text => text(shape.format).to_owned(),
            Kind::List => {
                let mut all: Vec<String> = shape.places.iter().chain(&shape.items).map(inner).collect();
                all.dedup();
                match all.as_slice() {
                    [] => "Vec<serde_json::Value>".to_owned(),
                    [one] => format!("Vec<{one}>"),
                    // Items of several types are a union.
                    _ => format!("Vec<types::{}Item>", shape.name),
                }
            }
            Kind::Map => match &shape.rest {
                Rest::Typed(node) if !self.shape(node).is_any() => format!("BTreeMap<String, {}>", inner(node)),
                _ => "serde_json::Map<String, serde_json::Value>".to_owned(),
            },
            Kind::Any | Kind::Null | Kind::Struct | Kind::Words | Kind::Union => "serde_json::Value".to_owned(),
        }
    }

    /// How a field holds it: whether it may be absent or null, in a type that goes that way.
    pub fn presence(&self, node: &Node<'a>, required: bool, direction: Direction) -> Presence {
        let shape = self.shape(node);
        let mark = |mark| shape.marks.contains(mark);
        let one_way = if mark("readOnly") { Some(OneWay::Received) } else { mark("writeOnly").then_some(OneWay::Sent) };
        let any = matches!(shape.kind(), Kind::Any | Kind::Null);
        Holding { required, nullable: shape.nullable, any, one_way }.presence(direction)
    }

    /// The type of a field.
    pub fn field(&self, node: &Node<'a>, required: bool, direction: Direction) -> String {
        let options = self.presence(node, required, direction).options();
        (0..options).fold(self.rust(node, direction.received), |rust, _| format!("Option<{rust}>"))
    }
}
