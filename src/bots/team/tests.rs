use pretty_assertions::assert_eq;

use super::*;

/// About as many tokens as English has; a little too many rather than too few.
fn tokens(text: &str) -> usize {
    text.len() / 4 + 1
}

#[test]
fn there_are_six_bots_and_the_leader_comes_first() {
    let names: Vec<String> = Team::plain().bots().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["leader", "researcher", "coder", "social", "creative", "auditor"]);
    assert_eq!(Team::plain().bots().first(), Some(&BotId::LEADER));
}

#[test]
fn every_team_dresses_every_role() {
    for name in Team::names() {
        let team = Team::named(name).unwrap();
        assert_eq!(team.name(), name);
        assert_eq!(team.bots().len(), ROLES.len());
        for bot in &team.bots {
            assert!(!bot.title.is_empty() && !bot.emoji.is_empty() && !bot.domain.is_empty());
            assert!(bot.emoji.chars().count() <= 3, "{}", bot.emoji);
            assert!(bot.model.is_none() && bot.allowed_tools.is_empty());
        }
    }
}

#[test]
fn personas_are_short_and_say_who_speaks() {
    for bot in &Team::plain().bots {
        let start = format!("You are {}, ", bot.title);
        assert!(bot.persona.starts_with(&start) && bot.short_persona.starts_with(&start));
        assert!(tokens(&bot.persona) <= 140, "{}: {}", bot.id, tokens(&bot.persona));
        assert!(tokens(&bot.short_persona) <= 45, "{}", bot.id);
        assert_eq!(
            bot.short_persona.matches(". ").count(),
            1,
            "two sentences: {}",
            bot.short_persona
        );
        for text in [&bot.persona, &bot.short_persona] {
            assert!(text.ends_with('.') && !text.contains("  ") && !text.contains('\n'), "{text}");
        }
    }
}

#[test]
fn only_some_run_programs() {
    let denies = |bot: &str| {
        let profile = Team::plain().profile(&bot.parse().unwrap()).unwrap();
        profile.denied_tools.contains(&"terminal".to_owned())
    };
    let free: Vec<&str> = ["leader", "researcher", "coder", "social", "creative", "auditor"]
        .into_iter()
        .filter(|bot| !denies(bot))
        .collect();
    assert_eq!(free, ["leader", "coder", "auditor"]);
}

#[test]
fn an_unknown_bot_or_team_is_not_made_up() {
    assert_eq!(Team::plain().profile(&"nobody".parse().unwrap()), None);
    let error = Team::named("pirates").unwrap_err();
    assert_eq!(error.to_string(), "there is no team \"pirates\"; there is plain");
}

#[test]
fn what_the_owner_sets_wins_and_lists_of_tools_grow() {
    let coder: BotId = "social".parse().unwrap();
    let change = Overrides {
        title: Some("Ada".to_owned()),
        model: Some("local/tiny".to_owned()),
        denied_tools: vec!["write_file".to_owned()],
        ..Overrides::default()
    };
    let team = Team::plain().with(&BTreeMap::from([(coder.clone(), change)]));
    let bot = team.profile(&coder).unwrap();
    assert_eq!((bot.title.as_str(), bot.emoji.as_str()), ("Ada", "📱"));
    assert_eq!(bot.model.as_deref(), Some("local/tiny"));
    assert_eq!(bot.denied_tools, ["terminal", "process", "execute_code", "write_file"]);
    assert_eq!(team.profile(&BotId::LEADER), Team::plain().profile(&BotId::LEADER));
}
