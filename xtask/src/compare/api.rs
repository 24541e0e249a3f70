//! Compares what applies to the whole API: servers, version, and the vendor extensions that affect the generated code.

use super::operations::Findings;
use super::pair::plain;
use super::rules::{self, Rule};
use super::verdicts::Fact;
use super::verdicts::Verdict::{Major, Patch, Unknown};
use crate::document::extensions::FACTS;
use crate::document::pointer::Pointer;
use crate::model::servers::{Server, choices};
use serde_json::Value;

impl Findings<'_> {
    /// Compares servers, `info` and vendor extensions.
    pub fn api(&mut self) {
        let (old, new) = (self.schemas.old.document, self.schemas.new.document);
        self.servers(old, new);
        for key in FACTS.iter().filter(|key| old.get(**key) != new.get(**key)) {
            let at = Pointer::default().at(key);
            let text = format!("`{key}` changed, which affects the generated code");
            let places = [old, new].map(|document| document.get(*key).map(|_| at.clone()));
            self.whole(rules::EXTENSION_CHANGED, places, [Patch, Patch], text);
        }
        self.error_item();
        let version = |document: &Value| document.pointer("/info/version").map(plain);
        if version(old) != version(new) {
            let at = Pointer::parse("/info/version");
            let shown = |version: Option<String>| version.unwrap_or_else(|| "none".to_owned());
            let text = format!("the version of the document is {} instead of {}", shown(version(new)), shown(version(old)));
            self.whole(rules::VERSION, [Some(at.clone()), Some(at)], [Patch, Patch], text);
        }
        self.texts(old, new);
    }

    /// Compares the fields of errors that have a role, as `x-error-item` of a component says.
    fn error_item(&mut self) {
        let [old, new] = [self.schemas.old, self.schemas.new].map(|side| side.snapshot.model.api.error_item.as_ref());
        if old.map(|(_, roles)| roles) != new.map(|(_, roles)| roles) {
            let at = |item: Option<&(String, _)>| Some(Pointer::parse("/components/schemas").at(&item?.0).at("x-error-item"));
            let text =
                "`x-error-item` changed, which says what fields of an error are its kind, code, message and field".to_owned();
            // Code compiles, but reads other values.
            self.whole(rules::EXTENSION_CHANGED, [at(old), at(new)], [Patch, Unknown], text);
        }
    }

    /// Records a change that applies to the whole API, not to particular operations.
    pub fn whole(
        &mut self,
        rule: &'static Rule,
        [old, new]: [Option<Pointer>; 2],
        [wire, source]: [super::Verdict; 2],
        text: String,
    ) {
        let fact = Fact { rule, old, new, operations: [].into(), wire, source, text };
        self.facts.push((self.schemas.visits.len(), fact));
    }

    fn servers(&mut self, old: &Value, new: &Value) {
        let (before, after) = (listed(old), listed(new));
        let place = |list: &[Listed], index: usize| Some(list.get(index).map(|own| own.pointer.clone()).unwrap_or_default());
        let (first, base) = (before.first(), after.first());
        let mut gone: Vec<usize> =
            (0..before.len()).filter(|index| !after.iter().any(|other| other.url == before[*index].url)).collect();
        let mut come: Vec<usize> =
            (0..after.len()).filter(|index| !before.iter().any(|other| other.url == after[*index].url)).collect();
        let key = |server: Option<&Listed>| server.map(|server| (server.url.clone(), server.is_usable));
        if key(first) != key(base) {
            let url = |server: Option<&Listed>| server.map_or_else(|| "none".to_owned(), |server| server.url.clone());
            let whole = |server: Option<&Listed>| server.is_some_and(|server| server.is_usable);
            let stays = first.is_none() || !gone.contains(&0);
            let mut text = format!("the client's base URL is {} instead of {}", url(base), url(first));
            if !stays {
                text.push_str("; the document no longer lists the old one, which an older client calls");
            }
            let source = if whole(first) && !whole(base) { Major } else { Patch };
            let wire = if stays { Patch } else { Unknown };
            self.whole(rules::BASE_URL_CHANGED, [place(&before, 0), place(&after, 0)], [wire, source], text);
            gone.retain(|index| *index != 0);
            come.retain(|index| *index != 0);
        }
        for index in gone {
            let text = format!("the server {} is gone", before[index].url);
            self.whole(rules::SERVER_REMOVED, [place(&before, index), None], [Patch, Patch], text);
        }
        for index in come {
            let text = format!("the server {} is new", after[index].url);
            self.whole(rules::SERVER_ADDED, [None, place(&after, index)], [Patch, Patch], text);
        }
    }

    fn texts(&mut self, old: &Value, new: &Value) {
        let prose = &mut self.schemas.prose;
        prose.object("", old, new, &["jsonSchemaDialect"]);
        prose.object("/info", &old["info"], &new["info"], &["summary", "contact", "license", "termsOfService"]);
        let named = |document: &Value, key: &str, name: &str| -> Vec<(String, Value)> {
            let list = document.get(key).and_then(Value::as_array);
            list.into_iter().flatten().map(|item| (item[name].as_str().unwrap_or_default().to_owned(), item.clone())).collect()
        };
        for (key, name) in [("tags", "name"), ("servers", "url")] {
            let (before, after) = (named(old, key, name), named(new, key, name));
            for (name, value) in &before {
                let other = after.iter().find(|(other, _)| other == name).map(|(_, value)| value);
                match other {
                    Some(other) => prose.object(format!("/{key}/{name}"), value, other, &[]),
                    None if key == "tags" => prose.value("/tags", name, Some(value), None),
                    None => {}
                }
            }
            for (name, value) in after.iter().filter(|(name, _)| key == "tags" && !before.iter().any(|(other, _)| other == name))
            {
                prose.value("/tags", name, None, Some(value));
            }
        }
    }
}

/// A server that the client can choose.
struct Listed {
    pointer: Pointer,
    /// The URL with the default values of its variables.
    url: String,
    /// Whether the client can use the URL without a base URL.
    is_usable: bool,
}

fn listed(document: &Value) -> Vec<Listed> {
    let listed = |server: &Server| {
        let url = Some(server.default_url()).filter(|url| !url.is_empty()).unwrap_or_else(|| "`/`".to_owned());
        Listed { pointer: server.pointer.clone(), url, is_usable: server.usable_url().is_some() }
    };
    choices(document).iter().map(listed).collect()
}
