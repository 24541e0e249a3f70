//! Compares two documents: what changed, and what that means for released clients and for code that uses the crate.
//!
//! Operations are matched first. For each pair, the types that it uses are compared (`shape`), separately for each direction of
//! the values. The model defines what a schema is in Rust (`snapshot`, `api_view`); `facts` reads what else the document says.

mod api;
mod api_view;
mod beside;
mod bodies;
mod checks;
mod components;
mod conversions;
mod encodings;
mod endpoints;
mod explanations;
mod facts;
mod field;
mod fields;
mod group;
mod net;
mod operations;
mod pair;
mod parameters;
mod prose;
mod received;
mod responses;
mod rules;
mod schemas;
mod security;
mod setters;
mod shape;
mod snapshot;
mod types;
mod unchanged;
mod unions;
mod values;
mod verdicts;

pub use net::{Code, unexplained};
pub use rules::{CODE_CHANGED, FAMILIES, RULES, Rule};
pub use verdicts::{Comparison, Fact, Verdict};

use crate::document::{Document, incoming};
use crate::stack::both;
use api_view::ApiView;
use operations::Findings;
use schemas::Schemas;
use snapshot::Snapshot;

/// Compares two documents after their overlay and selection. It also works for documents from which no code can be generated.
#[must_use]
pub fn documents(old: &Document, new: &Document) -> Comparison {
    if old.value == new.value {
        return Comparison::default();
    }
    let (old, new) = both(|| Snapshot::of(old), || Snapshot::of(new));
    let (before, after) = (ApiView::new(&old), ApiView::new(&new));
    let (old_endpoints, new_endpoints) = (endpoints::of(&before), endpoints::of(&after));
    let mut findings = Findings { schemas: Schemas::new(&before, &after), facts: Vec::new(), roots: Vec::new() };
    let pairs = operations::pairs(&old_endpoints, &new_endpoints);
    findings.security(&pairs);
    findings.api();
    findings.server_setters();
    findings.operations(&pairs, &old_endpoints, &new_endpoints);
    let [old, new] = [&before, &after].map(|side| endpoints::incoming(side, incoming::webhooks(side.document)));
    findings.incoming("webhook", [rules::WEBHOOK_REMOVED, rules::WEBHOOK_ADDED], &old, &new);
    let [old, new] = [&before, &after].map(|side| endpoints::incoming(side, incoming::callbacks(side.document)));
    findings.incoming("callback", [rules::CALLBACK_REMOVED, rules::CALLBACK_ADDED], &old, &new);
    findings.directions();
    findings.components();
    findings.conversions();
    group::facts(findings)
}
