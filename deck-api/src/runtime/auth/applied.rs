//! Chooses a security requirement for a call, and adds its credentials to the request.

use super::held::{Carried, Held, carried, is_set_by_hand};
use super::provider::CredentialError;
use super::token_cache::{self, UsedToken};
use super::{CredentialLocation, Scheme, SecurityRequirement, how_to_set, scheme};
use crate::generated::API;
use crate::runtime::timer::with_timeout;
use crate::runtime::{Call, Error, InvalidRequest, Operation, StatusCode, headers};
use http::header::{COOKIE, HeaderMap};
use std::pin::pin;
use std::time::Duration;

/// The credentials of one attempt.
#[derive(Default)]
pub(in crate::runtime) struct AttemptCredentials(Vec<Carried>);

/// The access tokens of an attempt that the client has fetched.
#[derive(Default)]
pub(in crate::runtime) struct UsedTokens(Vec<UsedToken>);

impl UsedTokens {
    /// Drops an access token that the API rejected. Returns whether there was one, so that another attempt of `call` may succeed.
    pub(in crate::runtime) fn forget_refused(&self, call: &Call, status: Option<StatusCode>) -> bool {
        let is_refused = status == Some(StatusCode::UNAUTHORIZED) && !self.0.is_empty();
        if is_refused {
            self.0.iter().for_each(|used| call.client.tokens().forget(used));
        }
        is_refused
    }
}

impl AttemptCredentials {
    /// Sets the headers. Headers that the call sets itself take precedence.
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
    /// Returns an error if the cookies are not a valid header value.
    pub(in crate::runtime) fn add_cookies(&self, request: &mut HeaderMap) -> Result<(), InvalidRequest> {
        for carried in &self.0 {
            if let Carried::Cookie(pair) = carried {
                headers::add(request, COOKIE.as_str(), pair)?;
            }
        }
        Ok(())
    }

    /// Appends the credentials that belong in the query. Only the HTTP client sees that URL.
    pub(in crate::runtime) fn add_query(&self, url: &mut reqwest::Url) {
        for carried in &self.0 {
            if let Carried::Query(pair) = carried {
                let query = url.query().filter(|query| !query.is_empty()).map(|query| format!("{query}&{pair}"));
                url.set_query(Some(&query.unwrap_or_else(|| pair.clone())));
            }
        }
    }
}

/// Obtains the credentials for an attempt of `call` with the time limit `time`.
pub(in crate::runtime) async fn resolve<E>(
    call: &Call,
    time: Duration,
    used: &mut UsedTokens,
) -> Result<AttemptCredentials, Error<E>> {
    let mut applied = AttemptCredentials::default();
    for Chosen { scheme, scopes, held } in chosen(call)? {
        applied.0.push(match held {
            Held::Fixed { carried, .. } => carried.clone(),
            Held::Provided(provided) => {
                let limit = call.client.timer().limit(time);
                let secret = with_timeout(limit, pin!(provided.provider.credential())).await;
                let secret = secret.ok_or_else(|| CredentialError::late(scheme.name)).map_err(Error::Credential)?;
                let secret = secret.map_err(|error| Error::Credential(CredentialError::failed(scheme.name, &*error)))?;
                provided.recent.remember(&secret);
                carried(scheme, &secret).map_err(|problem| Error::Credential(CredentialError::invalid(scheme.name, problem)))?
            }
            Held::Client(credentials) => {
                let limit = call.client.timer().limit(time);
                let token = with_timeout(limit, pin!(token_cache::token(&call.client, credentials, scopes))).await;
                let late = || CredentialError::late_token(scheme.name, &credentials.printed_url());
                let token = token.ok_or_else(late).map_err(Error::Credential)?;
                let token = token.map_err(|error| Error::Credential(CredentialError::no_token(scheme.name, error)))?;
                credentials.tokens.remember(&token);
                let part = carried(scheme, &token);
                used.0.push(UsedToken { credentials: credentials.clone(), scopes, token });
                part.map_err(|problem| Error::Credential(CredentialError::invalid(scheme.name, problem)))?
            }
        });
    }
    Ok(applied)
}

/// Returns the security requirements of an operation. A call has to meet one of them.
fn requirements(operation: &Operation) -> &'static [SecurityRequirement] {
    operation.security.unwrap_or(API.security)
}

/// A credential of the chosen requirement.
struct Chosen<'c> {
    scheme: &'static Scheme,
    scopes: &'static [&'static str],
    held: &'c Held,
}

/// Returns the credentials of the first requirement whose credentials are all set. Requirements that use a credential of the call
/// itself take precedence over those that use only the client's. The empty requirement comes last: a caller who has set
/// credentials wants them sent.
fn chosen(call: &Call) -> Result<Vec<Chosen<'_>>, InvalidRequest> {
    let requirements = requirements(call.operation);
    let needed = requirements.iter().filter(|requirement| !requirement.is_empty());
    let is_own = |(name, _): &(&str, &[&str])| scheme(name).is_some_and(|scheme| own(call, scheme).is_some());
    let by_call = needed.clone().filter(|requirement| requirement.iter().any(is_own));
    if let Some(found) = by_call.chain(needed).find_map(|requirement| held_for(call, requirement)) {
        return Ok(found);
    }
    if requirements.is_empty() || requirements.iter().any(|requirement| requirement.is_empty()) {
        return Ok(Vec::new());
    }
    let message = format!("`{}` needs a credential that is not set: set {}", call.operation.id, how_to_set(requirements));
    Err(InvalidRequest::new(message))
}

/// Returns the credential of `scheme` that is set on the call itself.
fn own<'c>(call: &'c Call, scheme: &Scheme) -> Option<&'c Held> {
    call.credentials.as_deref()?.get(scheme)
}

/// Returns the credentials of all schemes of a requirement, or `None` if one is not set.
fn held_for(call: &Call, requirement: SecurityRequirement) -> Option<Vec<Chosen<'_>>> {
    let mut found = Vec::with_capacity(requirement.len());
    for (name, scopes) in requirement {
        let scheme = scheme(name)?;
        match own(call, scheme).or_else(|| call.client.held_credentials().get(scheme)) {
            _ if is_set_by_hand(scheme, &call.headers) => {}
            Some(held) => found.push(Chosen { scheme, scopes, held }),
            None if scheme.place == CredentialLocation::Certificate && call.client.http_is_own() => {}
            None => return None,
        }
    }
    Some(found)
}

/// Returns advice for the case that the API rejects the credentials of `operation`.
pub(in crate::runtime) fn advice(operation: &Operation) -> Option<String> {
    let requirements = requirements(operation);
    let is_needed = requirements.iter().any(|requirement| !requirement.is_empty());
    is_needed.then(|| format!("check the credentials: they are set by {}", how_to_set(requirements)))
}
