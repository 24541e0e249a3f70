//! The clock of the benchmarks.

use std::time::Duration;
#[cfg(not(unix))]
use std::time::Instant;

/// Returns the processor time of all threads of this process. It depends less on the load of the machine than wall time.
#[cfg(unix)]
pub fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

#[cfg(not(unix))]
pub fn now() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    START.elapsed()
}
