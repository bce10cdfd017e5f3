use nanofolks_protocol::ports::{Boxed, Preview};
use nanofolks_protocol::{BotId, BotProfile, ToolCall, ToolContext, ToolOutput, Trust};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::*;

const NAMES: [&str; 7] = [
    "clarify",
    "list_dir",
    "read_artifact",
    "read_file",
    "recall_history",
    "search_files",
    "write_file",
];

fn bot(allowed: &[&str], denied: &[&str]) -> BotProfile {
    let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    BotProfile {
        id: BotId::LEADER,
        title: String::new(),
        emoji: String::new(),
        domain: String::new(),
        persona: String::new(),
        short_persona: String::new(),
        model: None,
        allowed_tools: owned(allowed),
        denied_tools: owned(denied),
    }
}

fn query(bot: &BotProfile) -> ToolQuery<'_> {
    ToolQuery {
        bot,
        trust: Trust::Operator,
        read_only: false,
        offline: false,
        shortened: true,
        attended: true,
    }
}

fn offered(tools: &Tools, query: &ToolQuery<'_>) -> Vec<String> {
    tools.offer(query).into_iter().map(|offer| offer.schema.name).collect()
}

fn without(names: &[&str]) -> Tools {
    let disabled =
        names.iter().map(|name| ((*name).to_owned(), "config.toml".to_owned())).collect();
    Tools::new(ToolsOptions { disabled, ..ToolsOptions::default() })
}

#[test]
fn every_tool_declares_everything_and_is_sorted_by_name() {
    let tools = Tools::new(ToolsOptions::default());
    let all = tools.all();
    let names: Vec<_> = all.iter().map(|(tool, _)| tool.descriptor().name.to_string()).collect();
    assert_eq!(names, NAMES);
    for (tool, availability) in &all {
        let descriptor = tool.descriptor();
        assert!(is_name(&descriptor.name));
        assert!(descriptor.version >= 1);
        for text in [&descriptor.title, &descriptor.description, &descriptor.toolset] {
            assert!(!text.is_empty(), "{}", descriptor.name);
        }
        assert!(!descriptor.audit_kind.is_empty());
        // A question changes nothing and reads nothing.
        assert_eq!(descriptor.effects.is_empty(), descriptor.asks, "{}", descriptor.name);
        assert!(!descriptor.trust.contains(&Trust::Webhook));
        assert!(descriptor.timeout.as_secs() > 0 && descriptor.result_budget > 0);
        assert_eq!(descriptor.params["type"], "object");
        assert_eq!(*availability, Availability::Available);
        for (name, schema) in descriptor.params["properties"].as_object().unwrap() {
            assert!(schema.get("type").is_some(), "{}.{name} has no type", descriptor.name);
        }
    }
    let entries: Vec<_> = tools.entries.iter().map(|entry| entry.name.clone()).collect();
    assert_eq!(entries, NAMES, "the catalogue's names are the descriptors'");
}

#[test]
fn nothing_shown_names_what_is_not_on_offer_in_any_combination() {
    let profile = bot(&[], &[]);
    for mask in 0..(1_u32 << NAMES.len()) {
        let missing: Vec<&str> = NAMES
            .iter()
            .enumerate()
            .filter(|(index, _)| mask & (1 << index) != 0)
            .map(|(_, name)| *name)
            .collect();
        let tools = without(&missing);
        let schemas: Vec<ToolSchema> =
            tools.offer(&query(&profile)).into_iter().map(|offer| offer.schema).collect();
        assert_eq!(schemas.len(), NAMES.len() - missing.len());
        assert_eq!(names_missing_tools(&schemas, &NAMES), Vec::<String>::new(), "{missing:?}");
    }
}

#[test]
fn the_lint_finds_what_it_is_for() {
    let schema = ToolSchema {
        name: "a_tool".to_owned(),
        description: "Like read_file; see `nothing` and `path`.".to_owned(),
        parameters: serde_json::json!({ "properties": {
            "path": { "type": "string", "description": "as list_dir shows it" }
        } }),
    };
    let missing = names_missing_tools(&[schema], &NAMES);
    assert_eq!(missing, ["a_tool: read_file", "a_tool: nothing", "a_tool: list_dir"]);
}

#[test]
fn a_sentence_about_a_neighbour_appears_with_the_neighbour() {
    let profile = bot(&[], &[]);
    let describe = |tools: &Tools| {
        let offers = tools.offer(&query(&profile));
        offers.into_iter().find(|offer| offer.schema.name == "list_dir").unwrap().schema.description
    };
    assert!(describe(&without(&[])).contains("search_files"));
    assert!(!describe(&without(&["search_files"])).contains("search_files"));
}

#[test]
fn all_tools_together_stay_small_and_byte_stable() {
    let profile = bot(&[], &[]);
    // What a conversation begins with: nothing of it is shortened yet.
    let whole = ToolQuery { shortened: false, ..query(&profile) };
    let show = || {
        let tools = Tools::new(ToolsOptions::default());
        let schemas: Vec<_> = tools.offer(&whole).into_iter().map(|offer| offer.schema).collect();
        serde_json::to_string(&schemas).unwrap()
    };
    let shown = show();
    println!("{} bytes: {shown}", shown.len());
    assert!(shown.len() <= 3100, "{} bytes", shown.len());
    assert_eq!(shown, show());
}

