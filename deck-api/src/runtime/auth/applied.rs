//! Chooses one of the alternatives that an operation accepts, and writes its credentials into the request.

use super::held::{Carried, Held, carried};
use super::provider::CredentialError;
use super::{Alternative, Place, Scheme};
use crate::generated::API;
use crate::runtime::timer::with_timeout;
use crate::runtime::{Call, Error, InvalidRequest, Operation, headers};
use http::header::{COOKIE, HeaderMap};
use std::pin::pin;
use std::time::Duration;

/// The credentials of one attempt.
#[derive(Default)]
pub(in crate::runtime) struct Applied(Vec<Carried>);

impl Applied {
    /// Sets the headers. Those that the call sets itself go before them.
    pub(in crate::runtime) fn set_headers(&self, request: &mut HeaderMap) {
        for carried in &self.0 {
            if let Carried::Header(name, value) = carried {
                request.insert(name.clone(), value.clone());
            }
        }
    }

    /// Adds the cookies to those of the call.
    ///
    /// # Errors
    ///
    /// Where they are no header.
    pub(in crate::runtime) fn add_cookies(&self, request: &mut HeaderMap) -> Result<(), InvalidRequest> {
        for carried in &self.0 {
            if let Carried::Cookie(pair) = carried {
                headers::add(request, COOKIE.as_str(), pair)?;
            }
        }
        Ok(())
    }

    /// Appends what stands in the query. Nobody else sees that URL.
    pub(in crate::runtime) fn add_query(&self, url: &mut reqwest::Url) {
        for carried in &self.0 {
            if let Carried::Query(pair) = carried {
                let query = url.query().filter(|query| !query.is_empty()).map(|query| format!("{query}&{pair}"));
                url.set_query(Some(&query.unwrap_or_else(|| pair.clone())));
            }
        }
    }
}

/// The credentials for an attempt of `call`, which has `time`.
pub(in crate::runtime) async fn resolve<E>(call: &Call, time: Duration) -> Result<Applied, Error<E>> {
    let mut applied = Applied::default();
    for (scheme, held) in chosen(call)? {
        applied.0.push(match held {
            Held::Fixed { carried, .. } => carried.clone(),
            Held::Provided(provided) => {
                let limit = call.client.timer().limit(time);
                let secret = with_timeout(limit, pin!(provided.provider.credential())).await;
                let secret = secret.ok_or_else(|| CredentialError::late(scheme.name)).map_err(Error::Credential)?;
                let secret = secret.map_err(|error| Error::Credential(CredentialError::failed(scheme.name, &*error)))?;
                provided.remember(&secret);
                carried(scheme, &secret).map_err(|problem| Error::Credential(CredentialError::invalid(scheme.name, problem)))?
            }
        });
    }
    Ok(applied)
}

/// The alternatives that an operation accepts.
fn alternatives(operation: &Operation) -> &'static [Alternative] {
    operation.security.unwrap_or(API.security)
}

/// The credentials of the first alternative of which all are held. No credentials are an alternative too, but the last one:
/// whoever has set credentials wants them sent.
fn chosen(call: &Call) -> Result<Vec<(&'static Scheme, &Held)>, InvalidRequest> {
    let alternatives = alternatives(call.operation);
    if alternatives.is_empty() {
        return Ok(Vec::new());
    }
    let needed = alternatives.iter().filter(|alternative| !alternative.is_empty());
    if let Some(found) = needed.clone().find_map(|alternative| all(call, alternative)) {
        return Ok(found);
    }
    if alternatives.iter().any(|alternative| alternative.is_empty()) {
        return Ok(Vec::new());
    }
    let message = format!("`{}` needs a credential that is not set: {}", call.operation.id, ways(alternatives));
    Err(InvalidRequest::new(message))
}

/// The credentials of all schemes of an alternative.
fn all(call: &Call, alternative: Alternative) -> Option<Vec<(&'static Scheme, &Held)>> {
    let mut found = Vec::with_capacity(alternative.len());
    for name in alternative {
        let scheme = scheme(name)?;
        let own = call.credentials.as_deref();
        let held = own.and_then(|own| own.get(scheme)).or_else(|| call.client.held_credentials().get(scheme));
        match held {
            Some(held) => found.push((scheme, held)),
            None if scheme.place == Place::Certificate && call.client.held_credentials().has_certificate() => {}
            // The caller sets it by hand.
            None if Carried::header_name(scheme).is_some_and(|name| call.headers.contains_key(name)) => {}
            None => return None,
        }
    }
    Some(found)
}

pub(super) fn scheme(name: &str) -> Option<&'static Scheme> {
    API.schemes.iter().find(|scheme| scheme.name == name)
}

/// How to set the credentials of one of `alternatives`, in words.
pub(super) fn ways(alternatives: &[Alternative]) -> String {
    let together = |alternative: &Alternative| {
        let all: Vec<String> = alternative.iter().filter_map(|name| scheme(name)).map(Scheme::ways).collect();
        all.join(" together with ")
    };
    let all: Vec<String> = alternatives.iter().filter(|alternative| !alternative.is_empty()).map(together).collect();
    format!("set {}", all.join(", or "))
}

/// What to look at where the API does not accept the credentials of `operation`.
pub(in crate::runtime) fn advice(operation: &Operation) -> Option<String> {
    let alternatives = alternatives(operation);
    let is_needed = alternatives.iter().any(|alternative| !alternative.is_empty());
    is_needed.then(|| format!("check the credentials: {}", ways(alternatives).replacen("set ", "they are set by ", 1)))
}
