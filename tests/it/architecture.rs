//! The rules of the house that the compiler does not keep.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every member and its floor. A member may use what stands on a lower floor.
const FLOORS: [(&str, u8); 14] = [
    ("nanofolks-protocol", 0),
    ("nanofolks-config", 1),
    ("nanofolks-security", 1),
    ("nanofolks-bots", 2),
    ("nanofolks-local", 2),
    ("nanofolks-providers", 2),
    ("nanofolks-store", 2),
    ("nanofolks-tools", 2),
    ("nanofolks-engine", 3),
    ("nanofolks-tui", 4),
    ("nanofolks", 5),
    ("nanofolks-bench", 7),
    ("nanofolks-crash", 7),
    ("nanofolks-testkit", 6),
];

/// Below the engine a member names exactly whom it may use; lower is not enough.
const MAY_USE: [(&str, &[&str]); 10] = [
    ("nanofolks-protocol", &[]),
    ("nanofolks-config", &["nanofolks-protocol"]),
    ("nanofolks-security", &["nanofolks-protocol"]),
    ("nanofolks-bots", &["nanofolks-protocol"]),
    ("nanofolks-local", &["nanofolks-protocol"]),
    ("nanofolks-providers", &["nanofolks-protocol", "nanofolks-config"]),
    ("nanofolks-store", &["nanofolks-protocol"]),
    ("nanofolks-tools", &["nanofolks-protocol", "nanofolks-security"]),
    ("nanofolks-engine", &["nanofolks-protocol", "nanofolks-security"]),
    ("nanofolks-tui", &["nanofolks-protocol", "nanofolks-security"]),
];

/// Heavy packages and their one owner.
const OWNERS: [(&str, &str); 26] = [
    ("rusqlite", "nanofolks-store"),
    ("rusqlite_migration", "nanofolks-store"),
    ("reqwest", "nanofolks-providers"),
    ("rustls", "nanofolks-providers"),
    ("eventsource-stream", "nanofolks-providers"),
    ("candle-core", "nanofolks-local"),
    ("candle-nn", "nanofolks-local"),
    ("candle-transformers", "nanofolks-local"),
    ("tokenizers", "nanofolks-local"),
    ("minijinja", "nanofolks-local"),
    ("toml_edit", "nanofolks-config"),
    ("schemars", "nanofolks-config"),
    ("cap-std", "nanofolks-tools"),
    ("grep-searcher", "nanofolks-tools"),
    ("argon2", "nanofolks-security"),
    ("keyring-core", "nanofolks-security"),
    ("ring", "nanofolks-security"),
    ("zbus-secret-service-keyring-store", "nanofolks-security"),
    ("crossterm", "nanofolks-tui"),
    ("pulldown-cmark", "nanofolks-tui"),
    ("ratatui", "nanofolks-tui"),
    ("syntect", "nanofolks-tui"),
    ("two-face", "nanofolks-tui"),
    ("clap", "nanofolks"),
    ("rustyline", "nanofolks"),
    ("tracing-subscriber", "nanofolks"),
];

/// Members that share a package with its owner, and why.
const SHARED: [(&str, &str, &str); 1] =
    [("schemars", "nanofolks-tools", "parameters of tools are made from their Rust types")];

/// Where tasks may be started; everything else hands futures to one of these.
const MAY_SPAWN: [&str; 2] = ["src/engine/tasks.rs", "tests/"];

/// Files that may be longer than the rest, and why.
const LONG_FILES: [(&str, &str); 0] = [];

const LONGEST: usize = 600;

