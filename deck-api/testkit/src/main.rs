//! Starts a fake API server on loopback, for programs in any language: see `--help`.

mod arguments;

use arguments::{Arguments, HELP};
use deck_api_testkit::{Document, FakeServer, Faults, Life};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

const COMMAND: &str = "cargo run -p deck-api-testkit --";

fn main() -> ExitCode {
    let arguments = match arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => return fail(&format!("{message}; `{COMMAND} --help` lists the options")),
    };
    if arguments.help {
        say(HELP.trim_end());
        return ExitCode::SUCCESS;
    }
    match serve(&arguments) {
        Ok(server) => {
            say(&format!("serving at {}; press Ctrl-C to stop", server.base_url()));
            loop {
                std::thread::park();
            }
        }
        Err(message) => fail(&message),
    }
}

fn serve(arguments: &Arguments) -> Result<FakeServer, String> {
    let document = document(arguments)?;
    let port = arguments.port;
    let server = FakeServer::start_on(port, document.clone(), document.clone())
        .map_err(|error| format!("cannot serve on port {port} of loopback: {error}; `{COMMAND} --port 0` takes any free port"))?;
    server.stop_recording();
    let began = Instant::now();
    let jobs =
        server.play(move || began.elapsed()).map_err(|error| format!("{}: {error}; correct that `x-poll`", name(arguments)))?;
    if !arguments.states.is_empty() {
        let states = arguments.states.iter().map(|(state, _)| state.as_str());
        let of = |life: Life, (state, fields): &(String, _)| life.with_fields(state, fields);
        let life = arguments.states.iter().filter(|(_, fields)| fields.is_object()).fold(Life::of(states), of);
        for operation in jobs.operations() {
            jobs.live(&operation, life.clone());
        }
    }
    if arguments.faults > 0 {
        let mut faults = Faults::new(1, arguments.faults, &document);
        server.disturb(move |request, answer| faults.answer(request, answer));
    }
    server.watch(|request, status, violations| {
        say(&format!("{} {} -> {status}", request.method, target(&request.path, &request.query)));
        for violation in violations {
            say(&format!("  not allowed: {violation}"));
        }
    });
    Ok(server)
}

fn document(arguments: &Arguments) -> Result<Document, String> {
    let Some(path) = &arguments.document else { return Document::overlaid().map_err(|error| error.to_string()) };
    let named = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let document = Document::load(path).map_err(|error| named(path, &error))?;
    match &arguments.overlay {
        None => Ok(document),
        Some(overlay) => document.with_overlay(overlay).map_err(|error| named(overlay, &error)),
    }
}

fn name(arguments: &Arguments) -> String {
    let path = arguments.overlay.as_ref().or(arguments.document.as_ref());
    path.map_or_else(|| "spec/overlay.yaml".to_owned(), |path| path.display().to_string())
}

fn target(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Prints a line. The server continues even if nobody reads its output any more.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn fail(message: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "error: {message}");
    ExitCode::FAILURE
}
