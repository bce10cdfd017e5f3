use proptest::collection::btree_map;
use proptest::prelude::*;

use super::sealed::VERSION;
use super::*;

const MATERIAL: [u8; 32] = [7; 32];

fn entries(pairs: &[(&str, &str)]) -> Entries {
    pairs.iter().map(|(name, key)| ((*name).to_owned(), Secret::new((*key).to_owned()))).collect()
}

/// A small vault with a key file's lock.
fn small() -> (Vec<u8>, Root) {
    let root = Root::fresh(Lock::KeyFile, &MATERIAL).unwrap();
    (root.seal(&entries(&[("anthropic", "sk-ant-1"), ("groq", "gsk_2")])).unwrap(), root)
}

/// What a vault's bytes give to somebody who has the right key.
fn opened(bytes: &[u8]) -> Result<Entries, Fault> {
    let sealed = Sealed::parse(bytes)?;
    sealed.open(&sealed.root(&MATERIAL)?)
}

#[test]
fn not_one_byte_can_be_changed_unseen() {
    let (bytes, _) = small();
    assert_eq!(opened(&bytes).unwrap().len(), 2);
    for at in 0..bytes.len() {
        for change in [0x01, 0x20, 0x80, 0xff] {
            let mut other = bytes.clone();
            other[at] ^= change;
            assert!(opened(&other).is_err(), "byte {at} was changed by {change:#x} unseen");
        }
    }
}

#[test]
fn not_one_byte_can_be_missing_or_added_unseen() {
    let (bytes, _) = small();
    for end in 0..bytes.len() {
        assert!(opened(&bytes[..end]).is_err(), "cut off after {end} bytes unseen");
        let mut other = bytes.clone();
        other.remove(end);
        assert!(opened(&other).is_err(), "byte {end} was removed unseen");
    }
    assert!(opened(&[&bytes[..], b"\n"].concat()).is_err());
    assert!(opened(&[b" ", &bytes[..]].concat()).is_err());
}

#[test]
fn the_same_keys_never_look_the_same_twice() {
    let (first, root) = small();
    let second = root.seal(&opened(&first).unwrap()).unwrap();
    assert_ne!(first, second);
    assert_eq!(opened(&second).unwrap(), opened(&first).unwrap());
}

#[test]
fn a_wrong_key_is_told_from_damage() {
    let (mut bytes, _) = small();
    let sealed = Sealed::parse(&bytes).unwrap();
    assert_eq!(sealed.root(&[8; 32]).err(), Some(Fault::WrongKey));
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    assert!(matches!(opened(&bytes), Err(Fault::Damaged(_))));
}

#[test]
fn a_newer_format_is_recognised_whatever_else_is_in_it() {
    let newer = format!("{{\"nanofolks_vault\":{},\"what\":1}}\nxyz", VERSION + 1);
    assert_eq!(Sealed::parse(newer.as_bytes()).err(), Some(Fault::Newer(VERSION + 1)));
}

#[test]
fn a_head_cannot_make_us_work_for_hours() {
    let root = Root::fresh(Lock::PASSPHRASE, b"a passphrase").unwrap();
    let bytes = root.seal(&Entries::new()).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    for (from, to) in
        [("\"memory\":19456", "\"memory\":4000000"), ("\"passes\":2", "\"passes\":99")]
    {
        assert!(text.contains(from), "{text}");
        let greedy = text.replace(from, to);
        assert!(matches!(Sealed::parse(greedy.as_bytes()), Err(Fault::Damaged(_))), "{to}");
    }
}

#[test]
fn the_key_is_in_no_byte_of_the_vault() {
    let (bytes, _) = small();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("anthropic") && !text.contains("sk-ant-1"));
}

proptest! {
    #[test]
    fn what_goes_in_comes_out(
        keys in btree_map("[a-z][a-z0-9_.-]{0,20}", "[!-~äöü€]{1,200}", 0..12),
        material in any::<[u8; 32]>(),
    ) {
        let entries: Entries =
            keys.iter().map(|(name, key)| (name.clone(), Secret::new(key.clone()))).collect();
        let bytes = Root::fresh(Lock::KeyFile, &material).unwrap().seal(&entries).unwrap();
        let sealed = Sealed::parse(&bytes).unwrap();
        prop_assert_eq!(&sealed.head.names, &keys.keys().cloned().collect::<Vec<_>>());
        prop_assert_eq!(sealed.open(&sealed.root(&material).unwrap()).unwrap(), entries);
    }

    #[test]
    fn any_bytes_are_refused_without_a_crash(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(opened(&bytes).is_err());
    }
}
