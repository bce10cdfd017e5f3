//! The whole front end on a terminal that reflows, while its window changes.

use crossterm::event::KeyCode;
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use ratatui::layout::Size;

use crate::app::Msg;
use crate::app::stage::Stage;
use crate::screen::emulator::Emulator;
use crate::screen::{ColorDepth, Screen};

/// The front end, and what a person sees.
struct Rig {
    stage: Stage,
    screen: Screen,
    terminal: Emulator,
    committed: Vec<String>,
}

impl Rig {
    fn new(width: u16, height: u16) -> Self {
        let size = Size::new(width, height);
        let screen = Screen::new(size, ColorDepth::True, false).reflowing(Some(true));
        let mut terminal = Emulator::new(width, height);
        terminal.feed(&screen.open(3));
        let mut stage = Stage::new((width, height), "dark");
        stage.app.own_cursor = true;
        Self { stage, screen, terminal, committed: Vec::new() }
    }

    /// The same in a terminal that says where its cursor is: in its first row.
    fn placed(mut self) -> Self {
        let (width, height) = (self.screen.size().width, self.screen.size().height);
        self.terminal = Emulator::new(width, height);
        self.terminal.feed(&self.screen.open_here(3));
        self.screen.begin();
        self.screen.reach_down(0);
        self
    }

    /// The same in a terminal that can be read.
    fn readable(width: u16, height: u16) -> Self {
        let mut rig = Self::new(width, height);
        rig.screen = rig.screen.readable(true);
        rig
    }

    fn draw(&mut self) {
        for row in self.stage.app.take_rows() {
            self.committed.push(row.plain().trim_end().to_owned());
            self.screen.commit(row);
        }
        let settling = self.stage.app.is_settling();
        self.screen.hold(settling);
        if !settling && self.screen.is_away() {
            let bytes = self.screen.come_back();
            self.terminal.feed(&bytes);
        }
        if self.screen.is_lost() && !self.screen.is_away() {
            if settling {
                return;
            }
            assert!(self.screen.found(Some(&self.terminal.sight())));
        }
        self.stage.app.is_other = self.screen.is_other();
        self.stage.app.is_away = self.screen.is_away();
        let least = self.screen.least();
        let live = super::draw(&mut self.stage.app, least);
        let bytes = if self.stage.app.whole {
            self.screen.frame_whole(&live)
        } else {
            self.screen.frame_at(&live, self.stage.app.caret)
        };
        self.terminal.feed(&bytes);
    }

    /// The window changes, and nobody knows yet.
    fn resize(&mut self, width: u16, height: u16) {
        self.terminal.resize(width, height);
        let size = Size::new(width, height);
        let bytes = self.screen.resize(size);
        self.terminal.feed(&bytes);
        self.stage.take(Msg::Resize(size));
    }

    /// It stays as it is for a while.
    fn settle(&mut self) {
        self.stage.now += 1200;
        self.stage.take(Msg::Tick);
        self.draw();
    }

    /// Ends the turn and takes all away that is not finished.
    fn end(&mut self) {
        self.stage.press(KeyCode::Esc);
        self.stage.press(KeyCode::Esc);
        self.stage.ends();
        self.resize(140, 40);
        self.settle();
    }

    /// What is in the scrollback and on the screen above the status bar.
    fn lines(&self) -> Vec<String> {
        let mut lines = self.terminal.lines();
        let status = lines.iter().rposition(|line| line.starts_with("#general"));
        lines.truncate(status.unwrap_or(lines.len()));
        lines.retain(|line| !line.is_empty());
        lines
    }

    fn expected(&self) -> Vec<String> {
        self.committed.iter().filter(|line| !line.is_empty()).cloned().collect()
    }
}

/// What the region shows when the window changes.
#[derive(Debug, Clone, Copy)]
enum Scene {
    Idle,
    Asking,
    Completing,
    Streaming,
    Together,
}

fn set(rig: &mut Rig, scene: Scene) {
    let stage = &mut rig.stage;
    let long = "words that go on and on until the row is full and another one begins ".repeat(12);
    match scene {
        Scene::Idle => stage.write("something that is being typed and not yet sent"),
        Scene::Completing => stage.write("/"),
        Scene::Asking => {
            stage.begin("note it");
            stage.starts("leader");
            stage.says("leader", "I will write.\n\nNow.");
            stage.asks();
        }
        Scene::Streaming => {
            stage.begin("tell me");
            stage.starts("leader");
            stage.says("leader", &format!("First this.\n\n{long}"));
        }
        Scene::Together => {
            stage.begin("all of you");
            stage.starts("leader");
            stage.starts("coder");
            stage.says("leader", &long);
            stage.says("coder", &format!("- one\n- two\n- {long}"));
            stage.uses("coder", "c1", "read src/main.rs");
            stage.write("next question");
            stage.press(KeyCode::Enter);
        }
    }
    rig.draw();
}

