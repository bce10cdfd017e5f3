use crossterm::event::KeyCode;
use nanofolks_protocol::EventKind;
use pretty_assertions::assert_eq;

use crate::app::stage::Stage;

#[test]
fn a_waiting_message_that_is_changed_or_taken_back_is_seen_so() {
    let mut stage = Stage::new((60, 20), "mono");
    stage.begin("go");
    for text in ["one", "two"] {
        stage.write(text);
        stage.press(KeyCode::Enter);
    }
    let [one, two] = [0, 1].map(|at| stage.app.queue[at].0);
    stage.event(None, EventKind::QueueChanged { envelope: one, text: None });
    stage.event(None, EventKind::QueueChanged { envelope: two, text: Some("too".into()) });
    assert_eq!(stage.app.queue, [(two, "too".to_owned())]);
}
