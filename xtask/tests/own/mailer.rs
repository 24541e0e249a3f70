//! A small mailer that sends and lists emails, and handles errors of the API. It uses only the documentation of the crate.

use mailer_api::operations::SendEmailError;
use mailer_api::types::Status;
use mailer_api::{Backoff, Client, RetryPolicy};
use std::error::Error;
use testkit::{Answer, Document, FakeServer};

struct Mailer {
    client: Client,
}

#[derive(Debug, PartialEq)]
enum Sent {
    Accepted(String),
    Invalid { field: String, message: String },
    Later,
}

impl Mailer {
    async fn send(&self, to: &str, subject: &str) -> Result<Sent, Box<dyn Error>> {
        let call = self.client.send_email().from("me@example.com").to([to.to_owned()]).subject(subject).text("Hello");
        match call.send().await {
            Ok(email) => Ok(Sent::Accepted(email.id.to_string())),
            Err(error) => match error.typed() {
                Some(SendEmailError::UnprocessableContent(problem)) => {
                    Ok(Sent::Invalid { field: problem.field.clone().unwrap_or_default(), message: problem.message.clone() })
                }
                Some(SendEmailError::TooManyRequests(_)) => Ok(Sent::Later),
                _ => Err(error.into()),
            },
        }
    }

    async fn bounced(&self) -> Result<usize, Box<dyn Error>> {
        let list = self.client.list_emails().limit(50).send().await?;
        Ok(list.data.iter().filter(|email| email.status == Status::Bounced).count())
    }
}

fn mailer() -> Result<(FakeServer, Mailer), Box<dyn Error>> {
    let server = FakeServer::start(Document::load(concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/mailer-api.json"))?)?;
    let retry = RetryPolicy::default().with_backoff(Backoff::immediate(2));
    let client = Client::builder().bearer_token("test").base_url(server.base_url()).retry(retry).build()?;
    Ok((server, Mailer { client }))
}

#[tokio::test]
async fn an_email_is_sent_as_the_document_says() -> Result<(), Box<dyn Error>> {
    let (server, mailer) = mailer()?;
    server.answer("sendEmail", Answer::json(200, &serde_json::json!({ "id": "mail_1", "status": "queued" })));
    assert_eq!(mailer.send("ada@example.com", "Hi").await?, Sent::Accepted("mail_1".to_owned()));
    assert!(server.violations().is_empty(), "{:?}", server.violations());
    let body = server.requests()[0].json();
    assert_eq!(body["to"], serde_json::json!(["ada@example.com"]));
    Ok(())
}

#[tokio::test]
async fn typed_errors_become_different_results() -> Result<(), Box<dyn Error>> {
    let (server, mailer) = mailer()?;
    server.answer("sendEmail", Answer::json(422, &serde_json::json!({ "message": "no such host", "field": "to" })));
    let invalid = Sent::Invalid { field: "to".to_owned(), message: "no such host".to_owned() };
    assert_eq!(mailer.send("ada@nowhere", "Hi").await?, invalid);
    server.answer_always("sendEmail", Answer::json(429, &serde_json::json!({ "message": "slow down" })));
    assert_eq!(mailer.send("ada@example.com", "Hi").await?, Sent::Later);
    Ok(())
}

#[tokio::test]
async fn an_unknown_status_is_no_error() -> Result<(), Box<dyn Error>> {
    let (server, mailer) = mailer()?;
    let data = serde_json::json!([{ "id": "1", "status": "bounced" }, { "id": "2", "status": "paused_for_review" }]);
    server.answer("listEmails", Answer::json(200, &serde_json::json!({ "data": data })));
    assert_eq!(mailer.bounced().await?, 1);
    Ok(())
}
