use super::*;

fn refused(folder: &str, explicit: bool) -> bool {
    refusal(&WorkingFolder {
        folder: Path::new(folder),
        explicit,
        user_home: Some(Path::new("/home/ada")),
        data_root: Path::new("/home/ada/.nanofolks"),
    })
    .is_some()
}

#[test]
fn too_much_is_not_handed_over_by_accident() {
    for folder in [
        "/",
        "/home",
        "/home/ada",
        "/home/ada/.nanofolks",
        "/home/ada/.nanofolks/blobs",
        "/home/ada/.nanofolks/profiles/work",
    ] {
        assert!(refused(folder, false), "{folder}");
        assert!(!refused(folder, true), "{folder}, named");
    }
}

#[test]
fn projects_and_the_workspace_are_there_to_be_worked_in() {
    for folder in [
        "/home/ada/project",
        "/home/ada/.nanofolks-other",
        "/home/adam",
        "/home/ada/.nanofolks/workspace",
        "/home/ada/.nanofolks/workspace/notes",
        "/home/ada/.nanofolks/profiles/work/workspace",
        "/tmp/x",
    ] {
        assert!(!refused(folder, false), "{folder}");
    }
}

#[test]
fn a_data_root_elsewhere_is_protected_too() {
    let ask = |folder: &str, data_root: &str| {
        refusal(&WorkingFolder {
            folder: Path::new(folder),
            explicit: false,
            user_home: None,
            data_root: Path::new(data_root),
        })
    };

    assert!(ask("/srv/data", "/srv/data").is_some());
    assert!(ask("/srv", "/srv/data").is_some());
    assert_eq!(ask("/srv/other", "/srv/data"), None);
    assert_eq!(
        ask("/", "/srv/data").unwrap(),
        "/ is the root of the file system: it is only read; start in a project folder or name it with --dir"
    );
}
