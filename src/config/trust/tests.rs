use std::fs;

use tempfile::TempDir;

use super::*;
use crate::Environment;

fn world() -> (TempDir, Paths) {
    let folder = TempDir::new().unwrap();
    let paths =
        Paths::discover(&Environment::default(), Some(&folder.path().join("home")), None).unwrap();
    (folder, paths)
}

#[test]
fn trust_is_given_and_taken_back() {
    let (folder, paths) = world();
    let project = folder.path().join("project");
    fs::create_dir_all(project.join("inside")).unwrap();

    assert!(!is_trusted(&paths, &project));
    assert!(add(&paths, &project).unwrap());
    assert!(!add(&paths, &project.join("inside/..")).unwrap());
    assert!(is_trusted(&paths, &project));
    assert!(!is_trusted(&paths, &project.join("inside")));
    assert_eq!(list(&paths).unwrap(), [project.canonicalize().unwrap()]);
    assert!(remove(&paths, &project).unwrap());
    assert!(!is_trusted(&paths, &project));
}

#[test]
fn a_broken_list_trusts_nothing_and_is_not_overwritten() {
    let (folder, paths) = world();
    add(&paths, folder.path()).unwrap();
    fs::write(paths.trusted(), "{ broken").unwrap();

    assert!(!is_trusted(&paths, folder.path()));
    assert!(add(&paths, folder.path()).is_err());
    assert_eq!(fs::read_to_string(paths.trusted()).unwrap(), "{ broken");
}
