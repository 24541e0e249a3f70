//! Decides from the outcomes of a call's attempts whether the API carried out the call, and whether the call may be repeated.

use http::StatusCode;

/// Whether the API carried out a call, as far as the client can know. See [`Error::carried_out`](crate::Error::carried_out).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CarriedOut {
    /// The API carried out the call: an attempt received the head of a successful response. If the id of the created object
    /// arrived, [`created_id`](crate::Error::created_id) returns it.
    Yes,
    /// The API did not carry out the call: each attempt was either not sent, or refused with a status from 400 to 499 other than
    /// 408.
    No,
    /// The API may have carried out the call: an attempt ended in a timeout, a broken connection, 408, a status from 500 to 599,
    /// or an undocumented redirect, and no attempt received a success.
    Unknown,
}

/// How an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing was sent. `is_final`: another attempt would end the same way.
    NotSent { is_final: bool },
    /// The request was sent, but no response arrived. `is_final`: another attempt would end the same way.
    NoResponse { is_final: bool },
    /// The response had this status, which is not a success.
    Refused(StatusCode),
    /// The response was a success whose body was cut off.
    CutOff,
    /// The response was a success and is complete, but it cannot be used.
    Unusable,
}

impl Outcome {
    /// Returns whether the API carried out this attempt.
    pub(super) fn carried_out(self) -> CarriedOut {
        match self {
            Self::CutOff | Self::Unusable => CarriedOut::Yes,
            Self::NotSent { .. } => CarriedOut::No,
            Self::Refused(status) if status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT => CarriedOut::No,
            Self::Refused(_) | Self::NoResponse { .. } => CarriedOut::Unknown,
        }
    }

    /// Returns whether another attempt may end differently. `statuses` are the statuses that are worth a retry.
    pub(super) fn is_transient(self, statuses: &[StatusCode]) -> bool {
        match self {
            Self::NotSent { is_final } | Self::NoResponse { is_final } => !is_final,
            Self::Refused(status) => statuses.contains(&status),
            Self::CutOff => true,
            Self::Unusable => false,
        }
    }
}

/// Returns whether the API carried out a call whose attempts ended in these outcomes.
pub(super) fn carried_out(outcomes: impl Iterator<Item = Outcome>) -> CarriedOut {
    outcomes.fold(CarriedOut::No, |call, attempt| match (call, attempt.carried_out()) {
        (CarriedOut::Yes, _) | (_, CarriedOut::Yes) => CarriedOut::Yes,
        (CarriedOut::Unknown, _) | (_, CarriedOut::Unknown) => CarriedOut::Unknown,
        (CarriedOut::No, CarriedOut::No) => CarriedOut::No,
    })
}

/// Returns whether the same call may be repeated and succeed. `repeatable`: the operation has an idempotency key or an idempotent
/// method. The function implements the table in the documentation of [`Error::is_retryable`](crate::Error::is_retryable).
pub(super) fn is_retryable(outcomes: &[Outcome], repeatable: bool, transient_statuses: &[StatusCode]) -> bool {
    match carried_out(outcomes.iter().copied()) {
        CarriedOut::Yes => repeatable && !outcomes.contains(&Outcome::Unusable),
        CarriedOut::Unknown => repeatable,
        CarriedOut::No => outcomes.last().is_some_and(|last| last.is_transient(transient_statuses)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each way in which an attempt can fail: whether the server carries it out, and the outcome that the client observes.
    fn servers() -> Vec<(bool, Outcome)> {
        let status = |code| Outcome::Refused(StatusCode::from_u16(code).unwrap());
        let (lost, garbled) = (Outcome::NoResponse { is_final: false }, Outcome::NoResponse { is_final: true });
        let mut servers = vec![
            (false, Outcome::NotSent { is_final: false }),
            (false, Outcome::NotSent { is_final: true }),
            (true, Outcome::CutOff),
            (true, Outcome::Unusable),
        ];
        // A server that refuses a request has not carried it out.
        servers.extend([404, 409, 429].map(|code| (false, status(code))));
        // The connection, a proxy or the server itself may fail before and after the request is carried out.
        servers.extend([lost, garbled, status(408), status(500), status(503), status(302)].map(|seen| (true, seen)));
        servers.extend([lost, garbled, status(408), status(500), status(503), status(302)].map(|seen| (false, seen)));
        servers
    }

    /// For each sequence of outcomes of at most `length` attempts: whether some servers that cause it carry out the call, and
    /// whether some do not.
    fn sequences(length: usize) -> Vec<(Vec<Outcome>, bool, bool)> {
        let mut kinds: Vec<(Outcome, bool, bool)> = Vec::new();
        for (carries_out, seen) in servers() {
            match kinds.iter_mut().find(|kind| kind.0 == seen) {
                Some(kind) => (kind.1, kind.2) = (kind.1 || carries_out, kind.2 || !carries_out),
                None => kinds.push((seen, carries_out, !carries_out)),
            }
        }
        let mut all = vec![(Vec::new(), false, true)];
        let mut longest = all.clone();
        for _ in 0..length {
            longest = longest
                .iter()
                .flat_map(|(seen, may, may_not)| {
                    kinds.iter().map(move |(next, does, does_not)| {
                        let seen = seen.iter().copied().chain([*next]).collect();
                        // The call is carried out if any attempt is.
                        (seen, *may || *does, *may_not && *does_not)
                    })
                })
                .collect();
            all.extend(longest.clone());
        }
        all
    }

    #[test]
    fn yes_and_no_are_never_wrong_and_unknown_means_that_servers_differ() {
        let all = sequences(4);
        assert_eq!(all.len(), 1 + 13 + 13 * 13 + 13 * 13 * 13 + 13 * 13 * 13 * 13);
        for (seen, may, may_not) in all {
            let expected = match (may, may_not) {
                (true, true) => CarriedOut::Unknown,
                (true, false) => CarriedOut::Yes,
                (false, _) => CarriedOut::No,
            };
            assert_eq!(carried_out(seen.iter().copied()), expected, "{seen:?}");
        }
    }

    #[test]
    fn whether_a_call_is_retryable_matches_the_documentation() {
        let status = |code| Outcome::Refused(StatusCode::from_u16(code).unwrap());
        let lost = Outcome::NoResponse { is_final: false };
        let transient = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
        let table: [(&[Outcome], bool, bool); 15] = [
            (&[Outcome::CutOff], true, false),
            (&[Outcome::CutOff, status(404)], true, false),
            (&[Outcome::CutOff, lost], true, false),
            (&[Outcome::Unusable], false, false),
            (&[lost, Outcome::Unusable], false, false),
            (&[Outcome::CutOff, Outcome::Unusable], false, false),
            (&[lost], true, false),
            (&[status(503)], true, false),
            (&[lost, status(409)], true, false),
            (&[lost, Outcome::NotSent { is_final: true }], true, false),
            (&[Outcome::NotSent { is_final: false }], true, true),
            (&[status(429)], true, true),
            (&[Outcome::NotSent { is_final: true }], false, false),
            (&[status(429), status(404)], false, false),
            (&[], false, false),
        ];
        for (outcomes, with, without) in table {
            assert_eq!(is_retryable(outcomes, true, &transient), with, "{outcomes:?}, repeatable");
            assert_eq!(is_retryable(outcomes, false, &transient), without, "{outcomes:?}, not repeatable");
        }
    }
}
