use crossterm::event::KeyCode;
use nanofolks_protocol::event::BotAnswer;
use nanofolks_protocol::{Decision, EventKind, Scope, Usage};
use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;
use crate::app::stage::Stage;

fn posted(effects: &[Effect]) -> Vec<&str> {
    let posts = effects.iter().filter_map(|effect| match effect {
        Effect::Submit(Wish::Post(_, said)) => Some(said.text.as_str()),
        _ => None,
    });
    posts.collect()
}

fn decided(effects: &[Effect]) -> Option<&Decision> {
    effects.iter().find_map(|effect| match effect {
        Effect::Submit(Wish::Plain(op)) => match &**op {
            Op::Decide { decision, .. } => Some(decision),
            _ => None,
        },
        _ => None,
    })
}

fn stage() -> Stage {
    let mut stage = Stage::new((80, 24), "dark");
    stage.rows();
    stage
}

#[test]
fn a_turn_leaves_what_was_said_in_order_and_once() {
    let mut stage = stage();
    stage.begin("what is here?");
    stage.starts("leader");
    stage.says("leader", "Let me look.");
    stage.uses("leader", "c1", "read notes.txt");
    stage.used("leader", "c1");
    stage.says("leader", "It is ");
    stage.says("leader", "a note.");
    stage.finishes("leader", "Let me look.It is a note.");
    stage.ends();

    assert_eq!(
        stage.rows(),
        [
            "› what is here?",
            "",
            "◆ The leader",
            "Let me look.",
            "",
            "  ✓ read_file notes.txt  0 ms  1.5 kB",
            "",
            "It is a note.",
        ]
    );
    assert!(!stage.app.is_busy());
}

#[test]
fn a_lone_bot_is_committed_while_it_speaks() {
    let mut stage = stage();
    stage.begin("go");
    stage.starts("leader");
    stage.says("leader", "First paragraph.\n\nSecond");
    assert_eq!(stage.rows(), ["› go", "", "◆ The leader", "First paragraph."]);

    stage.says("leader", " one.");
    stage.finishes("leader", "First paragraph.\n\nSecond one.");
    assert_eq!(stage.rows(), ["", "Second one."]);
}

#[test]
fn bots_that_speak_at_once_are_committed_whole_in_the_order_they_end() {
    let mut stage = stage();
    stage.begin("go");
    stage.starts("leader");
    stage.starts("coder");
    stage.says("leader", "A one.\n\nA");
    stage.says("coder", "B one.\n\nB");
    assert_eq!(stage.rows(), ["› go"]);

    stage.finishes("coder", "B one.\n\nB two.");
    assert_eq!(
        stage.rows(),
        ["", "◆ The coder", "B one.", "", "B two.", "", "◆ The leader", "A one."]
    );
    stage.finishes("leader", "A one.\n\nA two.");
    assert_eq!(stage.rows(), ["", "A two."]);
}

#[test]
fn lost_events_are_asked_for_and_lost_words_come_with_the_end() {
    let mut stage = stage();
    stage.begin("go");
    stage.starts("leader");
    stage.says("leader", "One ");
    let effects = stage.take(Msg::Gap);
    assert!(
        matches!(&effects[..], [Effect::Submit(Wish::Plain(op))] if matches!(**op, Op::Replay { after: 2, .. }))
    );
    stage.says("leader", "three");
    stage.take(Msg::Answered(
        Wish::Plain(Box::new(Op::Shutdown)),
        Ok(nanofolks_protocol::Receipt::Events(Vec::new())),
    ));
    stage.finishes("leader", "One two three");
    stage.ends();

    assert_eq!(stage.rows(), ["› go", "", "◆ The leader", "One two three"]);
}

#[test]
fn an_event_that_comes_too_early_waits_for_those_before_it() {
    let mut stage = stage();
    stage.begin("go");
    stage.seq += 1;
    let effects = stage.event(None, EventKind::TurnFinished { answers: vec![], duration_ms: 1 });
    assert_eq!(effects.len(), 1);
    assert!(stage.app.is_busy());
}

#[test]
fn a_stopped_turn_keeps_what_was_said() {
    let mut stage = stage();
    stage.begin("go");
    stage.starts("leader");
    stage.says("leader", "half a sen");
    stage.event(
        None,
        EventKind::TurnCancelled { by: "user".into(), answers: vec![], duration_ms: 1 },
    );
    assert_eq!(stage.rows(), ["› go", "", "◆ The leader", "half a sen", "■ stopped"]);
}

#[test]
fn a_question_takes_no_key_until_the_keyboard_was_quiet() {
    let mut stage = stage();
    stage.begin("go");
    stage.write("half a li");
    stage.asks();
    for c in ['n', 'e'] {
        stage.now += 300;
        assert!(stage.press(KeyCode::Char(c)).is_empty());
    }
    stage.now += 300;
    let sent = stage.press(KeyCode::Enter);

    assert_eq!(posted(&sent), ["half a line"]);
    assert_eq!(decided(&sent), None);
    assert_eq!(stage.app.modals.len(), 1);
}