struct Member {
    name: String,
    folder: PathBuf,
    uses: BTreeSet<String>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn manifest(folder: &Path) -> toml::Table {
    std::fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap()
}

fn members() -> Vec<Member> {
    let house = manifest(&root());
    let listed = house["workspace"]["members"].as_array().unwrap();
    let folders = listed.iter().map(|member| root().join(member.as_str().unwrap()));
    folders
        .chain([root()])
        .map(|folder| {
            let manifest = manifest(&folder);
            let name = manifest["package"]["name"].as_str().unwrap().to_owned();
            let uses = manifest.get("dependencies").and_then(toml::Value::as_table);
            let uses = uses.into_iter().flat_map(toml::Table::keys).cloned().collect();
            Member { name, folder, uses }
        })
        .collect()
}

/// Every Rust file of ours: its path from the top, and its text.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["src", "tests"] {
        collect(&root().join(folder), &mut found);
    }
    assert!(found.len() > 50, "only {} files were found", found.len());
    found
}

fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

#[track_caller]
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn imports_go_down() {
    let floors: BTreeMap<_, _> = FLOORS.into_iter().collect();
    let mut complaints = Vec::new();
    for member in members() {
        let Some(floor) = floors.get(member.name.as_str()) else {
            complaints.push(format!("{} has no floor yet", member.name));
            continue;
        };
        let allowed = MAY_USE.iter().find(|(name, _)| *name == member.name).map(|(_, uses)| *uses);
        for used in member.uses.iter().filter(|used| used.starts_with("nanofolks-")) {
            let below = floors.get(used.as_str()).is_some_and(|below| below < floor);
            if !below || allowed.is_some_and(|allowed| !allowed.contains(&used.as_str())) {
                complaints.push(format!("{} may not use {used}", member.name));
            }
        }
    }
    none(&complaints);
}

#[test]
fn a_heavy_package_has_one_owner() {
    let mut complaints = Vec::new();
    for member in members() {
        if member.folder.starts_with(root().join("tests")) {
            continue;
        }
        for (package, owner) in OWNERS {
            let shared =
                SHARED.iter().any(|(what, who, _)| *what == package && *who == member.name);
            if member.uses.contains(package) && member.name != owner && !shared {
                complaints.push(format!("{} uses {package}, which {owner} owns", member.name));
            }
        }
    }
    none(&complaints);
}

#[test]
fn versions_and_lints_come_from_the_workspace() {
    let mut complaints = Vec::new();
    for member in members() {
        let manifest = manifest(&member.folder);
        if manifest.get("lints").and_then(|lints| lints.get("workspace"))
            != Some(&toml::Value::Boolean(true))
        {
            complaints.push(format!("{} has lints of its own", member.name));
        }
        for kind in ["dependencies", "dev-dependencies"] {
            let table = manifest.get(kind).and_then(toml::Value::as_table);
            for (name, value) in table.into_iter().flatten() {
                if value.get("workspace") != Some(&toml::Value::Boolean(true)) {
                    complaints.push(format!("{} has a version of {name} of its own", member.name));
                }
            }
        }
    }
    none(&complaints);
}

#[test]
fn files_are_short() {
    let mut complaints = Vec::new();
    for (name, text) in sources() {
        let lines = text.lines().count();
        let known = LONG_FILES.iter().any(|(long, _)| *long == name);
        if lines > LONGEST && !known {
            complaints.push(format!("{name} has {lines} lines"));
        } else if lines <= LONGEST && known {
            complaints.push(format!("{name} is no longer long: take it off the list"));
        }
    }
    none(&complaints);
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut complaints = Vec::new();
    for (name, text) in sources() {
        // Tests that stand beside what they test are explained by it.
        if !text.starts_with("//!") && !name.ends_with("/tests.rs") {
            complaints.push(format!("{name} does not begin with //!"));
        }
    }
    none(&complaints);
}

#[test]
fn modules_stand_beside_their_folders() {
    let strays = sources().into_iter().map(|(name, _)| name);
    none(&strays.filter(|name| name.ends_with("/mod.rs")).collect::<Vec<_>>());
}

#[test]
fn no_module_is_a_drawer_for_everything() {
    let drawers = ["utils", "util", "common", "helpers", "helper", "manager", "prelude", "misc"];
    let names = sources().into_iter().map(|(name, _)| name);
    none(
        &names
            .filter(|name| {
                let stem = Path::new(name).file_stem().unwrap().to_string_lossy().into_owned();
                drawers.contains(&stem.as_str())
            })
            .collect::<Vec<_>>(),
    );
}

