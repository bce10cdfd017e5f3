use proptest::prelude::*;

use super::*;

#[test]
fn tells_text_from_other_data() {
    assert_eq!(format_of(b""), Format::Utf8);
    assert_eq!(format_of(b"plain\n"), Format::Utf8);
    assert_eq!(format_of("BMW und Gr\u{fc}\u{df}e".as_bytes()), Format::Utf8);
    assert_eq!(format_of(b"caf\xe9\n"), Format::Utf8, "an old encoding is still text");
    assert_eq!(format_of(b"\xff\xfeh\0i\0"), Format::Utf16Le);
    assert_eq!(format_of(b"\xfe\xff\0h\0i"), Format::Utf16Be);
    assert_eq!(format_of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Format::Binary(Some("image/png")));
    assert_eq!(format_of(b"a\0b"), Format::Binary(None));
    assert_eq!(format_of(b"\xff\xfe\0\0h\0\0\0"), Format::Binary(None), "UTF-32");
}

#[test]
fn a_character_cut_by_the_sample_is_still_text() {
    let text = "\u{20ac}".repeat(10);
    assert_eq!(format_of(&text.as_bytes()[..29]), Format::Utf8);
}

#[test]
fn counts_what_is_not_valid() {
    let decoded = decode(b"a\xffb\xc3".to_vec());
    assert_eq!(decoded, Decoded { text: "a\u{fffd}b\u{fffd}".to_owned(), invalid: 2 });
}

#[test]
fn writes_sizes_for_people() {
    let sizes = [0, 1, 1023, 1024, 1536, 1024 * 1024, 5 * 1024 * 1024 * 1024, u64::MAX].map(size);
    assert_eq!(
        sizes,
        [
            "0 bytes",
            "1 byte",
            "1023 bytes",
            "1.0 KB",
            "1.5 KB",
            "1.0 MB",
            "5.0 GB",
            "16777215.9 TB"
        ]
    );
}

proptest! {
    #[test]
    fn utf16_goes_there_and_back(text in "\\PC*", big in any::<bool>()) {
        let format = if big { Format::Utf16Be } else { Format::Utf16Le };
        let bytes = utf16(&text, format);
        prop_assert_eq!(bytes.len() >= 2, true);
        let mut back = String::new();
        transcode(bytes.as_slice()).read_to_string(&mut back).unwrap();
        prop_assert_eq!(back, text);
    }

    #[test]
    fn valid_text_is_never_touched(text in ".*") {
        let decoded = decode(text.clone().into_bytes());
        prop_assert_eq!(decoded, Decoded { text, invalid: 0 });
    }

    #[test]
    fn no_bytes_are_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _format = format_of(&bytes);
        let valid = std::str::from_utf8(&bytes).is_ok();
        prop_assert_eq!(decode(bytes).invalid == 0, valid);
    }
}
