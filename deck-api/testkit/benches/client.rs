//! Compares the client with plain reqwest: decoding a run, a call on loopback, and a thousand calls at a time.
//!
//! `cargo bench -p deck-api-testkit --bench client` runs both sides in turns, in several processes, with client and server on
//! separate cores, and prints the ratio of each process. Times vary with the machine, so the limits are on instructions, which
//! callgrind counts. The difference of a long and a short run excludes the cost of the start.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

#[allow(dead_code, reason = "each benchmark uses a part of it")]
mod plain;
mod processes;

use deck_api::Json;
use deck_api::types::RunTaskResponse;
use plain::{PlainRun, Sides, run, serve};
use processes::{Server, instructions, is_there, pinned};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

/// A measurement: the steps of a timed round, the number of rounds, the steps of a short and a long run under callgrind, and the
/// limit of the ratio of instructions.
struct Work {
    name: &'static str,
    does: &'static str,
    steps: usize,
    rounds: usize,
    counted: [u32; 2],
    limit: f64,
}

const WORKS: [Work; 4] = [
    Work { name: "decode", does: "decode a run", steps: 100, rounds: 1_000, counted: [1_000, 3_000], limit: 1.02 },
    // The text of free-form JSON is kept byte for byte. It is read once to find its end, and once when its value is requested.
    Work { name: "read", does: "decode and read the output", steps: 100, rounds: 1_000, counted: [1_000, 3_000], limit: 1.10 },
    Work { name: "call", does: "a call", steps: 2, rounds: 3_000, counted: [200, 600], limit: 1.03 },
    Work { name: "together", does: "a thousand calls at a time", steps: 1, rounds: 20, counted: [2, 4], limit: 1.03 },
];

const PROCESSES: usize = 5;
const TOGETHER: usize = 1_000;

type Call = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve"] => processes::serve_until_told(&serve(&run())),
        ["time", name, url] => print!("{}", time(work(name), url)),
        ["do", name, side, steps, url] => step(work(name), side, url)(steps.parse().unwrap()),
        _ => return all(),
    }
    ExitCode::SUCCESS
}

fn work(name: &str) -> &'static Work {
    WORKS.iter().find(|work| work.name == name).unwrap()
}

/// Runs all measurements. Fails if a limit is exceeded.
fn all() -> ExitCode {
    let server = Server::start();
    for work in &WORKS {
        let ratio = |_| pinned(0, &["time", work.name, &server.url]).trim().parse().unwrap();
        let mut ratios: Vec<f64> = (0..PROCESSES).map(ratio).collect();
        ratios.sort_by(f64::total_cmp);
        let (least, middle, most) = (ratios[0], ratios[PROCESSES / 2], ratios[PROCESSES - 1]);
        println!("{}: {middle:.3} of the plain way in time, {least:.3} to {most:.3} in {PROCESSES} processes", work.does);
    }
    if !is_there("valgrind") {
        println!("callgrind is not installed (it comes with valgrind), so the limits were not checked");
        return ExitCode::SUCCESS;
    }
    let mut code = ExitCode::SUCCESS;
    for work in &WORKS {
        let [few, many] = work.counted;
        let each = |side: &str| {
            let count = |steps: u32| instructions(&["do", work.name, side, &steps.to_string(), &server.url]);
            let difference = count(many) - count(few);
            difference / f64::from(many - few)
        };
        let (ours, theirs) = (each("ours"), each("theirs"));
        let (ratio, limit) = (ours / theirs, work.limit);
        println!("{}: {ratio:.3} of the plain way in instructions ({ours:.0} and {theirs:.0}), at most {limit}", work.does);
        if ratio > limit {
            eprintln!("{}: the limit is exceeded", work.does);
            code = ExitCode::FAILURE;
        }
    }
    code
}

/// Returns the ratio of the times of both sides. They take turns, so that the load of the machine affects both. The fastest tenth
/// of the rounds excludes disturbances by other processes.
fn time(work: &Work, url: &str) -> f64 {
    let sides = ["ours", "theirs"].map(|side| (step(work, side, url), Vec::new()));
    let [(mut ours, mut own), (mut theirs, mut plain)] = sides;
    let timed = |side: &mut dyn FnMut(usize)| {
        let started = Instant::now();
        side(work.steps);
        started.elapsed()
    };
    for round in 0..work.rounds {
        // The side that runs first has colder caches.
        if round % 2 == 0 {
            own.push(timed(&mut ours));
            plain.push(timed(&mut theirs));
        } else {
            plain.push(timed(&mut theirs));
            own.push(timed(&mut ours));
        }
    }
    own.sort();
    plain.sort();
    let fast = work.rounds / 10;
    own[fast].as_secs_f64() / plain[fast].as_secs_f64()
}

/// Returns a function that does the work of one side a number of times.
fn step(work: &Work, side: &str, url: &str) -> Box<dyn FnMut(usize)> {
    let is_ours = side == "ours";
    match work.name {
        "decode" if is_ours => return decode::<RunTaskResponse>(|_| ()),
        // As in the client, free-form JSON is validated and stays text.
        "decode" => return decode::<PlainRun<Box<RawValue>>>(|_| ()),
        "read" if is_ours => return decode(|run: &RunTaskResponse| _ = black_box(run.output.as_ref().and_then(Json::as_value))),
        "read" => return decode(|run: &PlainRun<Value>| _ = black_box(&run.output)),
        _ => {}
    }
    let (sides, is_single) = (Sides::at(url), work.name == "call");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    Box::new(move |steps| {
        let call = || -> Call { if is_ours { Box::pin(sides.ours()) } else { Box::pin(sides.theirs()) } };
        runtime.block_on(async {
            for _ in 0..steps {
                if is_single {
                    call().await;
                    continue;
                }
                let calls: Vec<_> = (0..TOGETHER).map(|_| tokio::spawn(call())).collect();
                for call in calls {
                    call.await.unwrap();
                }
            }
        });
    })
}

/// Returns a function that decodes the same run a number of times.
fn decode<T: DeserializeOwned>(used: impl Fn(&T) + 'static) -> Box<dyn FnMut(usize)> {
    let body = run().to_string();
    Box::new(move |steps| {
        for _ in 0..steps {
            used(black_box(&serde_json::from_str(black_box(&body)).unwrap()));
        }
    })
}
