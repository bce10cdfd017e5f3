//! Every screen, modal and popup, in every size and theme: the text once, because it is the
//! same in all themes, and below it how each of its pieces looks in each theme.

use crossterm::event::{KeyCode, KeyModifiers};
use nanofolks_protocol::command::{Choice, Completes, Then};
use nanofolks_protocol::{
    ApprovalId, ApprovalMode, CommandOutput, EventKind, Problem, ProblemKind, Receipt, Timestamp,
    WantedSecret,
};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

use super::*;
use crate::app::first::tests::found;
use crate::app::stage::Stage;
use crate::app::{Msg, Suggestion, Wish};
use crate::first::Progress;

const SIZES: [(u16, u16); 4] = [(140, 40), (100, 30), (60, 20), (20, 5)];
const THEMES: [&str; 3] = ["dark", "light", "mono"];

type Scene = fn(&mut Stage);

const SCENES: &[(&str, Scene)] = &[
    ("opening_line", opening_line),
    ("working", working),
    ("six_bots", six_bots),
    ("searching", searching),
    ("commands", commands),
    ("arguments", arguments),
    ("unfolded", unfolded),
    ("bots", bots),
    ("approval", approval),
    ("approval_too_early", approval_too_early),
    ("approval_long", approval_long),
    ("approvals_alike", approvals_alike),
    ("approval_hostile", approval_hostile),
    ("question", question),
    ("question_own_words", question_own_words),
    ("secret", secret),
    ("vault", vault),
    ("vault_wrong", vault_wrong),
    ("confirm", confirm),
    ("models_awaited", models_awaited),
    ("models", models),
    ("models_filtered", models_filtered),
    ("long_items", long_items),
    ("themes", themes),
    ("team", team),
    ("rooms", rooms),
    ("first_choices", first_choices),
    ("first_download", first_download),
];

fn wait(stage: &mut Stage) {
    stage.now += 500;
    stage.take(Msg::Tick);
}

fn command(stage: &mut Stage, line: &str) {
    stage.write(line);
    stage.app.popup = None;
    stage.press(KeyCode::Enter);
    wait(stage);
}

fn opening_line(stage: &mut Stage) {
    stage.app.options.approval = ApprovalMode::Full;
    stage.write("hello\u{301} 家族 👩‍👩‍👧 ok");
}

fn working(stage: &mut Stage) {
    stage.begin("look around");
    stage.starts("leader");
    stage.starts("coder");
    stage.says("leader", "# Plan\n\nFirst I read the *notes*, then the `code`.\n\n- one\n- two");
    stage.says("coder", "I look at the sources; there are many of them, and every one is long.");
    stage.uses("coder", "c1", "read src/main.rs");
    stage.write("next question");
    stage.press(KeyCode::Enter);
    stage.event(None, EventKind::Context { used: 6000, window: 10_000 });
    stage.now += 65_000;
    stage.take(Msg::Tick);
}

fn six_bots(stage: &mut Stage) {
    let all = ["leader", "coder", "researcher", "creative", "social", "auditor"];
    stage.begin("@all what do you think?");
    for (at, bot) in all.into_iter().enumerate() {
        stage.starts(bot);
        let words = "I look at it from where I stand, and there is more than one side to it, ";
        stage.says(bot, &format!("# {bot}\n\n{}so I begin with number {at}.", words.repeat(2)));
    }
    stage.uses("coder", "c1", "read src/main.rs");
    stage.finishes("social", "All said.");
}

fn searching(stage: &mut Stage) {
    let key = crossterm::event::KeyEvent::new(KeyCode::Char('r'), KeyModifiers::CONTROL);
    stage.take(Msg::Key(key));
    stage.write("earl");
}

fn commands(stage: &mut Stage) {
    stage.write("/");
}

fn arguments(stage: &mut Stage) {
    stage.write("/model mo");
    stage.take(Msg::Offers(Completes::Model, offers()));
}

/// A thought and a call that run, opened with Ctrl+O.
fn unfolded(stage: &mut Stage) {
    stage.begin("look around");
    stage.starts("leader");
    let thought = "The notes may say it.\nOr the sources do, which are many.";
    stage.event(Some("leader"), EventKind::ReasoningDelta { text: thought.into() });
    let key = crossterm::event::KeyEvent::new(KeyCode::Char('o'), KeyModifiers::CONTROL);
    stage.take(Msg::Key(key));
}

fn bots(stage: &mut Stage) {
    stage.write("@");
}

fn approval(stage: &mut Stage) {
    stage.begin("note it");
    stage.starts("leader");
    stage.write("draft");
    stage.asks();
    wait(stage);
    stage.press(KeyCode::Down);
}

fn approval_too_early(stage: &mut Stage) {
    stage.begin("note it");
    stage.asks();
}

