//! Asks for something nobody else should see.

use std::io;

use nanofolks_protocol::Secret;

/// Asks on the terminal, without showing what is typed.
pub(crate) fn secret_prompt(question: &str) -> io::Result<Secret> {
    Ok(Secret::new(rpassword::prompt_password(question)?.trim().to_owned()))
}
