//! Matches the operations of two documents, and compares each pair.

use super::endpoints::Endpoint;
use super::pair::Site;
use super::rules::{self, Rule};
use super::schemas::Schemas;
use super::shape::Node;
use super::verdicts::Fact;
use super::verdicts::Verdict::{self, Major, Minor, Patch, Unknown};
use crate::document::pointer::Pointer;
use crate::model::path::without_variable_names;
use crate::model::polls::Source;
use serde_json::Value;

/// A schema that an operation uses directly.
#[derive(Debug)]
pub struct Root {
    /// The label of the operation.
    pub operation: String,
    /// The visit of the schema.
    pub visit: usize,
}

/// The findings of a comparison.
#[derive(Debug)]
pub struct Findings<'a> {
    pub schemas: Schemas<'a>,
    /// Changes that are not changes of a schema, each with the number of visits before it.
    pub facts: Vec<(usize, Fact)>,
    pub roots: Vec<Root>,
}

/// A pair of operations.
#[derive(Clone, Copy)]
pub struct Both<'p, 'a> {
    pub old: &'p Endpoint<'a>,
    pub new: &'p Endpoint<'a>,
}

impl Both<'_, '_> {
    /// The call in text form, such as `run_task()`.
    pub fn call(&self) -> String {
        format!("`{}()`", self.new.rust)
    }
}

impl<'a> Findings<'a> {
    /// Records a change of an operation.
    pub fn note(
        &mut self,
        rule: &'static Rule,
        places: [Option<&Pointer>; 2],
        operation: &str,
        [wire, source]: [Verdict; 2],
        text: String,
    ) {
        let [old, new] = places.map(Option::<&Pointer>::cloned);
        let fact = Fact { rule, old, new, operations: [operation.to_owned()].into(), wire, source, text };
        self.facts.push((self.schemas.visits.len(), fact));
    }

    /// Compares two schemas that a pair of operations uses directly.
    pub fn schema(&mut self, both: Both<'_, 'a>, old: Node<'a>, new: Node<'a>, site: &Site) {
        let visit = self.schemas.compare(old, new, site);
        self.roots.extend(visit.map(|visit| Root { operation: both.new.label.clone(), visit }));
    }

    /// Compares all operations. `pairs` are those that both documents have.
    pub fn operations(&mut self, pairs: &[(&Endpoint<'a>, &Endpoint<'a>)], old: &[Endpoint<'a>], new: &[Endpoint<'a>]) {
        for before in old {
            match pairs.iter().find(|(known, _)| std::ptr::eq(*known, before)) {
                Some((_, after)) => self.operation(Both { old: before, new: after }),
                None => self.removed(before, new),
            }
        }
        for after in new.iter().filter(|after| !pairs.iter().any(|(_, known)| std::ptr::eq(*known, *after))) {
            let text = format!("`Client::{}` is new: {} {}", after.rust, after.method.to_uppercase(), after.path);
            self.note(rules::ENDPOINT_ADDED, [None, Some(&after.at)], &after.label, [Patch, Minor], text);
        }
    }

