//! `nanofolks completions`: scripts that teach a shell our commands.

use clap_complete::Shell;
use clap_complete::env::Shells;

use super::{CliError, Cx, Run, root};

/// Print a completion script for a shell
///
/// The script knows all commands and flags. With --dynamic the shell asks the program itself
/// each time, which also knows your models, settings, rooms and conversations:
///
///   source <(nanofolks completions bash --dynamic)
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
    /// A script that asks the program each time
    #[arg(long)]
    dynamic: bool,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let script = if self.dynamic { dynamic(self.shell)? } else { script(self.shell) };
        cx.out.raw(&script);
        Ok(())
    }
}

/// All shells, and the name of the file in which each looks for a script.
pub(crate) const FILES: [(Shell, &str); 5] = [
    (Shell::Bash, "nanofolks.bash"),
    (Shell::Zsh, "_nanofolks"),
    (Shell::Fish, "nanofolks.fish"),
    (Shell::PowerShell, "_nanofolks.ps1"),
    (Shell::Elvish, "nanofolks.elv"),
];

/// The script with all commands and flags in it.
pub(crate) fn script(shell: Shell) -> String {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut root(), "nanofolks", &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The script that asks the program.
fn dynamic(shell: Shell) -> Result<String, CliError> {
    let name = shell.to_string();
    let shells = Shells::builtins();
    let missing = || CliError::usage("shell_unknown", format!("{name} cannot ask programs"));
    let shell = shells.completer(&name).ok_or_else(missing)?;
    let mut bytes = Vec::new();
    shell
        .write_registration("COMPLETE", "nanofolks", "nanofolks", "nanofolks", &mut bytes)
        .map_err(|error| CliError::failure("output_failed", error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
