//! What a command is given: its flags, the house, the output.

use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;

use nanofolks_config::Loaded;
use tokio::runtime::{Builder, Runtime};

use super::{CliError, Globals, Output};
use crate::house::{House, OpenKeys};

/// What a command is given. Nothing in it is set up before it is asked for.
pub(crate) struct Cx {
    /// The flags every command has.
    pub(crate) globals: Globals,
    /// The only way to print.
    pub(crate) out: Output,
    /// Everything else: settings, store, models, tools.
    pub(crate) house: House,
    runtime: Option<Rc<Runtime>>,
    warned: bool,
}

impl Cx {
    /// The context of a command with these flags.
    pub(crate) fn new(globals: Globals) -> Self {
        let out = Output::new(globals.color, globals.json);
        let house = House::new(&globals);
        Self { globals, out, house, runtime: None, warned: false }
    }

    /// The same, with another place to print, and with keys that ask nobody on a terminal where
    /// somebody draws.
    pub(crate) fn printing(globals: Globals, out: Output, keys: &OpenKeys) -> Self {
        let house = House::with_keys(&globals, keys);
        Self { globals, out, house, runtime: None, warned: false }
    }

    /// Where futures run: one thread, started when it is first needed.
    ///
    /// # Errors
    /// `runtime_failed` when the system gives us no event queue.
    pub(crate) fn runtime(&mut self) -> Result<Rc<Runtime>, CliError> {
        if let Some(runtime) = &self.runtime {
            return Ok(Rc::clone(runtime));
        }
        enough_files()?;
        let built = Builder::new_current_thread().enable_all().build();
        let runtime = built.map_err(|error| {
            CliError::failure("runtime_failed", format!("cannot start: {error}"))
        })?;
        Ok(Rc::clone(self.runtime.insert(Rc::new(runtime))))
    }

    /// Waits for a future that does not need the context itself.
    ///
    /// # Errors
    /// As [`Cx::runtime`], else what the future says.
    pub(crate) fn block_on<T>(
        &mut self,
        future: impl Future<Output = Result<T, CliError>>,
    ) -> Result<T, CliError> {
        self.runtime()?.block_on(future)
    }

    /// The settings. What is odd about them is said once, beside the result.
    ///
    /// # Errors
    /// What is wrong with the configuration, and where.
    pub(crate) fn settings(&mut self) -> Result<Arc<Loaded>, CliError> {
        let loaded = self.house.loaded()?;
        if !self.warned {
            self.warned = true;
            for warning in &loaded.warnings {
                self.out.warning(&warning.to_string(), warning.hint.as_deref());
            }
        }
        Ok(loaded)
    }

    /// Ends the program: says what went wrong and gives the exit code.
    pub(super) fn end(mut self, ending: Result<(), CliError>) -> ExitCode {
        let ending = ending.and_then(|()| self.out.finish());
        // What still runs in the background must not keep the program from ending.
        if let Some(runtime) = self.runtime.take().and_then(Rc::into_inner) {
            runtime.shutdown_background();
        }
        match ending {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => self.out.error(&error),
        }
    }
}

/// Fewer open files than this are not enough for a turn, and some libraries break down
/// instead of saying so.
const FILES: u64 = 24;

fn enough_files() -> Result<(), CliError> {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    match limit {
        Some(limit) if limit < FILES => {
            let message = format!("cannot start: only {limit} files may be open at once");
            Err(CliError::failure("too_few_files", message).hint("raise it: ulimit -n 1024"))
        }
        _ => Ok(()),
    }
}
