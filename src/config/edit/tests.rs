use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use pretty_assertions::assert_eq;
use tempfile::TempDir;

use super::*;

struct World {
    folder: TempDir,
    paths: Paths,
    env: Environment,
}

impl World {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let env = Environment::default();
        let paths = Paths::discover(&env, Some(&folder.path().join("home")), None).unwrap();
        Self { folder, paths, env }
    }

    fn with(config: &str) -> Self {
        let world = Self::new();
        world.paths.create().unwrap();
        fs::write(world.paths.config(), config).unwrap();
        world
    }

    fn text(&self) -> String {
        fs::read_to_string(self.paths.config()).unwrap()
    }

    fn set(&self, key: &str, value: &str) -> Result<Edited, String> {
        set(&self.paths, &self.env, key, value).map_err(|error| self.short(&error))
    }

    fn short(&self, error: &ConfigError) -> String {
        error.to_string().replace(&format!("{}/home/", self.folder.path().display()), "")
    }
}

const COMMENTED: &str = "\
# My settings.

model = \"a/b\" # the good one

# limits
[engine]
# not too many
max_iterations = 5
max_turns = 2

[providers.lab]   # at work
headers = { X-One = \"1\" }
";

#[test]
fn a_value_is_changed_and_everything_around_it_stays() {
    let world = World::with(COMMENTED);

    world.set("model", "c/d").unwrap();
    world.set("engine.max_iterations", "7").unwrap();
    world.set("providers.lab.headers.X-Two", "2").unwrap();
    world.set("providers.lab.baseUrl", "http://lab/v1").unwrap();
    world.set("tui.busy", "steer").unwrap();

    assert_eq!(
        world.text(),
        "\
# My settings.

model = \"c/d\" # the good one

# limits
[engine]
# not too many
max_iterations = 7
max_turns = 2

[providers.lab]   # at work
headers = { X-One = \"1\" , X-Two = \"2\" }
base_url = \"http://lab/v1\"

[tui]
busy = \"steer\"
"
    );
}

#[test]
fn a_removed_key_takes_only_its_line_along() {
    let world = World::with(COMMENTED);

    for key in ["model", "engine.max_iterations", "providers.lab.headers.X-One", "nothing.here"] {
        unset(&world.paths, &world.env, key).unwrap();
    }

    assert_eq!(
        world.text(),
        "\
# My settings.


# limits
[engine]
# not too many
max_turns = 2

[providers.lab]   # at work
headers = {}
"
    );
    unset(&world.paths, &world.env, "providers.lab").unwrap();
    assert!(!world.text().contains("lab"));
}

#[test]
fn the_first_value_makes_home_and_file_for_the_owner_only() {
    let world = World::new();

    let edited = world.set("providers.mylab.api_key", "env:KEY").unwrap();

    assert!(edited.changed);
    assert_eq!(world.text(), "[providers.mylab]\napi_key = \"env:KEY\"\n");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&world.paths.config()), 0o600);
    assert_eq!(mode(world.paths.root()), 0o700);
}

#[test]
fn setting_the_same_value_again_changes_nothing() {
    let world = World::with(COMMENTED);

    assert!(!world.set("model", "a/b").unwrap().changed);
    assert_eq!(world.text(), COMMENTED);
}

