//! What terminals do: signals, backgrounds, cursors, hostile text.

use nanofolks_testkit::{FakeModelServer, Key, Reply, Terminal};
use rustix::process::Signal;
use serde_json::json;

use super::{SIZE, answered, leave, open};
use crate::journey::{home_of, scene};

/// What gives a terminal back: plain ink, no bracketed paste, a cursor.
const GIVEN_BACK: [&str; 3] = ["\u{1b}[m", "\u{1b}[?2004l", "\u{1b}[?25h"];

#[test]
fn a_signal_to_end_gives_the_terminal_back() {
    for signal in [Signal::TERM, Signal::HUP] {
        let (_server, home) = scene([Reply::text("Here.")]);
        let mut terminal = open(&home);
        terminal.send("hi").press(Key::Enter);
        answered(&terminal, "Here.");

        terminal.signal(signal);
        let (_code, raw) = terminal.wait_end();

        let raw = String::from_utf8_lossy(&raw).into_owned();
        let taken = raw.rfind("\u{1b}[?2004h").unwrap();
        for bytes in GIVEN_BACK {
            assert!(raw.rfind(bytes).unwrap() > taken, "{signal:?}: {bytes:?} is missing");
        }
    }
}

#[test]
fn in_the_background_the_terminal_is_the_shells() {
    let (_server, home) = scene([Reply::text("Back again.")]);
    let mut terminal = open(&home);
    terminal.send("half a line");
    terminal.wait_text("half a line");

    terminal.press(Key::Ctrl('z'));
    terminal.wait_bytes(b"\x1b[?2004l", 1);
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(raw.rfind("\u{1b}[?25h") > raw.rfind("\u{1b}[?25l"), "the cursor stays hidden");
    // What stopped goes on when it is told to; before that, the signal has no one to wake.
    // It may not have stopped yet, so it is told again, for as long as anything is waited for.
    let deadline = std::time::Instant::now() + nanofolks_testkit::PATIENCE;
    while std::time::Instant::now() < deadline {
        terminal.signal(Signal::CONT);
        let again = terminal.raw().windows(8).filter(|part| part == b"\x1b[?2004h").count();
        if again > 1 {
            break;
        }
        std::thread::park_timeout(std::time::Duration::from_millis(10));
    }
    terminal.wait_bytes(b"\x1b[?2004h", 2);
    terminal.wait_text("half a line");
    terminal.press(Key::Enter);
    answered(&terminal, "Back again.");
    leave(terminal);
}

#[test]
fn the_theme_goes_by_the_background_however_late_the_answer() {
    let (server, home) = scene([Reply::text("Said.")]);
    let mut terminal = Terminal::start_with(&home, SIZE, [], &[("COLORTERM", "truecolor")]);
    terminal.wait_text("#general");
    terminal.wait_bytes(b"\x1b]11;?\x1b\\", 1);
    terminal.send("before");
    terminal.wait_text("before");
    let dark = terminal.raw().len();

    terminal.send("\u{1b}]11;rgb:ffff/").send("ffff/ffff\u{1b}\\").send(" after");
    let screen = terminal.wait_text("before after");
    assert!(!screen.contains("rgb"), "{screen}");
    terminal.press(Key::Enter);
    answered(&terminal, "Said.");

    let raw = terminal.raw();
    let colours = |part: &[u8]| {
        let text = String::from_utf8_lossy(part).into_owned();
        text.split("38;2;").skip(1).map(|rest| rest.split('m').next().unwrap().to_owned()).collect()
    };
    let (before, after): (Vec<String>, Vec<String>) =
        (colours(&raw[..dark]), colours(&raw[dark..]));
    assert!(!before.is_empty() && !after.is_empty());
    assert!(after.iter().any(|colour| !before.contains(colour)), "{before:?} {after:?}");
    let said = server.asked()[0].seen.turns.last().unwrap().text.clone();
    assert!(said.contains("before after") && !said.contains("rgb"), "{said}");
    leave(terminal);
}

#[test]
fn the_cursor_stands_where_letters_go_in_a_terminal_that_wraps_nothing_anew() {
    let (_server, home) = scene([Reply::text("Yes.")]);
    let mut terminal = Terminal::start_with(&home, SIZE, [], &[("XTERM_VERSION", "XTerm(390)")]);
    terminal.wait_text("#general");
    terminal.send("漢字 and more");
    terminal.wait_text("and more");
    let row = |terminal: &Terminal| {
        let screen = terminal.screen();
        u16::try_from(screen.lines().rposition_of("› ")).unwrap()
    };
    terminal.wait_for("the cursor", |_| true);
    assert_eq!(terminal.cursor(), (row(&terminal), 2 + 4 + 9));
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(raw.rfind("\u{1b}[?25h") > raw.rfind("\u{1b}[?25l"), "the cursor is hidden");
    terminal.press(Key::Enter);
    answered(&terminal, "Yes.");
    leave(terminal);
}

