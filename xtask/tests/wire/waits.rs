//! An overlay of a few lines lets a client wait for the jobs of any API, and lets the fake server simulate them.

mod support;

use deck_api_testkit::{Document, FakeServer, Jobs, Life};
use serde_json::json;
use support::block_on;
use wire_api::{Client, Step, WaitError};

struct Fake {
    server: FakeServer,
    jobs: Jobs,
    client: Client,
}

impl Fake {
    /// Starts a fake server. Its clock advances by a second each time it is read.
    fn start() -> Self {
        let home = env!("CARGO_MANIFEST_DIR");
        let document = Document::load(format!("{home}/document.yaml")).unwrap();
        let document = document.with_overlay(format!("{home}/overlay.yaml")).unwrap();
        let server = FakeServer::start(document).unwrap();
        let seconds = std::sync::atomic::AtomicU64::new(0);
        let clock = move || std::time::Duration::from_secs(seconds.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        let jobs = server.play(clock).unwrap();
        let client = Client::builder().base_url(server.base_url()).timer(Hurried::default()).build().unwrap();
        Self { server, jobs, client }
    }
}

/// A clock that never sleeps.
#[derive(Debug, Default)]
struct Hurried(std::sync::Mutex<std::time::Duration>);

impl wire_api::Timer for Hurried {
    fn now(&self) -> std::time::Duration {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, time: std::time::Duration) -> wire_api::runtime::Sleep {
        *self.0.lock().unwrap() += time;
        Box::pin(std::future::ready(()))
    }

    fn limit(&self, _: std::time::Duration) -> wire_api::runtime::Sleep {
        Box::pin(std::future::pending())
    }
}

#[test]
fn a_job_is_started_waited_for_and_answered() {
    let Fake { server, jobs, client } = Fake::start();
    let wait = client.create_print().project("a b").title("Thesis").send_and_wait();
    let answered = wait.on_interaction(|question| async move {
        assert_eq!(question.message(), Some("Enter the code that was sent to you."));
        json!("A4")
    });
    let print = block_on(answered.finish()).unwrap();
    assert_eq!((print.title.as_str(), print.progress.phase.as_str()), ("Thesis", "printed"));
    assert_eq!(jobs.started()[0].answers, [json!("A4")]);
    assert_eq!(server.violations(), Vec::<String>::new());
    let paths: Vec<String> = server.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths[..2], ["/v1/projects/a%20b/prints", "/v1/projects/a%20b/prints/1"]);
    assert!(paths.contains(&"/v1/paper/1".to_owned()), "{paths:?}");
}

#[test]
fn a_job_is_waited_for_step_by_step_by_its_id_alone() {
    let Fake { server, jobs, client } = Fake::start();
    jobs.live("createPrint", Life::of(["waiting", "jammed"]).with_fields("jammed", &json!({ "sheets": 3 })));
    let error = block_on(async {
        client.create_print().project("a").title("Thesis").send().await.unwrap();
        let mut wait = client.show_print().project("a").number(1).wait();
        loop {
            match wait.next().await {
                Ok(Some(Step::State(print))) => assert_eq!(print.progress.phase, "waiting"),
                Err(error) => return error,
                other => panic!("{other:?}"),
            }
        }
    });
    assert!(matches!(&error, WaitError::Ended { response, .. } if response.sheets == Some(3)), "{error}");
    assert_eq!((error.id(), error.state()), (Some("1"), Some("jammed")));
    assert_eq!(server.violations(), Vec::<String>::new());
}
