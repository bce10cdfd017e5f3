use proptest::prelude::*;

use super::*;

fn number_at(node: &Node) -> Option<At> {
    match &node.data {
        Data::Map(entries) => entries.iter().find_map(|entry| number_at(&entry.value)),
        Data::Integer(_) => node.at,
        _ => None,
    }
}

#[test]
fn every_format_knows_where_a_value_stands() {
    assert_eq!(
        number_at(&toml("\"ä\" = \"x\"\n[b]\n  c = 5").unwrap()),
        Some(At { line: 3, column: 7 })
    );
    assert_eq!(number_at(&yaml("a: x\nb:\n  c: 5").unwrap()), Some(At { line: 3, column: 6 }));
    assert_eq!(
        number_at(&json("{\"a\": \"x\",\n \"c\": 5}").unwrap()),
        Some(At { line: 2, column: 7 })
    );
}

#[test]
fn a_bomb_of_aliases_is_refused() {
    let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for n in 1..9 {
        let before = format!("*a{}", n - 1);
        text.push_str(&format!("a{n}: &a{n} [{}]\n", [before.as_str(); 10].join(",")));
    }

    assert!(yaml(&text).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in ".*") {
        drop((toml(&text), yaml(&text), json(&text), Node::raw(&text)));
    }

    #[test]
    fn any_nearly_valid_text_is_survived(text in "([a-z]{1,3}|[=:\\[\\]{}\",.#&*!|>'-]|\n|  |[0-9]{1,20}|\\$\\{){0,30}") {
        drop((toml(&text), yaml(&text), json(&text), Node::raw(&text)));
    }
}
