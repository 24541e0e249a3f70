//! Compares the memory of the client with plain reqwest: allocations of a call, a thousand calls in flight, and a large response.
//!
//! `ulimit -n 8192; cargo bench -p deck-api-testkit --bench memory`. It counts only allocations in the thread of the client, not
//! those of the fake server.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

#[allow(dead_code, reason = "each benchmark uses a part of it")]
mod plain;

use allocation_counter::{AllocationInfo, measure};
use deck_api_testkit::Answer;
use plain::{Sides, run, serve};
use serde_json::json;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

type Call = Pin<Box<dyn Future<Output = ()> + Send>>;

const CALLS: u64 = 100;
const IN_FLIGHT: u64 = 1_000;

fn main() {
    // Each measurement has its own runtime, so that it does not free memory of an earlier one.
    let runtime = || Builder::new_current_thread().enable_all().build().unwrap();

    let server = serve(&run());
    let sides = Sides::at(&server.base_url());
    let one_by_one = |call: &dyn Fn() -> Call| {
        let runtime = runtime();
        // The first calls open the connection.
        (0..3).for_each(|_| runtime.block_on(call()));
        measure(|| (0..CALLS).for_each(|_| runtime.block_on(call())))
    };
    let (ours, theirs) = both(&sides, one_by_one);
    for (who, info) in [("the client", ours), ("the plain way", theirs)] {
        println!("{who}: {} allocations and {} bytes a call", info.count_total / CALLS, info.bytes_total / CALLS);
    }

    // The server responds to no call before all of them are measured.
    let server = serve(&run());
    let sides = Sides::at(&server.base_url());
    let (arrived, seen) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let counted = arrived.clone();
    server.answer_with("runTask", move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Some(Answer::stalled())
    });
    let in_flight = |call: &dyn Fn() -> Call| {
        let runtime = runtime();
        let wanted = seen.fetch_add(IN_FLIGHT, Ordering::SeqCst) + IN_FLIGHT;
        measure(|| {
            runtime.block_on(async {
                let mut calls = JoinSet::new();
                (0..IN_FLIGHT).for_each(|_| drop(calls.spawn(call())));
                while arrived.load(Ordering::SeqCst) < wanted {
                    tokio::task::yield_now().await;
                }
            });
        })
    };
    let (ours, theirs) = both(&sides, in_flight);
    for (who, info) in [("the client", ours), ("the plain way", theirs)] {
        println!("{who}: {} bytes a call, {IN_FLIGHT} calls in flight", info.bytes_max / IN_FLIGHT);
    }

    let mut large = run();
    large["output"] = json!("x".repeat(60 << 20));
    let server = serve(&large);
    let (ours, theirs) = both(&Sides::at(&server.base_url()), |call| {
        let runtime = runtime();
        measure(|| runtime.block_on(call()))
    });
    for (who, info) in [("the client", ours), ("the plain way", theirs)] {
        println!("{who}: {} MiB at most for a response of 60 MiB", info.bytes_max >> 20);
    }
}

fn both(sides: &Sides, measured: impl Fn(&dyn Fn() -> Call) -> AllocationInfo) -> (AllocationInfo, AllocationInfo) {
    (measured(&|| Box::pin(sides.ours())), measured(&|| Box::pin(sides.theirs())))
}
