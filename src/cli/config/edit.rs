//! `nanofolks config edit`: an editor on a copy, which replaces the file once it is right.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use nanofolks_config::{Environment, Level, Paths, Request, check, paths};
use nanofolks_protocol::{Problem, ProblemKind};
use rustix::fs::{FlockOperation, flock};

use super::super::{CliError, Cx};

/// What a file that is not there yet begins with.
const FIRST: &str = "# The settings of nanofolks. `nanofolks config list` shows all of them.\n";

pub(super) fn run(cx: &mut Cx) -> Result<(), CliError> {
    let (paths, env) = (cx.house.paths()?, cx.house.environment());
    let editor = editor(&env)?;
    paths.create().map_err(Problem::from)?;
    let file = file(&paths)?;
    let name = file.file_name().unwrap_or(OsStr::new("config.toml"));
    // A folder for each kind of file: what it holds is read as a home's only configuration.
    let folder = paths.run().join("edit").join(name);
    paths::ensure(&folder).map_err(|error| refused(&folder, &error))?;
    let _held = hold(&folder)?;
    let copy = folder.join(name);
    let before = read(&file)?;
    if copy.exists() {
        cx.out
            .note(&format!("taking up the text that was not right last time ({})", copy.display()));
    } else {
        write(&copy, before.as_deref().unwrap_or(FIRST))?;
    }
    open(&editor, &copy)?;
    let after = read(&copy)?.unwrap_or_default();
    let untouched = before.as_deref().unwrap_or(FIRST) == after;
    if untouched {
        drop(fs::remove_file(&copy));
        cx.out.line("nothing changed");
        return Ok(());
    }
    accept(cx, &env, &copy)?;
    replace(&file, before.as_deref(), &after, &copy)?;
    drop(fs::remove_file(&copy));
    cx.out.line(&format!("changed {}", file.display()));
    Ok(())
}

/// The user's one configuration file, or where it would be.
pub(super) fn file(paths: &Paths) -> Result<PathBuf, CliError> {
    let mut found = paths.config_candidates().into_iter().filter(|file| file.exists());
    match (found.next(), found.next()) {
        (Some(first), Some(second)) => Err(CliError::usage(
            "config_two_files",
            format!(
                "there are two configuration files, {} and {}",
                first.display(),
                second.display()
            ),
        )
        .hint("keep one")),
        (Some(file), None) => Ok(file),
        (None, _) => Ok(paths.config()),
    }
}

pub(in crate::cli) fn editor(env: &Environment) -> Result<String, CliError> {
    let named = env.get("VISUAL").or_else(|| env.get("EDITOR"));
    named.map(str::to_owned).ok_or_else(|| {
        Problem::new(ProblemKind::Unavailable, "no_editor", "no editor is named")
            .hint("set VISUAL or EDITOR, for example EDITOR=nano; or use `nanofolks config set`")
            .into()
    })
}

/// Only one editor at a time; the lock goes with the process.
fn hold(folder: &Path) -> Result<fs::File, CliError> {
    let path = folder.join("lock");
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path);
    let file = file.map_err(|error| refused(&path, &error))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(_) => {
            Err(CliError::failure("config_busy", "the configuration is open in another editor")
                .hint("close it there first"))
        }
    }
}

/// `VISUAL` and `EDITOR` are commands for a shell, as every program takes them.
#[expect(clippy::disallowed_methods, reason = "the person's own editor, on the person's terminal")]
pub(in crate::cli) fn open(editor: &str, copy: &Path) -> Result<(), CliError> {
    let status = Command::new("/bin/sh")
        .arg("-c")
        .arg(format!("{editor} \"$1\""))
        .arg("sh")
        .arg(copy)
        .status();
    let kept = format!("your text is kept in {}", copy.display());
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            Err(CliError::failure("editor_failed", format!("{editor} ended with {status}"))
                .hint(kept))
        }
        Err(error) => {
            Err(CliError::failure("editor_failed", format!("cannot start {editor}: {error}"))
                .hint(kept))
        }
    }
}

/// Refuses a text with errors and says all of them.
fn accept(cx: &mut Cx, env: &Environment, copy: &Path) -> Result<(), CliError> {
    let home = copy.parent().unwrap_or(copy);
    // What other layers say, and which profile is meant, does not matter for this text.
    let env: Environment =
        env.starting_with("").filter(|(name, _)| !name.starts_with("NANOFOLKS_")).collect();
    let paths = Paths::discover(&env, Some(home), None).map_err(Problem::from)?;
    let findings = check(&Request { paths: &paths, env: &env, folder: None, flags: &[] });
    for finding in &findings {
        super::show(cx, finding);
    }
    if findings.iter().any(|finding| finding.level == Level::Error) {
        return Err(CliError::usage("config_invalid", "the text has errors; nothing was replaced")
            .hint("`nanofolks config edit` takes it up again"));
    }
    Ok(())
}

/// Puts the text in place by renaming, unless somebody else changed the file meanwhile.
fn replace(file: &Path, before: Option<&str>, after: &str, copy: &Path) -> Result<(), CliError> {
    if read(file)?.as_deref() != before {
        return Err(CliError::failure(
            "config_busy",
            format!(
                "{} was changed by somebody else meanwhile; nothing was replaced",
                file.display()
            ),
        )
        .hint(format!("your text is kept in {}", copy.display())));
    }
    // A link stays a link: what it leads to is replaced.
    let real = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let fresh = real.with_extension("new");
    write(&fresh, after)?;
    fs::rename(&fresh, &real).map_err(|error| refused(&real, &error))
}

fn read(file: &Path) -> Result<Option<String>, CliError> {
    match fs::read(file) {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(|_| {
            CliError::usage("config_invalid", format!("{} is not UTF-8 text", file.display()))
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(refused(file, &error)),
    }
}

fn write(file: &Path, text: &str) -> Result<(), CliError> {
    let open = || OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file);
    let mut opened = open().map_err(|error| refused(file, &error))?;
    opened
        .write_all(text.as_bytes())
        .and_then(|()| opened.sync_all())
        .map_err(|error| refused(file, &error))
}

fn refused(file: &Path, error: &std::io::Error) -> CliError {
    CliError::failure("config_file", format!("cannot use {}: {error}", file.display()))
}
