//! The command-line program.

mod cli;
mod house;
mod logging;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(std::env::args_os().collect())
}