#[test]
fn tasks_are_started_where_somebody_waits_for_them() {
    let call = ["tokio::", "spawn("].concat();
    let mut complaints = Vec::new();
    for (name, text) in sources() {
        let allowed = MAY_SPAWN.iter().any(|place| name.starts_with(place));
        let is_shipped = !name.ends_with("/tests.rs") && !name.contains("/examples/");
        if !allowed && is_shipped && text.contains(&call) {
            complaints.push(format!("{name} starts a task of its own"));
        }
    }
    none(&complaints);
}

/// Where a model may be asked, and the wrappers of providers that pass a request on.
const MAY_ASK: [&str; 2] = ["src/engine/gate.rs", "src/protocol/ports/gate.rs"];

#[test]
fn every_call_of_a_model_goes_through_the_gate() {
    // What starts a call, what makes a permit, and what takes a provider out of the gate.
    let stream = ["provider.", "stream("].concat();
    let inner = ["self.0.", "stream("].concat();
    let ask = ["provider.", "ask("].concat();
    let permit = ["Permit", "("].concat();
    let port = ["dyn ", "Provider"].concat();
    let sources = sources();
    let mut complaints = Vec::new();
    let aside = ["/tests/", "/tests.rs", "/examples/", "/journeys"];
    let shipped = sources
        .iter()
        .filter(|(name, _)| name.starts_with("src/") && !aside.iter().any(|it| name.contains(it)));
    for (name, text) in shipped {
        let may = MAY_ASK.contains(&name.as_str());
        for call in [&stream, &inner, &ask, &permit] {
            if text.contains(call.as_str()) && !may {
                complaints.push(format!("{name} asks a model past the gate: {call}"));
            }
        }
        // Above the workshops nobody even holds a provider that could be asked without a permit.
        let above = name.starts_with("src/engine/") || name.starts_with("src/cli");
        if above && text.contains(port.as_str()) {
            complaints.push(format!("{name} holds a provider in front of the gate"));
        }
    }
    none(&complaints);
    let gate = &sources.iter().find(|(name, _)| name == MAY_ASK[0]).unwrap().1;
    assert_eq!(gate.matches(ask.as_str()).count(), 1, "the gate has one door");
}

#[test]
fn only_the_output_prints() {
    let calls = [["print", "ln!("].concat(), ["eprint", "ln!("].concat()];
    let mut complaints = Vec::new();
    for (name, text) in sources().into_iter().filter(|(name, _)| name.starts_with("src/")) {
        let aside = ["/tests/", "/tests.rs", "/examples/"].iter().any(|it| name.contains(it));
        // A build script speaks to cargo, and is no part of the program.
        if aside || name == "src/cli/output.rs" || name == "src/build.rs" {
            continue;
        }
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code.filter(|line| calls.iter().any(|call| line.contains(call))) {
            complaints.push(format!("{name} prints: {}", line.trim()));
        }
    }
    none(&complaints);
}

#[test]
fn no_file_names_the_machine_it_was_written_on() {
    // Spelled in pieces, so that this file passes its own test.
    let words = [
        ["/work", "/main"].concat(),
        ["/work", "/shared"].concat(),
        ["/root", "/."].concat(),
        ["shared", "/design"].concat(),
        ["shared", "/spec"].concat(),
        ["shared", "/bench"].concat(),
        ["fake", "_llm"].concat(),
    ];
    let mut complaints = Vec::new();
    let mut files = sources();
    for name in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "Cargo.toml"] {
        if let Ok(text) = std::fs::read_to_string(root().join(name)) {
            files.push((name.to_owned(), text));
        }
    }
    for (name, text) in files {
        for word in words.iter().filter(|word| text.contains(word.as_str())) {
            complaints.push(format!("{name} mentions {word}"));
        }
    }
    none(&complaints);
}
