//! Compares security requirements, and the credentials that released clients send.

use super::endpoints::Endpoint;
use super::operations::Findings;
use super::rules::{self, Rule};
use super::setters::{self, Signature};
use super::verdicts::Fact;
use super::verdicts::Verdict::{self, Major, Patch, Unknown};
use crate::document::pointer::Pointer;
use crate::model::credentials::{Credential, Variable, credentials, first, signatures};
use crate::model::security::{Alternative, Carrier, Scheme, TokenEndpoint, accepted, combinations, is_open, schemes};
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;
use std::sync::Arc;

/// A change, without the operations that it affects.
type Change = (&'static Rule, String, [Verdict; 2]);

/// The security schemes of two documents.
struct Compared {
    old: IndexMap<String, Scheme>,
    new: IndexMap<String, Scheme>,
}

impl Findings<'_> {
    /// Compares security for each operation. A change that many operations have becomes one fact.
    pub fn security(&mut self, pairs: &[(&Endpoint<'_>, &Endpoint<'_>)]) {
        let (old, new) = (self.schemas.old.document, self.schemas.new.document);
        let compared = Compared { old: schemes(old), new: schemes(new) };
        self.schemes(&compared, pairs);
        self.setters(&compared);
        let mut changes: IndexMap<Change, (Pointer, Pointer, Vec<String>)> = IndexMap::new();
        for (before, after) in pairs {
            for change in compared.changes(&accepted(old, before.value), &accepted(new, after.value)) {
                let entry = changes.entry(change).or_insert_with(|| (before.at.clone(), after.at.clone(), Vec::new()));
                entry.2.push(after.label.clone());
            }
        }
        for ((rule, text, [wire, source]), (before, after, operations)) in changes {
            // A change of all operations is reported at the root.
            let is_everywhere = operations.len() == pairs.len() && pairs.len() > 1;
            let at = |at: Pointer| Some(if is_everywhere { Pointer::default().at("security") } else { at });
            let fact = Fact { rule, old: at(before), new: at(after), operations: operations.into(), wire, source, text };
            self.facts.push((0, fact));
        }
    }

    /// Compares the kinds of schemes with the same name, and the URLs of their access tokens.
    fn schemes(&mut self, compared: &Compared, pairs: &[(&Endpoint<'_>, &Endpoint<'_>)]) {
        let (old, new) = (self.schemas.old.document, self.schemas.new.document);
        for (name, before) in &compared.old {
            let Some(after) = compared.new.get(name) else { continue };
            let at = before.pointer.clone();
            let (rule, wire, text) = if before.is_of_kind(after) {
                let [was, is] = [old, new].map(|document| at.find(document).unwrap_or(&Value::Null));
                self.schemas.prose.object(&at, was, is, &["bearerFormat", "flows", "openIdConnectUrl"]);
                let Some(text) = token_url(name, before, after) else { continue };
                // The document does not say whether the old URL still grants tokens.
                (rules::TOKEN_URL_CHANGED, Unknown, text)
            } else {
                // If the credential has the same form on the wire, the document does not say whether the same secret is accepted.
                let wire = if before.wire_form() == after.wire_form() { Unknown } else { Major };
                let text = format!("the security scheme `{name}` is {} instead of {}", after.identity(), before.identity());
                (rules::SCHEME_CHANGED, wire, text)
            };
            let uses = |endpoint: &Endpoint<'_>| accepted(old, endpoint.value).iter().any(|schemes| schemes.contains_key(name));
            let operations: Arc<[String]> =
                pairs.iter().filter(|(before, _)| uses(before)).map(|(_, after)| after.label.clone()).collect();
            let wire = if operations.is_empty() { Patch } else { wire };
            let fact = Fact { rule, old: Some(at.clone()), new: Some(at), operations, wire, source: Patch, text };
            self.facts.push((0, fact));
        }
    }

    /// Compares the methods that set credentials.
    fn setters(&mut self, compared: &Compared) {
        let documents = [(self.schemas.old.document, &compared.old), (self.schemas.new.document, &compared.new)];
        let [(before, was, old), (after, is, new)] = documents.map(|(document, schemes)| {
            let operations = crate::document::operations::of(document);
            let all: Vec<Vec<String>> = combinations(document, schemes, &operations).into_iter().collect();
            let credentials = credentials(schemes.values());
            let first: Vec<Scheme> = first(&credentials, &all).into_iter().map(|credential| credential.scheme.clone()).collect();
            (signatures(&credentials, &all).into_iter().collect::<IndexSet<Signature>>(), first, credentials)
        });
        self.variables(&old, &new);
        let taken = || Some((taken_by_new(&was, &is)?, Unknown));
        let Some((text, source)) = setters::changed("credentials are set", &before, &after).or_else(taken) else { return };
        let at = Some(Pointer::parse("/components/securitySchemes"));
        self.whole(rules::CREDENTIALS_CHANGED, [at.clone(), at], [Patch, source], text);
    }
}