fn approval_long(stage: &mut Stage) {
    let lines = (0..60).map(|at| format!("+line {at}")).collect::<Vec<_>>().join("\n");
    stage.begin("note it");
    stage.asks_with(|request| {
        request.preview = format!("--- notes.txt\n+++ notes.txt\n@@ -0,0 +60 @@\n{lines}");
        request.folder = "/home/ada/projects/with-a-long-name/in/a/deep/folder".into();
        request.pattern = format!("write_file in {}", request.folder);
    });
    wait(stage);
    draw(&mut stage.app, 0);
    stage.press(KeyCode::PageDown);
    stage.press(KeyCode::Up);
}

fn approvals_alike(stage: &mut Stage) {
    stage.begin("note it");
    for _ in 0..3 {
        stage.asks();
    }
    stage.now += 595_000;
    wait(stage);
    wait(stage);
}

fn approval_hostile(stage: &mut Stage) {
    stage.begin("note it");
    stage.asks_with(|request| {
        request.summary = "write \u{202e}gpj.exe\u{200b}\u{1b}[2J".into();
        request.preview = "+\u{2066}rm -rf /\u{2069}\r+nothing\u{7f}\n+\tindented".into();
        request.reason = "because\u{feff}".into();
    });
    wait(stage);
}

fn ask(stage: &mut Stage) {
    stage.begin("paint it");
    stage.write("draft");
    stage.event(
        Some("coder"),
        EventKind::QuestionAsked {
            question: ApprovalId::fresh(),
            text: "Which colour shall the shed in the garden behind the house be?".into(),
            choices: vec!["red".into(), "teal, as it was before\u{202e}".into()],
            expires_at: Some(Timestamp::from_millis(stage.now + 600_000)),
        },
    );
    wait(stage);
}

fn question(stage: &mut Stage) {
    ask(stage);
    stage.press(KeyCode::Down);
}

fn question_own_words(stage: &mut Stage) {
    ask(stage);
    stage.press(KeyCode::Up);
    stage.write("a quiet grey");
    stage.press(KeyCode::Left);
}

fn secret(stage: &mut Stage) {
    command(stage, "/auth lab");
    stage.write("sk-secret");
}

fn vault(stage: &mut Stage) {
    stage.app.hold_for_vault("the key of lab lies in it");
    wait(stage);
    stage.write("correct horse");
}

fn vault_wrong(stage: &mut Stage) {
    vault(stage);
    stage.press(KeyCode::Enter);
    let message = "this passphrase does not open the vault /home/ada/.nanofolks/vault";
    let wrong = Problem::new(ProblemKind::Usage, "vault_wrong_key", message);
    stage.take(Msg::Unlocked(Err(wrong.wants(WantedSecret::passphrase()))));
    wait(stage);
}

fn confirm(stage: &mut Stage) {
    let (question, line) = ("this will trash the session; go on?", "/trash yes".to_owned());
    let said = CommandOutput::default().then(Then::Confirm { question: question.into(), line });
    let told = Ok(Receipt::Told(Box::new(said)));
    stage.take(Msg::Answered(Wish::Command("/trash".into()), told));
    wait(stage);
}

fn offers() -> Vec<Suggestion> {
    let names = (1..30).map(|at| format!("lab/model-{at}"));
    let names = std::iter::once("lab/model".to_owned()).chain(names);
    let offer = |value| Suggestion { value, about: "32k context, ready".into(), is_current: false };
    names.map(offer).collect()
}

fn models_awaited(stage: &mut Stage) {
    command(stage, "/model");
}

fn models(stage: &mut Stage) {
    command(stage, "/model");
    stage.take(Msg::Offers(Completes::Model, offers()));
}

fn models_filtered(stage: &mut Stage) {
    models(stage);
    stage.write("m17");
}

fn long_items(stage: &mut Stage) {
    command(stage, "/model");
    let name = "lab/a-model-with-a-name-that-says-where-it-was-trained-and-on-what-and-by-whom";
    let about = "32k context, ready; its key is in the vault, and it is the one that was used last";
    let offer = |at: usize| Suggestion {
        value: format!("{name}-{at}"),
        about: about.into(),
        is_current: at == 1,
    };
    stage.take(Msg::Offers(Completes::Model, (0..3).map(offer).collect()));
}

fn themes(stage: &mut Stage) {
    command(stage, "/theme");
    stage.has_themes();
}

/// What the house tells when a function key is pressed.
fn panel(stage: &mut Stage, key: u8, name: &str, told: &[(&str, &str)]) {
    stage.press(KeyCode::F(key));
    let choice = |(at, (label, about)): (usize, &(&str, &str))| Choice {
        label: (*label).into(),
        about: (*about).into(),
        is_current: at == 0,
        line: format!("/{name} {label}"),
    };
    let choices = told.iter().enumerate().map(choice).collect();
    let said = CommandOutput { choices, ..CommandOutput::default() };
    let told = Ok(Receipt::Told(Box::new(said)));
    stage.take(Msg::Answered(Wish::Command(format!("/{name}")), told));
    wait(stage);
}

fn team(stage: &mut Stage) {
    let at_work = "at work in #garden on “look at the whole of the garden and say w…”";
    let bots = [("leader", at_work), ("coder", "Coder: development"), ("social", "")];
    panel(stage, 2, "bot", &bots);
}

