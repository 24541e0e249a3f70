//! The program serves the fake API on loopback, for users of any language, and explains its errors.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

struct Program {
    child: Child,
    lines: BufReader<ChildStdout>,
    url: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deck-api-testkit"));
    command.args(arguments);
    command
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        lines.read_line(&mut first).unwrap();
        let url = first.strip_prefix("serving at ").and_then(|rest| rest.split_once(';')).unwrap().0.to_owned();
        Self { child, lines, url }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn send(&self, method: &str, path: &str, headers: &str) -> String {
        let rest = self.url.trim_start_matches("http://");
        let (address, base) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let mut connection = TcpStream::connect(address).unwrap();
        let body = if method == "POST" { "{}" } else { "" };
        let length = body.len();
        write!(connection, "{method} {base}{path} HTTP/1.1\r\nhost: x\r\n{headers}content-length: {length}\r\n\r\n{body}")
            .unwrap();
        connection.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    }
}

const HEADERS: &str = "authorization: Bearer sk_test\r\ncontent-type: application/json\r\n";

#[test]
fn the_program_serves_the_api_and_prints_requests_with_their_violations() {
    let mut program = Program::start(&["--port", "0", "--state", r#"completed={"output":{"total":12}}"#]);
    assert!(program.url.starts_with("http://127.0.0.1:") && program.url.ends_with("/v2"), "{}", program.url);
    let answer = program.send("POST", "/tasks/task_1/run", HEADERS);
    let run: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!((&run["status"], &run["output"]["total"]), (&"completed".into(), &12.into()));
    assert_eq!(program.line(), "POST /v2/tasks/task_1/run -> 201");
    assert!(program.send("POST", "/tasks/task_1/run", "content-type: application/json\r\n").starts_with("HTTP/1.1 400"));
    assert_eq!(program.line(), "POST /v2/tasks/task_1/run -> 400");
    assert!(program.line().starts_with("  not allowed: the request is not authenticated"));
}

#[test]
fn another_document_works_with_its_own_overlay() {
    let folder = std::env::temp_dir().join(format!("deck-api-testkit-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (document, overlay) = (folder.join("jobs.yaml"), folder.join("overlay.yaml"));
    let job = "{ content: { application/json: { schema: { $ref: '#/components/schemas/Job' } } }, description: '' }";
    std::fs::write(
        &document,
        format!(
            "openapi: 3.1.0\ninfo: {{ title: Jobs, version: '1' }}\npaths:\n  /jobs:\n    post:\n      operationId: createJob\n      \
             requestBody: {{ content: {{ application/json: {{ schema: {{}} }} }} }}\n      responses: {{ '201': {job} }}\n  /jobs/{{id}}:\n    get:\n      \
             operationId: showJob\n      parameters: [{{ name: id, in: path, required: true, schema: {{ type: string }} }}]\n      \
             responses: {{ '200': {job} }}\ncomponents:\n  schemas:\n    Job: {{ type: object, required: [id, phase], properties: \
             {{ id: {{ type: string }}, phase: {{ type: string }} }} }}\n"
        ),
    )
    .unwrap();
    std::fs::write(
        &overlay,
        "overlay: 1.0.0\ninfo: { title: Facts, version: '1' }\nactions:\n  - target: $.paths['/jobs'].post\n    update: { x-poll: \
         { operationId: showJob, parameters: { id: $response.body#/id }, state: /phase, success: [done] } }\n",
    )
    .unwrap();
    let arguments = ["--document", document.to_str().unwrap(), "--overlay", overlay.to_str().unwrap(), "--state", "done"];
    let program = Program::start(&arguments);
    let body = |answer: String| serde_json::from_str::<Value>(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    let created = body(program.send("POST", "/jobs", "content-type: application/json\r\n"));
    assert_eq!(created["phase"], "done");
    assert_eq!(body(program.send("GET", &format!("/jobs/{}", created["id"].as_str().unwrap()), "")), created);
    std::fs::remove_dir_all(folder).unwrap();
}

fn fails(arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = command(arguments).output().unwrap();
    assert!(!status.success() && stdout.is_empty());
    String::from_utf8(stderr).unwrap()
}

#[test]
fn errors_have_a_cause_a_place_and_the_next_command() {
    let message = fails(&["--prot", "1"]);
    assert!(message.contains("`--prot`") && message.contains("cargo run -p deck-api-testkit -- --help"), "{message}");
    let message = fails(&["--document", "gone.json"]);
    assert!(message.starts_with("error: gone.json: ") && message.contains("cannot read"), "{message}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let message = fails(&["--port", &port]);
    assert!(message.contains(&format!("cannot serve on port {port}")) && message.contains("-- --port 0"), "{message}");
}

#[test]
fn help_lists_every_option() {
    let output = command(&["--help"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    for option in ["--port", "--document", "--overlay", "--faults", "--state"] {
        assert!(text.contains(option), "{option}: {text}");
    }
}
