use super::*;

fn house(change: impl FnOnce(&mut Globals)) -> (tempfile::TempDir, House) {
    let home = tempfile::tempdir().unwrap();
    let mut globals = Globals { home: Some(home.path().join("home")), ..Globals::default() };
    change(&mut globals);
    (home, House::new(&globals))
}

#[test]
fn looking_at_what_is_stored_makes_no_home() {
    let (home, house) = house(|_| {});
    assert!(house.archive().is_ok());
    assert!(!home.path().join("home").exists());
}

#[test]
fn opening_the_store_makes_the_home_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (home, house) = house(|_| {});
    assert!(house.store().is_ok());
    let mode = std::fs::metadata(home.path().join("home")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn a_config_flag_without_a_value_is_refused() {
    let (_home, house) = house(|globals| globals.config.push("model".into()));
    assert_eq!(house.loaded().unwrap_err().code, "value_invalid");
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let (_home, house) = house(|globals| globals.dir = Some("/no/such/folder".into()));
    let problem = house.folder().unwrap_err();
    assert!(problem.message.contains("/no/such/folder"), "{}", problem.message);
}
