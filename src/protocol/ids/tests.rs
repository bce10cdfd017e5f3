use super::*;

#[test]
fn fresh_ids_sort_by_the_time_they_were_made() {
    let ids: Vec<_> = (0..100).map(|_| TurnId::fresh()).collect();
    assert!(ids.is_sorted());
}

#[test]
fn ids_survive_the_way_through_text() {
    let id = SessionId::fresh();
    assert_eq!(id.to_string().parse::<SessionId>(), Ok(id));
    assert_eq!("nonsense".parse::<SessionId>(), Err(IdError { text: "nonsense".into() }));
}

#[test]
fn a_provider_id_is_kept_only_when_all_would_take_it_back() {
    assert_eq!(CallId::from_provider("toolu_01-a").as_str(), "toolu_01-a");
    for odd in ["", "has space", "zażółć", &"x".repeat(65)] {
        assert_ne!(CallId::from_provider(odd).as_str(), odd);
    }
}

#[test]
fn a_blob_id_is_a_digest() {
    let id = BlobId::from_digest(&[0xab; 32]);
    assert_eq!(id.as_str(), "ab".repeat(32));
    assert_eq!(id.to_string().parse::<BlobId>(), Ok(id));
    assert!("AB".repeat(32).parse::<BlobId>().is_err());
    assert!("../../etc/passwd".parse::<BlobId>().is_err());
}
