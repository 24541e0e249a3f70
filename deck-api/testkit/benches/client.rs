//! What the client costs beside the same thing done by hand: decoding a run, one call on loopback, and a thousand at a time.
//!
//! `cargo bench -p deck-api-testkit --bench client`. Both sides are measured in turns, in one run.
//! A thousand calls at a time need some 6,000 open files: `ulimit -n 8192`.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

#[allow(dead_code, reason = "each benchmark uses a part of it")]
mod plain;

use deck_api::types::RunTaskResponse;
use plain::{PlainRun, Sides, run};
use std::hint::black_box;
use std::time::Instant;

/// Runs both sides in turns, a short step each, so that both see the same moods of the machine. The fastest tenth is what
/// nothing else on the machine has disturbed.
fn compare(name: &str, rounds: usize, mut ours: impl FnMut(), mut theirs: impl FnMut()) {
    let time = |side: &mut dyn FnMut()| {
        let started = Instant::now();
        side();
        started.elapsed()
    };
    let (mut own, mut plain) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        // Who goes first has the colder caches.
        if round % 2 == 0 {
            own.push(time(&mut ours));
            plain.push(time(&mut theirs));
        } else {
            plain.push(time(&mut theirs));
            own.push(time(&mut ours));
        }
    }
    own.sort();
    plain.sort();
    let ratio = |part: usize| own[rounds / part].as_secs_f64() / plain[rounds / part].as_secs_f64();
    println!(
        "{name}: {:.3} of the plain way by the fastest tenth of {rounds} steps ({:?} and {:?}), {:.3} by their medians",
        ratio(10),
        own[rounds / 10],
        plain[rounds / 10],
        ratio(2),
    );
}

fn main() {
    let body = run().to_string();
    compare(
        "decode a run",
        2_000,
        || (0..100).for_each(|_| drop(black_box(serde_json::from_str::<RunTaskResponse>(black_box(&body)).unwrap()))),
        || (0..100).for_each(|_| drop(black_box(serde_json::from_str::<PlainRun>(black_box(&body)).unwrap()))),
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sides = Sides::new(&run());
    let twice = |call: &dyn Fn() -> Call| {
        runtime.block_on(async {
            call().await;
            call().await;
        });
    };
    compare(
        "two calls on loopback, one after the other",
        6_000,
        || twice(&|| Box::pin(sides.ours())),
        || twice(&|| Box::pin(sides.theirs())),
    );
    let together = |call: &dyn Fn() -> Call| {
        runtime.block_on(async {
            let calls: Vec<_> = (0..1_000).map(|_| tokio::spawn(call())).collect();
            for call in calls {
                call.await.unwrap();
            }
        });
    };
    let sides = Sides::new(&run());
    compare(
        "a thousand calls at a time on loopback",
        40,
        || together(&|| Box::pin(sides.ours())),
        || together(&|| Box::pin(sides.theirs())),
    );
}

type Call = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;