#[test]
fn plan_mode_offline_trust_and_permissions_decide_what_is_offered() {
    let tools = Tools::new(ToolsOptions::default());
    let all = bot(&[], &[]);
    let readers =
        ["clarify", "list_dir", "read_artifact", "read_file", "recall_history", "search_files"];
    assert_eq!(offered(&tools, &ToolQuery { read_only: true, ..query(&all) }), readers);
    let alone = offered(&tools, &ToolQuery { attended: false, ..query(&all) });
    assert_eq!(alone, NAMES[1..], "where nobody sits, nobody can be asked");
    assert_eq!(offered(&tools, &ToolQuery { offline: true, ..query(&all) }), NAMES);
    assert!(offered(&tools, &ToolQuery { trust: Trust::Webhook, ..query(&all) }).is_empty());
    assert_eq!(
        offered(&tools, &query(&bot(&["read_file", "grep"], &[]))),
        ["read_file", "search_files"]
    );
    assert_eq!(offered(&tools, &query(&bot(&["read_file", "ls"], &["list_dir"]))), ["read_file"]);
}

#[test]
fn a_tool_that_is_switched_off_is_listed_with_the_reason_and_not_offered() {
    let tools = without(&["write_file"]);
    let all = tools.all();
    let (_, availability) = all.last().unwrap();
    assert_eq!(*availability, Availability::Disabled { reason: "config.toml".to_owned() });
    assert!(!offered(&tools, &query(&bot(&[], &[]))).contains(&"write_file".to_owned()));
}

struct Foreign(ToolDescriptor, Availability);

impl Foreign {
    fn named(name: &str, availability: Availability) -> Arc<dyn Tool> {
        let tools = Tools::new(ToolsOptions::default());
        let mut descriptor = tools.all()[0].0.descriptor().clone();
        descriptor.name = Cow::Owned(name.to_owned());
        descriptor.effects = BTreeSet::from([Effect::NetRead]);
        Arc::new(Self(descriptor, availability))
    }
}

impl Tool for Foreign {
    fn descriptor(&self) -> &ToolDescriptor {
        &self.0
    }

    fn availability(&self) -> Availability {
        self.1.clone()
    }

    fn preview<'a>(
        &'a self,
        _call: &'a ToolCall,
        _cx: &'a ToolContext,
    ) -> Boxed<'a, Result<Preview, ToolError>> {
        Box::pin(async { Ok(Preview::default()) })
    }

    fn call<'a>(
        &'a self,
        _call: &'a ToolCall,
        _cx: &'a ToolContext,
    ) -> Boxed<'a, Result<ToolOutput, ToolError>> {
        Box::pin(async { Ok(ToolOutput::default()) })
    }
}

#[test]
fn a_tool_from_elsewhere_takes_its_place_and_nobody_else_s() {
    let mut tools = Tools::new(ToolsOptions::default());
    tools.add(Foreign::named("look_up", Availability::Available)).unwrap();
    let gone = Availability::MissingDependency { reason: "no network".to_owned() };
    tools.add(Foreign::named("zoom", gone)).unwrap();
    let profile = bot(&[], &[]);
    let names = offered(&tools, &query(&profile));
    assert_eq!(names[2], "look_up");
    assert!(!names.contains(&"zoom".to_owned()));
    assert!(
        !offered(&tools, &ToolQuery { offline: true, ..query(&profile) })
            .contains(&"look_up".to_owned())
    );
    let taken = tools.add(Foreign::named("read_file", Availability::Available));
    assert_eq!(taken, Err(AddError::Taken("read_file".to_owned())));
    for bad in ["", "Read", "1st", "a-b", &"a".repeat(65)] {
        assert!(matches!(
            tools.add(Foreign::named(bad, Availability::Available)),
            Err(AddError::Name(_))
        ));
    }
}

#[test]
fn every_built_in_tool_says_that_it_stays_on_this_machine_and_costs_nothing() {
    use nanofolks_protocol::{Cost, Network};
    let world = crate::tests::World::new();
    world.put("a.txt", "one\n");
    for (name, arguments) in [
        ("clarify", json!({ "question": "Which?" })),
        ("list_dir", json!({})),
        ("read_artifact", json!({ "ref": "0".repeat(64) })),
        ("read_file", json!({ "path": "a.txt" })),
        ("recall_history", json!({ "query": "one" })),
        ("search_files", json!({ "pattern": "one" })),
        ("write_file", json!({ "path": "b.txt", "content": "two\n" })),
    ] {
        let preview = world.preview(name, arguments).unwrap();
        assert_eq!((preview.network, preview.cost), (Network::None, Cost::Free), "{name}");
    }
}

#[test]
fn making_the_registry_costs_next_to_nothing() {
    let start = Instant::now();
    for _ in 0..1000 {
        drop(Tools::new(ToolsOptions::default()));
    }
    println!("{:?} for one registry", start.elapsed() / 1000);
}
