use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;

use super::*;

fn env(pairs: &[(&str, &str)]) -> Environment {
    pairs.iter().copied().collect()
}

fn root(pairs: &[(&str, &str)], home: Option<&str>, profile: Option<&str>) -> PathBuf {
    Paths::discover(&env(pairs), home.map(Path::new), profile).unwrap().root().to_owned()
}

#[test]
fn the_home_is_where_the_strongest_voice_says() {
    let user = ("HOME", "/home/ada");
    let named = ("NANOFOLKS_HOME", "/data/nf");

    assert_eq!(root(&[user], None, None), Path::new("/home/ada/.nanofolks"));
    assert_eq!(root(&[user, named], None, None), Path::new("/data/nf"));
    assert_eq!(root(&[user, named], Some("/flag"), None), Path::new("/flag"));
    assert_eq!(root(&[user, ("NANOFOLKS_HOME", "~/nf")], None, None), Path::new("/home/ada/nf"));
    assert_eq!(root(&[named], None, None), Path::new("/data/nf"));
    assert!(matches!(Paths::discover(&env(&[]), None, None), Err(ConfigError::NoHome)));
}

#[test]
fn a_profile_is_a_home_of_its_own() {
    let vars = [("HOME", "/h"), ("NANOFOLKS_PROFILE", "work")];

    assert_eq!(root(&vars, None, None), Path::new("/h/.nanofolks/profiles/work"));
    assert_eq!(root(&vars, None, Some("play")), Path::new("/h/.nanofolks/profiles/play"));
    let paths = Paths::discover(&env(&vars), None, None).unwrap();
    assert_eq!(paths.profile(), Some("work"));
    assert_eq!(paths.base(), Path::new("/h/.nanofolks"));
    assert_eq!(paths.db(), Path::new("/h/.nanofolks/profiles/work/nanofolks.db"));
    assert_eq!(paths.models(), Path::new("/h/.nanofolks/models"));
}

#[test]
fn a_profile_name_leads_nowhere_else() {
    let long = "a".repeat(65);
    for bad in ["", "..", "a/b", "Work", "-a", "_a", "a b", "ä", &long] {
        let found = Paths::discover(&env(&[("HOME", "/h")]), None, Some(bad));
        assert!(matches!(found, Err(ConfigError::Profile(_))), "{bad:?}");
    }
    for good in ["a", "0", "a-b_c", &"a".repeat(64)] {
        assert!(Paths::discover(&env(&[("HOME", "/h")]), None, Some(good)).is_ok(), "{good}");
    }
}

fn at(path: &Path) -> Paths {
    Paths::discover(&Environment::default(), Some(path), None).unwrap()
}

#[test]
fn the_home_is_made_for_its_owner_only_and_only_when_asked() {
    let folder = TempDir::new().unwrap();
    let home = folder.path().join("deep/home");
    let paths = at(&home);

    assert_eq!(paths.check().unwrap(), HomeState::Missing);
    assert!(!home.exists());
    paths.create().unwrap();
    paths.create().unwrap();

    assert_eq!(paths.check().unwrap(), HomeState::Ready { mode: 0o700 });
}

#[test]
fn a_home_that_is_open_to_others_is_told_apart() {
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();

    assert_eq!(at(folder.path()).check().unwrap(), HomeState::Ready { mode: 0o755 });
}

#[test]
fn a_file_or_a_broken_link_is_no_home() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("/nowhere/at/all", &link).unwrap();

    for home in [file.clone(), link, file.join("below")] {
        let error = at(&home).create().unwrap_err();
        assert!(matches!(error, ConfigError::HomeNotAFolder(_)), "{error}");
    }
}

#[test]
fn a_home_that_cannot_be_made_or_belongs_to_another_is_refused() {
    // The root folder belongs to root; nobody can make anything in /proc.
    let strange = at(Path::new("/proc/nanofolks-home")).create().unwrap_err();
    assert!(matches!(strange, ConfigError::HomeReadOnly { .. }), "{strange}");

    let folder = TempDir::new().unwrap();
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(folder.path(), Some(4711), None).unwrap();
        let error = at(folder.path()).create().unwrap_err();
        assert!(matches!(error, ConfigError::HomeOfSomeoneElse { owner: 4711, .. }), "{error}");
    } else {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
        let error = at(folder.path()).create().unwrap_err();
        assert!(matches!(error, ConfigError::HomeReadOnly { .. }), "{error}");
    }
}
