//! The direction in which values travel: to the server, from it, or both.

/// The directions in which values of a type travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Direction {
    /// A request contains it.
    pub sent: bool,
    /// A response contains it. A type that no operation uses counts as received too.
    pub received: bool,
}

/// The only direction in which a property travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneWay {
    /// `readOnly`: it must not be sent.
    Received,
    /// `writeOnly`: it is never received.
    Sent,
}