impl Findings<'_> {
    /// Compares the environment variables of the schemes that stay.
    fn variables(&mut self, old: &[Credential], new: &[Credential]) {
        for before in old {
            let Some(after) = new.iter().find(|after| after.scheme.name == before.scheme.name) else { continue };
            let gone: Vec<&Variable> = before.variables.iter().filter(|name| !after.variables.contains(name)).collect();
            let come: Vec<&Variable> = after.variables.iter().filter(|name| !before.variables.contains(name)).collect();
            if gone.is_empty() {
                continue;
            }
            let names = |variables: &[&Variable]| variables.iter().map(|name| shown(name)).collect::<Vec<_>>().join(" and ");
            let text = if come.is_empty() {
                format!("`Client::from_env` no longer reads {}", names(&gone))
            } else {
                format!("`Client::from_env` reads {} instead of {}", names(&come), names(&gone))
            };
            // Existing code compiles, but finds no credential.
            let places = [&before.scheme.pointer, &after.scheme.pointer].map(|at| Some(at.clone()));
            self.whole(rules::CREDENTIAL_VARIABLES, places, [Patch, Major], text);
        }
    }
}

fn shown(variable: &Variable) -> String {
    match variable {
        Variable::Whole(name) => format!("`{name}`"),
        Variable::Prefixed(name) => format!("`*_{name}`"),
    }
}

impl Compared {
    fn changes(&self, was: &[Alternative], is: &[Alternative]) -> Vec<Change> {
        match (is_open(was), is_open(is)) {
            (true, false) => return vec![self.required(was, is)],
            (false, true) => {
                let text = "requests no longer need authentication".to_owned();
                return vec![(rules::SECURITY_DROPPED, text, [Patch, Patch])];
            }
            _ => {}
        }
        let mut changes: Vec<Change> = Vec::new();
        let (was, is) = (needed(was), needed(is));
        for (index, before) in was.iter().enumerate() {
            if let Some(after) = is.iter().find(|after| self.are_same(before, after)) {
                // The client uses the first alternative for which it has credentials. An earlier one that is still accepted
                // keeps it working.
                let is_first = !was[..index].iter().any(|other| self.passes(other, &is, true));
                self.scopes(before, after, is_first, &mut changes);
            } else {
                let others = was.iter().any(|other| self.passes(other, &is, false));
                let wire = match (self.passes(before, &is, false), others) {
                    (true, _) => Patch,
                    // The document does not say which alternative the caller has credentials for.
                    (false, true) => Unknown,
                    (false, false) => Major,
                };
                changes.push((rules::SECURITY_REMOVED, format!("{} is no longer accepted", names(before)), [wire, Patch]));
            }
        }
        for after in is.iter().filter(|after| !was.iter().any(|before| self.are_same(before, after))) {
            changes.push((rules::SECURITY_ADDED, format!("{} is accepted too", names(after)), [Patch, Patch]));
        }
        changes
    }

    /// The change from optional to required credentials.
    fn required(&self, was: &[Alternative], is: &[Alternative]) -> Change {
        let all: Vec<String> = is.iter().map(names).collect();
        let passes = needed(was).iter().any(|alternative| self.passes(alternative, &needed(is), false));
        let wire = if passes { Unknown } else { Major };
        let text = format!("requests need authentication, by {}", all.join(" or "));
        // If every operation requires credentials, a client cannot be built without any.
        (rules::SECURITY_REQUIRED, text, [wire, Major])
    }

    /// Whether two alternatives consist of the same schemes. Renamed schemes count as the same.
    fn are_same(&self, old: &Alternative, new: &Alternative) -> bool {
        let keys = |schemes, alternative: &Alternative| -> IndexSet<String> {
            alternative.keys().map(|name| self.key(schemes, name)).collect()
        };
        keys(&self.old, old) == keys(&self.new, new)
    }

