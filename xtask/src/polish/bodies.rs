//! Request bodies: what the operation's builder stores, the setters, and passing the body to the runtime.

use super::emitted::{EmittedOperation, argument, unexpected};
use super::example::Setting;
use super::polished::Types;
use super::setters::Slot;
use super::structs::{Struct, StructField};
use super::{agreement, builders, docs, literals, paths};
use crate::model::Presence;
use crate::model::operations::{Encoding, Operation};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Ident, ImplItemFn, Type, parse_quote};

const REQUIRED: [Presence; 3] = [Presence::Required, Presence::RequiredNullable, Presence::RequiredAny];

/// The body of a request.
pub struct RequestBody<'a> {
    pub body: &'a crate::model::operations::Body,
    held: Held<'a>,
}

enum Held<'a> {
    /// Its fields are set by methods of the operation's builder.
    Struct(&'a Struct, Vec<(&'a StructField, Slot)>),
    /// It is set as a whole.
    Whole(Box<Slot>),
    /// It is raw bytes.
    Raw,
}

impl<'a> RequestBody<'a> {
    /// The body of `operation`, if it has one.
    ///
    /// # Errors
    /// Returns an error if progenitor's builder has no body.
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
            let mut slots = builders::slots(item, types);
            for (field, slot) in &mut slots {
                slot.media = body.listed(&field.property).map(example_of);
            }
            Held::Struct(item, slots)
        } else {
            let missing = || unexpected(builder, "the body of an operation");
            // progenitor got an array of bodies.
            let list = emitted.fields.get("body").ok_or_else(missing)?;
            let mut ty = argument(list, "Vec").ok_or_else(missing)?.clone();
            if let Some(used) = &body.value {
                agreement::require(agreement::present(&ty, used), used, format_args!("{builder}::body"))?;
            }
            paths::shorten_type(&mut ty);
            Held::Whole(Box::new(Slot::new(whole_shape(&ty), ty, types)))
        };
        Ok(Some(Self { body, held }))
    }

    /// The type of the builder's field.
    pub fn kept(&self) -> Type {
        match &self.held {
            Held::Struct(item, _) => {
                let builder = builders::builder_of(&item.item.ident);
                if self.body.required { parse_quote!(builder::#builder) } else { parse_quote!(Option<builder::#builder>) }
            }
            Held::Whole(slot) => slot.kept(),
            Held::Raw => parse_quote!(Option<runtime::Bytes>),
        }
    }

    /// The setters that must be called, with sample values.
    pub fn required(&self, sample: Option<Value>) -> Vec<Setting> {
        let whole = |slot: Slot, sample| vec![Setting { setter: format_ident!("body"), slot, sample }];
        match &self.held {
            // An optional body with required properties is usually the purpose of the call, so that it is included.
            Held::Struct(_, fields) if !self.body.required && !fields.iter().any(|(field, _)| field.is_needed()) => Vec::new(),
            Held::Whole(_) | Held::Raw if !self.body.required => Vec::new(),
            Held::Struct(_, fields) => {
                let sample = sample.unwrap_or_default();
                let is_set =
                    |field: &StructField, value: &Value| field.constant.as_ref().is_none_or(|constant| constant.value != *value);
                let is_wanted = |field: &StructField| {
                    field.is_needed() || sample.get(&field.property).is_some_and(|value| is_set(field, value))
                };
                let setting = |(field, slot): &(&StructField, Slot)| {
                    let sample = sample.get(&field.property).cloned();
                    Setting { setter: field.setter.clone(), slot: slot.clone(), sample }
                };
                fields.iter().filter(|(field, _)| is_wanted(field)).map(setting).collect()
            }
            Held::Whole(slot) => whole((**slot).clone(), sample),
            Held::Raw => {
                let bytes = sample.filter(Value::is_string).unwrap_or_else(|| "the bytes of the body".into());
                whole(Slot::converted(parse_quote!(String)), Some(bytes))
            }
        }
    }

    /// A media type in the range, if the body is required and the document has a range.
    pub fn open_media(&self) -> Option<String> {
        (self.body.required && self.body.content_type.is_none()).then(|| example_of(&self.body.media))
    }

    /// The names of required properties.
    fn required_properties(&self) -> Vec<&str> {
        let Held::Struct(item, _) = &self.held else { return Vec::new() };
        let required = item.fields.iter().filter(|field| REQUIRED.contains(&field.shape));
        required.map(|field| field.property.as_str()).collect()
    }

    /// The setters of the operation's builder.
    pub fn setters(&self) -> Vec<ImplItemFn> {
        let needed = if self.body.required { "Required." } else { "Optional: without it, the request has no body." };
        let text = docs::prose(&self.body.description);
        let body = format_ident!("body");
        match &self.held {
            Held::Struct(item, fields) => {
                let forward = |(field, slot): &(&StructField, Slot)| {
                    let listed = self.body.listed(&field.property).map(|media| {
                        let media = docs::code(media);
                        let text = format!("Set the media type with [`File::with_content_type`](crate::File::with_content_type): the document lists {media}.");
                        docs::attributes(&[String::new(), text])
                    });
                    let docs = [builders::setter_docs(field), listed.unwrap_or_default()].concat();
                    slot.forward(&field.setter, &docs, self.body.required)
                };
                let mut setters: Vec<ImplItemFn> = fields.iter().map(forward).collect();
                let builder = builders::builder_of(&item.item.ident);
                let value = if self.body.required { quote!(value.into()) } else { quote!(Some(value.into())) };
                setters.push(parse_quote! {
                    /// Sets the whole request body at once.
                    pub fn with_body(mut self, value: impl Into<builder::#builder>) -> Self {
                        self.body = #value;
                        self
                    }
                });
                setters
            }
            Held::Whole(slot) => {
                let docs = docs::attributes(&[text, format!("Sets the request body. {needed}")]);
                vec![slot.setter(&body, &body, "body", &docs)]
            }
            Held::Raw => {
                let media = docs::code(&self.body.media);
                let open = "The document gives only a range of media types: set the actual one with \
                            `with_header(\"content-type\", …)`.";
                let open = if self.body.content_type.is_none() { open } else { "" };
                let docs = docs::attributes(&[
                    text,
                    format!("Sets the request body, of the media type {media}. {needed}"),
                    open.to_owned(),
                ]);
                let slot = Slot::converted(parse_quote!(runtime::Bytes));
                vec![slot.setter(&body, &body, "body", &docs)]
            }
        }
    }

    /// Passes the body to the runtime.
    pub fn hand_over(&self) -> TokenStream {
        let value = match &self.held {
            Held::Struct(..) if self.body.required => quote!(self.body.build()),
            Held::Struct(..) => quote!(self.body.map(|body| body.build()).transpose()),
            Held::Whole(slot) => match (slot.shape, self.body.required) {
                (_, true) if slot.is_built() => {
                    quote!(runtime::built("body", self.body).and_then(|body| runtime::required("body", body)))
                }
                (_, false) if slot.is_built() => quote!(runtime::built("body", self.body)),
                (Presence::RequiredAny, true) => quote!(self.body.transpose().and_then(|body| runtime::required("body", body))),
                (Presence::RequiredAny, false) => quote!(self.body.transpose()),
                (_, true) => quote!(runtime::required("body", self.body)),
                (_, false) => quote!(Ok(self.body)),
            },
            Held::Raw if self.body.required => return quote!(.bytes(runtime::required("body", self.body).map(Some))),
            Held::Raw => return quote!(.bytes(Ok(self.body))),
        };
        let names = self.required_properties();
        match (&self.body.encoding, self.body.required) {
            (Encoding::Form(styles), required) => {
                let styles = styles.iter().map(|(name, serialization)| {
                    let serialization = literals::serialization(*serialization);
                    // The elements of the array need the same type.
                    quote!((#name, #serialization.into()))
                });
                let method = if required { quote!(form) } else { quote!(optional_form) };
                quote!(.#method(#value, &[#(#styles),*], &[#(#names),*]))
            }
            (Encoding::FormData(parts), required) => {
                let parts = parts.iter().map(|(name, encoding)| {
                    let encoding = literals::part_encoding(encoding);
                    quote!((#name, #encoding))
                });
                let method = if required { quote!(form_data) } else { quote!(optional_form_data) };
                quote!(.#method(#value, &[#(#parts),*], &[#(#names),*]))
            }
            (Encoding::Json | Encoding::Raw, true) => quote!(.body(#value)),
            (Encoding::Json | Encoding::Raw, false) => quote!(.optional_body(#value)),
        }
    }
}

/// The first of the listed media types, or a media type in it if it is a range.
fn example_of(listed: &str) -> String {
    let first = listed.split([',', ';']).next().unwrap_or_default().trim();
    match first.split_once('/') {
        Some((_, sub)) if !sub.contains('*') => first.to_owned(),
        Some(("image", _)) => "image/png".to_owned(),
        Some(("audio", _)) => "audio/mpeg".to_owned(),
        Some(("video", _)) => "video/mp4".to_owned(),
        Some(("text", _)) => "text/plain".to_owned(),
        Some(("*" | "application", _)) | None => "application/octet-stream".to_owned(),
        Some((other, _)) => format!("{other}/example"),
    }
}

/// A body that is any JSON accepts everything that serialises.
fn whole_shape(ty: &Type) -> Presence {
    if quote!(#ty).to_string().ends_with("serde_json :: Value") { Presence::RequiredAny } else { Presence::Required }
}
