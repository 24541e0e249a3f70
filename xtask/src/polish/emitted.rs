//! Splits the output of progenitor: types with their impls, and for each operation the types of its parameters and of its
//! success.
//!
//! The rest, which is most of it, is not even parsed.

use super::item_tokens::{items, returned};
use super::paths::path_name;
use indexmap::IndexMap;
use proc_macro2::{Ident, TokenStream};
use std::cell::OnceCell;
use std::collections::HashMap;
use syn::visit_mut::VisitMut;
use syn::{Fields, GenericArgument, Item, PathArguments, Type};

/// The output of progenitor, by name.
#[derive(Debug, Default)]
pub struct Emitted {
    /// The types.
    pub types: IndexMap<String, Item>,
    /// The builders of operations.
    pub operations: IndexMap<String, EmittedOperation>,
    impls: Vec<TokenStream>,
    parsed: OnceCell<HashMap<String, Vec<Item>>>,
}

/// The builder of an operation.
#[derive(Debug, Default)]
pub struct EmittedOperation {
    /// The types that its setters set, without `Option`.
    pub fields: IndexMap<String, Type>,
    /// The type of a success.
    pub success: Option<Type>,
}

impl Emitted {
    /// Splits the output of progenitor.
    ///
    /// # Errors
    /// Returns an error if a module, a type or a field has an unexpected form.
    pub fn split(emitted: TokenStream) -> syn::Result<Self> {
        let mut all = Self::default();
        for item in items(emitted).filter(|item| item.keyword == "mod") {
            let Some((name, content)) = item.name.zip(item.content) else { continue };
            match name.to_string().as_str() {
                "types" => all.take_types(content)?,
                "builder" => all.take_operations(content)?,
                _ => {}
            }
        }
        Ok(all)
    }

    /// The impls of the type `name`. They are rarely needed, and are parsed on first use.
    ///
    /// # Errors
    /// Returns an error if one of them is not valid Rust.
    pub fn impls(&self, name: &str) -> syn::Result<&[Item]> {
        if self.parsed.get().is_none() {
            let mut all: HashMap<String, Vec<Item>> = HashMap::new();
            for tokens in &self.impls {
                let block: syn::ItemImpl = syn::parse2(tokens.clone())?;
                if let Some(owner) = impl_owner(&block) {
                    all.entry(owner).or_default().push(Item::Impl(block));
                }
            }
            // Nothing else sets it.
            let _ = self.parsed.set(all);
        }
        Ok(self.parsed.get().and_then(|all| all.get(name)).map(Vec::as_slice).unwrap_or_default())
    }

    fn take_types(&mut self, content: TokenStream) -> syn::Result<()> {
        for item in items(content) {
            match (item.keyword.as_str(), item.name) {
                ("struct" | "enum" | "type", Some(name)) => {
                    let mut item: Item = syn::parse2(item.all)?;
                    WithoutBoxes.visit_item_mut(&mut item);
                    self.types.insert(name.to_string(), item);
                }
                ("impl", _) => self.impls.push(item.all),
                _ => {}
            }
        }
        Ok(())
    }

    fn take_operations(&mut self, content: TokenStream) -> syn::Result<()> {
        for item in items(content) {
            match (item.keyword.as_str(), item.name) {
                ("struct", Some(builder)) => {
                    let Fields::Named(fields) = syn::parse2::<syn::ItemStruct>(item.all)?.fields else { continue };
                    let mut operation = EmittedOperation::default();
                    for field in fields.named {
                        // The field for the client is the only reference. It has another name if there is a parameter `client`.
                        let Some(name) = field.ident.filter(|_| !matches!(field.ty, Type::Reference(_))) else { continue };
                        // `Result<T, String>` or `Result<Option<T>, String>`
                        let kept = argument(&field.ty, "Result").ok_or_else(|| unexpected(&name, "a builder's field"))?;
                        let mut kept = argument(kept, "Option").unwrap_or(kept).clone();
                        WithoutBoxes.visit_type_mut(&mut kept);
                        operation.fields.insert(plain(&name), kept);
                    }
                    self.operations.insert(builder.to_string(), operation);
                }
                ("impl", Some(builder)) => {
                    let (operation, content) = (self.operations.get_mut(&builder.to_string()), item.content);
                    if let (Some(operation), Some(returned)) = (operation, content.and_then(|content| returned(content, "send")))
                    {
                        let returned: Type = syn::parse2(returned)?;
                        // `Result<ResponseValue<T>, …>`
                        operation.success = argument(&returned, "Result").and_then(|ty| argument(ty, "ResponseValue")).cloned();
                        operation.success.iter_mut().for_each(|success| WithoutBoxes.visit_type_mut(success));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Removes the boxes of typify. It boxes where it first meets a cycle, which depends on the order of the document, and then boxes
/// all equal types, also in operations and arrays.
struct WithoutBoxes;

impl VisitMut for WithoutBoxes {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        syn::visit_mut::visit_type_mut(self, ty);
        if let Some(inner) = argument(ty, "Box") {
            *ty = inner.clone();
        }
        // The type that typify boxed can be an `Option` itself.
        if let Some(inner) = argument(ty, "Option").filter(|inner| argument(inner, "Option").is_some()) {
            *ty = inner.clone();
        }
    }
}

/// The type of an impl; for `impl From<TaskId> for String`, it is `TaskId`.
fn impl_owner(block: &syn::ItemImpl) -> Option<String> {
    let single = |ty: &Type| matches!(ty, Type::Path(path) if path.path.segments.len() == 1);
    if single(&block.self_ty) {
        return path_name(&block.self_ty);
    }
    let segment = block.trait_.as_ref()?.0.segments.last()?;
    arguments(segment).find(|ty| single(ty)).and_then(path_name)
}

fn arguments(segment: &syn::PathSegment) -> impl Iterator<Item = &Type> {
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(arguments.args.iter()),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The argument `T` of `name<T, …>`, whatever the path to `name`.
pub fn argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    arguments(called(ty, name)?).next()
}

/// The value type of the map `name<K, V>`.
pub fn map_value<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    arguments(called(ty, name)?).last()
}

fn called<'a>(ty: &'a Type, name: &str) -> Option<&'a syn::PathSegment> {
    let Type::Path(path) = ty else { return None };
    path.path.segments.last().filter(|segment| segment.ident == name)
}

/// The name without `r#`.
pub fn plain(name: &Ident) -> String {
    let text = name.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

/// The error for unexpected output of progenitor. The document is not the cause.
pub fn unexpected(at: &Ident, what: &str) -> syn::Error {
    syn::Error::new(at.span(), format!("`{at}`: {what} of progenitor is not of the shape known to this version"))
}
