//! Files whose business is to hold secrets, known by their names.

use std::path::Path;

#[cfg(test)]
mod tests;

/// Folders in which every file counts as secret.
const FOLDERS: [&str; 6] = [".ssh", ".aws", ".gnupg", ".kube", ".azure", ".docker"];
/// Our own folder is one of them, but not the workspace in it.
const OURS: (&str, &str) = (".nanofolks", "workspace");

/// Whole names.
const NAMES: [&str; 14] = [
    ".netrc",
    "_netrc",
    ".pgpass",
    ".my.cnf",
    ".npmrc",
    ".pypirc",
    ".htpasswd",
    ".git-credentials",
    ".envrc",
    "credentials",
    "credentials.json",
    "secrets.json",
    "secrets.toml",
    "secrets.yaml",
];

/// Endings of names.
const ENDINGS: [&str; 8] = ["pem", "key", "p8", "p12", "pfx", "ppk", "keystore", "kdbx"];

/// Whether a file, by its real path, is known to hold secrets, so that what is read from it
/// is masked.
pub(crate) fn is_secret(path: &Path) -> bool {
    in_secret_folder(path)
        || path.file_name().is_some_and(|name| is_secret_name(&name.to_string_lossy()))
}

fn in_secret_folder(path: &Path) -> bool {
    let Some(parent) = path.parent() else { return false };
    let mut ours = false;
    for part in parent {
        if FOLDERS.iter().any(|folder| part.eq_ignore_ascii_case(folder)) {
            return true;
        }
        ours = (ours && part != OURS.1) || part == OURS.0;
    }
    ours
}

/// The same for a name alone.
fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_key = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"].iter().any(|stem| name == *stem);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    is_key || is_dotenv(&name) || NAMES.contains(&name.as_str()) || ENDINGS.contains(&ending)
}

/// `.env` and its variants, but not the samples that are meant to be shared.
fn is_dotenv(name: &str) -> bool {
    match name.strip_prefix(".env") {
        Some("") => true,
        Some(rest) => rest.strip_prefix('.').is_some_and(|kind| !SAMPLES.contains(&kind)),
        None => false,
    }
}

/// Variants of `.env` that hold no secrets.
const SAMPLES: [&str; 4] = ["example", "sample", "template", "dist"];

/// Places no tool writes to, whatever the mode: they hold secrets, or what is in them is run.
pub(crate) fn is_protected(path: &Path) -> bool {
    const FOLDERS: [&str; 7] = [".git", ".hg", ".ssh", ".aws", ".gnupg", ".kube", ".nanofolks"];
    const NAMES: [&str; 4] = [".netrc", ".git-credentials", ".pgpass", ".envrc"];
    let in_folder =
        path.iter().any(|part| FOLDERS.iter().any(|folder| part.eq_ignore_ascii_case(folder)));
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase());
    in_folder || name.is_some_and(|name| is_dotenv(&name) || NAMES.contains(&name.as_str()))
}