    /// Identifies a scheme across both documents: by its name if both declare it, or else by what it is.
    fn key(&self, schemes: &IndexMap<String, Scheme>, name: &str) -> String {
        match schemes.get(name) {
            Some(scheme) if !(self.old.contains_key(name) && self.new.contains_key(name)) => scheme.identity(),
            _ => name.to_owned(),
        }
    }

    /// Reports scopes that are required now or no longer are. `is_first`: whether a client sends this alternative.
    fn scopes(&self, old: &Alternative, new: &Alternative, is_first: bool, changes: &mut Vec<Change>) {
        let before: IndexMap<String, &IndexSet<String>> =
            old.iter().map(|(name, scopes)| (self.key(&self.old, name), scopes)).collect();
        let none = IndexSet::new();
        for (name, after) in new {
            let before = before.get(&self.key(&self.new, name)).copied().unwrap_or(&none);
            let wire = if is_first { Major } else { Patch };
            for scope in after.difference(before) {
                changes.push((rules::SCOPE_ADDED, format!("the scope `{scope}` of `{name}` is needed"), [wire, Patch]));
            }
            for scope in before.difference(after) {
                let text = format!("the scope `{scope}` of `{name}` is no longer needed");
                changes.push((rules::SCOPE_REMOVED, text, [Patch, Patch]));
            }
        }
    }

    /// Whether the credentials that a released client sends for `old` satisfy one of the alternatives in `is`.
    fn passes(&self, old: &Alternative, is: &[&Alternative], with_scopes: bool) -> bool {
        let sent = sent_by(&self.old, old);
        is.iter().any(|new| {
            let scopes = || new.iter().all(|(name, scopes)| old.get(name).is_some_and(|before| scopes.is_subset(before)));
            sent_by(&self.new, new).is_subset(&sent) && (!with_scopes || scopes())
        })
    }
}

/// Describes the change of the URL from which the client fetches the access tokens of a scheme; `None` if it stays.
fn token_url(name: &str, old: &Scheme, new: &Scheme) -> Option<String> {
    let old = old.token_endpoint.as_ref()?;
    let Some(new) = &new.token_endpoint else {
        return Some(format!("access tokens of `{name}` are no longer granted to a client by its id and secret"));
    };
    let url =
        |endpoint: &TokenEndpoint| endpoint.url.clone().unwrap_or_else(|| "a URL that the document does not name".to_owned());
    let urls = format!("{} instead of {}, which released clients still use", url(new), url(old));
    (old != new).then(|| format!("access tokens of `{name}` are fetched at {urls}"))
}

/// Describes the change of `Client::new`, if it sends the same arguments as credentials of other schemes.
fn taken_by_new(old: &[Scheme], new: &[Scheme]) -> Option<String> {
    let forms = |schemes: &[Scheme]| schemes.iter().map(Scheme::wire_form).collect::<Vec<_>>();
    let names = |schemes: &[Scheme]| schemes.iter().map(|scheme| format!("`{}`", scheme.name)).collect::<Vec<_>>().join(" and ");
    let (was, is) = (names(old), names(new));
    (was != is && forms(old) != forms(new)).then(|| format!("`Client::new` takes the credential of {is} now, not that of {was}"))
}

fn needed(alternatives: &[Alternative]) -> Vec<&Alternative> {
    alternatives.iter().filter(|alternative| !alternative.is_empty()).collect()
}

fn names(alternative: &Alternative) -> String {
    alternative.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" together with ")
}

/// How a credential reaches the server.
#[derive(PartialEq, Eq, Hash)]
enum Sent {
    /// In a part of the request, in this form.
    In(Carrier, String),
    /// By a scheme of this kind, or of this name if the document does not declare it.
    By(String),
}

/// The credentials that a client sends for `alternative`.
fn sent_by(schemes: &IndexMap<String, Scheme>, alternative: &Alternative) -> IndexSet<Sent> {
    let sent = |name: &String| match schemes.get(name) {
        None => Sent::By(name.clone()),
        Some(scheme) => scheme.wire_form().map_or_else(|| Sent::By(scheme.identity()), |(carrier, form)| Sent::In(carrier, form)),
    };
    alternative.keys().map(sent).collect()
}
