use pretty_assertions::assert_eq;
use tempfile::TempDir;

use super::*;

fn owners(folder: &TempDir) -> Owners {
    Owners::new(folder.path().join("run"))
}

fn files(folder: &TempDir) -> usize {
    fs::read_dir(folder.path().join("run")).map_or(0, Iterator::count)
}

#[test]
fn an_owner_lives_as_long_as_its_lock_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let (here, there) = (owners(&folder), owners(&folder));
    let me = OwnerId::fresh();
    assert!(!there.is_alive(me));
    assert_eq!(files(&folder), 0, "nothing is made before it is needed");

    here.hold(me).unwrap();
    here.hold(me).unwrap();
    assert!(here.is_alive(me) && there.is_alive(me));

    drop(here);
    assert!(!there.is_alive(me));
    assert_eq!(files(&folder), 0, "who leaves takes the file along");
}

#[test]
fn what_a_killed_process_left_is_dead_and_is_swept() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    fs::create_dir(&run).unwrap();
    let (one, two) = (OwnerId::fresh(), OwnerId::fresh());
    for owner in [one, two] {
        fs::write(run.join(format!("{owner}.lock")), "").unwrap();
    }
    fs::write(run.join("migrate.lock"), "").unwrap();
    let here = owners(&folder);

    assert!(!here.is_alive(one));
    let me = OwnerId::fresh();
    here.hold(me).unwrap();
    assert!(here.is_alive(me) && !here.is_alive(two));
    assert_eq!(files(&folder), 2, "mine, and the one that is nobody's");
}

#[test]
fn another_process_may_hold_the_same_owner() {
    let folder = tempfile::tempdir().unwrap();
    let (here, there) = (owners(&folder), owners(&folder));
    let owner = OwnerId::fresh();
    here.hold(owner).unwrap();

    there.hold(owner).unwrap();
    drop(there);

    assert!(here.is_alive(owner));
    assert_eq!(files(&folder), 1);
}

#[test]
fn a_file_that_was_removed_meanwhile_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let here = owners(&folder);
    private_folder(&here.folder).unwrap();
    let owner = OwnerId::fresh();
    let path = here.path(owner);
    let stale = File::create(&path).unwrap();
    fs::remove_file(&path).unwrap();
    assert!(!is_at(&stale, &path));

    here.hold(owner).unwrap();

    assert!(owners(&folder).is_alive(owner));
}

#[test]
fn asking_and_holding_at_the_same_time_never_kills_an_owner() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let mine = Owners::new(run.clone());
                    let owner = OwnerId::fresh();
                    mine.hold(owner).unwrap();
                    assert!(Owners::new(run.clone()).is_alive(owner));
                }
            });
        }
    });
}

#[test]
fn a_file_system_whose_locks_keep_nobody_out_is_refused() {
    let path = Path::new("/mnt/share/run/x.lock");
    assert!(prove(Ok(Err(TryLockError::WouldBlock)), path).is_ok());
    let error = prove(Ok(Ok(())), path).unwrap_err().to_string();
    assert!(error.contains("/mnt/share/run has no working locks"), "{error}");
    for code in [37, 38, 95] {
        assert!(is_unsupported(&io::Error::from_raw_os_error(code)), "{code}");
    }
    assert!(!is_unsupported(&io::Error::from_raw_os_error(13)));
}
