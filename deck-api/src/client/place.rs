//! Where operations are served: at the base URL that the caller sets, or at a server of the document.

use super::ConfigError;
use super::http_client::is_loopback;
use crate::generated::API;
use crate::runtime::Server;
use reqwest::Url;

/// What the caller says of it.
#[derive(Clone, Default)]
pub(super) struct PlaceOptions {
    pub(super) base_url: Option<String>,
    /// The name, description or URL of one of the document's servers.
    pub(super) server: Option<String>,
    /// Values of the variables of servers.
    pub(super) variables: Vec<(&'static str, String)>,
    pub(super) plain_http: bool,
}

/// Where operations are served.
pub(super) struct Place {
    /// Where the API is served.
    pub(super) base: Url,
    /// The servers of single operations whose URLs are relative or have variables: what the document says, and the whole URL.
    pub(super) operations: Vec<(&'static str, Url)>,
}

impl PlaceOptions {
    /// # Errors
    ///
    /// Where the base URL is missing or cannot be used, or no server is called as the caller says.
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

    /// The server that is called: the one that was chosen, or the first.
    fn server(&self) -> Result<Option<&'static Server>, ConfigError> {
        let Some(name) = &self.server else { return Ok(API.servers.first()) };
        let mut called = API.servers.iter().filter(|server| server.is_called(name));
        match (called.next(), called.next()) {
            (Some(server), None) => Ok(Some(server)),
            (Some(server), Some(other)) => Err(ConfigError::new(format!(
                "`{name}` is what the document calls two servers, {} and {}: choose one by its URL",
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

    /// A variable that is set for another server than the one that is called would be ignored.
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

    /// A URL that the client can use.
    fn checked(&self, what: &str, text: &str) -> Result<Url, ConfigError> {
        let problem = |text: &str| problem(what, text);
        let url = Url::parse(text).map_err(|error| problem(&format!("is not valid: {error}")))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(problem("holds a user name or password, which would be sent besides the key"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(problem("holds a query or a fragment"));
        }
        match url.scheme() {
            "https" => Ok(url),
            "http" if self.plain_http || is_loopback(&url) => Ok(url),
            "http" => Err(problem(
                "is plain `http`, by which everybody on the way can read the key: use `https`, or `allow_plain_http`",
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
    format!(
        "is missing: the document names only `{url}` at #{}/url, which is relative to a place that is not known",
        server.pointer
    )
}
