use std::path::PathBuf;

use super::*;
use crate::chat::tests::line;
use crate::transformer::tests::tiny_file;

/// The real model for tests, at the path in `NANOFOLKS_TEST_GGUF`; says so when there is none.
pub(crate) fn real_model() -> Option<PathBuf> {
    let path = std::env::var_os("NANOFOLKS_TEST_GGUF").map(PathBuf::from);
    if path.as_ref().is_none_or(|path| !path.is_file()) {
        eprintln!(
            "SKIPPED: this test needs the file of smollm2-135m; set NANOFOLKS_TEST_GGUF to its path"
        );
        return None;
    }
    path
}

/// Collects events and goes away after so many.
struct Ear {
    events: Vec<ModelEvent>,
    leaves_after: usize,
}

impl Ear {
    fn patient() -> Self {
        Self { events: Vec::new(), leaves_after: usize::MAX }
    }

    fn text(&self) -> String {
        self.events
            .iter()
            .filter_map(|event| match event {
                ModelEvent::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    fn usage(&self) -> Usage {
        self.events
            .iter()
            .find_map(|event| match event {
                ModelEvent::Usage(usage) => Some(*usage),
                _ => None,
            })
            .unwrap()
    }

    fn reason(&self) -> StopReason {
        match self.events.last() {
            Some(ModelEvent::Finished { reason }) => *reason,
            other => panic!("the answer ended with {other:?}"),
        }
    }
}

impl Listener for Ear {
    fn hear(&mut self, event: ModelEvent) -> bool {
        self.events.push(event);
        self.is_there()
    }

    fn is_there(&self) -> bool {
        self.events.len() < self.leaves_after
    }
}

fn manner() -> Manner {
    Manner { sampling: Sampling::default(), seed: 1, now: Timestamp::default(), tools: false }
}

fn tiny_runner() -> Runner {
    let (_folder, path) = tiny_file("qwen3");
    Runner::load(&path, None).unwrap()
}

#[test]
fn an_answer_ends_with_usage_and_a_reason() {
    let mut ear = Ear::patient();
    tiny_runner().answer(&line("hello"), &manner(), &mut ear).unwrap();
    let usage = ear.usage();
    assert!(usage.input_tokens > 10 && usage.cached_input_tokens == 0);
    assert!((1..=16).contains(&usage.output_tokens));
    assert!(matches!(ear.reason(), StopReason::End | StopReason::Length));
}

#[test]
fn the_same_seed_and_conversation_give_the_same_answer_also_from_a_warm_cache() {
    let mut runner = tiny_runner();
    let (mut first, mut second) = (Ear::patient(), Ear::patient());
    runner.answer(&line("hello"), &manner(), &mut first).unwrap();
    runner.answer(&line("hello"), &manner(), &mut second).unwrap();
    assert_eq!(first.text(), second.text());
    let usage = second.usage();
    assert_eq!(usage.cached_input_tokens, usage.input_tokens - 1);
}

#[test]
fn the_answer_is_as_long_as_allowed_and_stops_at_the_window() {
    let mut runner = tiny_runner();
    let greedy = Manner {
        sampling: Sampling { temperature: 0.0, repeat_penalty: 1.0, ..Sampling::default() },
        ..manner()
    };
    let mut request = line("hello");
    request.max_output = 3;
    let mut ear = Ear::patient();
    runner.answer(&request, &greedy, &mut ear).unwrap();
    assert!(ear.usage().output_tokens <= 3);

    request.max_output = 10_000;
    let mut ear = Ear::patient();
    runner.answer(&request, &greedy, &mut ear).unwrap();
    let usage = ear.usage();
    assert!(usage.input_tokens + usage.output_tokens <= 96);
    if ear.reason() == StopReason::Length {
        assert_eq!(usage.input_tokens + usage.output_tokens, 96);
    }
}

#[test]
fn a_prompt_beyond_the_window_is_refused_with_numbers() {
    let mut ear = Ear::patient();
    let error = tiny_runner().answer(&line(&"x ".repeat(200)), &manner(), &mut ear).unwrap_err();
    let told = error.to_model_error();
    assert_eq!(told.kind, nanofolks_protocol::ModelErrorKind::ContextOverflow);
    assert!(told.message.ends_with("the model's window holds 96"), "{}", told.message);
    assert!(ear.events.is_empty());
}

#[test]
fn nobody_listening_stops_the_answer_and_the_next_one_is_right() {
    let mut runner = tiny_runner();
    let mut gone = Ear { events: Vec::new(), leaves_after: 0 };
    assert!(matches!(
        runner.answer(&line("hello"), &manner(), &mut gone),
        Err(LocalError::Stopped)
    ));
    let (mut after, mut fresh) = (Ear::patient(), Ear::patient());
    runner.answer(&line("hello"), &manner(), &mut after).unwrap();
    tiny_runner().answer(&line("hello"), &manner(), &mut fresh).unwrap();
    assert_eq!(after.text(), fresh.text());
}

#[test]
fn the_real_model_knows_a_capital() {
    let Some(path) = real_model() else { return };
    let mut runner = Runner::load(&path, Some(2048)).unwrap();
    let greedy =
        Manner { sampling: Sampling { temperature: 0.0, ..Sampling::default() }, ..manner() };
    let mut request = line("What is the capital of France? Answer with the city's name.");
    request.max_output = 24;
    let mut ear = Ear::patient();
    runner.answer(&request, &greedy, &mut ear).unwrap();
    assert!(ear.text().contains("Paris"), "{}", ear.text());
}
