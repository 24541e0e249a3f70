//! Checked credentials, in the form in which they are sent.

use super::client_credentials::{ClientCredentials, TokenContext, TokenOptions};
use super::credentials::{Credential, Credentials};
use super::provider::CredentialProvider;
use super::{CredentialLocation, Scheme, SecurityRequirement};
use crate::runtime::redact;
use crate::runtime::style::escape;
use http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many values of a changing credential are remembered, so that errors of running calls print none of them.
const REMEMBERED: usize = 8;

/// The checked credentials of a client or of a call, by scheme.
#[derive(Clone, Default)]
pub(crate) struct HeldCredentials {
    by_scheme: Vec<(&'static Scheme, Held)>,
    token_options: Vec<(&'static str, TokenOptions)>,
}

/// A credential.
#[derive(Clone)]
pub(super) enum Held {
    Fixed { carried: Carried, secret: String },
    Provided(Arc<Provided>),
    Client(Arc<ClientCredentials>),
}

/// A provider and its last values.
pub(super) struct Provided {
    pub(super) provider: Arc<dyn CredentialProvider>,
    pub(super) recent: Recent,
}

/// The last values of a changing credential.
#[derive(Default)]
pub(super) struct Recent(Mutex<VecDeque<String>>);

/// The part of a request that carries a credential.
#[derive(Clone)]
pub(super) enum Carried {
    Header(HeaderName, HeaderValue),
    /// `name=value`, escaped.
    Query(String),
    /// `name=value`.
    Cookie(String),
}

impl HeldCredentials {
    /// Checks `credentials`. If they belong to one call, token URL options that they do not set are taken from those of the
    /// `client`.
    ///
    /// # Errors
    ///
    /// Returns a message about an invalid credential that never contains the credential itself.
    pub(crate) fn new(credentials: Credentials, context: TokenContext<'_>, client: Option<&Self>) -> Result<Self, String> {
        let Credentials { by_scheme: credentials, token_options } = credentials;
        let options = |scheme: &str| {
            let all = token_options.iter().chain(client.iter().flat_map(|client| &client.token_options));
            all.into_iter().find(|(name, _)| *name == scheme).map(|(_, options)| options.clone()).unwrap_or_default()
        };
        let mut by_scheme = Vec::new();
        for (name, credential) in credentials {
            let scheme = super::scheme(name).ok_or_else(|| format!("the document has no security scheme `{name}`"))?;
            let refused = |problem| format!("the credential of `{name}` {problem}; it is set by {}", scheme.how_to_set());
            let held = match credential {
                Credential::Fixed(secret) => Held::Fixed { carried: carried(scheme, &secret).map_err(refused)?, secret },
                // RFC 7617: the first colon ends the user.
                Credential::UserAndPassword(user, _) if user.contains(':') => {
                    return Err(refused("has a user name with a colon, which HTTP basic authentication does not allow"));
                }
                Credential::UserAndPassword(user, password) => {
                    let secret = format!("{user}:{password}");
                    Held::Fixed { carried: carried(scheme, &secret).map_err(refused)?, secret }
                }
                Credential::Provided(provider) => Held::Provided(Arc::new(Provided { provider, recent: Recent::default() })),
                Credential::Client(id, secret) => {
                    Held::Client(Arc::new(ClientCredentials::new(scheme, (id, secret), &options(name), context)?))
                }
            };
            by_scheme.push((scheme, held));
        }
        Ok(Self { by_scheme, token_options })
    }

    /// Returns the credential of `scheme`.
    pub(super) fn get(&self, scheme: &Scheme) -> Option<&Held> {
        self.by_scheme.iter().find(|(own, _)| own.name == scheme.name).map(|(_, held)| held)
    }

    /// Returns the token URLs.
    pub(crate) fn token_urls(&self) -> impl Iterator<Item = &reqwest::Url> {
        self.by_scheme.iter().filter_map(|(_, held)| match held {
            Held::Client(client) => Some(&client.url),
            _ => None,
        })
    }

    /// Checks that at least one operation can be called with these credentials, and with the client certificate that the caller's
    /// own HTTP client may have.
    ///
    /// # Errors
    ///
    /// Returns a message that says how to set the missing credentials.
    pub(crate) fn can_call_any(&self, requirements: &[SecurityRequirement], has_own_http: bool) -> Result<(), String> {
        let is_held = |(name, _): &(&str, &[&str])| match super::scheme(name) {
            Some(Scheme { place: CredentialLocation::Certificate, .. }) => has_own_http,
            Some(scheme) => self.get(scheme).is_some(),
            None => false,
        };
        if requirements.is_empty() || requirements.iter().any(|requirement| requirement.iter().all(&is_held)) {
            return Ok(());
        }
        Err(format!("set {}", super::how_to_set(requirements)))
    }

    /// Returns all secrets, which must not be printed.
    pub(in crate::runtime) fn secrets(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (scheme, held) in &self.by_scheme {
            match held {
                Held::Fixed { secret, .. } => all.extend(parts(scheme, secret)),
                Held::Provided(provided) => provided.recent.all().iter().for_each(|secret| all.extend(parts(scheme, secret))),
                Held::Client(client) => {
                    client.tokens.all().iter().for_each(|token| all.extend(parts(scheme, token)));
                    all.extend([client.secret.clone(), escape(&client.secret)]);
                }
            }
        }
        all
    }
}

impl Recent {
    fn all(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a value.
    pub(super) fn remember(&self, secret: &str) {
        let mut recent = self.all();
        if recent.back().is_none_or(|last| last != secret) {
            recent.push_back(secret.to_owned());
            if recent.len() > REMEMBERED {
                recent.pop_front();
            }
        }
    }
}

/// Returns the secret, and the parts of the header that carries it.
fn parts(scheme: &Scheme, secret: &str) -> Vec<String> {
    let mut parts = vec![secret.to_owned()];
    if let Ok(Carried::Header(_, value)) = carried(scheme, secret) {
        parts.extend(redact::parts(&value, 0));
    }
    parts
}

/// Returns the part of a request that carries `secret`.
///
/// # Errors
///
/// Returns what is wrong with the secret, as the end of a sentence.
pub(super) fn carried(scheme: &Scheme, secret: &str) -> Result<Carried, &'static str> {
    if secret.trim().is_empty() {
        return Err("is empty");
    }
    if secret.chars().any(char::is_control) {
        return Err("contains a line break or another control character");
    }
    let is_token = |text: &str| text.chars().all(|c| c.is_ascii_graphic());
    let header = |name: &str, text: &str| {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| "belongs in a header whose name is invalid")?;
        let mut value = HeaderValue::from_str(text).map_err(|_| "cannot be sent in a header")?;
        value.set_sensitive(true);
        Ok(Carried::Header(name, value))
    };
    match scheme.place {
        CredentialLocation::Header(_) if secret.trim() != secret => Err("starts or ends with whitespace"),
        CredentialLocation::Header(name) => header(name, secret),
        CredentialLocation::Query(name) => Ok(Carried::Query(format!("{}={}", escape(name), escape(secret)))),
        CredentialLocation::Cookie(_) if !is_token(secret) || secret.contains([';', ',', '"', '\\']) => {
            Err("contains whitespace or another character that is not allowed in a cookie")
        }
        CredentialLocation::Cookie(name) => Ok(Carried::Cookie(format!("{name}={secret}"))),
        CredentialLocation::Basic if !secret.contains(':') => Err("is not of the form `user:password`"),
        CredentialLocation::Basic => {
            header(AUTHORIZATION.as_str(), &format!("Basic {}", crate::runtime::base64::encode(secret.as_bytes())))
        }
        place => match place.http_scheme() {
            Some("Bearer") if !is_token(secret) => {
                Err("contains whitespace or another character that is not allowed in a bearer token")
            }
            Some(name) => header(AUTHORIZATION.as_str(), &format!("{name} {secret}")),
            None => Err("is a client certificate, which only an `http_client` of your own can have"),
        },
    }
}

/// Returns whether the caller has set the header or the cookie of `scheme` by hand.
pub(super) fn is_set_by_hand(scheme: &Scheme, headers: &HeaderMap) -> bool {
    match scheme.place {
        CredentialLocation::Header(name) => headers.contains_key(name),
        CredentialLocation::Cookie(name) => {
            let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';'));
            cookies.filter_map(|pair| pair.split_once('=')).any(|(own, _)| own.trim() == name)
        }
        place => place.http_scheme().is_some() && headers.contains_key(AUTHORIZATION),
    }
}
