//! Which way values travel: to the server, from it, or both.

/// The ways that values of a type travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Direction {
    /// Some request holds it.
    pub sent: bool,
    /// Some response holds it. Types that no operation uses count as received too.
    pub received: bool,
}

/// The one way that a property travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneWay {
    /// `readOnly`: it is not to be sent.
    Received,
    /// `writeOnly`: it is never received.
    Sent,
}
