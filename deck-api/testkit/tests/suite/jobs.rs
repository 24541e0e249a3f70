//! Started jobs change their state, by the `x-poll` facts of a document alone.

use crate::common::{exchange, send};
use deck_api_testkit::{Answer, Document, FakeServer, Faults, Jobs, Judge, Life, VirtualClock};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A document whose jobs have numbers, and their state in a nested object.
fn made() -> Document {
    let job = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Job" } } });
    let project = json!({ "name": "project", "in": "path", "required": true, "schema": { "type": "string" } });
    let number = json!({ "name": "number", "in": "path", "required": true, "schema": { "type": "integer" } });
    let by_number = json!({ "project": "$request.path.project", "number": "$response.body#/number" });
    let document = json!({
        "openapi": "3.1.0", "info": { "title": "Prints", "version": "1" }, "servers": [{ "url": "https://api.example.com/v1" }],
        "x-rate-limit": { "requests": 5, "seconds": 2 },
        "paths": {
            "/projects/{project}/prints": {
                "post": {
                    "operationId": "createPrint", "parameters": [project],
                    "requestBody": { "content": { "application/json": { "schema": { "type": "object", "properties": { "title": { "type": "string" } } } } } },
                    "responses": { "202": { "description": "", "content": job } },
                    "x-poll": {
                        "operationId": "showPrint", "parameters": by_number, "state": "/progress/phase",
                        "success": ["printed"], "failure": ["jammed"],
                        "input": { "paper_out": { "prompt": "/question", "answer": { "operationId": "refill", "parameters": by_number, "body": "/paper" } } }
                    }
                },
                "get": {
                    "operationId": "listPrints", "parameters": [project],
                    "responses": { "200": { "description": "", "content": { "application/json": { "schema": {
                        "type": "object", "required": ["prints", "more"],
                        "properties": { "prints": { "type": "array", "items": { "$ref": "#/components/schemas/Job" } }, "more": { "type": "boolean" }, "next": { "type": ["null", "string"] } }
                    } } } } }
                }
            },
            "/projects/{project}/prints/{number}": { "get": {
                "operationId": "showPrint", "parameters": [project, number], "responses": { "200": { "description": "", "content": job } }
            } },
            "/projects/{project}/prints/{number}/paper": { "post": {
                "operationId": "refill", "parameters": [project, number],
                "requestBody": { "required": true, "content": { "application/json": { "schema": { "type": "object", "required": ["paper"], "properties": { "paper": { "type": "string" } } } } } },
                "responses": { "204": { "description": "" } }
            } }
        },
        "components": { "schemas": { "Job": {
            "type": "object", "required": ["number", "progress", "title"],
            "properties": {
                "number": { "type": "integer" }, "title": { "type": ["null", "string"] }, "question": {}, "sheets": { "type": "integer" },
                "progress": { "type": "object", "required": ["phase"], "properties": { "phase": { "enum": ["waiting", "printing", "paper_out", "jammed", "printed"] } } }
            }
        } } }
    });
    Document::parse(&document.to_string()).unwrap()
}

struct Setup {
    server: FakeServer,
    jobs: Jobs,
    now: Arc<Mutex<Duration>>,
}

impl Setup {
    fn of(document: Document) -> Self {
        let (server, now) = (FakeServer::start(document).unwrap(), Arc::new(Mutex::new(Duration::ZERO)));
        let clock = now.clone();
        let jobs = server.play(move || *clock.lock().unwrap()).unwrap();
        Self { server, jobs, now }
    }

    fn pass(&self, seconds: u64) {
        *self.now.lock().unwrap() += Duration::from_secs(seconds);
    }

    /// Sends a request, and returns the status and the body of the response.
    fn send(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        send(&self.server, method, path, "", body)
    }

    fn phase(&self) -> String {
        let (_, body) = self.send("GET", "/projects/a/prints/1", None);
        body["progress"]["phase"].as_str().unwrap().to_owned()
    }
}

