//! Waiting: `wait` on the operation that reports a state, `send_and_wait` on the operations that create, and `wait` on what
//! these return.

use super::literals::option;
use super::parts::Parts;
use super::polished::Types;
use super::{Group, paths};
use crate::document::Names;
use crate::model::operations::{Location, Parameter};
use crate::model::polls::{Poll, Source, States};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::HashSet;
use syn::{Ident, ImplItemFn, Item, Type, parse_quote};

/// All code for waiting.
pub fn polish(polls: &[Poll], operations: &[Parts<'_>], types: &Types) -> Vec<Group> {
    let find = |id: &str| operations.iter().find(|parts| parts.operation.id == id);
    let mut groups = Vec::new();
    let mut statics = Names::default();
    for parts in operations {
        statics.take(&parts.constant.to_string());
    }
    let (mut polled, mut returned) = (HashSet::new(), HashSet::new());
    for poll in polls {
        let (Some(state), Some(create)) = (find(&poll.polls), find(&poll.creates)) else { continue };
        if polled.insert(&poll.polls) {
            let name = format_ident!("{}", statics.free(&format!("{}_STATES", state.constant)));
            groups.push(vec![constant(&name, &poll.states, &find)]);
            groups.push(vec![paths::implement(&state.builder, vec![wait(state, &poll.states, &name)])]);
        }
        groups.push(vec![paths::implement(&create.builder, vec![send_and_wait(poll, create, state)])]);
        // A type can have only one `wait`, whatever its aliases.
        let created = types.behind_aliases(&create.success);
        if paths::own_name(&created).is_some_and(|name| returned.insert(name)) {
            groups.extend(wait_for_created(poll, &created, state).map(|item| vec![item]));
        }
    }
    groups
}

fn constant<'a, 'p: 'a>(name: &Ident, states: &States, find: &impl Fn(&str) -> Option<&'a Parts<'p>>) -> Item {
    let (pointer, success, failure) = (&states.state, &states.success, &states.failure);
    let input = states.input.iter().map(|input| {
        let state = &input.state;
        let [prompt, message, fields] = [&input.prompt, &input.message, &input.fields].map(|pointer| option(pointer.as_deref()));
        let answer = input.answer.as_ref().and_then(|answer| Some((answer, find(&answer.operation)?)));
        let answer = answer.map_or_else(
            || quote!(None),
            |(answer, operation)| {
                let (constant, body) = (&operation.constant, &answer.body);
                let parameters = answer.parameters.iter().map(|(name, source)| {
                    let source = match source {
                        Source::Response(pointer) => quote!(runtime::Source::Response(#pointer)),
                        Source::Path(parameter) => quote!(runtime::Source::Path(#parameter)),
                    };
                    quote!((#name, #source))
                });
                quote!(Some(runtime::AnswerWith { operation: &#constant, parameters: &[#(#parameters),*], body: #body }))
            },
        );
        quote!(runtime::InputState { state: #state, prompt: #prompt, message: #message, fields: #fields, answer: #answer })
    });
    parse_quote! {
        static #name: runtime::States = runtime::States {
            state: #pointer,
            success: &[#(#success),*],
            failure: &[#(#failure),*],
            input: &[#(#input),*],
        };
    }
}

fn wait(state: &Parts<'_>, states: &States, constant: &Ident) -> ImplItemFn {
    let (success, call) = (&state.success, state.call());
    let id = state.parameters.iter().find(|(parameter, ..)| parameter.name == states.id).map(|(_, ident, _)| ident);
    let finals: Vec<String> = states.success.iter().chain(&states.failure).map(|state| super::docs::code(state)).collect();
    let finals = format!(" The final states are {}.", finals.join(", "));
    parse_quote! {
        /// Polls until the state is final. Await the result, or call `next` for each poll.
        ///
        #[doc = #finals]
        pub fn wait(self) -> runtime::Wait<#success> {
            let id = runtime::id_text(self.#id.as_ref());
            runtime::Wait::new(id, #call, &#constant)
        }
    }
}

fn send_and_wait(poll: &Poll, create: &Parts<'_>, state: &Parts<'_>) -> ImplItemFn {
    let success = &state.success;
    let kept = poll.parameters.iter().filter_map(|(_, source)| match source {
        Source::Path(name) => in_path(create, name),
        Source::Response(_) => None,
    });
    let kept = kept.map(|ident| {
        let local = kept_name(ident);
        quote!(let #local = runtime::to_json(&self.#ident);)
    });
    let polled = polled(poll, state, |name| {
        let local = kept_name(in_path(create, name)?);
        Some(quote!(runtime::from_json(&#local)))
    });
    parse_quote! {
        /// Sends the request, then polls until the state is final. The timeout, retries and idempotency key of this call
        /// apply to the request, not to the polls.
        pub fn send_and_wait(self) -> runtime::Wait<#success> {
            let client = self.call.client().clone();
            #(#kept)*
            runtime::Wait::after(client.clone(), self.send(), move |created| #polled.wait())
        }
    }
}

/// The field for the path parameter `name`.
fn in_path<'p>(create: &'p Parts<'_>, name: &str) -> Option<&'p Ident> {
    let is_wanted = |parameter: &Parameter| parameter.name == name && parameter.location == Location::Path;
    create.parameters.iter().find(|(parameter, ..)| is_wanted(parameter)).map(|(_, ident, _)| ident)
}

/// The variable for the value of a parameter. A parameter can have the name of another variable there.
fn kept_name(parameter: &Ident) -> Ident {
    format_ident!("kept_{}", super::emitted::plain(parameter))
}

/// The `wait` of a response. It exists only if the body alone determines what to poll.
fn wait_for_created(poll: &Poll, created: &Type, state: &Parts<'_>) -> Option<Item> {
    if poll.parameters.iter().any(|(_, source)| matches!(source, Source::Path(_))) {
        return None;
    }
    let success = &state.success;
    let polled = polled(poll, state, |_| None);
    let title = format!(" Waits like the `wait` method of [`Client::{m}`](crate::Client::{m}).", m = state.operation.method_name);
    Some(parse_quote! {
        impl #created {
            #[doc = #title]
            pub fn wait(&self, client: &crate::Client) -> runtime::Wait<#success> {
                let created = &runtime::Created::of(self);
                #polled.wait()
            }
        }
    })
}

/// The builder of the polling operation, with its parameters set.
fn polled(poll: &Poll, state: &Parts<'_>, path: impl Fn(&str) -> Option<TokenStream>) -> TokenStream {
    let (builder, method) = (&state.builder, format_ident!("{}", state.operation.method_name));
    let fields = poll.parameters.iter().filter_map(|(name, source)| {
        let (_, ident, _) = state.parameters.iter().find(|(parameter, ..)| parameter.name == *name)?;
        let value = match source {
            Source::Response(pointer) => quote!(created.at(#pointer)),
            Source::Path(name) => path(name)?,
        };
        Some(quote!(#ident: #value))
    });
    quote!(#builder { #(#fields,)* ..client.#method() })
}
