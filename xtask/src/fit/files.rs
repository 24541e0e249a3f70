//! Files in forms: bytes that are a part of a `multipart/form-data` body are a file.
//!
//! Elsewhere, the same schema is a string. A type that is used in both ways becomes two types.

use super::directions::reach;
use crate::account::{Account, Loss};
use crate::document::Names;
use crate::model::operations::{Encoding, Operation};
use crate::model::types::{Bytes, Shape, Type, TypeDef, TypeUse, Union};
use crate::model::{Scalar, Types};
use indexmap::{IndexMap, IndexSet};

/// The position of a value in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Position {
    /// It is the whole form.
    Form,
    /// It is a part, or an array of parts.
    Part,
    /// It is an item of an array of parts.
    Item,
}

/// A named type at a position.
type Node = (String, Position);

/// What a value in a form is.
enum Found<'a> {
    File(&'a mut TypeUse),
    Named(&'a mut String, Position),
    /// A part that is not a file. It is a text or JSON.
    Other(&'a Type),
}

/// What is inside a type at a position.
#[derive(Default)]
struct Contents {
    has_files: bool,
    named: Vec<Node>,
}

/// Turns the bytes in forms into files.
pub fn run(types: &mut Types, operations: &mut [Operation], account: &mut Account) {
    if !operations.iter().any(has_parts) {
        return;
    }
    let (nodes, json) = nodes(types, operations);
    let elsewhere = reach(types, operations.iter().flat_map(outside_of_forms).chain(&json));
    let names = names(nodes, types, &elsewhere);
    let mut rewritten = Vec::new();
    for ((name, position), own) in &names {
        let Some(mut def) = types.get(name).cloned() else { continue };
        contents(&mut def, *position, types, &mut |found| replace(found, &names));
        if let Shape::Union(union) = &mut def.shape {
            name_file_variants(union);
        }
        rewritten.push((name, own, def));
    }
    for (name, own, def) in rewritten {
        if name == own {
            types.insert(own.clone(), def);
        } else {
            account.note(&def.origin.pointer(), Loss::Exact, format!("is the type `{own}` in forms, where its bytes are files"));
            let after = types.get_index_of(name).map_or(types.len(), |index| index + 1);
            types.shift_insert(after, own.clone(), def);
        }
    }
    for form in operations.iter_mut().filter_map(form_mut) {
        value(form, Position::Form, types, &mut |found| replace(found, &names));
    }
}

/// Whether an operation sends a multipart form.
fn has_parts(operation: &Operation) -> bool {
    operation.body.as_ref().is_some_and(|body| matches!(body.encoding, Encoding::FormData(_)))
}

/// The value of the body, if it is such a form.
fn form_mut(operation: &mut Operation) -> Option<&mut TypeUse> {
    if has_parts(operation) { operation.body.as_mut()?.value.as_mut() } else { None }
}

/// The types of an operation that are not those of such a form.
fn outside_of_forms(operation: &Operation) -> impl Iterator<Item = &Type> {
    let body = operation.body.iter().filter(|_| !has_parts(operation)).filter_map(|body| body.value.as_ref());
    let body = body.map(|value| &value.ty);
    operation.parameters.iter().map(|parameter| &parameter.value.ty).chain(body).chain(operation.received())
}

/// All named types in forms, and the types that are sent as JSON there.
fn nodes(types: &Types, operations: &[Operation]) -> (IndexMap<Node, Contents>, Vec<Type>) {
    let (mut nodes, mut json): (IndexMap<Node, Contents>, Vec<Type>) = Default::default();
    let mut read = |contents: &mut Contents, found: Found<'_>| match found {
        Found::File(_) => contents.has_files = true,
        Found::Named(name, position) => contents.named.push((name.clone(), position)),
        Found::Other(ty) => json.push(ty.clone()),
    };
    let mut forms = Contents::default();
    for mut form in
        operations.iter().filter(|operation| has_parts(operation)).filter_map(|operation| operation.body.as_ref()?.value.clone())
    {
        value(&mut form, Position::Form, types, &mut |found| read(&mut forms, found));
    }
    let mut open = forms.named;
    while let Some(node) = open.pop() {
        let Some(mut def) = types.get(&node.0).filter(|_| !nodes.contains_key(&node)).cloned() else { continue };
        let mut inside = Contents::default();
        if matches!(def.shape, Shape::Struct(_)) && node.1 != Position::Form {
            read(&mut inside, Found::Other(&Type::Named(node.0.clone())));
        }
        contents(&mut def, node.1, types, &mut |found| read(&mut inside, found));
        open.extend(inside.named.iter().cloned());
        nodes.insert(node, inside);
    }
    (nodes, json)
}

/// The types that contain files, with their names. A type that is also used elsewhere gets a new name.
fn names(mut nodes: IndexMap<Node, Contents>, types: &Types, elsewhere: &IndexSet<String>) -> IndexMap<Node, String> {
    loop {
        let leads_to_files =
            |inside: &Contents| inside.named.iter().any(|next| nodes.get(next).is_some_and(|next| next.has_files));
        let found: Vec<Node> = nodes
            .iter()
            .filter(|(_, inside)| !inside.has_files && leads_to_files(inside))
            .map(|(node, _)| node.clone())
            .collect();
        if found.is_empty() {
            break;
        }
        found.iter().filter_map(|node| nodes.get_mut(node).map(|inside| inside.has_files = true)).for_each(drop);
    }
    let (mut taken, mut kept) = (Names::default(), IndexSet::new());
    types.keys().for_each(|name| taken.take(name));
    let with_files = nodes.into_iter().filter(|(_, inside)| inside.has_files).map(|(node, _)| node);
    let named = with_files.map(|node| {
        let keeps = !elsewhere.contains(&node.0) && kept.insert(node.0.clone());
        let own = if keeps { node.0.clone() } else { taken.free(&format!("{}Form", node.0)) };
        (node, own)
    });
    named.collect()
}

fn replace(found: Found<'_>, names: &IndexMap<Node, String>) {
    match found {
        Found::File(used) => {
            used.ty = Type::Scalar(Scalar::file());
            used.annotations.bytes = Some(Bytes::File);
        }
        Found::Named(name, position) => {
            if let Some(own) = names.get(&(name.clone(), position)) {
                own.clone_into(name);
            }
        }
        Found::Other(_) => {}
    }
}

/// Renames the variants that were named after a string.
fn name_file_variants(union: &mut Union) {
    let is_file = |ty: &Type| *ty == Type::Scalar(Scalar::file());
    if union.variants.iter().all(|variant| variant.name != "File")
        && let Some(variant) = union.variants.iter_mut().find(|variant| variant.name == "String" && is_file(&variant.value.ty))
    {
        "File".clone_into(&mut variant.name);
    }
}

/// Passes what is inside a type at a position to `visit`.
fn contents(def: &mut TypeDef, position: Position, types: &Types, visit: &mut dyn FnMut(Found<'_>)) {
    let inside = match (&def.shape, position) {
        (Shape::Struct(_), Position::Form) => Position::Part,
        (Shape::Union(_) | Shape::Alias(_) | Shape::Wrapper(_), _) => position,
        (Shape::Struct(_) | Shape::StringEnum(_) | Shape::Id, _) => return,
    };
    def.uses_mut().into_iter().for_each(|used| value(used, inside, types, visit));
}

/// Passes what a value is at a position to `visit`.
fn value(used: &mut TypeUse, position: Position, types: &Types, visit: &mut dyn FnMut(Found<'_>)) {
    if position != Position::Form && is_bytes(used, types) {
        return visit(Found::File(used));
    }
    match (&mut used.ty, position) {
        (Type::Named(name), _) => visit(Found::Named(name, position)),
        (Type::Array(items), Position::Part) => value(items, Position::Item, types, visit),
        (Type::Map(Some(values)), Position::Form) => value(values, Position::Part, types, visit),
        (ty, _) => visit(Found::Other(ty)),
    }
}

/// Whether a value is a string of bytes without an encoding.
fn is_bytes(used: &TypeUse, types: &Types) -> bool {
    let unknown = Some(Bytes::Unknown);
    match &used.ty {
        Type::Scalar(scalar) => scalar.is_plain_text() && used.annotations.bytes == unknown,
        Type::Named(name) => {
            types.get(name).is_some_and(|def| matches!(def.shape, Shape::Id) && def.annotations.bytes == unknown)
        }
        Type::Any | Type::Custom(_) | Type::Array(_) | Type::Map(_) => false,
    }
}