#[test]
fn the_first_choice_is_no_and_letters_go_to_the_line() {
    let mut stage = stage();
    stage.begin("go");
    stage.asks();
    stage.now += 500;
    stage.write("y1");
    assert_eq!(stage.app.composer.text(), "y1");
    stage.ctrl('u');
    let effects = stage.press(KeyCode::Enter);

    assert_eq!(decided(&effects), Some(&Decision::Deny { note: None }));
}

#[test]
fn enter_with_something_in_the_line_sends_the_line_and_answers_nothing() {
    let mut stage = stage();
    stage.begin("go");
    stage.asks();
    stage.now += 500;
    stage.press(KeyCode::Down);
    stage.write("do it please");
    let effects = stage.press(KeyCode::Enter);

    assert_eq!(posted(&effects), ["do it please"]);
    assert_eq!(decided(&effects), None);
    assert_eq!(stage.app.modals.len(), 1);
    let effects = stage.press(KeyCode::Enter);
    assert_eq!(decided(&effects), Some(&Decision::Allow { scope: Scope::Once }));
}

#[test]
fn what_a_stopped_bot_had_said_is_there_again_after_reopening() {
    let said = || vec![BotAnswer { bot: BotId::LEADER, text: "half a sentence".into() }];
    for streamed in ["", "half", "half a sentence and more"] {
        let mut stage = stage();
        stage.begin("go");
        stage.starts("leader");
        stage.says("leader", streamed);
        let end = EventKind::TurnCancelled { by: "user".into(), answers: said(), duration_ms: 1 };
        stage.event(None, end);
        let kept = if streamed.len() > 15 { streamed } else { "half a sentence" };
        assert_eq!(stage.rows(), ["› go", "", "◆ The leader", kept, "■ stopped"]);
    }
}

#[test]
fn details_end_in_no_bare_colon_and_begin_no_second_answer() {
    let mut stage = stage();
    stage.app.details = true;
    stage.begin("go");
    stage.starts("leader");
    stage.finishes("leader", "Done.");
    let stage_of = |reasons| EventKind::TurnStage {
        stage: nanofolks_protocol::event::Stage::Dispatch,
        decided: "one answer".into(),
        reasons,
    };
    stage.event(Some("leader"), stage_of(vec![]));
    stage.event(Some("leader"), stage_of(vec!["alone".into()]));
    let rows = stage.rows();
    assert_eq!(rows[2..], ["◆ The leader", "Done.", "· one answer", "· one answer: alone"]);
}

#[test]
fn the_commands_of_the_front_are_done_here() {
    let mut stage = stage();
    stage.rows();
    stage.write("/keys");
    stage.app.popup = None;
    let effects = stage.press(KeyCode::Enter);
    assert!(matches!(effects.as_slice(), [Effect::Remember(_)]), "{effects:?}");
    assert!(stage.rows().iter().any(|row| row.contains("Ctrl+R")));
}

#[test]
fn a_yes_is_walked_to_and_goes_as_far_as_it_says() {
    for (downs, decision) in [
        (1, Decision::Allow { scope: Scope::Once }),
        (2, Decision::Allow { scope: Scope::Session }),
        (3, Decision::Deny { note: None }),
    ] {
        let mut stage = stage();
        stage.begin("go");
        stage.asks();
        stage.now += 500;
        for _ in 0..downs {
            stage.press(KeyCode::Down);
        }
        assert_eq!(decided(&stage.press(KeyCode::Enter)), Some(&decision));
    }
}

#[test]
fn a_second_question_is_read_before_it_is_answered() {
    let mut stage = stage();
    stage.begin("go");
    stage.asks();
    stage.asks();
    stage.now += 500;
    assert!(decided(&stage.press(KeyCode::Enter)).is_some());
    assert!(decided(&stage.press(KeyCode::Enter)).is_none());
    assert_eq!(stage.app.modals.len(), 1);
}

#[test]
fn a_question_that_is_settled_elsewhere_goes_away() {
    let mut stage = stage();
    stage.begin("go");
    let approval = stage.asks();
    let decision = Decision::Expired;
    stage.event(None, EventKind::ApprovalResolved { approval, decision, by: "clock".into() });
    assert!(stage.app.modals.is_empty());
}

#[test]
fn escape_stops_only_what_runs() {
    let mut stage = stage();
    assert!(stage.press(KeyCode::Esc).is_empty());
    stage.begin("go");
    let effects = stage.press(KeyCode::Esc);
    assert!(
        matches!(&effects[..], [Effect::Submit(Wish::Plain(op))] if matches!(**op, Op::Interrupt { .. }))
    );
}

