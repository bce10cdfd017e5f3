//! What the line being typed gets from the house.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::{fs, io, thread};

use nanofolks_protocol::{Attachment, Problem, ProblemKind, RoomId, SessionId, TurnOptions};
use nanofolks_tui::{Copied, Desk, Draft, Gathered, Job, Source};
use tokio::sync::oneshot;

use super::{Front, clipboard, files, problem};
use crate::cli::output::Output;
use crate::cli::{CliError, Cx, chat, plain};

impl Desk for Front<'_> {
    fn keep_draft(&mut self, room: &RoomId, draft: Draft) {
        if let Some(drafts) = self.drafts() {
            drafts.keep(room, draft);
        }
    }

    fn picture(&mut self, source: Source) -> Job<Attachment> {
        let blobs = self.cx.house.store();
        let env = self.cx.house.environment();
        let home =
            self.cx.house.paths().ok().and_then(|paths| paths.user_home().map(PathBuf::from));
        let folder = self.folder();
        Box::pin(async move {
            let sent = match source {
                Source::Clipboard => clipboard::picture(&env).await?,
                Source::Named(named) | Source::Dropped(named) => {
                    apart(move || files::picture(&named, &folder, home.as_deref())).await?
                }
            };
            chat::keep(sent, &*blobs?).await.map_err(problem)
        })
    }

    fn gather(&mut self, names: Vec<String>, options: &TurnOptions) -> Job<Gathered> {
        let (blobs, sanitizer) = (self.cx.house.store(), self.cx.house.sanitizer());
        let options = options.clone();
        Box::pin(async move {
            let sanitizer = sanitizer?;
            let read = apart(move || Ok(files::read(&names, &options, &sanitizer))).await?;
            files::keep(read, blobs?).await
        })
    }

    fn files(&mut self, folder: Option<String>) -> Job<Vec<String>> {
        let folder = folder.map_or_else(|| self.folder(), PathBuf::from);
        Box::pin(apart(move || Ok(files::list(&folder))))
    }

    fn copy(&mut self, text: String) -> Job<Copied> {
        let terminal = clipboard::Terminal::of(&self.cx.house.environment());
        let paths = self.cx.house.paths();
        Box::pin(async move { clipboard::copy(text, terminal, paths?.copied()).await })
    }
}

impl Front<'_> {
    /// The folder that is worked in.
    fn folder(&self) -> PathBuf {
        self.folder.clone().unwrap_or_else(|| PathBuf::from("."))
    }

    /// Edits a text; the editor has the terminal meanwhile.
    pub(super) fn edited(&mut self, text: String) -> Job<String> {
        let env = self.cx.house.environment();
        let paths = self.cx.house.paths();
        Box::pin(async move {
            let folder = paths?.drafts();
            let editor = crate::cli::config::editor(&env).map_err(problem)?;
            apart(move || edit(&editor, &folder, &text)).await
        })
    }

    /// Carries out a command of the command line; gives what it printed.
    pub(super) fn carried_out(
        &mut self,
        name: &str,
        rest: &str,
        session: Option<SessionId>,
    ) -> Job<String> {
        let (globals, room, keys) = (self.cx.globals.clone(), self.room.clone(), self.keys.clone());
        let (name, rest) = (name.to_owned(), rest.to_owned());
        Box::pin(apart(move || {
            let printed = Printed::default();
            let out = Output::into(Box::new(printed.clone()), Box::new(printed.clone()));
            let mut cx = Cx::printing(globals, out, &keys);
            let done = plain::own(&name, &rest, (&room, session), &mut cx);
            cx.out.flush();
            let text = printed.text();
            match done {
                Ok(()) | Err(CliError::Said(_)) => Ok(text),
                Err(error) if text.is_empty() => Err(problem(error)),
                Err(error) => Ok(format!("{text}\n{}", problem(error).message)),
            }
        }))
    }
}

/// What a command printed, results and remarks in their order.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl Printed {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl io::Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut whole = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        whole.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn edit(editor: &str, folder: &std::path::Path, text: &str) -> Result<String, Problem> {
    use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
    let path = folder.join(format!("edited-{}.md", std::process::id()));
    let failed = |error: io::Error| {
        let message = format!("cannot use {}: {error}", path.display());
        Problem::new(ProblemKind::Failure, "draft_failed", message)
    };
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    let mut options = fs::OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&path).map_err(failed)?;
    io::Write::write_all(&mut file, text.as_bytes()).map_err(failed)?;
    drop(file);
    crate::cli::config::open_editor(editor, &path).map_err(problem)?;
    let written = fs::read_to_string(&path).map_err(failed)?;
    fs::remove_file(&path).map_err(failed)?;
    Ok(written.trim_end().to_owned())
}

/// Does something that waits on a thread of its own. Who leaves does not wait for it.
pub(super) async fn apart<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let (done, answer) = oneshot::channel();
    let broken = || Problem::new(ProblemKind::Failure, "failed", "the command broke off");
    let started = thread::Builder::new().name("apart".to_owned()).spawn(move || {
        let _gone = done.send(act()).is_err();
    });
    started.map_err(|_| broken())?;
    answer.await.map_err(|_| broken())?
}
