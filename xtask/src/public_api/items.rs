//! Collects the public items of a file.

use super::PublicApi;
use crate::tokens::text;
use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Fields, FnArg, ImplItem, Item, ItemImpl, Meta, Type, Visibility};

/// Adds the items of a module.
pub fn collect(items: &[Item], module: &str, api: &mut PublicApi) {
    let path = |name: &dyn ToString| if module.is_empty() { name.to_string() } else { format!("{module}::{}", name.to_string()) };
    for item in items {
        match item {
            Item::Struct(item) if is_public(&item.vis, &item.attrs) => {
                let owner = path(&item.ident);
                api.add(&owner, "", format!(": {}struct{}", marks(&item.attrs), text(&item.generics)));
                derives(&owner, &item.attrs, api);
                fields(&owner, "", &item.fields, api);
            }
            Item::Enum(item) if is_public(&item.vis, &item.attrs) => {
                let owner = path(&item.ident);
                api.add(&owner, "", format!(": {}enum{}", marks(&item.attrs), text(&item.generics)));
                derives(&owner, &item.attrs, api);
                for variant in &item.variants {
                    api.add(&owner, variant.ident.to_string(), shape(&variant.fields));
                }
            }
            Item::Type(item) if is_public(&item.vis, &item.attrs) => {
                api.add(&path(&item.ident), "", format!(": type{} = {}", text(&item.generics), text(&item.ty)));
            }
            Item::Fn(item) if is_public(&item.vis, &item.attrs) => {
                api.add(&path(&item.sig.ident), "", format!(": {}", signature(&item.sig)));
            }
            Item::Static(item) if is_public(&item.vis, &item.attrs) => {
                api.add(&path(&item.ident), "", format!(": static {}", text(&item.ty)));
            }
            Item::Const(item) if is_public(&item.vis, &item.attrs) => {
                api.add(&path(&item.ident), "", format!(": const {}", text(&item.ty)));
            }
            Item::Impl(item) if !is_hidden(&item.attrs) => implementation(item, module, api),
            Item::Macro(item) => runtime_macro(&item.mac, module, api),
            _ => {}
        }
    }
}

fn fields(owner: &str, prefix: &str, fields: &Fields, api: &mut PublicApi) {
    for (index, field) in fields.iter().enumerate().filter(|(_, field)| is_public(&field.vis, &field.attrs)) {
        let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
        api.add(owner, format!("{prefix}{name}"), format!(": {}", text(&field.ty)));
    }
}

/// The fields of a variant. They are as public as the enum.
fn shape(fields: &Fields) -> String {
    let each = fields.iter().map(|field| {
        let name = field.ident.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
        name + &text(&field.ty)
    });
    let all = each.collect::<Vec<_>>().join(", ");
    match fields {
        Fields::Unit => String::new(),
        Fields::Unnamed(_) => format!("({all})"),
        Fields::Named(_) => format!(" {{ {all} }}"),
    }
}

/// Adds an impl: the methods of a type, or an implemented trait.
fn implementation(item: &ItemImpl, module: &str, api: &mut PublicApi) {
    let owner = owner(&item.self_ty, module);
    if let Some((of, _)) = &item.trait_ {
        api.add(&owner, format!("impl{} {}", generics(&item.generics), text(of)), String::new());
        return;
    }
    for member in &item.items {
        if let ImplItem::Fn(function) = member
            && is_public(&function.vis, &function.attrs)
        {
            api.add(&owner, function.sig.ident.to_string(), format!(": {}", signature(&function.sig)));
        }
    }
}

/// The signature without argument names, since they are not part of the API.
fn signature(signature: &syn::Signature) -> String {
    let argument = |argument: &FnArg| match argument {
        FnArg::Receiver(receiver) => text(receiver).trim_start_matches("mut ").to_owned(),
        FnArg::Typed(typed) => text(&typed.ty),
    };
    let arguments = signature.inputs.iter().map(argument).collect::<Vec<_>>().join(", ");
    let start = if signature.asyncness.is_some() { "async fn" } else { "fn" };
    format!("{start}{}({arguments}){}", text(&signature.generics), text(&signature.output))
}