#[test]
fn a_job_of_any_document_passes_its_states_and_gets_its_answer() {
    let it = Setup::of(made());
    let (status, body) = it.send("POST", "/projects/a/prints", Some(json!({ "title": "Thesis" })));
    assert_eq!((status, body), (202, json!({ "number": 1, "progress": { "phase": "waiting" }, "title": "Thesis" })));
    assert_eq!(it.phase(), "waiting");
    it.pass(1);
    assert_eq!(it.phase(), "printing");
    it.pass(100);
    let (_, asks) = it.send("GET", "/projects/a/prints/1", None);
    assert_eq!((&asks["progress"]["phase"], &asks["question"]), (&json!("paper_out"), &json!({})));
    assert!(Judge::new(Arc::new(made())).admits("/components/schemas/Job", &asks).unwrap(), "{asks}");
    it.pass(100);
    assert_eq!(it.send("POST", "/projects/a/prints/1/paper", Some(json!({ "paper": "A4" }))), (204, Value::Null));
    assert_eq!(it.phase(), "printing");
    it.pass(1);
    assert_eq!(it.phase(), "printed");
    let started = &it.jobs.started()[0];
    assert_eq!((started.id.as_str(), started.state.as_str(), &started.answers), ("1", "printed", &vec![json!("A4")]));
    assert_eq!(it.server.violations(), Vec::<String>::new());
}

#[test]
fn each_job_has_its_configured_states_and_fields() {
    let it = Setup::of(made());
    let life = Life::of(["printing", "printed"]).lasting(Duration::from_secs(9)).with_fields("printed", &json!({ "sheets": 3 }));
    it.jobs.live("createPrint", life);
    it.send("POST", "/projects/a/prints", None);
    it.jobs.live_with("createPrint", |request| Life::of([if request.json()["title"] == "Bad" { "jammed" } else { "printed" }]));
    it.send("POST", "/projects/a/prints", Some(json!({ "title": "Bad" })));
    it.pass(8);
    assert_eq!(it.phase(), "printing");
    it.pass(1);
    let (_, printed) = it.send("GET", "/projects/a/prints/1", None);
    assert_eq!((&printed["progress"]["phase"], &printed["sheets"]), (&json!("printed"), &json!(3)));
    assert_eq!(it.jobs.started()[1].state, "jammed");
    assert_eq!(it.server.violations(), Vec::<String>::new());
}

#[test]
fn lists_contain_all_started_jobs_and_report_no_further_page() {
    let it = Setup::of(made());
    for title in ["One", "Two", "One"] {
        it.send("POST", "/projects/a/prints", Some(json!({ "title": title })));
    }
    let (_, page) = it.send("GET", "/projects/a/prints", None);
    assert_eq!(
        (page["prints"].as_array().unwrap().len(), &page["more"], page.get("next")),
        (3, &json!(false), Some(&Value::Null))
    );
    assert_eq!(page["prints"][1]["number"], 2);
}

#[test]
fn unknown_jobs_and_unexpected_answers_are_refused() {
    let it = Setup::of(made());
    it.send("POST", "/projects/a/prints", None);
    let paper = || Some(json!({ "paper": "A4" }));
    for (method, path, body, expected) in [
        ("GET", "/projects/a/prints/7", None, 404),
        ("GET", "/projects/b/prints/1", None, 404),
        ("POST", "/projects/a/prints/1/paper", paper(), 409),
        ("POST", "/projects/a/prints/1/paper", Some(json!({})), 400),
    ] {
        assert_eq!(it.send(method, path, body).0, expected, "{method} {path}");
    }
    assert_eq!(it.server.violations().len(), 1, "only the body without paper is a violation");
}

#[test]
fn requests_beyond_the_rate_limit_are_refused_until_time_has_passed() {
    let it = Setup::of(made());
    let statuses: Vec<u16> = (0..6).map(|_| it.send("GET", "/projects/a/prints", None).0).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
    assert_eq!(it.server.fullest_window(), 6);
    it.pass(2);
    assert_eq!(it.send("GET", "/projects/a/prints", None).0, 200);
}

