//! The scrollback in tmux, while the window changes its size as fast as it can.

use std::process::Command;
use std::time::{Duration, Instant};

use nanofolks_testkit::{FakeModelServer, Gate, Reply, TestHome};
use serde_json::json;

use crate::journey::home_of;

/// How long the screen may take to become as wished.
const PATIENCE: Duration = Duration::from_secs(30);

/// A tmux server of its own with one window.
pub(super) struct Tmux<'a> {
    home: &'a TestHome,
    socket: String,
}

impl<'a> Tmux<'a> {
    /// The window, in which the binary runs; `None` where there is no tmux.
    pub(super) fn start(home: &'a TestHome) -> Option<Self> {
        Self::start_in(home, "100", "30")
    }

    fn start_in(home: &'a TestHome, columns: &str, rows: &str) -> Option<Self> {
        let socket = home.path().join("tmux").display().to_string();
        let tmux = Self { home, socket };
        let config = home.write_work("tmux.conf", "set -g history-limit 1000000\n");
        let config = config.display().to_string();
        let binary = home.binary().display().to_string();
        let start = ["-f", &config, "new-session", "-d", "-x", columns, "-y", rows, &binary];
        tmux.call(&start).map(|_| tmux)
    }

    #[expect(clippy::disallowed_methods, reason = "the terminal under test")]
    pub(super) fn call(&self, arguments: &[&str]) -> Option<String> {
        let mut command = Command::new("tmux");
        command.env_clear().envs(self.home.env()).current_dir(self.home.work());
        let output = command.arg("-S").arg(&self.socket).args(arguments).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Everything from the beginning of the scrollback, wrapped rows joined.
    pub(super) fn lines(&self) -> Vec<String> {
        let text = self.call(&["capture-pane", "-p", "-J", "-S", "-"]).unwrap();
        text.lines().map(|line| line.trim_end().to_owned()).collect()
    }

    /// Waits until the window, without the scrollback, is as wished.
    #[track_caller]
    pub(super) fn wait_screen(&self, what: &str, fits: impl Fn(&str) -> bool) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let screen = self.call(&["capture-pane", "-p", "-J"]).unwrap();
            if fits(&screen) {
                return screen;
            }
            assert!(Instant::now() < until, "{what} did not come:\n{screen}");
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    #[track_caller]
    fn wait(&self, what: &str, fits: impl Fn(&[String]) -> bool) -> Vec<String> {
        let until = Instant::now() + PATIENCE;
        loop {
            let lines = self.lines();
            if fits(&lines) {
                return lines;
            }
            assert!(Instant::now() < until, "{what} did not come:\n{}", lines.join("\n"));
        }
    }

    /// Waits until the terminal shows its other screen, or its first one again.
    #[track_caller]
    fn wait_other(&self, other: bool) {
        let until = Instant::now() + PATIENCE;
        let expected = if other { "1" } else { "0" };
        while self.call(&["display-message", "-p", "#{alternate_on}"]).unwrap().trim() != expected {
            assert!(Instant::now() < until, "the screen did not become {expected}");
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    pub(super) fn resize(&self, columns: u32, rows: u32) {
        let (columns, rows) = (columns.to_string(), rows.to_string());
        self.call(&["resize-window", "-x", &columns, "-y", &rows]).unwrap();
    }
}

impl Drop for Tmux<'_> {
    fn drop(&mut self) {
        drop(self.call(&["kill-server"]));
    }
}

/// Numbers that look like chance and are the same each time.
pub(super) fn numbers() -> impl Iterator<Item = u32> {
    std::iter::successors(Some(2_463_534_242_u32), |last| {
        let mut next = last ^ (last << 13);
        next ^= next >> 17;
        Some(next ^ (next << 5))
    })
}

#[test]
fn every_line_is_there_once_after_two_hundred_sizes() {
    let gate = Gate::new();
    let said: Vec<String> = (0..80)
        .map(|number| format!("L{number:03} {}end", "words go on ".repeat(number % 17)))
        .collect();
    let text = said.join("\n\n");
    let server = FakeModelServer::with([Reply::text(&text).stall_after(200, &gate)]);
    let home = home_of(&server);
    let Some(tmux) = Tmux::start(&home) else { return };
    tmux.wait("the prompt", |lines| lines.iter().any(|line| line.contains("#general")));
    tmux.call(&["send-keys", "go", "Enter"]).unwrap();
    gate.wait_reached();

    let mut numbers = numbers();
    let mut next = |from: u32, to: u32| from + numbers.next().unwrap() % (to - from + 1);
    for step in 0..200 {
        if step == 100 {
            gate.release();
        }
        tmux.resize(next(1, 140), next(2, 50));
    }
    tmux.resize(100, 30);

    let over = |lines: &[String]| {
        lines.iter().any(|line| line.starts_with("L079"))
            && lines.iter().any(|line| line.contains("#general") && !line.contains("Esc stops"))
    };
    let lines = tmux.wait("the end", over);
    let shown: Vec<_> = lines.into_iter().filter(|line| line.starts_with('L')).collect();
    assert_eq!(shown, said);
}

#[test]
fn a_tail_that_a_narrow_window_pushes_into_the_scrollback_is_taken_back() {
    let gate = Gate::new();
    let long = format!("L001 {}end", "words 日本 go on ".repeat(18));
    let text = format!("L000 is over.\n\n{long}");
    let server = FakeModelServer::with([Reply::text(&text).stall_after(60, &gate)]);
    let home = home_of(&server);
    let Some(tmux) = Tmux::start(&home) else { return };
    tmux.wait("the prompt", |lines| lines.iter().any(|line| line.contains("#general")));
    tmux.call(&["send-keys", "go", "Enter"]).unwrap();
    gate.wait_reached();
    let tail = |screen: &str| screen.contains("L001") && screen.contains("Esc stops");
    tmux.wait_screen("what is said so far", tail);

    for (columns, rows) in [(3, 40), (1, 30), (2, 30)] {
        tmux.resize(columns, rows);
        tmux.wait_other(true);
        tmux.resize(100, 30);
        tmux.wait_other(false);
        tmux.wait_screen("what is said so far, again", tail);
    }
    gate.release();

    let mut lines = tmux.wait("the end", |lines| {
        lines.iter().any(|line| line.starts_with("L001") && line.ends_with("end"))
            && lines.iter().any(|line| line.contains("#general") && !line.contains("Esc stops"))
    });
    let bar = lines.iter().position(|line| line.contains("#general")).unwrap();
    lines.truncate(bar);
    lines.retain(|line| !line.is_empty());
    let said = lines.split_off(2);
    assert!(lines.last().unwrap().ends_with("› go"), "{lines:#?}");
    assert_eq!(
        said.iter().filter(|line| line.starts_with('L')).collect::<Vec<_>>(),
        ["L000 is over.", &long]
    );
    assert!(said.len() <= 3, "{said:#?}");
}

#[test]
fn an_answer_is_copied_where_tmux_says_that_it_took_it() {
    let server = FakeModelServer::with([Reply::text("Teal, as ever.")]);
    let home = home_of(&server);
    let Some(tmux) = Tmux::start(&home) else { return };
    tmux.wait("the prompt", |lines| lines.iter().any(|line| line.contains("#general")));
    tmux.call(&["send-keys", "which?", "Enter"]).unwrap();
    tmux.wait("the answer", |lines| lines.iter().any(|line| line.contains("Teal, as ever.")));
    tmux.call(&["send-keys", "/copy", "Escape"]).unwrap();
    tmux.wait("the command", |lines| lines.iter().any(|line| line.starts_with("› /copy")));
    tmux.call(&["send-keys", "Enter"]).unwrap();

    tmux.wait("its end", |lines| lines.iter().any(|line| line.contains("to the buffer of tmux")));
    assert_eq!(tmux.call(&["show-buffer"]).unwrap(), "Teal, as ever.");
    assert!(!home.root().join("copied.txt").exists());
}

#[test]
fn a_question_leaves_no_row_of_its_own_when_the_window_narrows() {
    for sizes in [&[(30, 12), (100, 30)][..], &[(30, 6), (20, 5), (100, 30)]] {
        let arguments = json!({ "path": "notes.txt", "content": "buy milk\nand bread\n" });
        let call = Reply::tool_call("call_1", "write_file", &arguments).saying("I will write.");
        let server = FakeModelServer::with([call, Reply::text("Then not.")]);
        let home = home_of(&server);
        let Some(tmux) = Tmux::start_in(&home, "60", "12") else { return };
        tmux.wait("the prompt", |lines| lines.iter().any(|line| line.contains("#general")));
        tmux.call(&["send-keys", "note it", "Enter"]).unwrap();
        tmux.wait("the question", |lines| lines.iter().any(|line| line.contains("yes, this once")));
        for (columns, rows) in sizes {
            tmux.resize(*columns, *rows);
        }
        // It takes no key before the window has settled.
        tmux.wait("the question again", |lines| {
            lines.iter().any(|line| line.contains("Esc is no"))
        });
        tmux.call(&["send-keys", "Escape"]).unwrap();
        let over = |lines: &[String]| {
            lines.iter().any(|line| line == "Then not.")
                && lines.iter().any(|line| line.contains("#general") && !line.contains("Esc stops"))
        };
        let mut lines = tmux.wait("the end", over);
        let bar = lines.iter().position(|line| line.contains("#general")).unwrap();
        lines.truncate(bar);
        lines.retain(|line| !line.is_empty());
        let starts = ["nanofolks ", "› note it", "", "I will write.", "  ✗ ", "Then not."];
        assert_eq!(lines.len(), starts.len(), "{sizes:?}: {lines:#?}");
        for (line, start) in lines.iter().zip(starts) {
            assert!(line.starts_with(start), "{line:?} is not {start:?}");
        }
    }
}

#[test]
fn a_list_over_a_line_that_begins_above_the_window_breaks_no_line() {
    let said: Vec<String> =
        (0..40).map(|number| format!("L{number:03} {}end", "words go on ".repeat(15))).collect();
    let server = FakeModelServer::with([Reply::text(&said.join("\n\n"))]);
    let home = home_of(&server);
    let Some(tmux) = Tmux::start(&home) else { return };
    tmux.wait("the prompt", |lines| lines.iter().any(|line| line.contains("#general")));
    tmux.call(&["send-keys", "go", "Enter"]).unwrap();
    let idle = |screen: &str| screen.contains("#general") && !screen.contains("Esc stops");
    tmux.wait_screen("the end", |screen| screen.contains("L039") && idle(screen));

    // Every height puts the edge of the window somewhere else.
    for rows in [30, 29, 28, 27, 26] {
        tmux.resize(100, rows);
        tmux.wait_screen("calm", idle);
        tmux.call(&["send-keys", "/"]).unwrap();
        tmux.wait_screen("the commands", |screen| screen.contains("/new"));
        tmux.resize(60, rows);
        let offers = |screen: &str, wide: bool| {
            let mut offers = screen.lines().filter(|line| line.starts_with('/')).peekable();
            offers.peek().is_some() && offers.any(|line| line.chars().count() > 60) == wide
        };
        tmux.wait_screen("the commands, narrower", |screen| offers(screen, false));
        tmux.resize(100, rows);
        // A key that comes together with the news of a size may be read with the next one only.
        tmux.wait_screen("the commands, as wide as before", |screen| offers(screen, true));
        tmux.call(&["send-keys", "Escape"]).unwrap();
        tmux.wait_screen("no list", |screen| !screen.contains("/new"));
        tmux.call(&["send-keys", "C-u"]).unwrap();
        tmux.wait_screen("an empty line", |screen| {
            screen.trim_end().lines().last().is_some_and(|line| line.trim_end() == "›")
                && idle(screen)
        });
    }

    let shown: Vec<_> = tmux.lines().into_iter().filter(|line| line.starts_with('L')).collect();
    assert_eq!(shown, said);
}