#[test]
fn values_are_typed_as_the_key_wants_them() {
    let world = World::new();

    world.set("model", "8192").unwrap();
    world.set("engine.max_iterations", "8").unwrap();
    world.set("sessions.mirror_jsonl", "true").unwrap();
    world.set("tools.disabled", "write_file, read_file").unwrap();
    world.set("tools.allowed", "[\"a\"]").unwrap();
    world.set("models.\"a/b.c\".price.input", "3").unwrap();

    let text = world.text();
    for line in [
        "model = \"8192\"",
        "max_iterations = 8",
        "mirror_jsonl = true",
        "disabled = [\"write_file\", \"read_file\"]",
        "allowed = [\"a\"]",
        "[models.\"a/b.c\".price]",
        "input = 3",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn a_value_that_does_not_fit_is_refused_and_nothing_is_written() {
    let world = World::with(COMMENTED);

    for (key, value, want) in [
        (
            "engine.max_iterations",
            "many",
            "config.toml: engine.max_iterations: expected a whole number, 0 or more, found \"many\"",
        ),
        (
            "engine.max_iterations",
            "5000",
            "config.toml: engine.max_iterations: expected a whole number from 1 to 1000, found 5000",
        ),
        (
            "tui.busy",
            "maybe",
            "config.toml: tui.busy: expected one of queue, steer, interrupt, found \"maybe\"",
        ),
        (
            "engine.max_iteration",
            "5",
            "config.toml: engine.max_iteration: no such setting; did you mean engine.max_iterations?",
        ),
        ("model.x", "5", "config.toml: model.x: no such setting; did you mean model?"),
        ("engine", "5", "config.toml: engine: expected a table, found 5"),
    ] {
        assert_eq!(world.set(key, value).unwrap_err(), want);
    }
    assert_eq!(world.text(), COMMENTED);
}

#[test]
fn other_faults_of_the_file_and_unknown_keys_do_not_stand_in_the_way() {
    let world = World::with("future = 1\n[engine]\nmax_turns = \"x\"\n");

    world.set("model", "a/b").unwrap();

    assert_eq!(world.text(), "future = 1\nmodel = \"a/b\"\n[engine]\nmax_turns = \"x\"\n");
}

#[test]
fn a_file_that_is_not_toml_is_left_alone() {
    let world = World::with("model = \n");
    assert_eq!(
        world.set("model", "a/b").unwrap_err(),
        "config.toml:1: model: the file is not valid TOML: string values must be quoted, expected literal string"
    );

    let world = World::new();
    world.paths.create().unwrap();
    fs::write(world.paths.root().join("config.yaml"), "model: a/b\n").unwrap();
    let error = set(&world.paths, &world.env, "model", "c/d").unwrap_err();
    assert!(matches!(error, ConfigError::NotToml(_)), "{error}");
}

#[test]
fn lists_grow_at_their_end_and_only_once() {
    let world = World::with("[tools]\ndisabled = [\"a\"] # mine\n");
    let append = |key: &str, value: &str| append(&world.paths, &world.env, key, value);

    append("tools.disabled", "b").unwrap();
    append("tools.disabled", "b").unwrap();
    append("tools.allowed", "c").unwrap();

    assert_eq!(world.text(), "[tools]\ndisabled = [\"a\", \"b\"] # mine\nallowed = [\"c\"]\n");
    assert!(append("model", "x").is_err());
}

#[test]
fn a_linked_file_is_changed_where_it_really_is() {
    let world = World::new();
    world.paths.create().unwrap();
    let real = world.folder.path().join("dotfiles.toml");
    fs::write(&real, "# mine\n").unwrap();
    std::os::unix::fs::symlink(&real, world.paths.config()).unwrap();

    world.set("model", "a/b").unwrap();

    assert!(fs::symlink_metadata(world.paths.config()).unwrap().is_symlink());
    assert!(fs::read_to_string(real).unwrap().contains("model = \"a/b\""));
}

#[test]
fn a_value_cannot_bring_keys_of_its_own() {
    let world = World::new();

    world.set("model", "a/b\"\nevil = \"1").unwrap();
    world.set("tui.theme", "1\n[log]\nlevel = \"off\"").unwrap();

    let text = world.text();
    let table: toml::Table = text.parse().unwrap();
    assert_eq!(table.keys().collect::<Vec<_>>(), ["model", "tui"]);
}

#[test]
fn edits_at_the_same_time_are_all_kept() {
    let world = World::new();

    std::thread::scope(|scope| {
        for writer in 0..4 {
            let world = &world;
            scope.spawn(move || {
                for number in 0..5 {
                    world.set(&format!("aliases.w{writer}n{number}"), "a/b").unwrap();
                }
            });
        }
    });

    let table: toml::Table = world.text().parse().unwrap();
    assert_eq!(table["aliases"].as_table().unwrap().len(), 20);
}

#[test]
fn nothing_is_left_behind_beside_the_file() {
    let world = World::with("model = \"a/b\"\n");

    world.set("model", "c/d").unwrap();
    world.set("engine.max_turns", "no").unwrap_err();

    let mut names: Vec<_> = fs::read_dir(world.paths.root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["config.toml", "run"]);
}
