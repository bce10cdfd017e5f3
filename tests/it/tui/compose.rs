//! The line that is typed: what completes it, what goes along, what is kept of it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use nanofolks_testkit::{Dialect, FakeModelServer, Gate, Key, Reply, Terminal, TestHome};

use super::{SIZE, answered, last_said, leave, open};
use crate::chat::one_shot::PIXEL;
use crate::journey::{home_of, scene};

const DELETE: &str = "\x1b[3~";
const SHIFT_ENTER: &str = "\x1b[13;2u";

/// Waits until something outside of the terminal is so.
#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "{what} did not come");
        std::thread::yield_now();
    }
}

fn open_with(home: &TestHome, variables: &[(&str, &str)]) -> Terminal {
    let terminal = Terminal::start_with(home, SIZE, [], variables);
    terminal.wait_text("#general");
    terminal
}

/// A model that looks at pictures.
fn seeing(replies: impl IntoIterator<Item = Reply>) -> (FakeModelServer, TestHome) {
    let server = FakeModelServer::with(replies);
    let home = home_of(&server);
    let config = TestHome::provider(&server, Dialect::OpenAiChat);
    home.config(&format!("{config}\n[models.\"fake/test-model\"]\nimages = true\n"));
    (server, home)
}

#[test]
fn a_file_is_completed_by_a_few_letters_and_goes_along() {
    let (server, home) = scene([Reply::text("It does nothing.")]);
    home.write_work("src/deep/main.rs", "fn main() { /* teal */ }\n");
    let mut terminal = open(&home);

    terminal.send("explain @dma");
    terminal.wait_text("@src/deep/main.rs");
    terminal.press(Key::Tab);
    terminal.wait_text("› explain @src/deep/main.rs");
    terminal.press(Key::Enter);

    let screen = answered(&terminal, "It does nothing.");
    assert!(screen.contains("attached: src/deep/main.rs, 25 B"), "{screen}");
    let said = last_said(&server);
    assert!(said.contains("explain @src/deep/main.rs"), "{said}");
    assert!(said.contains("/* teal */"), "{said}");
    leave(terminal);
}

#[test]
fn a_file_outside_of_the_folder_stays_where_it_is() {
    let (server, home) = scene([Reply::text("I cannot see it.")]);
    std::fs::write(home.path().join("private.txt"), "hush\n").unwrap();
    let mut terminal = open(&home);

    terminal.send("read @../private.txt ").press(Key::Enter);

    let screen = answered(&terminal, "I cannot see it.");
    assert!(screen.contains("../private.txt is not attached: "), "{screen}");
    assert!(!last_said(&server).contains("hush"));
    leave(terminal);
}

#[test]
fn a_room_is_completed_too() {
    let (server, home) = scene([Reply::text("There."), Reply::text("Here.")]);
    home.run(["chat", "-q", "hi", "--room", "workshop"]).exits(0);
    let mut terminal = open(&home);

    terminal.send("as in #wksh");
    terminal.wait_text("#workshop");
    terminal.press(Key::Tab);
    terminal.wait_text("› as in #workshop");
    terminal.press(Key::Enter);

    answered(&terminal, "Here.");
    assert!(last_said(&server).contains("as in #workshop"));
    leave(terminal);
}

#[test]
fn a_picture_that_is_dropped_on_the_window_goes_along() {
    let (server, home) = seeing([Reply::text("A pixel.")]);
    let path = home.write_work("my pixel.png", PIXEL).display().to_string();
    let mut terminal = open(&home);

    terminal.paste(&format!("'{path}' "));
    terminal.wait_text("› [image 1: my pixel.png, 67 B]");
    terminal.press(Key::Backspace);
    terminal.wait_for("no picture", |screen| !screen.contains("[image 1"));
    terminal.send("/image 'my pixel.png'").press(Key::Enter);
    terminal.wait_text("› [image 1: my pixel.png, 67 B]");
    terminal.send(" what is it?").press(Key::Enter);

    answered(&terminal, "A pixel.");
    let request = server.only_request();
    assert_eq!(request.images(), 1);
    assert!(request.last_user_text().contains("[image 1: my pixel.png] what is it?"));
    leave(terminal);
}