fn scenes() -> impl Strategy<Value = Scene> {
    prop_oneof![
        Just(Scene::Idle),
        Just(Scene::Asking),
        Just(Scene::Completing),
        Just(Scene::Streaming),
        Just(Scene::Together),
    ]
}

/// A size that is passed on the way and nobody hears of, the one that comes then, and whether
/// that lasts.
type Change = (Option<(u16, u16)>, (u16, u16), bool);

fn changes() -> impl Strategy<Value = Change> {
    let size = || (1..140u16, 2..40u16);
    (prop::option::weighted(0.3, size()), size(), any::<bool>())
}

fn storm(rig: &mut Rig, scenes: &[Scene], changes: Vec<Change>) {
    for (number, (passed, (width, height), settles)) in changes.into_iter().enumerate() {
        if number % 5 == 0
            && let Some(scene) = scenes.get(number / 5)
        {
            rig.stage.press(KeyCode::Esc);
            rig.stage.ends();
            set(rig, *scene);
        }
        if let Some((width, height)) = passed {
            rig.terminal.resize(width, height);
        }
        rig.resize(width, height);
        rig.draw();
        if settles {
            rig.settle();
        }
    }
    rig.end();
}

#[test]
fn a_question_in_a_small_window_leaves_nothing_when_it_narrows() {
    for sizes in [
        &[(30, 12), (100, 30)][..],
        &[(30, 6), (20, 5), (100, 30)],
        &[(60, 5), (60, 30)],
        &[(31, 12), (60, 12)],
    ] {
        let mut rig = Rig::new(60, 12);
        rig.draw();
        set(&mut rig, Scene::Asking);
        for (width, height) in sizes {
            rig.resize(*width, *height);
            rig.draw();
            rig.settle();
        }
        rig.end();
        assert_eq!(rig.lines(), rig.expected(), "{sizes:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn another_window_leaves_nothing_behind(
        scene in scenes(),
        from in (20..140u16, 6..40u16),
        to in (1..140u16, 2..40u16),
        earlier in 0..60usize,
        placed in any::<bool>(),
    ) {
        // What is spoken is laid out for a third of the width and for twenty columns, not for
        // less: a window that jumps further must be readable.
        let far = to.0 < (from.0 / 3).max(20);
        let mut rig = if far { Rig::readable(from.0, from.1) } else { Rig::new(from.0, from.1) };
        if placed {
            rig = rig.placed();
        }
        for number in 0..earlier {
            rig.stage.begin(&format!("question {number}"));
            rig.stage.ends();
        }
        rig.draw();
        set(&mut rig, scene);
        rig.resize(to.0, to.1);
        rig.draw();
        rig.settle();
        rig.end();
        prop_assert_eq!(rig.lines(), rig.expected());
    }

    #[test]
    fn nothing_of_the_region_stays_where_the_terminal_can_be_read(
        scenes in prop::collection::vec(scenes(), 1..6),
        changes in prop::collection::vec(changes(), 30),
        placed in any::<bool>(),
    ) {
        let mut rig = Rig::readable(100, 30);
        if placed {
            rig = rig.placed();
        }
        rig.draw();
        storm(&mut rig, &scenes, changes);
        prop_assert_eq!(rig.lines(), rig.expected());
    }

    #[test]
    fn a_storm_loses_no_line_and_breaks_none(
        scenes in prop::collection::vec(scenes(), 1..6),
        changes in prop::collection::vec(changes().prop_map(|(_, to, settles)| (None, to, settles)), 30),
        placed in any::<bool>(),
    ) {
        let mut rig = Rig::new(100, 30);
        if placed {
            rig = rig.placed();
        }
        rig.draw();
        storm(&mut rig, &scenes, changes);
        // Live rows that a jump pushed out of the window may stand between the lines.
        let shown = rig.lines();
        let mut rest = shown.iter();
        for line in rig.expected() {
            prop_assert!(rest.any(|shown| *shown == line), "{line:?} in {shown:#?}");
        }
    }
}
