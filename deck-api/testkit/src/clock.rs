//! A clock for tests: it stands still while a call is under way, and then jumps to what is waited for next.

use crate::Answer;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// What is due within a step is due at once, so that calls go on side by side.
const STEP: Duration = Duration::from_millis(100);

/// A clock on which nobody waits: minutes pass as soon as every call that was begun waits for them.
///
/// It is told when a call begins ([`begin`](Self::begin)) and when a try is not answered ([`stall`](Self::stall)).
#[derive(Clone, Debug, Default)]
pub struct VirtualClock {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    now: Duration,
    calls: usize,
    /// Calls in a [`VirtualClock::sleep`].
    sleeping: usize,
    /// Tries without an answer, so calls that only their time limit takes further.
    stalled: usize,
    /// By the time when each is due; the number tells equal ones apart.
    waits: BTreeMap<(Duration, u64), (Kind, Option<Waker>)>,
    number: u64,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Sleep,
    Limit,
}

impl VirtualClock {
    /// The time since the clock was made.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.lock().now
    }

    /// A wait between one try and the next.
    #[must_use]
    pub fn sleep(&self, time: Duration) -> VirtualSleep {
        self.wait(time, Kind::Sleep)
    }

    /// A time limit of a try.
    #[must_use]
    pub fn limit(&self, time: Duration) -> VirtualSleep {
        self.wait(time, Kind::Limit)
    }

    /// A call begins; it ends when what is returned is dropped.
    #[must_use]
    pub fn begin(&self) -> VirtualCall {
        self.lock().calls += 1;
        VirtualCall { clock: self.clone() }
    }

    /// No answer to a try: the time of its call may pass.
    #[must_use]
    pub fn stall(&self) -> Answer {
        self.change(|state| state.stalled += 1);
        Answer::stalled()
    }

    fn wait(&self, time: Duration, kind: Kind) -> VirtualSleep {
        let due = self.change(|state| {
            state.number += 1;
            let due = (state.now.saturating_add(time), state.number);
            state.waits.insert(due, (kind, None));
            state.sleeping += usize::from(matches!(kind, Kind::Sleep));
            due
        });
        VirtualSleep { clock: self.clone(), due }
    }

    /// Every change may be the one after which nothing is under way any more.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let outcome = change(&mut state);
        let wakers = state.advance();
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
        outcome
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Jumps, if all calls wait, and says whom to wake.
    fn advance(&mut self) -> Vec<Waker> {
        let mut wakers = Vec::new();
        let waiting = self.sleeping + self.stalled;
        if waiting == 0 || waiting < self.calls {
            return wakers;
        }
        let Some((due, _)) = self.waits.keys().next().copied() else { return wakers };
        self.now = self.now.max(due.saturating_add(STEP));
        while let Some(first) = self.waits.first_entry().filter(|first| first.key().0 <= self.now) {
            let (kind, waker) = first.remove();
            self.forget(kind);
            wakers.extend(waker);
        }
        wakers
    }

    fn forget(&mut self, kind: Kind) {
        let count = match kind {
            Kind::Sleep => &mut self.sleeping,
            // Where all calls wait, each limit that is left is that of a try without an answer.
            Kind::Limit => &mut self.stalled,
        };
        *count = count.saturating_sub(1);
    }
}

/// Is ready when its time has come.
#[derive(Debug)]
pub struct VirtualSleep {
    clock: VirtualClock,
    due: (Duration, u64),
}

impl Future for VirtualSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.clock.lock().waits.get_mut(&self.due) {
            Some((_, waker)) => {
                *waker = Some(context.waker().clone());
                Poll::Pending
            }
            None => Poll::Ready(()),
        }
    }
}

impl Drop for VirtualSleep {
    fn drop(&mut self) {
        self.clock.change(|state| {
            // The limit of a try that was answered in time is nobody's any more.
            if let Some((Kind::Sleep, _)) = state.waits.remove(&self.due) {
                state.forget(Kind::Sleep);
            }
        });
    }
}

/// A call that is under way.
#[derive(Debug)]
pub struct VirtualCall {
    clock: VirtualClock,
}

impl Drop for VirtualCall {
    fn drop(&mut self) {
        self.clock.change(|state| state.calls -= 1);
    }
}