#[test]
fn ctrl_c_clears_first_and_leaves_when_it_comes_twice() {
    let mut stage = stage();
    stage.write("text");
    assert!(stage.ctrl('c').is_empty());
    assert!(stage.app.composer.is_empty());
    stage.now += 2500;
    assert!(stage.ctrl('c').is_empty());
    stage.now += 500;
    assert!(matches!(stage.ctrl('c')[..], [Effect::Leave]));
}

#[test]
fn a_message_that_cannot_be_sent_comes_back_to_the_line() {
    let mut stage = stage();
    stage.write("precious");
    let effects = stage.press(KeyCode::Enter);
    let Some(Effect::Submit(wish)) = effects.into_iter().find(|e| matches!(e, Effect::Submit(_)))
    else {
        panic!("nothing was sent")
    };
    let problem = Problem::new(nanofolks_protocol::ProblemKind::Failure, "disk_full", "no room");
    stage.take(Msg::Answered(wish, Err(problem)));
    assert_eq!(stage.app.composer.text(), "precious");
    assert!(stage.app.queue.is_empty());
}

#[test]
fn commands_are_completed_and_never_posted() {
    let mut stage = stage();
    stage.write("/st");
    assert_eq!(stage.app.popup.as_ref().unwrap().offers[0].0, "/status ");
    stage.press(KeyCode::Tab);
    assert_eq!(stage.app.composer.text(), "/status ");
    let effects = stage.press(KeyCode::Enter);
    assert!(
        effects
            .iter()
            .any(|e| matches!(e, Effect::Submit(Wish::Command(line)) if line == "/status"))
    );
    assert!(posted(&effects).is_empty());
}

#[test]
fn a_name_that_begins_as_typed_is_offered_before_one_that_has_the_letters() {
    let mut stage = stage();
    stage.write("@al");
    stage.take(Msg::Listed(vec!["social.md".into(), "alpha.md".into()]));
    let offers = &stage.app.popup.as_ref().unwrap().offers;
    let names: Vec<_> = offers.iter().map(|(name, _)| name.trim_end()).collect();
    assert_eq!(names, ["@all", "@alpha.md", "@social.md"]);
}

#[test]
fn nothing_wakes_up_while_nothing_happens() {
    let mut stage = stage();
    assert_eq!(stage.app.wakes_in(), None);
    stage.begin("go");
    assert!(stage.app.wakes_in().is_some());
    stage.ends();
    assert_eq!(stage.app.wakes_in(), None);
}

#[test]
fn what_a_model_and_tools_say_is_fit_for_a_terminal() {
    let mut stage = stage();
    stage.begin("a\u{1b}[2Jb");
    stage.starts("leader");
    stage.says("leader", "x\u{1b}]0;t\u{7}y");
    stage.uses("leader", "c1", "read \u{1b}[31m\u{202e}x");
    stage.used("leader", "c1");
    stage.finishes("leader", "x\u{1b}]0;t\u{7}y");
    stage.ends();
    let rows = stage.rows().concat();
    assert!(!rows.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{rows:?}");
}

#[test]
fn usage_adds_up() {
    let mut stage = stage();
    stage.begin("go");
    let usage = Usage { input_tokens: 10, output_tokens: 5, ..Usage::default() };
    for cost_known in [true, false] {
        let model = "lab/model".parse().unwrap();
        let (cost_usd, requests) = (0.5, 1);
        let what = EventKind::Usage { model, usage, cost_usd, cost_known, requests };
        stage.event(Some("leader"), what);
    }
    assert_eq!(stage.app.spent, Spent { tokens: 30, cost: 1.0, known: false });
}

proptest! {
    #[test]
    fn any_cuts_of_a_text_say_every_word_once(cuts in prop::collection::vec(1..12usize, 1..40), bots in 1..3usize) {
        let words: Vec<_> = (0..60).map(|number| format!("w{number:02}")).collect();
        let text = words.chunks(7).map(|chunk| chunk.join(" ")).collect::<Vec<_>>().join("\n\n");
        let mut stage = stage();
        stage.begin("go");
        let names = &["leader", "coder"][..bots];
        for name in names {
            stage.starts(name);
        }
        let mut rows = Vec::new();
        let mut at = 0;
        for cut in cuts {
            let end = (at + cut).min(text.len());
            for name in names {
                stage.says(name, &text[at..end]);
            }
            at = end;
            rows.extend(stage.rows());
        }
        for name in names {
            stage.finishes(name, &text);
        }
        stage.ends();
        rows.extend(stage.rows());
        let said: Vec<_> = rows.iter().flat_map(|row| row.split_whitespace()).filter(|word| word.starts_with('w')).collect();
        let expected: Vec<_> = (0..bots).flat_map(|_| words.iter().map(String::as_str)).collect();
        prop_assert_eq!(said, expected);
    }
}
