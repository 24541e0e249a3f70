//! Checks the parameters of a request: decodes each one by its style, and validates it against its schema.

use crate::coerce::{self, property_names, shapes};
use crate::document::{Operation, Parameter, escape};
use crate::http::{Request, unescape};
use crate::judge::Place;
use crate::styles::{self, Shape, Wire};
use crate::{Document, Judge};
use serde_json::Value;

/// Returns the violations in the parameters. `variables` are the path parameters, still percent-encoded.
pub fn violations(judge: &Judge, operation: &Operation, variables: &[(String, String)], request: &Request) -> Vec<String> {
    let mut found: Vec<String> = operation
        .parameters
        .iter()
        .filter_map(|parameter| {
            violation(judge, operation, parameter, variables, request)
                .map(|text| format!("the {} parameter `{}` {text}", parameter.location, parameter.name))
        })
        .collect();
    found.extend(undeclared(judge, operation, request));
    found
}

fn violation(
    judge: &Judge,
    operation: &Operation,
    parameter: &Parameter,
    variables: &[(String, String)],
    request: &Request,
) -> Option<String> {
    if ignored(parameter) || may_be_empty(judge, parameter, request) {
        return None;
    }
    let mut site = Site::of(judge, parameter);
    if parameter.location == "query" && site.is_map(judge) {
        site.properties.extend(unclaimed(judge, operation, Some(parameter), request));
    }
    let mut there = false;
    let mut problem = None;
    for shape in site.shapes.iter().copied() {
        let wire = match raw(parameter, &site, shape, variables, request) {
            Sent::Not => continue,
            Sent::Otherwise => {
                there = true;
                problem.get_or_insert_with(|| format!("is not written in the style `{}`", site.style));
                continue;
            }
            Sent::As(wire) => wire,
        };
        there = true;
        match judged(judge, &site, &wire) {
            None => return None,
            Some(message) => problem = Some(message),
        }
    }
    if there { problem } else { parameter.required.then(|| "is missing".to_owned()) }
}

/// Returns whether OpenAPI ignores the parameter: these headers are described by media types and security schemes.
fn ignored(parameter: &Parameter) -> bool {
    let is = |name: &str| parameter.name.eq_ignore_ascii_case(name);
    parameter.location == "header" && (is("accept") || is("content-type") || is("authorization"))
}

/// Returns whether the query has the parameter without a value, and the document allows that.
fn may_be_empty(judge: &Judge, parameter: &Parameter, request: &Request) -> bool {
    let value = judge.document().at(&format!("{}/allowEmptyValue", parameter.pointer));
    let mut own = request.query_pairs().into_iter().filter(|(name, _)| *name == parameter.name);
    let is_allowed = parameter.location == "query" && value == Some(&Value::Bool(true));
    is_allowed && own.next().is_some_and(|(_, value)| value.is_empty()) && own.next().is_none()
}

/// Returns the texts of a query parameter: one, or the items of an array.
pub fn texts(judge: &Judge, parameter: &Parameter, request: &Request) -> Vec<String> {
    let site = Site::of(judge, parameter);
    let sent = site.shapes.iter().find_map(|shape| match raw(parameter, &site, *shape, &[], request) {
        Sent::As(wire) => Some(wire),
        Sent::Not | Sent::Otherwise => None,
    });
    match sent {
        Some(Wire::Text(text)) => vec![text],
        Some(Wire::List(items)) => items,
        Some(Wire::Object(_)) | None => Vec::new(),
    }
}

/// The serialization of a parameter.
struct Site {
    style: String,
    explode: bool,
    /// The media type of `content`.
    media: Option<String>,
    place: Option<Place>,
    shapes: Vec<Shape>,
    properties: Vec<String>,
}

impl Site {
    fn of(judge: &Judge, parameter: &Parameter) -> Self {
        let value = judge.document().at(&parameter.pointer).unwrap_or(&Value::Null);
        let media = value.get("content").and_then(Value::as_object).and_then(|content| content.keys().next()).cloned();
        let usual = if matches!(parameter.location.as_str(), "query" | "cookie") { "form" } else { "simple" };
        let style = value.get("style").and_then(Value::as_str).unwrap_or(usual).to_owned();
        let schema = match &media {
            Some(media) => format!("{}/content/{}/schema", parameter.pointer, escape(media)),
            None => format!("{}/schema", parameter.pointer),
        };
        let place = judge.place(&schema).ok();
        let shapes = match (&place, &media) {
            (Some(place), None) => shapes(judge, place),
            _ => vec![Shape::Scalar],
        };
        let explode = value.get("explode").and_then(Value::as_bool).unwrap_or(style == "form");
        let properties = place.as_ref().map(|place| property_names(judge, place)).unwrap_or_default();
        Self { style, explode, media, place, shapes, properties }
    }

    /// Returns whether the parameter is written without its own name, as one pair for each property.
    fn is_spread(&self) -> bool {
        let is_deep = self.style == "deepObject";
        self.shapes.contains(&Shape::Object) && self.explode && self.media.is_none() && !is_deep
    }

    /// Returns whether the parameter has pairs with any name.
    fn is_map(&self, judge: &Judge) -> bool {
        self.is_spread() && self.place.as_ref().is_some_and(|place| is_map(judge, place))
    }

