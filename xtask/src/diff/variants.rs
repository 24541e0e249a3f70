//! The variants of a union, with the names that fitting gives them.

use super::rust::Kind;
use super::shape::{Node, Shape};
use super::side::Side;
use crate::document::Names;
use crate::document::pointer::component_name;
use crate::fit::{type_name, variant};
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

/// An alternative and its name.
#[derive(Debug)]
pub struct Variant<'a> {
    /// The name.
    pub name: String,
    /// Whether the document gives it that name, so that it stays however the alternatives change.
    pub given: bool,
    /// The property that tells it from the others, and the values that stand for it.
    pub tag: Option<(&'a str, IndexSet<&'a str>)>,
    /// What it holds.
    pub node: Node<'a>,
}

impl<'a> Side<'a> {
    /// The variants of a union of schemas.
    pub fn variants(&self, shape: &Shape<'a>) -> Vec<Variant<'a>> {
        let Some(union) = &shape.union else { return Vec::new() };
        let tags: Vec<IndexMap<&str, IndexSet<&str>>> = union.branches.iter().map(|branch| self.tags(branch)).collect();
        let mut names = Names::default();
        let branches = union.branches.iter().enumerate();
        branches
            .map(|(index, branch)| {
                let given = label(branch);
                let tag = telling(&tags, index);
                let first = tag.as_ref().and_then(|(_, values)| values.first().copied());
                let name = given.clone().unwrap_or_else(|| self.describe(branch, first));
                let name = names.free(&variant(&name));
                let node = Node { name: format!("{}{name}", shape.name), ..branch.clone() };
                Variant { name, given: given.is_some(), tag, node }
            })
            .collect()
    }

    /// The properties of an alternative whose values are listed.
    fn tags(&self, branch: &Node<'a>) -> IndexMap<&'a str, IndexSet<&'a str>> {
        let shape = self.shape(branch);
        let listed = |(name, node): (&'a str, &Node<'a>)| {
            let shape = self.shape(node);
            let values = shape.values.as_ref().filter(|_| shape.kind() == Kind::Words && !shape.open)?;
            Some((name, values.iter().filter_map(|value| value.as_str()).collect()))
        };
        shape.properties.iter().filter_map(|(name, member)| listed((name, &member.node))).collect()
    }

    /// A name for an alternative to which the document gives none.
    fn describe(&self, branch: &Node<'a>, tag: Option<&str>) -> String {
        let kind = match self.shape(branch).kind() {
            Kind::Boolean => "boolean",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::Text | Kind::Words => "string",
            Kind::List => "array",
            Kind::Any | Kind::Null | Kind::Map | Kind::Struct | Kind::Union => "object",
        };
        tag.unwrap_or(kind).to_owned()
    }
}

/// The first property that tells the alternative from all others that have it, and its values.
fn telling<'a>(tags: &[IndexMap<&'a str, IndexSet<&'a str>>], index: usize) -> Option<(&'a str, IndexSet<&'a str>)> {
    let all: IndexSet<&str> = tags.iter().flat_map(IndexMap::keys).copied().collect();
    let tells = |property: &&&str| {
        let holders: Vec<&IndexSet<&str>> = tags.iter().filter_map(|tags| tags.get(**property)).collect();
        let distinct: IndexSet<&&str> = holders.iter().copied().flatten().collect();
        holders.len() > 1 && distinct.len() == holders.iter().map(|values| values.len()).sum::<usize>()
    };
    let property = all.iter().filter(tells).find(|property| tags[index].contains_key(**property))?;
    Some((*property, tags[index][*property].clone()))
}

/// The name that the document gives an alternative.
pub fn label(node: &Node<'_>) -> Option<String> {
    let (_, value) = node.parts.first()?;
    let target = value.get("$ref").and_then(Value::as_str).and_then(|reference| component_name(reference, "schemas"));
    target.or_else(|| value.get("title").and_then(Value::as_str).map(type_name))
}
