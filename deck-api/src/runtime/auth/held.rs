//! Credentials that have been checked, in the form in which they are sent.

use super::credentials::{Credential, Credentials};
use super::provider::CredentialProvider;
use super::{Alternative, Place, Scheme};
use crate::generated::API;
use http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many credentials of a provider are remembered, so that errors of calls that still run print none of them.
const REMEMBERED: usize = 8;

/// The credentials of a client or of a call, by scheme.
#[derive(Clone, Default)]
pub(crate) struct HeldCredentials {
    by_scheme: Vec<(&'static Scheme, Held)>,
    has_certificate: bool,
}

/// A credential.
#[derive(Clone)]
pub(super) enum Held {
    Fixed { carried: Carried, secret: String },
    Provided(Arc<Provided>),
}

/// A provider, and what it gave last.
pub(super) struct Provided {
    pub(super) provider: Arc<dyn CredentialProvider>,
    recent: Mutex<VecDeque<String>>,
}

/// A part of a request that carries a credential.
#[derive(Clone)]
pub(super) enum Carried {
    Header(HeaderName, HeaderValue),
    /// `name=value`, escaped.
    Query(String),
    /// `name=value`.
    Cookie(String),
}

impl HeldCredentials {
    /// Checks `credentials`. `has_certificate`: whether the caller brings an HTTP client, which may hold a client certificate.
    ///
    /// # Errors
    ///
    /// What is wrong with one of them; never what it is.
    pub(crate) fn new(credentials: Credentials, has_certificate: bool) -> Result<Self, String> {
        let mut by_scheme = Vec::new();
        for (name, credential) in credentials.into_iter() {
            let scheme = API.schemes.iter().find(|scheme| scheme.name == name);
            let scheme = scheme.ok_or_else(|| format!("the document has no security scheme `{name}`"))?;
            let held = match credential {
                Credential::Fixed(secret) => {
                    let carried = carried(scheme, &secret);
                    let carried = carried
                        .map_err(|problem| format!("the credential of `{name}` {problem}; it is set by {}", scheme.ways()))?;
                    Held::Fixed { carried, secret }
                }
                Credential::Provided(provider) => Held::Provided(Arc::new(Provided { provider, recent: Mutex::default() })),
            };
            by_scheme.push((scheme, held));
        }
        Ok(Self { by_scheme, has_certificate })
    }

    /// The credential of `scheme`.
    pub(super) fn get(&self, scheme: &Scheme) -> Option<&Held> {
        self.by_scheme.iter().find(|(own, _)| own.name == scheme.name).map(|(_, held)| held)
    }

    pub(super) fn has_certificate(&self) -> bool {
        self.has_certificate
    }

    /// Whether an operation could be called with these credentials; if not, what is missing.
    ///
    /// # Errors
    ///
    /// The ways to set what is missing.
    pub(crate) fn can_call_any(&self, alternatives: &[Alternative]) -> Result<(), String> {
        let is_held = |name: &&str| match super::applied::scheme(name) {
            Some(Scheme { place: Place::Certificate, .. }) => self.has_certificate,
            Some(scheme) => self.get(scheme).is_some(),
            None => false,
        };
        if alternatives.is_empty() || alternatives.iter().any(|alternative| alternative.iter().all(&is_held)) {
            return Ok(());
        }
        Err(super::applied::ways(alternatives))
    }

    /// What must not be printed.
    pub(in crate::runtime) fn secrets(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (_, held) in &self.by_scheme {
            match held {
                Held::Fixed { secret, .. } => all.extend(parts(secret)),
                Held::Provided(provided) => provided.recent().iter().for_each(|secret| all.extend(parts(secret))),
            }
        }
        all
    }
}

impl Provided {
    fn recent(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what the provider gave.
    pub(super) fn remember(&self, secret: &str) {
        let mut recent = self.recent();
        if recent.back().is_none_or(|last| last != secret) {
            recent.push_back(secret.to_owned());
            if recent.len() > REMEMBERED {
                recent.pop_front();
            }
        }
    }
}

/// A secret as a whole, and what stands behind a prefix or a user name in it.
fn parts(secret: &str) -> Vec<String> {
    let behind = |separator| secret.split_once(separator).map(|(_, behind): (&str, &str)| behind.trim().to_owned());
    [Some(secret.to_owned()), behind(' '), behind(':')].into_iter().flatten().collect()
}

/// The part of a request that carries `secret`.
///
/// # Errors
///
/// What is wrong with it, as the end of a sentence.
pub(super) fn carried(scheme: &Scheme, secret: &str) -> Result<Carried, &'static str> {
    if secret.trim().is_empty() {
        return Err("is empty");
    }
    if secret.chars().any(char::is_control) {
        return Err("holds a line break or another control character");
    }
    let is_token = |text: &str| text.chars().all(|c| c.is_ascii_graphic());
    let header = |name: &str, text: &str| {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| "is to be sent in what is not a header name")?;
        let mut value = HeaderValue::from_str(text).map_err(|_| "cannot be sent in a header")?;
        value.set_sensitive(true);
        Ok(Carried::Header(name, value))
    };
    match scheme.place {
        Place::Header(_) if secret.trim() != secret => Err("begins or ends with a blank"),
        Place::Header(name) => header(name, secret),
        Place::Query(name) => Ok(Carried::Query(format!("{}={}", escape(name), escape(secret)))),
        Place::Cookie(_) if !is_token(secret) || secret.contains([';', ',', '"', '\\']) => {
            Err("holds a blank or another character that a cookie cannot carry")
        }
        Place::Cookie(name) => Ok(Carried::Cookie(format!("{name}={secret}"))),
        Place::Basic => header(AUTHORIZATION.as_str(), &format!("Basic {}", super::super::base64::encode(secret.as_bytes()))),
        Place::Authorization(name) if name == "Bearer" && !is_token(secret) => {
            Err("holds a blank, a line break or another character that keys do not have")
        }
        Place::Authorization(name) => header(AUTHORIZATION.as_str(), &format!("{name} {secret}")),
        Place::Certificate => Err("is a client certificate, which the `http_client` holds"),
    }
}

fn escape(text: &str) -> String {
    super::super::encode::escape(text)
}

impl Carried {
    /// The header that carries it.
    pub(super) fn header_name(scheme: &Scheme) -> Option<HeaderName> {
        match scheme.place {
            Place::Header(name) => HeaderName::from_bytes(name.as_bytes()).ok(),
            Place::Basic | Place::Authorization(_) => Some(AUTHORIZATION),
            Place::Cookie(_) => Some(COOKIE),
            Place::Query(_) | Place::Certificate => None,
        }
    }
}
