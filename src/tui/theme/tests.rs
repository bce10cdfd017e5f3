use super::*;

#[test]
fn every_built_in_theme_names_every_role() {
    for (name, text) in BUILT_IN {
        Theme::named(name).unwrap();
        let table: toml::Table = text.parse().unwrap();
        let roles = table["roles"].as_table().unwrap();
        for (role, _) in ROLES {
            assert!(roles.contains_key(*role), "{name} has no {role}");
        }
    }
}

#[test]
fn a_users_theme_changes_what_it_names() {
    let theme =
        Theme::named("dark").unwrap().with("[roles]\nheading = 'bold 33 on black'").unwrap();

    let heading = Style::new().fg(Color::Indexed(33)).bg(Color::Black).bold();
    assert_eq!(theme.style(Role::Heading), heading);
    assert_eq!(theme.style(Role::Code), Theme::named("dark").unwrap().style(Role::Code));
}

#[test]
fn a_bad_theme_says_which_key() {
    let said = |text| Theme::plain().with(text).unwrap_err().to_string();

    assert_eq!(
        said("[roles]\nheadin = 'bold'"),
        "the theme has an unknown key \"headin\"; is it \"heading\"?"
    );
    assert_eq!(
        said("[roles]\ncode = 'bolder'"),
        "the theme's key \"code\" has \"bolder\", which is no colour and no style"
    );
    assert!(said("[roles").starts_with("the theme is not TOML"));
    assert!(Theme::named("nope").is_err());
}

#[test]
fn mono_has_no_colour() {
    let mono = Theme::named("mono").unwrap();
    for (name, role) in ROLES {
        let style = mono.style(*role);
        assert_eq!((style.fg, style.bg), (None, None), "{name}");
    }
}
