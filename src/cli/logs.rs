//! `nanofolks logs`: what was recorded, for people.

mod line;
mod tail;

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use self::line::Line;
use self::tail::Tail;
use super::globals::LogLevel;
use super::{CliError, Cx, Run};
use crate::logging;

#[cfg(test)]
mod tests;

/// How often a followed file is looked at. The writers are other processes, and what they
/// write is read by a person.
const LOOK: Duration = Duration::from_millis(250);

/// Show what was recorded
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print where the log files are, or list them, instead of what is in them
    #[arg(value_enum)]
    what: Option<What>,
    /// How many lines
    #[arg(long, short = 'n', value_name = "N", default_value_t = 100)]
    lines: usize,
    /// Go on printing what is recorded
    #[arg(long, short)]
    follow: bool,
    /// Only this and what is worse
    #[arg(long, value_name = "LEVEL", value_enum)]
    level: Option<LogLevel>,
    /// Only lines of this turn or trace, as `--json` of a turn names them
    #[arg(long, value_name = "ID")]
    of: Option<String>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum What {
    /// The folder
    Path,
    /// The files
    List,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let folder = cx.house.paths()?.logs();
        match self.what {
            Some(What::Path) => path(cx, &folder),
            Some(What::List) => list(cx, &folder),
            None => self.show(cx, &folder),
        }
        Ok(())
    }
}

impl Args {
    fn show(&self, cx: &mut Cx, folder: &Path) {
        let wanted = |line: &str| self.wanted(line);
        let (lines, mut tail) = Tail::open(&files(folder), self.lines, wanted);
        if cx.out.is_json() && !self.follow {
            let lines: Vec<Value> = lines.iter().map(|line| Line::parse(line).object()).collect();
            cx.out.object(&json!({
                "schema": "nanofolks.logs.v1", "folder": folder, "lines": lines,
            }));
            return;
        }
        if lines.is_empty() && !self.follow {
            cx.out.note(&format!("nothing is recorded in {}", folder.display()));
        }
        for line in &lines {
            print(cx, line);
        }
        if self.follow {
            follow(cx, folder, &mut tail, wanted);
        }
    }

    fn wanted(&self, line: &str) -> bool {
        let level = self.level.unwrap_or(LogLevel::Trace);
        if level == LogLevel::Trace && self.of.is_none() {
            return true;
        }
        let line = Line::parse(line);
        line.is_at_least(level) && self.of.as_deref().is_none_or(|id| line.names(id))
    }
}

/// Prints what is added, until nobody reads it any more or the person interrupts.
fn follow(cx: &mut Cx, folder: &Path, tail: &mut Tail, wanted: impl Fn(&str) -> bool) {
    loop {
        cx.out.flush();
        if cx.out.is_closed() {
            return;
        }
        let pause = cx.block_on(async {
            tokio::time::sleep(LOOK).await;
            Ok(())
        });
        if pause.is_err() {
            return;
        }
        for line in tail.more(&files(folder)) {
            if wanted(&line) {
                print(cx, &line);
            }
        }
    }
}

fn print(cx: &mut Cx, line: &str) {
    let line = Line::parse(line);
    if cx.out.is_json() {
        cx.out.object(&line.object());
    } else {
        let text = line.in_words(&cx.out);
        cx.out.line(&text);
    }
}

fn path(cx: &mut Cx, folder: &Path) {
    if cx.out.is_json() {
        cx.out.object(&json!({ "schema": "nanofolks.logs_path.v1", "folder": folder }));
    } else {
        cx.out.line(&folder.display().to_string());
    }
}

fn list(cx: &mut Cx, folder: &Path) {
    let size = |file: &Path| file.metadata().map_or(0, |metadata| metadata.len());
    let files = files(folder);
    if cx.out.is_json() {
        let files: Vec<_> =
            files.iter().map(|file| json!({ "file": file, "bytes": size(file) })).collect();
        cx.out.object(&json!({ "schema": "nanofolks.log_files.v1", "files": files }));
        return;
    }
    let rows: Vec<_> = files
        .iter()
        .map(|file| vec![file.display().to_string(), super::amount::bytes(size(file))])
        .collect();
    cx.out.table(&["FILE", "SIZE"], &rows);
}

/// The log files, the oldest first: their names hold the day.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let ours = |name: &str| name.starts_with(logging::PREFIX) && name.ends_with(logging::SUFFIX);
    let mut files: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(ours))
        .collect();
    files.sort();
    files
}
