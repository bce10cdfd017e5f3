use proptest::prelude::*;

use super::*;

#[test]
fn accepts_plain_and_prefixed_names() {
    for name in ["general", "telegram:4711", "a", "dev-room_2"] {
        assert_eq!(name.parse::<RoomId>().unwrap().to_string(), name);
    }
}

#[test]
fn people_may_write_it_their_way() {
    for name in ["#General", "room:general", " general ", "GENERAL"] {
        assert_eq!(name.parse::<RoomId>().unwrap(), RoomId::general());
    }
}

#[test]
fn says_what_is_wrong() {
    assert_eq!("".parse::<RoomId>(), Err(RoomIdError::Length { got: 0 }));
    assert_eq!("Tea Room".parse::<RoomId>(), Err(RoomIdError::Character(' ')));
    assert_eq!("../x".parse::<RoomId>(), Err(RoomIdError::Character('.')));
}

#[test]
fn a_script_gets_a_room_of_its_own() {
    let (one, two) = (RoomId::for_run(), RoomId::for_run());
    assert_ne!(one, two);
    assert_eq!(one.as_str().parse::<RoomId>().unwrap(), one);
}

proptest! {
    #[test]
    fn parsing_never_panics_and_never_changes_a_valid_name(text in ".{0,80}") {
        if let Ok(id) = text.parse::<RoomId>() {
            prop_assert_eq!(id.as_str().strip_prefix("room:").is_none(), true);
            prop_assert_eq!(id.as_str().parse::<RoomId>().unwrap(), id);
        }
    }
}
