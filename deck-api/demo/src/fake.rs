//! The fake API server, and the life of the run that the demo starts there.

use deck_api_testkit::{Document, FakeServer, Life};
use serde_json::json;
use std::error::Error;
use std::time::Instant;

/// Starts the fake server. Each state of a run lasts a second.
pub fn start() -> Result<FakeServer, Box<dyn Error>> {
    let server = FakeServer::start_with(Document::published()?, Document::overlaid()?)?;
    let began = Instant::now();
    let jobs = server.play(move || began.elapsed())?;
    let question = json!({
        "type": "mfa",
        "message": "Enter the 6-digit code sent to your phone",
        "fields": [{ "name": "code", "type": "string", "label": "Verification code" }]
    });
    let file = json!({
        "id": "stor_x1y2z3", "object": "storage", "file_name": "confirmation.pdf", "file_type": "application/pdf",
        "file_size": 245_678, "created_at": "2026-11-25T09:31:15Z", "url": null, "extraction": null
    });
    let life = Life::of(["queued", "running", "interaction_required", "running", "completed"])
        .with_fields("interaction_required", &json!({ "interaction": question }))
        .with_fields(
            "completed",
            &json!({ "result": "success", "output": { "hotel": "Hilton Vienna", "nights": 3, "total": 412.5 }, "storage": [file] }),
        );
    jobs.live("runTask", life);
    Ok(server)
}
