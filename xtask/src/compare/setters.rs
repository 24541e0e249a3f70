//! Compares the methods of the client builder that depend on the document: setters of credentials and choices of a server.

use super::operations::Findings;
use super::rules;
use super::verdicts::Verdict::{self, Major, Minor, Patch};
use crate::document::pointer::Pointer;
use crate::model::api::Api;
use crate::model::server_setters::ServerSetter;
use crate::model::servers::Server;
use crate::problem::count;
use indexmap::{IndexMap, IndexSet};

/// The name of a method and the number of its arguments.
pub type Signature = (String, usize);

/// Describes added and removed methods, with the source verdict; `None` if nothing changed.
pub fn changed(what: &str, before: &IndexSet<Signature>, after: &IndexSet<Signature>) -> Option<(String, Verdict)> {
    let (gone, come) = (before.difference(after).collect::<Vec<_>>(), after.difference(before).collect::<Vec<_>>());
    let is_in = |list: &[&Signature], name: &str| list.iter().any(|(other, _)| other == name);
    let shown = |(name, arguments): &Signature| {
        // A method that changes its number of arguments is in both lists, so that its name alone would not tell them apart.
        let is_in_both = is_in(&gone, name) && is_in(&come, name);
        if is_in_both { format!("`{name}` with {}", count(*arguments, "argument")) } else { format!("`{name}`") }
    };
    let names = |methods: &[&Signature]| methods.iter().map(|method| shown(method)).collect::<Vec<_>>().join(" and ");
    Some(match (gone.is_empty(), come.is_empty()) {
        (true, true) => return None,
        (true, false) => (format!("{what} by {} too", names(&come)), Minor),
        (false, true) => (format!("{} by {}", what.replacen(" are ", " are no longer ", 1), names(&gone)), Major),
        (false, false) => (format!("{what} by {}, and no longer by {}", names(&come), names(&gone)), Major),
    })
}

impl Findings<'_> {
    /// Compares the methods that choose a server and set the variables of its URL.
    pub fn server_setters(&mut self) {
        let [before, after] = [self.schemas.old, self.schemas.new].map(|side| &side.snapshot.model.api);
        let signatures = |api: &Api| -> IndexSet<Signature> {
            let choice = (api.servers.len() > 1).then_some("server");
            let methods = api.server_setters.iter().map(|setter| setter.method.as_str()).chain(choice);
            methods.map(|method| (format!("ClientBuilder::{method}"), 1)).collect()
        };
        let at = Some(Pointer::parse("/servers"));
        if let Some((text, source)) = changed("servers are chosen", &signatures(before), &signatures(after)) {
            self.whole(rules::SERVER_METHODS, [at.clone(), at.clone()], [Patch, source], text);
        }
        if let Some(text) = names_gone(&before.servers, &after.servers) {
            // Existing code compiles, but building the client fails with this name.
            self.whole(rules::SERVER_NAME, [at.clone(), at.clone()], [Patch, Major], text);
        }
        let of_variable = |setter: &'_ ServerSetter| setter.variable.name.clone();
        let new: IndexMap<String, &ServerSetter> =
            after.server_setters.iter().map(|setter| (of_variable(setter), setter)).collect();
        for old in &before.server_setters {
            let Some(text) = new.get(old.variable.name.as_str()).and_then(|new| restricted(old, new)) else { continue };
            // Existing code compiles, but building the client fails with this value.
            self.whole(rules::SERVER_VARIABLE, [at.clone(), at.clone()], [Patch, Major], text);
        }
    }
}

/// Describes the names and URLs by which servers can no longer be chosen. With a single server, there is no choice.
fn names_gone(old: &[Server], new: &[Server]) -> Option<String> {
    // The names as written, by their lower case.
    let names = |servers: &[Server]| -> IndexMap<String, String> {
        let all = servers.iter().flat_map(|server| server.names.iter().map(|name| name.trim()).chain([server.url.as_str()]));
        let is_called = |server: &Server, name: &str| {
            server.url == name || server.names.iter().any(|own| own.trim().eq_ignore_ascii_case(name))
        };
        // A name of two servers chooses neither.
        let choose = |name: &&str| servers.iter().filter(|server| is_called(server, name)).count() == 1;
        all.filter(choose).map(|name| (name.to_ascii_lowercase(), name.to_owned())).collect()
    };
    let (was, is) = (names(old), names(new));
    let gone = was.iter().filter(|(lower, _)| !is.contains_key(*lower));
    let gone: Vec<String> = gone.map(|(_, name)| format!("`{}`", name.lines().next().unwrap_or_default())).collect();
    let is_choice = old.len() > 1 && new.len() > 1;
    (is_choice && !gone.is_empty()).then(|| format!("`ClientBuilder::server` no longer takes {}", gone.join(" and ")))
}

/// Describes the values that the variable no longer accepts.
fn restricted(old: &ServerSetter, new: &ServerSetter) -> Option<String> {
    let (was, is) = (&old.variable.values, &new.variable.values);
    let text = |values: &str| format!("`ClientBuilder::{}` no longer takes {values}", old.method);
    if is.is_empty() {
        return None;
    }
    let gone: Vec<String> = was.iter().filter(|value| !is.contains(value)).map(|value| format!("`{value}`")).collect();
    match (was.is_empty(), gone.is_empty()) {
        (true, _) => Some(text("any value")),
        (false, true) => None,
        (false, false) => Some(text(&gone.join(" and "))),
    }
}
