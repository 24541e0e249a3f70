//! Prints types as Rust code.

use super::direction::Direction;
use super::types::{Field, Shape, Type, TypeUse, Types};

/// The maximum number of aliases to follow, since aliases can be recursive.
const MAX_DEPTH: usize = 16;

/// The Rust type of a value that is present and not null. Aliases are resolved. Received free-form JSON is kept as text.
#[must_use]
pub fn rust(types: &Types, ty: &Type, is_received: bool) -> String {
    within(types, ty, is_received, 0)
}

/// The Rust type of a value that is present, but can be null. Aliases are resolved.
#[must_use]
pub fn of_use(types: &Types, used: &TypeUse, is_received: bool) -> String {
    use_within(types, used, is_received, 0)
}

/// The Rust type of a field in a type that travels in `direction`.
#[must_use]
pub fn field(types: &Types, field: &Field, direction: Direction) -> String {
    let options = field.holding(types).presence(direction).options();
    let rust = rust(types, &field.value.ty, direction.received);
    (0..options).fold(rust, |rust, _| format!("Option<{rust}>"))
}

fn within(types: &Types, ty: &Type, is_received: bool, depth: usize) -> String {
    if depth > MAX_DEPTH {
        return "…".to_owned();
    }
    let any = if is_received { "runtime::Json" } else { "serde_json::Value" };
    let inner = |used: &TypeUse| use_within(types, used, is_received, depth + 1);
    match ty {
        Type::Any => any.to_owned(),
        Type::Scalar(scalar) => scalar.rust_type(),
        Type::Custom(rust) => rust.clone(),
        Type::Array(items) => format!("Vec<{}>", inner(items)),
        Type::Map(Some(values)) if values.ty != Type::Any => format!("BTreeMap<String, {}>", inner(values)),
        Type::Map(_) if is_received => "BTreeMap<String, runtime::Json>".to_owned(),
        Type::Map(_) => "serde_json::Map<String, serde_json::Value>".to_owned(),
        Type::Named(name) => match types.get(name).map(|def| &def.shape) {
            Some(Shape::Alias(target)) => within(types, &target.ty, is_received, depth + 1),
            _ => format!("types::{name}"),
        },
    }
}

fn use_within(types: &Types, used: &TypeUse, is_received: bool, depth: usize) -> String {
    let rust = within(types, &used.ty, is_received, depth);
    if is_nullable(types, used) { format!("Option<{rust}>") } else { rust }
}

/// Whether the type needs an `Option`. Any JSON does not, since it includes null.
fn is_nullable(types: &Types, used: &TypeUse) -> bool {
    let alias = used.ty.name().and_then(|name| types.get(name)).map(|def| &def.shape);
    let is_alias_of_null = matches!(alias, Some(Shape::Alias(target)) if target.nullable);
    used.ty != Type::Any && (used.nullable || is_alias_of_null)
}