#[test]
fn a_picture_comes_out_of_the_clipboard_of_a_desktop() {
    let (server, home) = seeing([Reply::text("A pixel.")]);
    let pixel = home.write_work("pixel.png", PIXEL).display().to_string();
    let bin = home.path().join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    script(
        &bin.join("wl-paste"),
        &format!("[ \"$1\" = --list-types ] && echo image/png || cat '{pixel}'\n"),
    );
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut terminal = open_with(&home, &[("PATH", &path), ("WAYLAND_DISPLAY", "wayland-0")]);

    terminal.send("look at ").press(Key::Alt('v'));
    terminal.wait_text("› look at [image 1: clipboard.png, 67 B]");
    terminal.press(Key::Enter);

    answered(&terminal, "A pixel.");
    assert_eq!(server.only_request().images(), 1);
    leave(terminal);
}

#[test]
fn without_a_desktop_it_is_said_what_is_missing() {
    let (_server, home) = scene([]);
    let mut terminal = open(&home);
    terminal.send("/paste").press(Key::Enter);
    terminal.wait_text("the clipboard cannot be read here");
    leave(terminal);
}

#[test]
fn what_is_no_picture_is_said_in_a_line_and_the_draft_stays() {
    let (server, home) = scene([]);
    home.write_work("notes.png", "no picture");
    let path = home.work().join("notes.png").display().to_string();
    let mut terminal = open(&home);
    terminal.send("my draft ");
    terminal.wait_text("› my draft");

    terminal.paste(&path);

    terminal.wait_text("is not a picture that models read");
    // It was a text.
    terminal.wait_for("the draft", |screen| screen.contains("› my draft /"));
    terminal.press(Key::Ctrl('u'));
    terminal.send("/image nowhere.png").press(Key::Enter);
    terminal.wait_text("cannot read");
    assert!(server.asked().is_empty());
    leave(terminal);
}

#[test]
fn a_draft_is_there_again_after_a_kill_with_all_that_was_pasted() {
    let (server, home) = scene([Reply::text("Long.")]);
    let file = home.root().join("drafts/general.json");
    let mut terminal = open(&home);
    let lines: Vec<_> = (0..10_000).map(|number| format!("line {number}")).collect();
    terminal.send("see ").paste(&lines.join("\r"));
    terminal.wait_text("› see [pasted: 10000 lines]");
    until("the draft", || {
        std::fs::read_to_string(&file).is_ok_and(|kept| kept.contains("line 9999"))
    });
    terminal.kill();

    let mut terminal = open(&home);
    terminal.wait_text("› see [pasted: 10000 lines]");
    terminal.press(Key::Enter);

    answered(&terminal, "Long.");
    assert!(last_said(&server).contains("line 4999\nline 5000\n"));
    until("the end of the draft", || !file.exists());
    leave(terminal);
}

#[test]
fn a_secret_in_the_line_is_not_kept() {
    let (_server, home) = scene([]);
    let file = home.root().join("drafts/general.json");
    let mut terminal = open(&home);
    terminal.send("my key ");
    until("the draft", || file.exists());

    terminal.send("sk-ant-Zq8vN3xT7bLwR2mK9pYd-Zq8vN3xT7bLwR2mK9pYd");

    until("the end of the draft", || !file.exists());
    terminal.press(Key::Ctrl('u'));
    leave(terminal);
}

#[test]
fn lines_of_earlier_conversations_are_found() {
    let (server, home) = scene([Reply::text("Yes."), Reply::text("Again.")]);
    let mut terminal = open(&home);
    terminal.send("is teal a colour?").press(Key::Enter);
    answered(&terminal, "Yes.");
    leave(terminal);

    let mut terminal = Terminal::start(&home, SIZE, ["tui", "--session", "new"]);
    terminal.wait_text("#general");
    terminal.press(Key::Ctrl('r')).send("teal");
    terminal.wait_text("is teal a colour?");
    terminal.press(Key::Enter);

    answered(&terminal, "Again.");
    assert_eq!(server.asked().len(), 2);
    leave(terminal);
}

#[test]
fn the_keys_of_vi_are_there_when_they_are_wished() {
    let (server, home) = scene([Reply::text("Done.")]);
    let mut terminal = open_with(&home, &[("NANOFOLKS_TUI__VI", "true")]);

    terminal.send("three blind mice");
    terminal.wait_text("› three blind mice");
    terminal.press(Key::Escape);
    terminal.wait_text("NORMAL");
    terminal.send("0dwwcwrats");
    terminal.wait_text("› blind rats");
    terminal.press(Key::Escape);
    terminal.wait_text("NORMAL");
    terminal.press(Key::Enter);

    answered(&terminal, "Done.");
    assert!(last_said(&server).contains("blind rats"));
    leave(terminal);
}

