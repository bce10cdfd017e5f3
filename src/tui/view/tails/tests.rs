use ratatui::layout::Size;

use super::*;
use crate::app::stage::Stage;

const SIX: [&str; 6] = ["leader", "coder", "researcher", "creative", "social", "auditor"];

fn six(width: u16, height: u16) -> Stage {
    let mut stage = Stage::new((width, height), "mono");
    stage.begin("@all well?");
    for bot in SIX {
        stage.starts(bot);
        stage.says(bot, &format!("{}the end of {bot}", "words that go on and on ".repeat(9)));
    }
    stage
}

fn shown(stage: &Stage, most: usize, third: u16) -> Vec<String> {
    rows(&stage.app, most, third).iter().map(Row::plain).collect()
}

#[test]
fn each_of_several_keeps_its_row_with_the_newest_of_its_words() {
    let stage = six(60, 20);
    for most in 6..=13 {
        let rows = shown(&stage, most, 20);
        for bot in SIX {
            let row = rows.iter().find(|row| row.contains(bot));
            let row = row.unwrap_or_else(|| panic!("{bot} in {most} rows: {rows:#?}"));
            let end: String = bot.chars().skip(bot.len() - 4).collect();
            assert!(row.contains('…') && row.ends_with(&end), "{row}");
        }
    }
}

#[test]
fn what_they_take_never_costs_more_than_there_is() {
    for (width, third) in [(60, 20), (100, 33), (140, 46), (20, 20), (3, 3)] {
        let mut stage = six(width, 20);
        stage.uses("coder", "c1", "read src/main.rs");
        stage.finishes("social", "All said.");
        for most in 1..40 {
            let rows = rows(&stage.app, most, third);
            let cost: usize =
                rows.iter().map(|row| row.width().max(1).div_ceil(third.into())).sum();
            assert!(cost <= most, "{cost} of {most} at {width}");
        }
    }
}

#[test]
fn those_without_a_row_are_counted_and_who_speaks_comes_first() {
    let mut stage = six(60, 20);
    stage.finishes("leader", "All said.");
    let rows = shown(&stage, 5, 20);
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[4], "+2 more");
    assert!(!rows.iter().any(|row| row.contains("leader")), "{rows:#?}");
    let rows = shown(&stage, 1, 30);
    assert_eq!(rows.len(), 1);
    assert!(rows[0].contains("The coder") && rows[0].ends_with("+5 more"), "{rows:?}");
}

#[test]
fn one_that_has_said_nothing_yet_is_at_work() {
    let mut stage = Stage::new((60, 20), "mono");
    stage.begin("@all well?");
    stage.starts("leader");
    stage.starts("coder");
    stage.says("coder", "Well.");
    assert_eq!(shown(&stage, 10, 20), ["◆ The leader ◌", "◆ The coder", "Well."]);
    stage.take(crate::app::Msg::Resize(Size::new(10, 20)));
    assert_eq!(shown(&stage, 2, 10).len(), 2);
}
