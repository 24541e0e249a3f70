//! The access tokens of a client. Concurrent calls share one fetch, and a token is kept until shortly before it expires.

use super::client_credentials::ClientCredentials;
use super::token::{self, TokenError};
use crate::Client;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// The maximum number of tokens that are kept. A client with more tenants fetches some tokens again.
const MAX_TOKENS: usize = 1_000;
/// How long before its expiry a token is no longer used, so that it does not expire in transit.
const MARGIN: Duration = Duration::from_secs(30);

/// The tokens that a client has fetched, and those that are being fetched.
#[derive(Default)]
pub(crate) struct TokenCache(Mutex<HashMap<Key, Entry>>);

/// The identity of a token: the credentials, the token URL and the scopes.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    url: String,
    id: String,
    secret: String,
    secret_in_body: bool,
    scopes: &'static [&'static str],
}

enum Entry {
    Held { token: Arc<str>, until: Option<Duration> },
    Fetching { began: Duration, outcome: Outcome },
}

/// The result of a fetch, once it has ended.
type Outcome = watch::Receiver<Option<Result<Arc<str>, Arc<TokenError>>>>;

/// A token that a request used.
pub(super) struct UsedToken {
    pub(super) credentials: Arc<ClientCredentials>,
    pub(super) scopes: &'static [&'static str],
    pub(super) token: Arc<str>,
}

impl TokenCache {
    fn entries(&self) -> MutexGuard<'_, HashMap<Key, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes a token from the cache, unless it has already been replaced.
    pub(super) fn forget(&self, used: &UsedToken) {
        let (key, mut entries) = (Key::of(&used.credentials, used.scopes), self.entries());
        if matches!(entries.get(&key), Some(Entry::Held { token, .. }) if *token == used.token) {
            entries.remove(&key);
        }
    }
}

impl Key {
    fn of(credentials: &ClientCredentials, scopes: &'static [&'static str]) -> Self {
        let ClientCredentials { id, secret, url, secret_in_body, .. } = credentials;
        Self { url: url.to_string(), id: id.clone(), secret: secret.clone(), secret_in_body: *secret_in_body, scopes }
    }
}

/// Returns the token for `scopes`: the cached one, or the result of the fetch in progress.
pub(super) async fn token(
    client: &Client,
    credentials: &Arc<ClientCredentials>,
    scopes: &'static [&'static str],
) -> Result<Arc<str>, Arc<TokenError>> {
    // A fetch ends without an outcome if the runtime of the call that began it was shut down.
    for _ in 0..2 {
        let mut outcome = match find_or_fetch(client, credentials, scopes) {
            Found::Token(token) => return Ok(token),
            Found::Fetch(outcome) => outcome,
        };
        if let Ok(outcome) = outcome.wait_for(Option::is_some).await
            && let Some(outcome) = &*outcome
        {
            return outcome.clone();
        }
    }
    let message = format!("the tokio runtime was shut down while the token was fetched from {}", credentials.printed_url());
    Err(Arc::new(TokenError { message, is_final: false, retry_after: None }))
}

enum Found {
    Token(Arc<str>),
    Fetch(Outcome),
}

fn find_or_fetch(client: &Client, credentials: &Arc<ClientCredentials>, scopes: &'static [&'static str]) -> Found {
    let (key, now) = (Key::of(credentials, scopes), client.timer().now());
    let mut entries = client.tokens().entries();
    match entries.get(&key) {
        Some(Entry::Held { token, until }) if until.is_none_or(|until| now < until) => return Found::Token(token.clone()),
        // A fetch that exceeds its time limit belongs to a runtime that no longer runs.
        Some(Entry::Fetching { began, outcome })
            if outcome.has_changed().is_ok() && now.saturating_sub(*began) <= client.timeout() =>
        {
            return Found::Fetch(outcome.clone());
        }
        _ => {}
    }
    make_room(&mut entries, now);
    let (sender, outcome) = watch::channel(None);
    entries.insert(key.clone(), Entry::Fetching { began: now, outcome: outcome.clone() });
    drop(entries);
    // The fetch is a task of its own: the call that began it may be dropped while others wait for the same token.
    let (client, credentials, own) = (client.clone(), credentials.clone(), outcome.clone());
    tokio::spawn(async move {
        let fetched = token::fetch(&client, &credentials, scopes).await;
        let mut entries = client.tokens().entries();
        let outcome = match fetched {
            Err(error) => {
                if matches!(entries.get(&key), Some(Entry::Fetching { outcome, .. }) if outcome.same_channel(&own)) {
                    entries.remove(&key);
                }
                Err(Arc::new(error))
            }
            Ok(fetched) => {
                let token: Arc<str> = fetched.secret.into();
                let until = fetched.lifetime.map(|time| now.saturating_add(time.saturating_sub(MARGIN.min(time / 10))));
                entries.insert(key, Entry::Held { token: token.clone(), until });
                Ok(token)
            }
        };
        drop(entries);
        // Sending fails if nobody waits any longer.
        let _ = sender.send(Some(outcome));
    });
    Found::Fetch(outcome)
}

/// Removes expired tokens if the cache is full, and otherwise the token that expires next.
fn make_room(entries: &mut HashMap<Key, Entry>, now: Duration) {
    if entries.len() < MAX_TOKENS {
        return;
    }
    entries.retain(|_, entry| !matches!(entry, Entry::Held { until: Some(until), .. } if *until <= now));
    let end = |entry: &Entry| match entry {
        Entry::Held { until, .. } => Some(until.unwrap_or(Duration::MAX)),
        Entry::Fetching { .. } => None,
    };
    let next = entries.iter().filter_map(|(key, entry)| Some((end(entry)?, key))).min_by_key(|(end, _)| *end);
    if let Some(key) = next.map(|(_, key)| key.clone()).filter(|_| entries.len() >= MAX_TOKENS) {
        entries.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expired_tokens_or_else_those_that_expire_next_are_evicted() {
        let key = |number: usize| Key {
            url: String::new(),
            id: number.to_string(),
            secret: String::new(),
            secret_in_body: false,
            scopes: &[],
        };
        let held = |number: usize| Entry::Held { token: "token".into(), until: Some(Duration::from_secs(number as u64)) };
        let mut entries: HashMap<Key, Entry> = (0..MAX_TOKENS).map(|number| (key(number), held(number))).collect();
        make_room(&mut entries, Duration::from_secs(9));
        assert_eq!(
            (entries.len(), entries.contains_key(&key(9)), entries.contains_key(&key(10))),
            (MAX_TOKENS - 10, false, true)
        );
        entries.extend((0..10).map(|number| (key(number), held(MAX_TOKENS + number))));
        make_room(&mut entries, Duration::from_secs(9));
        assert_eq!((entries.len(), entries.contains_key(&key(10))), (MAX_TOKENS - 1, false));
    }
}
