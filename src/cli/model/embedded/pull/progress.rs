//! How far a pull is: a bar on a terminal, a line now and then elsewhere.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressStyle};
use nanofolks_local::Progress;

use crate::cli::output::one_line;
use crate::cli::{Cx, Output, amount};

/// Without a bar, a line for so many percent.
const STEP: u64 = 10;

/// Shows progress on standard error.
pub(super) struct Show {
    out: Output,
    bar: Option<ProgressBar>,
    drawn: bool,
    percent: u64,
    silent: bool,
}

impl Show {
    /// As this command prints.
    pub(super) fn new(cx: &Cx) -> Self {
        let dumb = cx.house.environment().get("TERM").is_none_or(|term| term == "dumb");
        Self {
            out: Output::new(cx.globals.color, cx.globals.json),
            bar: None,
            drawn: std::io::stderr().is_terminal() && !dumb && !cx.globals.plain,
            percent: 0,
            silent: cx.globals.json,
        }
    }

    /// Shows a step. Always wants more.
    pub(super) fn hear(&mut self, progress: Progress) -> bool {
        match progress {
            Progress::Waiting => self.say("another process fetches the same model; waiting for it"),
            Progress::Trying { source } => {
                self.percent = 0;
                self.say(&format!("trying {}", one_line(&source)));
            }
            Progress::Failed { source, reason } => {
                self.say(&format!("{} does not work: {}", one_line(&source), one_line(&reason)));
            }
            Progress::Bytes { done, total } => self.bytes(done, total),
            Progress::Verifying => self.say("verifying"),
        }
        true
    }

    /// Takes the bar away.
    pub(super) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn bytes(&mut self, done: u64, total: Option<u64>) {
        if self.drawn {
            let bar = self.bar.get_or_insert_with(|| bar(total));
            if let Some(total) = total {
                bar.set_length(total);
            }
            bar.set_position(done);
            return;
        }
        let Some(total) = total.filter(|total| *total > 0) else { return };
        let percent = (done.saturating_mul(100) / total).min(100);
        if percent >= self.percent + STEP {
            self.percent = percent - percent % STEP;
            self.say(&format!("{percent} % of {}", amount::bytes(total)));
        }
    }

    fn say(&mut self, text: &str) {
        self.end();
        if !self.silent {
            self.out.note(text);
        }
    }
}

fn bar(total: Option<u64>) -> ProgressBar {
    let template = match total {
        Some(_) => "{bar:30} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} {eta}",
        None => "{spinner} {decimal_bytes}",
    };
    let bar = ProgressBar::new(total.unwrap_or(0));
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        // The template is a constant; without a style there is a plain bar.
        Err(_) => bar,
    }
}
