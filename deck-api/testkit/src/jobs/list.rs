//! Lists of jobs: operations whose response contains an array of the polling operation's objects.

use super::bodies::{Template, text_of};
use crate::check_parameters::texts;
use crate::document::DocumentError;
use crate::http::Request;
use crate::refusals::put;
use crate::success;
use crate::{Answer, Judge, Operation, Values};
use serde_json::{Value, json};

pub struct List {
    pub operation: Operation,
    template: Template,
    /// JSON pointer to the list.
    items: String,
}

/// Finds the lists of the objects that `polls` returns.
pub fn of(judge: &Judge, polls: &Operation, values: &mut Values) -> Result<Vec<List>, DocumentError> {
    let document = judge.document();
    let place_of = |operation: &Operation| success::find(judge, operation).ok()?.json_schema(judge);
    let Some(item) = place_of(polls).and_then(|pointer| judge.place(&pointer).ok()) else { return Ok(Vec::new()) };
    let mut lists = Vec::new();
    for operation in document.operations().into_iter().filter(|operation| operation.method == "GET" && operation.id != polls.id) {
        let Some(schema) = place_of(&operation) else { continue };
        let is_list = |pointer: &str| judge.place(&format!("{pointer}/items")).is_ok_and(|place| place == item);
        let whole = judge.place(&schema)?;
        let names = judge.schema(&whole).get("properties").and_then(Value::as_object);
        let names = names.into_iter().flatten().map(|(name, _)| crate::document::escape(name));
        let mut below = names.map(|name| (format!("/{name}"), format!("{schema}/properties/{name}")));
        let items =
            if is_list(&schema) { Some(String::new()) } else { below.find(|(_, at)| is_list(at)).map(|(items, _)| items) };
        let Some(items) = items else { continue };
        let mut template = Template::of(judge, &operation, values)?.filled(judge);
        template.set(judge, &items, json!([]));
        lists.push(List { operation, template, items });
    }
    Ok(lists)
}

impl List {
    /// Returns a page with all objects, filtered by parameters that have the name of a property.
    pub fn answer(&self, judge: &Judge, mut jobs: Vec<Value>, request: &Request) -> Answer {
        let queries = self.operation.parameters.iter().filter(|parameter| parameter.location == "query");
        for parameter in queries {
            let wanted = texts(judge, parameter, request);
            jobs.retain(|job| {
                let own = job.get(&parameter.name).filter(|_| !wanted.is_empty());
                own.is_none_or(|own| wanted.contains(&text_of(own)))
            });
        }
        let mut body = self.template.body.clone().unwrap_or_default();
        put(&mut body, &self.items, Value::from(jobs));
        self.template.answer(&body)
    }
}
