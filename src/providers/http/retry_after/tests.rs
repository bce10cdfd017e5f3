use super::*;

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs.iter().map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap())).collect()
}

#[test]
fn both_forms_are_understood() {
    let wait = |pairs: &[(&'static str, &'static str)]| retry_after(&headers(pairs));
    assert_eq!(wait(&[("retry-after", "2")]), Some(Duration::from_secs(2)));
    assert_eq!(
        wait(&[("retry-after-ms", "1500"), ("retry-after", "2")]),
        Some(Duration::from_millis(1500))
    );
    let date = ("date", "Fri, 20 Nov 2026 21:00:00 GMT");
    assert_eq!(
        wait(&[date, ("retry-after", "Fri, 20 Nov 2026 21:00:07 GMT")]),
        Some(Duration::from_secs(7))
    );
    assert_eq!(
        wait(&[date, ("retry-after", "Fri, 20 Nov 2026 20:00:00 GMT")]),
        Some(Duration::ZERO)
    );
}

#[test]
fn nonsense_is_no_wish() {
    for text in ["", "soon", "-3", "nan", "2 days"] {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, text.parse().unwrap());
        assert_eq!(retry_after(&headers), None, "{text:?}");
    }
    assert_eq!(retry_after(&HeaderMap::new()), None);
    assert_eq!(seconds("1e300"), Some(Duration::from_secs(86_400)));
}
