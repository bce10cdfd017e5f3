//! Completions and manual pages.

use super::home;

/// What the program offers when bash asks for the last of these words.
fn offered(home: &nanofolks_testkit::TestHome, words: &[&str]) -> Vec<String> {
    let mut command = vec!["--", "nanofolks"];
    command.extend(words);
    let done = home
        .call(&command)
        .env("COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_IFS", "\n")
        .env("_CLAP_COMPLETE_COMP_TYPE", "9")
        .run()
        .exits(0);
    done.out().lines().map(str::to_owned).collect()
}

#[test]
fn commands_are_offered() {
    let offers = offered(&home(), &["mod"]);
    assert_eq!(offers, ["model"]);
    let all = offered(&home(), &[""]);
    for command in ["chat", "session", "model", "config", "status", "doctor", "logs"] {
        assert!(all.iter().any(|offer| offer == command), "{command} in {all:?}");
    }
    assert!(!all.iter().any(|offer| offer == "generate"), "hidden commands are not offered");
}

#[test]
fn what_only_this_home_knows_is_offered() {
    let home = home();
    home.config("[aliases]\nfast = \"groq/quick\"\n[providers.mylab]\nkind = \"openai-chat\"\nbase_url = \"http://127.0.0.1:9/v1\"\n");
    let keys = offered(&home, &["config", "get", "engine.max_it"]);
    assert_eq!(keys, ["engine.max_iterations"]);
    let keys = offered(&home, &["config", "get", "providers.mylab."]);
    assert!(keys.contains(&"providers.mylab.base_url".to_owned()), "{keys:?}");
    let models = offered(&home, &["model", "use", "groq/"]);
    assert!(models.contains(&"groq/quick".to_owned()), "{models:?}");
    let fetchable = offered(&home, &["model", "pull", "smol"]);
    assert_eq!(fetchable, ["smollm2-135m"]);
}

#[test]
fn completing_with_a_broken_configuration_says_nothing() {
    let home = home();
    home.config("this is = not [ toml");
    let offers = offered(&home, &["model", "use", "sm"]);
    assert!(offers.is_empty(), "{offers:?}");
}

#[test]
fn every_shell_gets_both_kinds_of_script() {
    let home = home();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = home.run(["completions", shell]).exits(0).out();
        assert!(script.contains("doctor"), "{shell}");
        let script = home.run(["completions", shell, "--dynamic"]).exits(0).out();
        assert!(script.contains("COMPLETE") && !script.contains("doctor"), "{shell}: {script}");
    }
    home.run(["completions", "cmd"]).exits(2);
}

#[test]
fn every_command_has_a_page() {
    let home = home();
    let page = home.run(["man"]).exits(0).out();
    for title in ["EXIT STATUS", "ENVIRONMENT", "FILES"] {
        assert!(page.contains(title), "{title}");
    }
    assert!(home.run(["man", "config", "set"]).exits(0).out().contains("config set"));
    home.run(["man", "no", "such"]).exits(2);
    let folder = home.work().join("man1");
    home.run(["man", "--out", folder.to_str().unwrap()]).exits(0);
    assert!(
        folder.join("nanofolks.1").is_file() && folder.join("nanofolks-config-set.1").is_file()
    );
}

#[test]
fn every_page_says_of_which_version_it_is() {
    let home = home();
    let version = format!("\"nanofolks {}\"", env!("CARGO_PKG_VERSION"));
    for command in [&["man"][..], &["man", "chat"], &["man", "config", "trust"]] {
        let page = home.run(command).exits(0).out();
        let title = page.lines().find(|line| line.starts_with(".TH")).unwrap();
        assert!(title.contains(&version), "{title}");
    }
}
