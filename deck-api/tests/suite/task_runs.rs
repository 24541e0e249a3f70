//! The operations for runs, against a fake server that checks each request against the published document.

use crate::common::{Fake, run};
use deck_api::types::{GetTaskRunResponse, RunTaskResponse, TaskRunResult, TaskRunStatusFilter};
use deck_api_testkit::Answer;
use serde_json::json;

#[tokio::test]
async fn every_operation_sends_what_the_document_allows_and_decodes_its_success() {
    let Fake { server, client } = Fake::start();
    client.get_task_run().run_id("trun_1").include("storage,artifacts").send().await.unwrap();
    client
        .list_task_runs()
        .limit(100)
        .cursor("eyJ9")
        .status(vec![TaskRunStatusFilter::Canceling, "cancelling".into()])
        .source_id(vec!["src_1".into()])
        .outcome(vec![TaskRunResult::Success])
        .task_id("task_1")
        .send()
        .await
        .unwrap();
    client.cancel_task_run().run_id("trun_1").with_idempotency_key("cancel-1").send().await.unwrap();
    client.submit_interaction_input().run_id("trun_1").input(json!({ "code": "123456" })).send().await.unwrap();
    client.list_task_run_storage().run_id("trun_1").send().await.unwrap();
    client.get_storage_item().storage_id("stor_1").send().await.unwrap();
    client.list_tasks().status(deck_api::types::TaskStatus::Live).send().await.unwrap();
    client.get_task().task_id("task_1").send().await.unwrap();
    client.verify_key().send().await.unwrap();
    assert_eq!(server.violations(), Vec::<String>::new());
    let requests = server.requests();
    assert_eq!(requests[0].query, "include=storage%2Cartifacts");
    assert!(
        requests[1].query.contains("status=canceling&status=cancelling&source_id=src_1&outcome=success"),
        "{}",
        requests[1].query
    );
    assert_eq!(requests[2].header("idempotency-key"), Some("cancel-1"));
    assert!(requests[3].header("idempotency-key").is_some(), "an answer that is sent twice must have one effect");
}

#[tokio::test]
async fn items_of_a_list_need_no_request_id() {
    let Fake { server, client } = Fake::start();
    let mut item = run();
    item.as_object_mut().unwrap().remove("request_id");
    let page = json!({ "data": [item], "has_more": false, "next_cursor": null, "request_id": "req_1" });
    server.answer("listTaskRuns", Answer::json(200, &page));
    let page = client.list_task_runs().send().await.unwrap();
    assert_eq!(page.data.as_ref().unwrap()[0].request_id, None);
}

#[test]
fn a_started_run_is_a_run_like_any_other() {
    let started: RunTaskResponse = serde_json::from_value(run()).unwrap();
    let same: GetTaskRunResponse = started.into();
    assert_eq!(serde_json::to_value(same).unwrap(), run());
}
