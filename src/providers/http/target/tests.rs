use super::*;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[test]
fn this_machine_is_known_by_its_names() {
    for here in [
        "http://127.0.0.1:8",
        "http://127.9.9.9",
        "http://[::1]/v1",
        "http://localhost:1",
        "https://a.localhost",
    ] {
        assert_eq!(reach(&url(here)), Reach::Here, "{here}");
    }
    for away in
        ["http://10.0.0.1", "http://localhost.evil.com", "https://127.0.0.1.nip.io", "http://[::2]"]
    {
        assert_eq!(reach(&url(away)), Reach::Network, "{away}");
    }
}

#[test]
fn paths_are_put_behind_the_base_however_it_ends() {
    let joined = |base: &str, redundant: &str, path: &str, query: &str| {
        join(&url(base), redundant, path, query).to_string()
    };
    assert_eq!(joined("http://h/v1", "", "/chat/completions", ""), "http://h/v1/chat/completions");
    assert_eq!(joined("http://h/v1/", "", "/responses", ""), "http://h/v1/responses");
    assert_eq!(joined("http://h", "/v1", "/v1/messages", ""), "http://h/v1/messages");
    assert_eq!(
        joined("http://h/proxy/v1/", "/v1", "/v1/messages", ""),
        "http://h/proxy/v1/messages"
    );
    assert_eq!(
        joined("http://h/?key=1#x", "/v1beta", "/v1beta/models/m:streamGenerateContent", "alt=sse"),
        "http://h/v1beta/models/m:streamGenerateContent?key=1&alt=sse"
    );
}

#[test]
fn what_is_no_base_url_is_refused_with_its_place() {
    for text in ["", "127.0.0.1:8000", "ftp://x/", "file:///etc/passwd", "not an address"] {
        let problem = parse_base("mylab", text).unwrap_err();
        assert_eq!(problem.code, "config_invalid");
        assert!(problem.message.starts_with("providers.mylab.base_url: "), "{}", problem.message);
    }
}

#[test]
fn people_are_shown_neither_paths_nor_credentials() {
    assert_eq!(shown(&url("https://user:pass@h.example:444/v1?key=1")), "https://h.example:444");
}