    fn removed(&mut self, old: &Endpoint<'a>, new: &[Endpoint<'a>]) {
        let path = new.iter().any(|endpoint| without_variable_names(&endpoint.path) == without_variable_names(&old.path));
        let rule = match (path, is_deprecated(old)) {
            (true, false) => rules::ENDPOINT_REMOVED,
            (true, true) => rules::ENDPOINT_REMOVED_DEPRECATED,
            (false, false) => rules::PATH_REMOVED,
            (false, true) => rules::PATH_REMOVED_DEPRECATED,
        };
        let text = format!("`Client::{}` is gone: {} {}", old.rust, old.method.to_uppercase(), old.path);
        self.note(rule, [Some(&old.at), None], &old.label, [Major, Major], text);
    }

    fn operation(&mut self, both: Both<'_, 'a>) {
        let Both { old, new } = both;
        self.schemas.prose.object(&new.at, old.value, new.value, &["summary", "tags"]);
        let places = [Some(&old.at), Some(&new.at)];
        if old.method != new.method || without_variable_names(&old.path) != without_variable_names(&new.path) {
            let to = |endpoint: &Endpoint<'_>| format!("{} {}", endpoint.method.to_uppercase(), endpoint.path);
            let text = format!("`Client::{}` moved from {} to {}", new.rust, to(old), to(new));
            self.note(rules::ENDPOINT_MOVED, places, &new.label, [Major, Patch], text);
        }
        if old.server != new.server {
            let url = |endpoint: &Endpoint<'_>| endpoint.server.clone().unwrap_or_else(|| "the base URL".to_owned());
            let text = format!("`Client::{}` goes to {} instead of {}", new.rust, url(new), url(old));
            self.note(rules::ENDPOINT_SERVER, places, &new.label, [Unknown, Patch], text);
        }
        self.identity(both);
        if is_deprecated(old) != is_deprecated(new) {
            let (rule, source, what) = if is_deprecated(new) {
                (rules::ENDPOINT_DEPRECATED, Minor, "is deprecated now")
            } else {
                (rules::ENDPOINT_REACTIVATED, Patch, "is no longer deprecated")
            };
            self.note(rule, places, &new.label, [Patch, source], format!("`Client::{}` {what}", new.rust));
        }
        let created = |endpoint: &Endpoint<'_>| endpoint.value.get("x-created-id").cloned();
        if created(old) != created(new) {
            let text = format!("{}: `created_id` of its errors is read from another place", both.call());
            self.note(rules::EXTENSION_CHANGED, places, &new.label, [Patch, Patch], text);
        }
        self.waiting(both);
        self.parameters(both);
        self.body(both);
        self.responses(both);
    }

    /// Compares whether and how users can wait for what the operation creates.
    fn waiting(&mut self, both: Both<'_, 'a>) {
        let Both { old, new } = both;
        let (before, after) = (old.value.get("x-poll"), new.value.get("x-poll"));
        let polled = |fact: &Value| fact.get("operationId").cloned();
        let (source, what) = match (before, after) {
            (before, after) if before == after => return,
            (Some(_), None) => (Major, " can no longer be waited for: `send_and_wait` and `wait` are gone"),
            (None, _) => (Minor, " can be waited for: `send_and_wait` and `wait` are new"),
            (Some(before), Some(after)) if polled(before) != polled(after) => {
                (Major, ": a wait polls another operation, so the builder of the operation polled before has no `wait` for it")
            }
            (Some(before), Some(after)) if needs_request(after) && !needs_request(before) => {
                (Major, ": its response no longer has `wait`: polling now needs a path parameter of the request")
            }
            _ => (Patch, ": a wait uses other states or operations"),
        };
        let text = format!("{}{what}", both.call());
        self.note(rules::EXTENSION_CHANGED, [Some(&old.at), Some(&new.at)], &new.label, [Patch, source], text);
    }

    /// Compares operation ids, which determine the name of the method.
    fn identity(&mut self, both: Both<'_, 'a>) {
        let Both { old, new } = both;
        let source = if old.rust == new.rust { Patch } else { Major };
        let renamed = format!("`Client::{}` is `Client::{}`", old.rust, new.rust);
        let named = if source == Major { format!(": {renamed}") } else { String::new() };
        let place = format!("{} {}", new.method.to_uppercase(), new.path);
        let (rule, text) = match (old.id, new.id) {
            (None, Some(id)) => (rules::ID_ADDED, format!("{place} has the id `{id}` now{named}")),
            (Some(id), None) => (rules::ID_REMOVED, format!("{place} no longer has an id, it was `{id}`{named}")),
            (Some(before), Some(after)) if before != after => {
                (rules::ID_CHANGED, format!("the operation `{before}` is `{after}` now{named}"))
            }
            _ if source == Major => (rules::METHOD_RENAMED, format!("{renamed}, though its operation is the same")),
            _ => return,
        };
        self.note(rule, [Some(&old.at), Some(&new.at)], &new.label, [Patch, source], text);
    }
}

/// Whether polling needs a path parameter of the request, so that the response alone is not enough.
fn needs_request(poll: &Value) -> bool {
    let parameters = poll.get("parameters").and_then(Value::as_object).into_iter().flatten();
    parameters.filter_map(|(_, source)| Source::parse(source.as_str()?)).any(|source| matches!(source, Source::Path(_)))
}

fn is_deprecated(endpoint: &Endpoint<'_>) -> bool {
    endpoint.value.get("deprecated") == Some(&Value::Bool(true))
}

/// Computes a key by which operations are matched. Operations without a key match none.
type Key<'a> = &'a dyn Fn(&Endpoint<'_>) -> Option<(String, String)>;

/// The operations that both documents have, by method and path, and the remaining ones by id.
pub fn pairs<'p, 'a>(old: &'p [Endpoint<'a>], new: &'p [Endpoint<'a>]) -> Vec<(&'p Endpoint<'a>, &'p Endpoint<'a>)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let exact = |endpoint: &Endpoint<'_>| Some((endpoint.method.to_owned(), endpoint.path.clone()));
    let shape = |endpoint: &Endpoint<'_>| Some((endpoint.method.to_owned(), without_variable_names(&endpoint.path)));
    let id = |endpoint: &Endpoint<'_>| endpoint.id.map(|id| (String::new(), id.to_owned()));
    let keys: [Key<'_>; 3] = [&exact, &shape, &id];
    for key in keys {
        let mut open = std::collections::HashMap::new();
        for (index, endpoint) in new.iter().enumerate().filter(|(index, _)| !pairs.iter().any(|(_, known)| known == index)) {
            key(endpoint).map(|key| open.entry(key).or_insert(index));
        }
        let left: Vec<usize> = (0..old.len()).filter(|index| !pairs.iter().any(|(known, _)| known == index)).collect();
        for index in left {
            pairs.extend(key(&old[index]).and_then(|key| open.remove(&key)).map(|found| (index, found)));
        }
    }
    pairs.into_iter().map(|(before, after)| (&old[before], &new[after])).collect()
}
