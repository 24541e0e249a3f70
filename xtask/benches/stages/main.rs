//! Measures the processor time of each stage and its growth, for generated documents of several sizes and for named files.
//!
//! `cargo bench -p xtask --bench stages -- [--sizes 10,100,1000] [--raw] [FILE]…`; `--raw` adds the time that progenitor, syn and
//! prettyplease alone need for the same document, printed as one file.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

mod clock;
mod made;

use clock::now;
use proc_macro2::TokenStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use xtask::account::Account;
use xtask::document::Document;
use xtask::model::api::Model;
use xtask::problem::Refused;
use xtask::public_api::PublicApi;
use xtask::{Input, Source, workspace};
use xtask::{codegen, document, emit, fit, lower, polish};

const STAGES: [&str; 8] = ["load", "overlay", "lower", "fit", "progenitor", "polish", "print", "raw"];

/// One run: the time of each stage in milliseconds, and the size of the result.
struct Run {
    millis: [f64; STAGES.len()],
    operations: usize,
    lines: usize,
}

struct Arguments {
    sizes: Vec<usize>,
    raw: bool,
    files: Vec<PathBuf>,
}

fn main() {
    let arguments = arguments();
    xtask::on_big_stack(|| table(&arguments)).unwrap();
}

fn arguments() -> Arguments {
    let mut arguments = Arguments { sizes: vec![10, 100, 1_000], raw: false, files: Vec::new() };
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--bench" => {}
            "--raw" => arguments.raw = true,
            "--sizes" => {
                let sizes = given.next().unwrap();
                arguments.sizes = sizes.split(',').filter(|size| !size.is_empty()).map(|size| size.parse().unwrap()).collect();
            }
            file => arguments.files.push(file.into()),
        }
    }
    arguments
}

fn table(arguments: &Arguments) {
    print!("{:<28} {:>6} {:>8}", "milliseconds", "op.s", "KB");
    for stage in STAGES {
        print!(" {stage:>10}");
    }
    println!(" {:>10} {:>8} {:>8}", "ours", "lines", "peak MB");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for api in workspace::api_crate::all(root).unwrap() {
        row(&api.document, &workspace::input(root, &api).unwrap(), arguments.raw);
    }
    for file in &arguments.files {
        let source = workspace::source(Path::new("."), &file.to_string_lossy()).unwrap();
        row(&file.file_name().unwrap().to_string_lossy(), &input(source), arguments.raw);
    }
    let rows = arguments.sizes.iter().map(|size| {
        let text = made::document(*size).to_string();
        let input = input(Source { file: format!("{size} operations"), text });
        (*size as f64, row(&input.published.file, &input, arguments.raw))
    });
    let rows: Vec<(f64, Run)> = rows.collect();
    // Small documents measure the fixed cost of a run, not its growth.
    let rows: Vec<&(f64, Run)> = rows.iter().filter(|(size, _)| *size >= 100.0).collect();
    if rows.len() > 1 {
        print!("{:<44}", "exponent, from 100 operations on");
        for stage in 0..STAGES.len() {
            print!(" {:>10}", exponent(rows.iter().map(|(size, run)| (*size, run.millis[stage]))));
        }
        println!(" {:>10}", exponent(rows.iter().map(|(size, run)| (*size, ours(run)))));
    }
}

fn input(published: Source) -> Input {
    Input { published, crate_name: "bench-api".to_owned(), skip_refused: true, ..Input::default() }
}

/// Prints the median of three to nine runs, as many as fit into two seconds. The first run also pays for memory and pages of code.
/// More than one run keeps that cost out of the results of large documents.
fn row(name: &str, input: &Input, raw: bool) -> Run {
    reset_peak();
    let started = Instant::now();
    let mut runs = vec![run(input, raw)];
    let peak = peak();
    while runs.len() < 3 || started.elapsed() < Duration::from_secs(2) && runs.len() < 9 {
        runs.push(run(input, raw));
    }
    runs.sort_by(|a, b| ours(a).total_cmp(&ours(b)));
    let run = runs.swap_remove(runs.len() / 2);
    print!("{name:<28} {:>6} {:>8}", run.operations, input.published.text.len() / 1_000);
    run.millis.iter().for_each(|millis| print!(" {millis:>10.1}"));
    println!(" {:>10.1} {:>8} {peak:>8}", ours(&run), run.lines);
    run
}

/// The time of all stages except progenitor.
fn ours(run: &Run) -> f64 {
    let all = STAGES.iter().zip(run.millis);
    all.filter(|(stage, _)| !["progenitor", "raw"].contains(*stage)).map(|(_, millis)| millis).sum()
}

/// The time of each stage in milliseconds. If a stage runs again, its last time counts.
struct Clock {
    millis: [f64; STAGES.len()],
    started: Duration,
}

impl Clock {
    fn stage(&mut self, name: &str) {
        let index = STAGES.iter().position(|stage| *stage == name).unwrap();
        let now = now();
        self.millis[index] = now.saturating_sub(self.started).as_secs_f64() * 1_000.0;
        self.started = now;
    }
}

fn run(input: &Input, raw: bool) -> Run {
    let mut clock = Clock { millis: [0.0; STAGES.len()], started: now() };
    let mut document = document::parse(&input.published.file, &input.published.text).unwrap();
    document::inline_path_items(&mut document).unwrap();
    clock.stage("load");
    if let Some(overlay) = &input.overlay {
        document::apply(&mut document, &overlay.file, &overlay.text).unwrap();
    }
    clock.stage("overlay");
    let (model, emitted) = loop {
        clock.started = now();
        match generate(&document, &mut clock) {
            Ok(outcome) => break outcome,
            Err(refused) => drop(document::skip(&mut document, refused).unwrap()),
        }
    };
    let samples = xtask::sample::Samples::new(&document.value);
    let modules = polish::polish(emitted, &model, &samples, &input.crate_name).unwrap();
    clock.stage("polish");
    let api = PublicApi::of_modules(&modules);
    let files = emit::render(modules, &api, input, &document);
    clock.stage("print");
    if raw {
        prettyplease::unparse(&syn::parse2(codegen::generate(&model).unwrap()).unwrap());
        clock.stage("raw");
    }
    let lines = files.values().map(|text| text.lines().count()).sum();
    Run { millis: clock.millis, operations: model.operations.len(), lines }
}

fn generate(document: &Document, clock: &mut Clock) -> Result<(Model, TokenStream), Refused> {
    let lowered = lower::lower(document, &mut Account::default())?;
    clock.stage("lower");
    let model = fit::fit(&lowered, &mut Account::default())?;
    clock.stage("fit");
    let emitted = codegen::generate(&model)?;
    clock.stage("progenitor");
    Ok((model, emitted))
}

/// The exponent of the growth: the slope of the regression line through the logarithms.
fn exponent(points: impl Iterator<Item = (f64, f64)>) -> String {
    let points: Vec<(f64, f64)> =
        points.filter(|(_, millis)| *millis > 0.0).map(|(size, millis)| (size.ln(), millis.ln())).collect();
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let slope = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum::<f64>()
        / points.iter().map(|point| (point.0 - x).powi(2)).sum::<f64>();
    if points.len() > 1 { format!("{slope:.2}") } else { String::new() }
}

/// The peak of memory in MB since [`reset_peak`], or 0 if the system does not report it.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() / 1_024
}

fn reset_peak() {
    // If this fails, the peak is that of all documents so far.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