fn generics(generics: &syn::Generics) -> String {
    if generics.params.is_empty() { String::new() } else { text(generics) }
}

/// The name of a type: `Client` for `crate::Client`, and `types::Thing` for `Thing` in the module `types`.
fn owner(ty: &Type, module: &str) -> String {
    let name = text(ty);
    match name.strip_prefix("crate::") {
        Some(name) => name.to_owned(),
        None if name.contains("::") || module.is_empty() => name,
        None => format!("{module}::{name}"),
    }
}

fn derives(owner: &str, attributes: &[Attribute], api: &mut PublicApi) {
    for attribute in attributes {
        let feature = if attribute.path().is_ident("cfg_attr") { " (by a feature)" } else { "" };
        let Ok(list) = attribute.meta.require_list() else { continue };
        let listed = if feature.is_empty() {
            attribute.path().is_ident("derive").then(|| list.tokens.clone())
        } else {
            derived(&list.tokens)
        };
        for one in text(&listed.unwrap_or_default()).split(", ").filter(|one| !one.is_empty()) {
            api.add(owner, format!("impl {one}"), feature);
        }
    }
}

/// The derives inside `cfg_attr(…, derive(…))`.
fn derived(tokens: &TokenStream) -> Option<TokenStream> {
    let mut tokens = tokens.clone().into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(name) if name == "derive"))?;
    match tokens.next()? {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    }
}

/// Adds what a macro of the runtime implements for the type that it names first. For marked alternatives of a union, that
/// includes `From`.
fn runtime_macro(called: &syn::Macro, module: &str, api: &mut PublicApi) {
    let tokens: Vec<TokenTree> = called.tokens.clone().into_iter().collect();
    let Some(TokenTree::Ident(name)) = tokens.first() else { return };
    let owner = if module.is_empty() { name.to_string() } else { format!("{module}::{name}") };
    api.add(&owner, format!("impl {}!", text(&called.path)), "");
    for window in tokens.windows(3) {
        if let [TokenTree::Group(held), TokenTree::Group(_), TokenTree::Ident(mark)] = window
            && mark == "from"
        {
            api.add(&owner, format!("impl From<{}>", text(&held.stream())), "");
        }
    }
}

fn marks(attributes: &[Attribute]) -> &'static str {
    if attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive")) { "non_exhaustive " } else { "" }
}

fn is_public(visibility: &Visibility, attributes: &[Attribute]) -> bool {
    matches!(visibility, Visibility::Public(_)) && !is_hidden(attributes)
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    // Only `#[doc(hidden)]` hides an item, not a doc text that contains the word.
    let hides = |attribute: &Attribute| matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("doc") && text(&list.tokens) == "hidden");
    attributes.iter().any(hides)
}

#[cfg(test)]
mod tests {
    use super::collect;
    use crate::public_api::PublicApi;

    #[test]
    fn an_item_is_hidden_by_its_attribute_and_not_by_its_text() {
        let file = syn::parse_file(
            r#"
            pub struct Thing {
                #[doc = " Whether it is hidden from others."]
                pub hidden: bool,
                #[doc(hidden)]
                pub glue: bool,
            }
            "#,
        );
        let mut api = PublicApi::default();
        collect(&file.map(|file| file.items).unwrap_or_default(), "types", &mut api);
        assert_eq!(api.text(), "types::Thing: struct\ntypes::Thing::hidden: bool\n");
    }

    #[test]
    fn a_field_and_a_method_of_the_same_name_are_both_listed() {
        let file = syn::parse_file("pub struct Thing { pub builder: bool } impl Thing { pub fn builder() -> Builder {} }");
        let mut api = PublicApi::default();
        collect(&file.map(|file| file.items).unwrap_or_default(), "types", &mut api);
        assert_eq!(api.text(), "types::Thing: struct\ntypes::Thing::builder: bool and fn() -> Builder\n");
    }
}