#[test]
fn failed_requests_count_against_the_rate_limit_too() {
    let it = Setup::of(made());
    it.server.disturb(|_, _| Answer::empty(503));
    let statuses: Vec<u16> = (0..6).map(|_| it.send("GET", "/projects/a/prints", None).0).collect();
    assert_eq!(statuses, [503, 503, 503, 503, 503, 429]);
}

#[test]
fn a_life_that_the_document_does_not_allow_is_a_violation() {
    let it = Setup::of(made());
    it.jobs.live("createPrint", Life::of(["lost"]));
    it.jobs.live("showPrint", Life::of(["printed"]));
    it.send("POST", "/projects/a/prints", None);
    let violations = it.server.violations();
    assert!(violations.iter().any(|violation| violation.contains("`showPrint`") && violation.contains("no `x-poll`")));
    assert!(violations.iter().any(|violation| violation.contains("in the state `lost` is not valid")), "{violations:?}");
}

#[test]
fn facts_that_do_not_fit_the_document_are_errors_with_a_pointer() {
    let broken = |change: fn(&mut Value)| {
        let mut document = made().value().clone();
        change(&mut document["paths"]["/projects/{project}/prints"]["post"]["x-poll"]);
        let server = FakeServer::start(Document::parse(&document.to_string()).unwrap()).unwrap();
        server.play(|| Duration::ZERO).unwrap_err().to_string()
    };
    let at = "#/paths/~1projects~1{project}~1prints/post/x-poll";
    let message = broken(|fact| fact["operationId"] = json!("nothing"));
    assert_eq!(message, format!("{at}/operationId: `nothing` is not an operation of the document"));
    let message = broken(|fact| fact["parameters"] = json!({ "number": "7" }));
    assert!(message.starts_with(&format!("{at}/parameters/number: must be")), "{message}");
    let message = broken(|fact| fact["success"] = json!(["ready"]));
    assert!(message.contains("must be JSON that holds a final state at `/progress/phase`"), "{message}");
}

const KEY: &str = "authorization: Bearer sk_test\r\n";

/// The Deck API with its overlay.
fn deck() -> Setup {
    Setup::of(Document::overlaid().unwrap())
}

#[test]
fn an_idempotency_key_returns_the_same_job_or_a_conflict() {
    let it = deck();
    let run = |input: i32| {
        let headers = format!("{KEY}Idempotency-Key: order-1\r\n");
        send(&it.server, "POST", "/tasks/task_1/run", &headers, Some(json!({ "input": input })))
    };
    let (first, again) = (run(1), run(1));
    assert_eq!((first.0, &first.1), (201, &again.1));
    assert_eq!((&first.1["id"], &first.1["task_id"], &first.1["status"]), (&json!("trun_1"), &json!("task_1"), &json!("queued")));
    let (status, body) = run(2);
    assert_eq!((status, &body["errors"][0]["type"]), (409, &json!("idempotency")));
    assert_eq!(it.jobs.started().len(), 1);
    assert!(it.jobs.has_started("order-1") && !it.jobs.has_started("order-2"));
    let judge = Judge::new(Arc::new(Document::overlaid().unwrap()));
    assert_eq!(judge.problems("/components/schemas/RunTaskResponse", &first.1).unwrap(), Vec::<String>::new());
    assert_eq!(judge.problems("/components/schemas/ErrorResponse", &body).unwrap(), Vec::<String>::new());
}

#[test]
fn a_removed_job_is_unknown_to_the_api() {
    let it = deck();
    let headers = format!("{KEY}Idempotency-Key: order-1\r\n");
    let run = || send(&it.server, "POST", "/tasks/task_1/run", &headers, Some(json!({}))).1["id"].as_str().unwrap().to_owned();
    let id = run();
    let taken = it.jobs.take(&id).unwrap();
    assert_eq!((taken.id.as_str(), taken.key.as_deref()), (id.as_str(), Some("order-1")));
    assert!(it.jobs.started().is_empty() && it.jobs.take(&id).is_none());
    assert_eq!(send(&it.server, "GET", &format!("/task-runs/{id}"), KEY, None).0, 404);
    assert_eq!((it.jobs.has_started("order-1"), run()), (false, "trun_2".to_owned()));
}