fn rooms(stage: &mut Stage) {
    let busy = "leader, coder at work on “build the shed”; 1 question; 2 messages waiting";
    let lost = "left by a process that is gone";
    let rooms = [("general", busy), ("garden", lost), ("家族", "leader, social")];
    panel(stage, 3, "room", &rooms);
}

fn first_choices(stage: &mut Stage) {
    stage.take(Msg::First);
    stage.take(Msg::Found(Ok(found())));
    wait(stage);
}

fn first_download(stage: &mut Stage) {
    first_choices(stage);
    stage.press(KeyCode::Down);
    stage.press(KeyCode::Enter);
    let tell = |done| Progress { what: "fetching local/tiny".into(), done: Some(done) };
    stage.take(Msg::Progress(tell((2_000_000, Some(98_400_000)))));
    stage.now += 2_000;
    stage.take(Msg::Progress(tell((40_000_000, Some(98_400_000)))));
}

/// The text of the region.
fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    each_row(buffer, |cells| {
        let line: String = cells.iter().map(|(symbol, _)| *symbol).collect();
        text.push_str(line.trim_end());
        text.push('\n');
    });
    text
}

fn each_row(buffer: &Buffer, mut act: impl FnMut(&[(&str, Style)])) {
    for y in 0..buffer.area.height {
        let mut cells = Vec::new();
        let mut x = 0;
        while x < buffer.area.width {
            let cell = buffer.cell((x, y)).unwrap();
            cells.push((cell.symbol(), cell.style()));
            x += u16::try_from(cell.symbol().width()).unwrap().max(1);
        }
        act(&cells);
    }
}

/// How the pieces of the region look: the words of each look with its number, and each row as
/// numbers with the count of cells.
fn looks(buffer: &Buffer, known: &mut Vec<String>) -> String {
    let mut rows = Vec::new();
    each_row(buffer, |cells| {
        let mut row: Vec<(usize, usize)> = Vec::new();
        for (symbol, style) in cells {
            let words = words(*style);
            // A blank without a ground looks like what is before it.
            if symbol.trim().is_empty()
                && !words.contains("reverse")
                && !words.contains("on ")
                && let Some((_, count)) = row.last_mut()
            {
                *count += 1;
                continue;
            }
            let number = known.iter().position(|it| *it == words).unwrap_or_else(|| {
                known.push(words);
                known.len() - 1
            });
            match row.last_mut() {
                Some((last, count)) if *last == number => *count += 1,
                _ => row.push((number, 1)),
            }
        }
        row.pop_if(|(number, _)| known.get(*number).is_some_and(|it| it == "plain"));
        let pieces = row.iter().map(|(number, count)| format!("{number}×{count}"));
        rows.push(pieces.collect::<Vec<_>>().join(" "));
    });
    rows.join(" | ")
}

fn words(style: Style) -> String {
    let colour = |colour: Color| match colour {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        other => format!("{other:?}").to_lowercase(),
    };
    let mut words = Vec::new();
    words.extend(style.fg.filter(|it| *it != Color::Reset).map(colour));
    words.extend(style.bg.filter(|it| *it != Color::Reset).map(|it| format!("on {}", colour(it))));
    for (modifier, word) in [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::ITALIC, "italic"),
        (Modifier::UNDERLINED, "underline"),
        (Modifier::REVERSED, "reverse"),
        (Modifier::CROSSED_OUT, "strike"),
    ] {
        if style.add_modifier.contains(modifier) {
            words.push(word.to_owned());
        }
    }
    if words.is_empty() { "plain".to_owned() } else { words.join(" ") }
}

#[test]
fn every_screen_in_every_size_and_theme() {
    for (name, scene) in SCENES {
        let mut all = String::new();
        let mut known = [const { Vec::new() }; THEMES.len()];
        for size in SIZES {
            let mut shown = None;
            let mut styles = String::new();
            for (theme, known) in THEMES.iter().zip(&mut known) {
                let mut stage = Stage::new(size, theme);
                scene(&mut stage);
                stage.app.take_rows();
                let buffer = draw(&mut stage.app, 0);
                let text = text(&buffer);
                // What is in use is marked, and that differs.
                let text = if *name == "themes" && *theme != "dark" {
                    shown.clone().unwrap()
                } else {
                    text
                };
                assert_eq!(shown.get_or_insert(text.clone()), &text, "{name} in {theme}");
                styles.push_str(&format!("{theme}: {}\n", looks(&buffer, known)));
            }
            let text = shown.unwrap_or_default();
            all.push_str(&format!("--- {} x {}\n{text}{styles}", size.0, size.1));
        }
        for (theme, known) in THEMES.iter().zip(&known) {
            let known = known.iter().enumerate().map(|(at, words)| format!("{at} {words}"));
            let known = known.collect::<Vec<_>>().join(", ");
            all.push_str(&format!("{theme} = {known}\n"));
        }
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("screen_{name}"), all);
        });
    }
}
