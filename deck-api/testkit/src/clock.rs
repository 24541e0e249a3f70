//! A virtual clock for tests: it stands still while calls make progress, and jumps to the next deadline once all calls wait.

use crate::Answer;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Deadlines within one step expire together, so that calls continue concurrently.
const STEP: Duration = Duration::from_millis(100);

/// A clock that skips waits: time jumps ahead as soon as every running call waits for it.
///
/// Tell the clock when a call begins ([`begin`](Self::begin)), and when an attempt gets no response ([`stall`](Self::stall)).
#[derive(Clone, Debug, Default)]
pub struct VirtualClock {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    now: Duration,
    calls: usize,
    /// The number of calls in [`VirtualClock::sleep`].
    sleeping: usize,
    /// The number of attempts without a response, which only end by their time limit.
    stalled: usize,
    /// The wakers by their deadlines. The number distinguishes equal deadlines.
    waits: BTreeMap<(Duration, u64), (Kind, Option<Waker>)>,
    number: u64,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Sleep,
    Limit,
}

impl VirtualClock {
    /// Returns the time since the clock was created.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.lock().now
    }

    /// A wait between two attempts.
    #[must_use]
    pub fn sleep(&self, time: Duration) -> VirtualSleep {
        self.wait(time, Kind::Sleep)
    }

    /// The time limit of an attempt.
    #[must_use]
    pub fn limit(&self, time: Duration) -> VirtualSleep {
        self.wait(time, Kind::Limit)
    }

    /// Registers a call. The call ends when the returned guard is dropped.
    #[must_use]
    pub fn begin(&self) -> VirtualCall {
        self.lock().calls += 1;
        VirtualCall { clock: self.clone() }
    }

    /// Registers an attempt without a response, so that its time limit may expire.
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

    /// Applies a change, after which no call may be in progress any more.
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
    /// If all calls wait, advances the time and returns the wakers to wake.
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
            // If all calls wait, each remaining limit belongs to an attempt without a response.
            Kind::Limit => &mut self.stalled,
        };
        *count = count.saturating_sub(1);
    }
}

/// A future that is ready at its deadline.
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
            // An attempt that got its response in time drops its limit.
            if let Some((Kind::Sleep, _)) = state.waits.remove(&self.due) {
                state.forget(Kind::Sleep);
            }
        });
    }
}

/// The guard of a call in progress.
#[derive(Debug)]
pub struct VirtualCall {
    clock: VirtualClock,
}

impl Drop for VirtualCall {
    fn drop(&mut self) {
        self.clock.change(|state| state.calls -= 1);
    }
}
