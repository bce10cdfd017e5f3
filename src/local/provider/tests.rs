use std::time::{Duration, Instant};

use nanofolks_protocol::{StopReason, Timestamp};

use super::*;
use crate::chat::tests::line;
use crate::transformer::tests::tiny;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_763_672_400_000)
    }
}

fn provider() -> (tempfile::TempDir, LocalProvider) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tiny.gguf"), tiny("gemma3").finish()).unwrap();
    std::fs::write(folder.path().join("cut.gguf"), &tiny("llama").finish()[..5000]).unwrap();
    let options = LocalOptions { threads: Some(1), seed: 1 };
    let provider = LocalProvider::new(folder.path().to_owned(), Arc::new(Noon), options);
    (folder, provider)
}

async fn ask(
    provider: &LocalProvider,
    request: ModelRequest,
) -> Vec<Result<ModelEvent, ModelError>> {
    let whole = provider.stream(request).collect();
    tokio::time::timeout(Duration::from_secs(60), whole).await.unwrap()
}

#[tokio::test]
async fn answers_and_closes_the_stream_properly() {
    let (_folder, provider) = provider();
    let events = ask(&provider, line("hello")).await;
    assert!(events.iter().all(Result::is_ok));
    assert!(matches!(
        events.last(),
        Some(Ok(ModelEvent::Finished { reason: StopReason::End | StopReason::Length }))
    ));
    assert!(matches!(events[events.len() - 2], Ok(ModelEvent::Usage(_))));
}

#[tokio::test]
async fn nothing_is_started_before_the_first_request() {
    let (_folder, provider) = provider();
    assert!(provider.worker.lock().unwrap().is_none());
    assert_eq!(provider.name(), "local");
    assert_eq!(provider.models().await.unwrap(), ["cut", "tiny"]);
    assert!(provider.worker.lock().unwrap().is_none());
}

#[tokio::test]
async fn a_missing_and_a_broken_model_are_told_apart_and_the_next_request_works() {
    let (_folder, provider) = provider();
    let mut request = line("hello");
    request.model = "absent".to_owned();
    let [Err(error)] = &ask(&provider, request.clone()).await[..] else { panic!() };
    assert_eq!(error.kind, ModelErrorKind::ModelNotFound);
    request.model = "cut".to_owned();
    let [Err(error)] = &ask(&provider, request).await[..] else { panic!() };
    assert_eq!(error.kind, ModelErrorKind::Local);
    assert!(error.message.contains("the file is truncated"), "{}", error.message);
    assert!(ask(&provider, line("hello")).await.iter().all(Result::is_ok));
}

#[tokio::test]
async fn requests_wait_for_each_other_and_a_dropped_one_is_skipped() {
    let (_folder, provider) = provider();
    let started = Instant::now();
    let first = ask(&provider, line("one"));
    drop(provider.stream(line("nobody reads this")));
    let last = ask(&provider, line("two"));
    let (first, last) = tokio::join!(first, last);
    assert!(first.iter().chain(&last).all(Result::is_ok));
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn a_dropped_answer_makes_room_for_the_next_at_once() {
    let Some(path) = crate::runner::tests::real_model() else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(path, folder.path().join("tiny.gguf")).unwrap();
    let options = LocalOptions { threads: Some(1), seed: 1 };
    let provider = LocalProvider::new(folder.path().to_owned(), Arc::new(Noon), options);
    let mut long = line("Write a long story about a fox.");
    long.max_output = 4000;
    let mut stream = provider.stream(long);
    assert!(matches!(stream.next().await, Some(Ok(ModelEvent::Text(_)))));
    drop(stream);
    let mut short = line("Hi");
    short.max_output = 1;
    let started = Instant::now();
    let events = ask(&provider, short).await;
    assert!(events.iter().all(Result::is_ok));
    // 4,000 tokens would take minutes.
    assert!(started.elapsed() < Duration::from_secs(20));
}