#[test]
fn nothing_blank_stays_above_the_first_line_in_a_terminal_that_says_where_its_cursor_is() {
    let (_server, home) = scene([Reply::text("Yes.")]);
    let mut terminal = Terminal::start_with(&home, SIZE, [], &[("XTERM_VERSION", "XTerm(390)")]);
    terminal.wait_text("#general");
    terminal.send("well?").press(Key::Enter);
    answered(&terminal, "Yes.");

    let screen = terminal.screen();
    let rows: Vec<_> = screen.lines().collect();
    assert!(rows[0].starts_with("nanofolks "), "{screen}");
    // The line is at the bottom all the same.
    assert_eq!(screen.lines().rposition_of("›"), usize::from(SIZE.0) - 1, "{screen}");
    leave(terminal);
}

/// The last line that begins with a text.
trait Rows {
    fn rposition_of(self, start: &str) -> usize;
}

impl Rows for std::str::Lines<'_> {
    fn rposition_of(self, start: &str) -> usize {
        let rows: Vec<_> = self.collect();
        rows.iter().rposition(|row| row.starts_with(start)).unwrap()
    }
}

/// Everything that would do something to a terminal, were it let through.
const HOSTILE: &str =
    "a\u{1b}[2Jb\u{1b}]0;title\u{7}c\u{9b}31md\u{202e}e\u{200b}f\u{8}\u{1b}Pq\u{1b}\\g";

#[test]
fn hostile_text_of_tools_and_names_does_nothing_to_the_terminal() {
    let arguments = json!({ "path": "dir" });
    let list = Reply::tool_call("call_1", "list_dir", &arguments);
    let read = Reply::tool_call("call_2", "read_file", &json!({ "path": "dir/evil" }));
    let server = FakeModelServer::with([list, read, Reply::text(&format!("{HOSTILE}\n\nOver."))]);
    let home = home_of(&server);
    home.write_work("dir/x\u{1b}]0;name\u{7}\u{202e}y.txt", "nothing");
    home.write_work("dir/evil", HOSTILE);
    let mut terminal = open(&home);
    terminal.send("look around").press(Key::Enter);
    answered(&terminal, "Over.");

    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    for bad in ["\u{1b}[2J", "\u{1b}]0;", "\u{9b}", "\u{202e}", "\u{200b}", "\u{8}", "\u{1b}P"] {
        assert!(!raw.contains(bad), "{bad:?} came through");
    }
    leave(terminal);
}

#[test]
fn a_line_of_a_million_letters_is_written_whole_and_the_keys_are_heard() {
    let (_server, home) = scene([Reply::text(&"abcdefghij".repeat(100_000)), Reply::text("Next.")]);
    let mut terminal = open(&home);
    terminal.send("a long one").press(Key::Enter);
    terminal.wait_for("the end of the turn", |screen| {
        let bar = screen.contains("#general") && !screen.contains("Esc stops");
        bar && screen.contains("abcdefghij")
    });
    let letters = terminal.raw().iter().filter(|byte| **byte == b'j').count();
    assert!(letters >= 100_000, "{letters}");
    terminal.send("and now").press(Key::Enter);
    answered(&terminal, "Next.");
    leave(terminal);
}

#[test]
fn a_theme_of_ones_own_is_read_again_when_its_file_changes() {
    let (_server, home) = scene([Reply::text("Well.")]);
    let write = |text: &str| home.write_root("themes/mine.toml", text);
    write("[roles]\nprompt = \"#010203\"\n");
    let variables = [("COLORTERM", "truecolor"), ("NANOFOLKS_TUI__THEME", "mine")];
    let mut terminal = Terminal::start_with(&home, SIZE, [], &variables);
    terminal.wait_text("#general");
    terminal.wait_bytes(b"38;2;1;2;3", 1);
    terminal.send("hi").press(Key::Enter);
    answered(&terminal, "Well.");

    write("[roles]\npromt = \"red\"\n");
    terminal.wait_text("\"promt\"; is it \"prompt\"?");

    write("[roles]\nprompt = \"#0a0b0c\"\n");
    terminal.wait_bytes(b"38;2;10;11;12", 1);
    leave(terminal);
}

#[test]
fn a_theme_that_is_no_file_is_said_to_be_none_and_holds_nothing_up() {
    let (_server, home) = scene([Reply::text("Well.")]);
    home.write_root("themes/mine.toml", "[roles]\n");
    let themes = home.root().join("themes");
    std::os::unix::fs::symlink("/dev/zero", themes.join("endless.toml")).unwrap();
    let pipe = themes.join("pipe.toml");
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    std::fs::write(themes.join("latin.toml"), b"# caf\xe9\n").unwrap();
    let mut terminal = Terminal::start(&home, SIZE, []);
    terminal.wait_text("#general");
    for (name, why) in [("endless", "a device"), ("pipe", "a pipe"), ("latin", "UTF-8")] {
        terminal.send(&format!("/theme {name}")).press(Key::Enter);
        terminal.wait_for(why, |screen| {
            screen.contains(&format!("{name}.toml: ")) && screen.contains(why)
        });
    }
    terminal.send("hi").press(Key::Enter);
    answered(&terminal, "Well.");
    leave(terminal);
}