#[test]
fn what_waits_is_taken_back_changed_and_dropped_by_keys() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("First.").hold(&gate), Reply::text("Second.")]);
    let home = home_of(&server);
    let mut terminal = open(&home);
    terminal.send("one").press(Key::Enter);
    gate.wait_reached();
    terminal.send("two").press(Key::Enter);
    terminal.wait_text("⋯ two");

    terminal.press(Key::Up);
    terminal
        .wait_for("it in the line", |screen| screen.contains("› two") && !screen.contains("⋯ two"));
    terminal.send(" and a half").press(Key::Enter);
    terminal.wait_text("⋯ two and a half");
    terminal.send("three").press(Key::Enter);
    terminal.wait_text("⋯ three");
    terminal.send(DELETE);
    terminal.wait_for("it to go", |screen| !screen.contains("⋯ three"));
    gate.release();

    answered(&terminal, "Second.");
    assert_eq!(server.asked().len(), 2);
    assert!(last_said(&server).contains("two and a half"));
    leave(terminal);
}

fn has(raw: &[u8], wanted: &str) -> bool {
    raw.windows(wanted.len()).any(|window| window == wanted.as_bytes())
}

#[test]
fn an_answer_is_copied_and_only_what_is_known_is_said() {
    let answer = "Try this:\n\n```sh\nmake all\n```\n";
    let (_server, home) = scene([Reply::text(answer)]);
    let file = home.root().join("copied.txt");
    let mut terminal = open(&home);
    terminal.send("how?").press(Key::Enter);
    answered(&terminal, "make all");

    terminal.send("/copy code").press(Key::Enter);
    let screen = terminal.wait_text("does not say whether it did");
    let flat: String = screen.split_whitespace().collect();
    assert!(flat.contains(&*file.display().to_string()), "{screen}");
    assert!(has(&terminal.raw(), "\x1b]52;c;bWFrZSBhbGwK\x07"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "make all\n");

    terminal.send("/copy").press(Key::Enter);
    until("the whole answer", || {
        std::fs::read_to_string(&file).is_ok_and(|text| text.trim_end() == answer.trim_end())
    });
    terminal.send("/copy 2").press(Key::Enter);
    terminal.wait_text("there are not so many answers");
    leave(terminal);
}

#[test]
fn a_terminal_that_is_known_gets_the_text_and_keys_that_are_told_apart() {
    let (server, home) = scene([Reply::text("Teal.")]);
    let mut terminal = open_with(&home, &[("TERM", "xterm-kitty")]);
    terminal.send("which").send(SHIFT_ENTER).send("colour?");
    terminal.wait_text("  colour?");
    terminal.press(Key::Enter);
    answered(&terminal, "Teal.");
    assert!(last_said(&server).contains("which\ncolour?"));

    terminal.send("/copy").press(Key::Enter);
    terminal.wait_text("sent 5 B to the clipboard of kitty");

    assert!(!home.root().join("copied.txt").exists());
    terminal.press(Key::Ctrl('d'));
    let (code, raw) = terminal.wait_end();
    assert!(has(&raw, "\x1b[>1u") && has(&raw, "\x1b[<u"));
    assert_eq!(code, 0);
}

#[test]
fn a_terminal_that_is_not_known_is_not_asked_for_other_keys() {
    let (_server, home) = scene([]);
    let mut terminal = open(&home);
    terminal.press(Key::Ctrl('d'));
    let (_code, raw) = terminal.wait_end();
    assert!(!has(&raw, "\x1b[>1u") && !has(&raw, "\x1b[<u") && !has(&raw, "\x1b[?u"));
}

#[test]
fn the_mouse_is_taken_and_given_back() {
    let (_server, home) = scene([]);
    let mut terminal = open(&home);
    terminal.send("hello there");
    terminal.wait_text("› hello there");
    assert!(!has(&terminal.raw(), "\x1b[?1000h"), "the mouse was taken");
    terminal.press(Key::Ctrl('u')).send("/mouse").press(Key::Enter);
    terminal.wait_text("the mouse is ours now");

    terminal.send("hello there");
    terminal.wait_text("› hello there");
    // A click on the second word, in the last row of the window.
    let row = 30;
    terminal.send(&format!("\x1b[<0;9;{row}M\x1b[<0;9;{row}m")).send("you ");
    terminal.wait_text("› hello you there");

    terminal.press(Key::Ctrl('c')).press(Key::Ctrl('c'));
    let (_code, raw) = terminal.wait_end();
    assert!(has(&raw, "\x1b[?1000h") && has(&raw, "\x1b[?1000l"));
}

fn script(path: &Path, text: &str) -> String {
    std::fs::write(path, format!("#!/bin/sh\n{text}")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

#[test]
fn an_editor_gets_the_line_and_keys_typed_meanwhile_are_not_lost() {
    let (server, home) = scene([Reply::text("Edited.")]);
    let (opened, go) = (home.path().join("opened"), home.path().join("go"));
    let editor = script(
        &home.path().join("editor"),
        &format!(
            "grep -q '^a draft$' \"$1\" && printf 'two\\nlines' > \"$1\"\n: > '{}'\n\
             while [ ! -e '{}' ]; do sleep 0.02; done\n",
            opened.display(),
            go.display()
        ),
    );
    let mut terminal = open_with(&home, &[("EDITOR", &editor)]);
    terminal.send("a draft");
    terminal.wait_text("› a draft");
    terminal.press(Key::Ctrl('g'));
    until("the editor", || opened.exists());

    terminal.send(" and more");
    terminal.wait_text(" and more");
    std::fs::write(&go, "").unwrap();

    terminal.wait_for("the text and the keys", |screen| {
        screen.contains("› two\n") && screen.contains("  lines and more")
    });
    terminal.press(Key::Enter);
    answered(&terminal, "Edited.");
    assert!(last_said(&server).contains("two\nlines and more"));
    leave(terminal);
}

#[test]
fn an_editor_that_fails_leaves_the_line_as_it_was() {
    let (_server, home) = scene([]);
    let editor = script(&home.path().join("editor"), "exit 3\n");
    let mut terminal = open_with(&home, &[("EDITOR", &editor)]);
    terminal.send("a draft");
    terminal.wait_text("› a draft");
    terminal.press(Key::Ctrl('g'));
    terminal.wait_text("ended with exit status: 3");
    terminal.wait_text("› a draft");
    terminal.press(Key::Ctrl('u'));
    leave(terminal);
}

#[test]
fn a_command_that_takes_its_time_does_not_hold_the_line() {
    let (_server, home) = scene([]);
    let mut terminal = Terminal::start(&home, (60, 110), []);
    terminal.wait_text("#general");
    terminal.send("/doctor\rmeanwhile");
    let report = terminal.wait_for("the report above the line", |screen| {
        screen.contains("the clock says") && screen.contains("› meanwhile")
    });
    // It sees the terminal that the conversation is on.
    assert!(report.contains("110x60") && !report.contains("there is no terminal"), "{report}");
    terminal.press(Key::Ctrl('u'));
    leave(terminal);
}

#[test]
fn the_help_has_what_only_the_terminal_has() {
    let (_server, home) = scene([]);
    let mut terminal = Terminal::start(&home, (80, 110), []);
    terminal.wait_text("#general");
    terminal.send("/help").press(Key::Enter);
    let help = terminal.wait_text("@bot asks that bot.");
    for own in ["/copy [", "/image [PATH]", "/paste", "/mouse", "/keys", "/theme ["] {
        assert!(help.contains(&format!("  {own}")), "{own} in\n{help}");
    }
    terminal.send("/help copy").press(Key::Enter);
    terminal.wait_text("/copy [last|code]: copy the last answer");
    leave(terminal);
}

#[test]
fn a_paste_with_the_end_mark_of_a_paste_in_it_sends_nothing() {
    let (server, home) = scene([Reply::text("Both lines.")]);
    let mut terminal = open(&home);
    // As a terminal sends it that does not look into what is pasted.
    terminal.send("\x1b[200~one \x1b[201~two\rthree\x04\x03 four\n\x1b[200~five\x1b[201~");
    let screen = terminal.wait_text("five");
    assert!(screen.contains("› one two") && screen.contains("three four"), "{screen}");
    assert!(server.asked().is_empty(), "the paste sent itself");

    terminal.press(Key::Enter);
    answered(&terminal, "Both lines.");
    assert!(last_said(&server).contains("one two\nthree four\nfive"), "{}", last_said(&server));
    leave(terminal);
}
