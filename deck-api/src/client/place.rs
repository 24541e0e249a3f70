//! Selects the servers of the API: the base URL that the caller sets, or a server of the document.

use super::ConfigError;
use super::http_client::is_loopback;
use crate::generated::API;
use crate::runtime::Server;
use reqwest::Url;

/// The caller's settings for the servers.
#[derive(Clone, Default)]
pub(super) struct PlaceOptions {
    pub(super) base_url: Option<String>,
    /// The name, description or URL of one of the document's servers.
    pub(super) server: Option<String>,
    /// Values of the variables of servers.
    pub(super) variables: Vec<(&'static str, String)>,
    pub(super) plain_http: bool,
}

/// The servers that a client sends requests to.
pub(super) struct Place {
    /// The base URL of the API.
    pub(super) base: Url,
    /// The servers of single operations whose URLs are relative or have variables: the URL in the document, and the resolved URL.
    pub(super) operations: Vec<(&'static str, Url)>,
}

impl PlaceOptions {
    /// Resolves the URLs of all servers.
    ///
    /// # Errors
    ///
    /// Returns an error if the base URL is missing or cannot be used, or if the document has no server or variable that the
    /// caller set.
    pub(super) fn place(&self) -> Result<Place, ConfigError> {
        if let Some(base_url) = &self.base_url {
            return Ok(Place { base: self.checked("base URL", base_url)?, operations: Vec::new() });
        }
        let base = match self.server()? {
            Some(server) if server.is_relative() => return Err(problem("base URL", &unknown_place(server))),
            Some(server) => self.filled(server)?,
            None => API.base_url.ok_or_else(|| problem("base URL", "is missing: the document names none"))?.to_owned(),
        };
        let base = self.checked("base URL", &base)?;
        let whole = |server: &'static Server| {
            let url = self.filled(server)?;
            let url = if server.is_relative() { base.join(&url).map_or(url, String::from) } else { url };
            Ok((server.url, self.checked("URL of an operation's server", &url)?))
        };
        let operations = API.operation_servers.iter().map(whole).collect::<Result<_, ConfigError>>()?;
        self.refuse_unknown_variables()?;
        Ok(Place { base, operations })
    }

    /// Returns the server that the caller chose, or the first one.
    fn server(&self) -> Result<Option<&'static Server>, ConfigError> {
        let Some(name) = &self.server else { return Ok(API.servers.first()) };
        let mut called = API.servers.iter().filter(|server| server.is_called(name));
        match (called.next(), called.next()) {
            (Some(server), None) => Ok(Some(server)),
            (Some(server), Some(other)) => Err(ConfigError::new(format!(
                "the document has two servers called `{name}`, {} and {}: choose one by its URL",
                server.url, other.url
            ))),
            (None, _) => {
                let all: Vec<String> = API.servers.iter().map(|server| format!("`{}`", server.name())).collect();
                Err(ConfigError::new(format!("the document has no server `{name}`, but {}", all.join(", "))))
            }
        }
    }

    fn filled(&self, server: &Server) -> Result<String, ConfigError> {
        server.filled(&self.variables).map_err(ConfigError::new)
    }

    /// Refuses a variable that the chosen server does not have, which would otherwise be ignored.
    fn refuse_unknown_variables(&self) -> Result<(), ConfigError> {
        let servers: Vec<&Server> = self.server()?.into_iter().chain(API.operation_servers).collect();
        let has = |name: &str| servers.iter().any(|server| server.variables.iter().any(|variable| variable.name == name));
        match self.variables.iter().find(|(name, _)| !has(name)) {
            Some((name, _)) => {
                let server = servers.first().map_or("the API", |server| server.url);
                Err(ConfigError::new(format!("the server {server} has no variable `{name}`: choose another one with `server`")))
            }
            None => Ok(()),
        }
    }

    /// Parses a URL and checks that the client can use it.
    fn checked(&self, what: &str, text: &str) -> Result<Url, ConfigError> {
        let problem = |text: &str| problem(what, text);
        let url = Url::parse(text).map_err(|error| problem(&format!("is not valid: {error}")))?;
        // The rules for requests are stricter. A variable that is not filled in would fail in each call.
        url.as_str().parse::<http::Uri>().map_err(|error| problem(&format!("is not valid: {error}")))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(problem("contains a user name or password, which would be sent in addition to the credentials"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(problem("contains a query or a fragment"));
        }
        match url.scheme() {
            "https" => Ok(url),
            "http" if self.plain_http || is_loopback(&url) => Ok(url),
            "http" => Err(problem(
                "is plain `http`, which exposes the key to anyone on the network path: use `https`, or `allow_plain_http`",
            )),
            scheme => Err(problem(&format!("has the scheme `{scheme}`, not `https`"))),
        }
    }
}

fn problem(what: &str, text: &str) -> ConfigError {
    ConfigError::new(format!("the {what} {text}; it is set by `base_url`, or by {}_BASE_URL", API.env_prefix))
}

fn unknown_place(server: &Server) -> String {
    let url = if server.url.is_empty() { "/" } else { server.url };
    format!("is missing: the document has only the relative URL `{url}` at #{}/url, and its own URL is not known", server.pointer)
}
