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
