//! Takes progenitor's output apart: types with their impls, and per operation the types of its parameters and of its success.

use indexmap::IndexMap;
use syn::{Fields, GenericArgument, Ident, ImplItem, Item, PathArguments, ReturnType, Type};

/// What progenitor emitted, by name.
#[derive(Debug, Default)]
pub struct Emitted {
    /// The types and, behind each, the impls for it.
    pub types: IndexMap<String, (Item, Vec<Item>)>,
    /// `types::error`, which some impls of typify's need.
    pub error: Option<Item>,
    /// The builders of operations.
    pub operations: IndexMap<String, EmittedOperation>,
}

/// The builder of an operation.
#[derive(Debug, Default)]
pub struct EmittedOperation {
    /// The types that its setters fill, without `Option`.
    pub fields: IndexMap<String, Type>,
    /// What a success carries.
    pub success: Option<Type>,
}

impl Emitted {
    /// Splits a file of progenitor's.
    ///
    /// # Errors
    /// Where a module or a field is not of the expected shape.
    pub fn split(file: syn::File) -> syn::Result<Self> {
        let mut emitted = Self::default();
        for item in file.items {
            let Item::Mod(module) = item else { continue };
            let name = module.ident.to_string();
            let items = module.content.map(|(_, items)| items).unwrap_or_default();
            match name.as_str() {
                "types" => emitted.take_types(items),
                "builder" => emitted.take_operations(items)?,
                _ => {}
            }
        }
        Ok(emitted)
    }

    fn take_types(&mut self, items: Vec<Item>) {
        for item in items {
            match &item {
                Item::Struct(_) | Item::Enum(_) | Item::Type(_) => {
                    if let Some(name) = item_name(&item) {
                        self.types.insert(name.to_string(), (item, Vec::new()));
                    }
                }
                Item::Impl(block) => {
                    let owner = impl_owner(block);
                    if let Some((_, impls)) = owner.and_then(|name| self.types.get_mut(&name)) {
                        impls.push(item);
                    }
                }
                Item::Mod(module) if module.ident == "error" => self.error = Some(item),
                _ => {}
            }
        }
    }

    fn take_operations(&mut self, items: Vec<Item>) -> syn::Result<()> {
        for item in items {
            match item {
                Item::Struct(builder) => {
                    let Fields::Named(fields) = builder.fields else { continue };
                    let mut operation = EmittedOperation::default();
                    for field in fields.named {
                        let Some(name) = field.ident.filter(|name| name != "client") else { continue };
                        // `Result<T, String>` or `Result<Option<T>, String>`
                        let kept = argument(&field.ty, "Result").ok_or_else(|| unexpected(&name, "a builder's field"))?;
                        let kept = argument(kept, "Option").unwrap_or(kept).clone();
                        operation.fields.insert(plain(&name), kept);
                    }
                    self.operations.insert(builder.ident.to_string(), operation);
                }
                Item::Impl(block) => {
                    let Some(operation) = impl_owner(&block).and_then(|name| self.operations.get_mut(&name)) else { continue };
                    operation.success = block.items.iter().find_map(success_type).or(operation.success.take());
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn item_name(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        _ => None,
    }
}

/// The type whose impl it is; for `impl From<TaskId> for String` that is `TaskId`.
fn impl_owner(block: &syn::ItemImpl) -> Option<String> {
    let last = |ty: &Type| match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    };
    let single = |ty: &Type| matches!(ty, Type::Path(path) if path.path.segments.len() == 1);
    if single(&block.self_ty) {
        return last(&block.self_ty);
    }
    let segment = block.trait_.as_ref()?.0.segments.last()?;
    arguments(segment).find(|ty| single(ty)).and_then(last)
}

/// `Result<ResponseValue<T>, …>` of `send`.
fn success_type(item: &ImplItem) -> Option<Type> {
    let ImplItem::Fn(function) = item else { return None };
    let ReturnType::Type(_, returned) = &function.sig.output else { return None };
    (function.sig.ident == "send").then(|| argument(argument(returned, "Result")?, "ResponseValue").cloned()).flatten()
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

/// `T` of `name<T, …>`, whatever path leads to `name`.
pub fn argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == name)?;
    arguments(segment).next()
}

/// The name without the `r#` of a keyword.
pub fn plain(name: &Ident) -> String {
    let text = name.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

/// progenitor has changed: not the document's fault.
pub fn unexpected(at: &Ident, what: &str) -> syn::Error {
    syn::Error::new(at.span(), format!("`{at}`: {what} of progenitor is not of the shape known to this version"))
}
