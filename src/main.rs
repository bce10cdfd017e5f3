//! The command-line program.

mod channels;
mod cli;
mod house;
mod logging;
mod mirror;
mod streams;
mod transcript;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().collect();
    cli::run(&args)
}