#[test]
fn a_job_that_is_canceled_ends_in_the_states_of_a_cancellation() {
    let it = deck();
    let ask = |method: &str, path: &str| send(&it.server, method, path, KEY, None);
    send(&it.server, "POST", "/tasks/task_1/run", KEY, Some(json!({})));
    assert_eq!(ask("POST", "/task-runs/trun_1/cancel").1["status"], "cancelling");
    it.pass(1);
    assert_eq!(ask("GET", "/task-runs/trun_1").1["status"], "canceled");
    assert_eq!(ask("POST", "/task-runs/trun_1/cancel").0, 409);
    let page = ask("GET", "/task-runs?status=canceled").1;
    assert_eq!((page["data"][0]["id"].as_str(), &page["has_more"]), (Some("trun_1"), &json!(false)));
    assert_eq!(ask("GET", "/task-runs?status=running").1["data"], json!([]));
    assert_eq!(it.server.violations(), Vec::<String>::new());
}

#[test]
fn faults_hit_every_operation_and_never_change_its_effect() {
    let it = deck();
    let mut faults = Faults::new(3, 60, &Document::overlaid().unwrap());
    let count = faults.count();
    let faults_until_now = || count.load(std::sync::atomic::Ordering::Relaxed);
    it.server.disturb(move |request, answer| faults.answer(request, answer));
    let until_complete = |raw: &str, status: &str| {
        it.pass(10);
        let is_complete = |answer: String| answer.starts_with(status) && answer.ends_with('}');
        while !is_complete(exchange(&it.server, raw)) {
            it.pass(1);
        }
    };
    for number in 0..20 {
        let headers = format!("host: x\r\n{KEY}Idempotency-Key: job-{number}\r\nconnection: close\r\n");
        let body = "content-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
        until_complete(&format!("POST /v2/tasks/t/run HTTP/1.1\r\n{headers}{body}"), "HTTP/1.1 201");
    }
    let of_starts = faults_until_now();
    for number in 1..=20 {
        let headers = format!("host: x\r\n{KEY}connection: close\r\n\r\n");
        until_complete(&format!("GET /v2/task-runs/trun_{number} HTTP/1.1\r\n{headers}"), "HTTP/1.1 200");
    }
    assert_eq!(it.jobs.started().len(), 20);
    assert!(of_starts > 10 && faults_until_now() > of_starts + 10, "{of_starts} and {}", faults_until_now());
}

#[test]
fn a_scripted_response_takes_precedence_over_a_life() {
    let it = deck();
    it.server.answer("runTask", Answer::empty(503));
    assert_eq!(send(&it.server, "POST", "/tasks/t/run", KEY, Some(json!({}))).0, 503);
    assert!(it.jobs.started().is_empty());
}

#[tokio::test]
async fn a_virtual_clock_can_be_the_clock_of_jobs() {
    let (server, clock) = (FakeServer::start(made()).unwrap(), VirtualClock::default());
    let now = clock.clone();
    let jobs = server.play(move || now.now()).unwrap();
    jobs.live("createPrint", Life::of(["printing", "printed"]).lasting(Duration::from_secs(9)));
    send(&server, "POST", "/projects/a/prints", "", Some(json!({})));
    let phase = || send(&server, "GET", "/projects/a/prints/1", "", None).1["progress"]["phase"].clone();
    assert_eq!(phase(), "printing");
    // Without a call in flight, a sleep ends at once, and only the clock advances.
    clock.sleep(Duration::from_secs(9)).await;
    assert_eq!(phase(), "printed");
}