    /// Returns whether the parameter has pairs with this name, other than those of a map.
    fn declares(&self, parameter: &Parameter, name: &str) -> bool {
        let is_key = || name.strip_prefix(&parameter.name).is_some_and(|rest| rest.starts_with('['));
        parameter.name == name
            || self.style == "deepObject" && is_key()
            || self.is_spread() && self.properties.iter().any(|own| own == name)
    }
}

/// A parameter as it was sent.
enum Sent {
    /// The parameter was not sent.
    Not,
    /// The parameter was not written in its style.
    Otherwise,
    /// The parameter was sent with this value.
    As(Wire),
}

fn raw(parameter: &Parameter, site: &Site, shape: Shape, variables: &[(String, String)], request: &Request) -> Sent {
    let name = parameter.name.as_str();
    let read = |wire: Option<Wire>| wire.map_or(Sent::Otherwise, Sent::As);
    let found = |pairs: &[(&str, &str)], style: &str| {
        // Only an exploded value may have several pairs with the same name.
        let exploded = site.explode && shape != Shape::Scalar;
        if !exploded && pairs.iter().filter(|(own, _)| unescape(own) == name).count() > 1 {
            return Sent::Otherwise;
        }
        styles::query(pairs, name, style, shape, site.explode, &site.properties).map_or(Sent::Not, Sent::As)
    };
    match parameter.location.as_str() {
        "path" => {
            let variable = variables.iter().find(|(own, _)| own == name);
            variable.map_or(Sent::Not, |(_, text)| read(styles::path(text, name, &site.style, shape, site.explode)))
        }
        // Headers are not percent-encoded.
        "header" => request.header(name).map_or(Sent::Not, |text| {
            let text = text.replace('%', "%25");
            let text = if shape == Shape::Scalar { text } else { text.replace(", ", ",") };
            read(styles::delimited(&text, ",", shape, site.explode))
        }),
        "cookie" => {
            let text = request.header("cookie").unwrap_or_default();
            // By `content`, a text is not percent-encoded.
            let is_text = site.media.as_ref().is_some_and(|media| !crate::examples::is_json(media));
            let text = if is_text { text.replace('%', "%25") } else { text.to_owned() };
            found(&text.split("; ").filter_map(|pair| pair.split_once('=')).collect::<Vec<_>>(), &site.style)
        }
        _ => found(&pairs(&request.query.replace('+', "%20")), if site.media.is_some() { "form" } else { &site.style }),
    }
}

/// Returns the pairs of a query or a form, still percent-encoded.
pub fn pairs(text: &str) -> Vec<(&str, &str)> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect()
}

fn judged(judge: &Judge, site: &Site, wire: &Wire) -> Option<String> {
    let place = site.place.as_ref()?;
    let value = match (&site.media, wire) {
        (Some(media), Wire::Text(text)) if crate::examples::is_json(media) => match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => return Some(format!("is not JSON: {error}")),
        },
        _ => coerce::value(judge, std::slice::from_ref(place), wire),
    };
    match judge.problems_at(place, &value) {
        Ok(problems) => problems.into_iter().next().map(|problem| format!("does not fit its schema, {problem}")),
        Err(error) => Some(error.to_string()),
    }
}

/// Returns the query parameters that neither a parameter nor a security scheme declares.
fn undeclared(judge: &Judge, operation: &Operation, request: &Request) -> Vec<String> {
    let mut queries = queries(judge, operation);
    if queries.any(|(_, site)| site.is_map(judge)) {
        return Vec::new();
    }
    let names = unclaimed(judge, operation, None, request);
    names.into_iter().map(|name| format!("the query parameter `{name}` is not declared")).collect()
}

/// Returns the names in the query that no parameter other than `map` has, and no security scheme.
fn unclaimed(judge: &Judge, operation: &Operation, map: Option<&Parameter>, request: &Request) -> Vec<String> {
    let is_map = |parameter: &Parameter| map.is_some_and(|map| map.pointer == parameter.pointer);
    let others: Vec<_> = queries(judge, operation).filter(|(parameter, _)| !is_map(parameter)).collect();
    let declared = |name: &str| others.iter().any(|(parameter, site)| site.declares(parameter, name));
    let keys = key_names(judge.document());
    let (_, fixed) = crate::check::parts(&operation.path);
    let names = request.query_pairs().into_iter().map(|(name, _)| name);
    let is_free = |name: &String| !declared(name) && !keys.contains(name) && !fixed.iter().any(|(own, _)| unescape(own) == *name);
    names.filter(is_free).collect()
}

fn queries<'a>(judge: &'a Judge, operation: &'a Operation) -> impl Iterator<Item = (&'a Parameter, Site)> {
    let parameters = operation.parameters.iter().filter(|parameter| parameter.location == "query");
    parameters.map(|parameter| (parameter, Site::of(judge, parameter)))
}

fn is_map(judge: &Judge, place: &Place) -> bool {
    coerce::alternatives(judge, place).iter().any(|place| {
        let others = judge.schema(place).get("additionalProperties");
        others.is_some_and(|others| *others != Value::Bool(false))
    })
}

/// Returns the names of API keys that are sent in the query.
fn key_names(document: &Document) -> Vec<String> {
    let schemes = document.at("/components/securitySchemes").and_then(Value::as_object).into_iter().flatten();
    let schemes = schemes
        .map(|(_, scheme)| document.resolve(scheme))
        .filter(|scheme| scheme.get("in").is_some_and(|place| place == "query"));
    schemes.filter_map(|scheme| scheme.get("name")?.as_str().map(str::to_owned)).collect()
}
