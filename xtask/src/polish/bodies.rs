//! The body of a request: what the builder of the operation keeps of it, its setters, and how it is handed over.

use super::emitted::{EmittedOperation, argument, unexpected};
use super::structs::{Struct, StructField};
use super::types::Types;
use super::{builders, docs, operations, paths, setters};
use crate::fit::{Encoding, Operation};
use crate::model::Presence;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, ImplItemFn, Type, parse_quote};

const REQUIRED: [Presence; 3] = [Presence::Required, Presence::RequiredNullable, Presence::RequiredAny];

/// The body of a request.
pub struct RequestBody<'a> {
    body: &'a crate::fit::Body,
    held: Held<'a>,
}

enum Held<'a> {
    /// Its fields are methods of the operation's builder.
    Struct(&'a Struct, Vec<(&'a StructField, Type)>),
    /// It is set as a whole.
    Whole(Box<Type>),
    /// Bytes that are sent as they are.
    Raw,
}

impl<'a> RequestBody<'a> {
    /// The body of `operation`, if it has one.
    ///
    /// # Errors
    /// Where progenitor's builder has no body.
    pub fn of(
        operation: &'a Operation,
        builder: &Ident,
        emitted: &EmittedOperation,
        types: &'a Types,
    ) -> syn::Result<Option<Self>> {
        let Some(body) = &operation.body else { return Ok(None) };
        if body.encoding == Encoding::Raw {
            return Ok(Some(Self { body, held: Held::Raw }));
        }
        let fields = body.component().and_then(|name| types.structs.get(name));
        let held = if let Some(item) = fields {
            let fields = item.fields.iter().map(|field| (field, paths::qualify(&field.ty, &types.names)));
            Held::Struct(item, fields.collect())
        } else {
            let missing = || unexpected(builder, "the body of an operation");
            // progenitor saw a list of them.
            let list = emitted.fields.get("body").ok_or_else(missing)?;
            let mut ty = argument(list, "Vec").ok_or_else(missing)?.clone();
            paths::shorten_type(&mut ty);
            Held::Whole(Box::new(ty))
        };
        Ok(Some(Self { body, held }))
    }

    /// The type of the builder's field.
    pub fn kept(&self) -> Type {
        match &self.held {
            Held::Struct(item, _) => {
                let name = &item.item.ident;
                if self.body.required { parse_quote!(builder::#name) } else { parse_quote!(Option<builder::#name>) }
            }
            Held::Whole(ty) => setters::kept(whole_shape(ty), ty),
            Held::Raw => parse_quote!(Option<runtime::Bytes>),
        }
    }

    /// The setters without which the request cannot be sent.
    pub fn required(&self) -> Vec<(String, Presence, Type)> {
        match &self.held {
            _ if !self.body.required => Vec::new(),
            Held::Struct(_, fields) => {
                let wanted = fields.iter().filter(|(field, _)| REQUIRED.contains(&field.shape));
                wanted.map(|(field, ty)| (builders::setter_name(field).to_string(), field.shape, ty.clone())).collect()
            }
            Held::Whole(ty) => vec![("body".to_owned(), whole_shape(ty), (**ty).clone())],
            Held::Raw => vec![("body".to_owned(), Presence::Required, parse_quote!(String))],
        }
    }

    /// The names of the properties that the body has to hold.
    fn required_properties(&self) -> Vec<&str> {
        let Held::Struct(item, _) = &self.held else { return Vec::new() };
        let required = item.fields.iter().filter(|field| REQUIRED.contains(&field.shape));
        required.map(|field| field.property.as_str()).collect()
    }

    /// The setters of the operation's builder.
    pub fn setters(&self) -> Vec<ImplItemFn> {
        let needed = if self.body.required { "Required." } else { "Left out where it is not set." };
        let text = docs::prose(&self.body.description);
        let body = format_ident!("body");
        match &self.held {
            Held::Struct(item, fields) => {
                let forward = |(field, ty): &(&StructField, Type)| {
                    let (name, docs) = (builders::setter_name(field), builders::setter_docs(field));
                    setters::forward(&name, field.shape, ty, &docs, self.body.required)
                };
                let mut setters: Vec<ImplItemFn> = fields.iter().map(forward).collect();
                let name = &item.item.ident;
                let value = if self.body.required { quote!(value.into()) } else { quote!(Some(value.into())) };
                setters.push(parse_quote! {
                    /// Sets the whole body at once.
                    pub fn with_body(mut self, value: impl Into<builder::#name>) -> Self {
                        self.body = #value;
                        self
                    }
                });
                setters
            }
            Held::Whole(ty) => {
                let docs = docs::attributes(&[text, format!("The body of the request. {needed}")]);
                vec![setters::setter(&body, &body, "body", whole_shape(ty), ty, &docs)]
            }
            Held::Raw => {
                let media = docs::code(&self.body.media);
                let open =
                    "The document names only a range of media types: say which one it is by `with_header(\"content-type\", …)`.";
                let open = if self.body.content_type.is_none() { open } else { "" };
                let docs = docs::attributes(&[text, format!("The body of the request, as {media}. {needed}"), open.to_owned()]);
                vec![setters::setter(&body, &body, "body", Presence::Required, &parse_quote!(runtime::Bytes), &docs)]
            }
        }
    }

    /// Hands the body over to the runtime.
    pub fn hand_over(&self) -> TokenStream {
        let value = match &self.held {
            Held::Struct(..) if self.body.required => quote!(self.body.build()),
            Held::Struct(..) => quote!(self.body.map(|body| body.build()).transpose()),
            Held::Whole(ty) => match (whole_shape(ty), self.body.required) {
                (Presence::RequiredAny, true) => quote!(self.body.transpose().and_then(|body| runtime::required("body", body))),
                (Presence::RequiredAny, false) => quote!(self.body.transpose()),
                (_, true) => quote!(runtime::required("body", self.body)),
                (_, false) => quote!(Ok(self.body)),
            },
            Held::Raw if self.body.required => return quote!(.bytes(runtime::required("body", self.body).map(Some))),
            Held::Raw => return quote!(.bytes(Ok(self.body))),
        };
        match (&self.body.encoding, self.body.required) {
            (Encoding::Form(styles), required) => {
                let styles = styles.iter().map(|(name, serialization)| {
                    let serialization = operations::serialization(*serialization);
                    // All of a list are of one type.
                    quote!((#name, #serialization.into()))
                });
                let method = if required { quote!(form) } else { quote!(optional_form) };
                let names = self.required_properties();
                quote!(.#method(#value, &[#(#styles),*], &[#(#names),*]))
            }
            (_, true) => quote!(.body(#value)),
            (_, false) => quote!(.optional_body(#value)),
        }
    }
}

/// A body that is any JSON takes whatever serialises.
fn whole_shape(ty: &Type) -> Presence {
    if quote!(#ty).to_string().ends_with("serde_json :: Value") { Presence::RequiredAny } else { Presence::Required }
}
