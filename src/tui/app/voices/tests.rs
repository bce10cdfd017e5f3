use nanofolks_protocol::{EventKind, NoticeLevel, Usage};
use pretty_assertions::assert_eq;

use crate::app::Msg;
use crate::app::stage::Stage;

#[test]
fn what_is_said_in_the_middle_of_an_answer_is_followed_by_the_name_of_its_bot() {
    let mut stage = Stage::new((60, 20), "mono");
    stage.begin("count");
    stage.starts("leader");
    stage.rows();
    stage.says("leader", "One.\n\nTwo");
    stage.app.settle();
    stage.take(Msg::Printed(Ok("all is well".into())));
    stage.says("leader", ".\n\nThree.");
    let rows = stage.rows();
    let rows: Vec<_> = rows.iter().map(|row| row.trim()).filter(|row| !row.is_empty()).collect();
    assert_eq!(rows, ["◆ The leader", "One.", "all is well", "◆ The leader", "Two."]);
}

fn replied(stage: &mut Stage) {
    let (model, usage) = ("lab/model".parse().unwrap(), Usage::default());
    let what = EventKind::Usage { model, usage, cost_usd: 0.0, cost_known: true, requests: 1 };
    stage.event(Some("leader"), what);
}

fn warned(stage: &mut Stage, code: &str) {
    let (code, text) = (code.to_owned(), "it is asked to go on".to_owned());
    let what = EventKind::Notice { level: NoticeLevel::Warn, code, text, hint: None };
    stage.event(Some("leader"), what);
}

/// The rows of an answer that breaks off and is gone on with.
fn broken(code: &str, whole: &str) -> Vec<String> {
    let mut stage = Stage::new((60, 20), "mono");
    stage.begin("go");
    stage.starts("leader");
    stage.rows();
    stage.says("leader", "Let me look.");
    replied(&mut stage);
    stage.says("leader", "partial before drop");
    replied(&mut stage);
    warned(&mut stage, code);
    stage.says("leader", "Understood: ");
    stage.says("leader", "all of it.");
    replied(&mut stage);
    stage.finishes("leader", whole);
    stage.ends();
    let mut rows = stage.rows();
    rows.retain(|row| !row.is_empty());
    rows.iter().map(|row| row.trim().to_owned()).collect()
}

#[test]
fn an_answer_that_breaks_off_and_goes_on_is_said_once() {
    let whole = "Let me look.\n\npartial before dropUnderstood: all of it.";
    for code in ["stream_cut", "fallback", "another"] {
        let rows = broken(code, whole);
        let wanted = [
            "◆ The leader",
            "Let me look.",
            "partial before drop",
            "· it is asked to go on",
            "Understood: all of it.",
        ];
        assert_eq!(rows, wanted, "{code}");
    }
}

#[test]
fn what_is_missing_behind_the_joint_of_an_answer_is_said() {
    let rows =
        broken("stream_cut", "Let me look.\n\npartial before dropUnderstood: all of it. Bye.");
    assert_eq!(rows.last().unwrap(), "Understood: all of it. Bye.");
}

#[test]
fn a_reply_after_one_that_broke_off_without_a_word_is_a_paragraph_of_its_own() {
    let mut stage = Stage::new((60, 20), "mono");
    stage.begin("go");
    stage.starts("leader");
    stage.says("leader", "First.");
    replied(&mut stage);
    replied(&mut stage);
    warned(&mut stage, "fallback");
    let voice = stage.app.voice(&"leader".parse().unwrap());
    voice.piece("Second.");
    assert_eq!(voice.said, "First.\n\nSecond.");
}
