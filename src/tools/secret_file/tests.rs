use super::*;

#[test]
fn knows_files_that_hold_secrets() {
    for path in [
        ".env",
        ".env.local",
        "deploy/.env.production",
        ".envrc",
        "certs/server.pem",
        "a/TLS.KEY",
        ".ssh/config",
        "home/.ssh/id_ed25519",
        "id_rsa",
        ".aws/credentials",
        ".netrc",
        ".npmrc",
        ".nanofolks/config.toml",
        "/home/me/.nanofolks/profiles/work/config.toml",
    ] {
        assert!(is_secret(Path::new(path)), "{path}");
    }
}

#[test]
fn leaves_ordinary_files_alone() {
    for path in [
        ".env.example",
        ".env.sample",
        "environment.rs",
        "src/keys.rs",
        "id_rsa.pub",
        "README.md",
        "monkey",
        "pem",
        ".sshrc",
        "/home/me/.nanofolks/workspace/notes.md",
        "/home/me/.nanofolks/profiles/work/workspace/a/b.md",
        "docs/env",
    ] {
        assert!(!is_secret(Path::new(path)), "{path}");
    }
}

#[test]
fn protects_what_would_be_run_or_hold_secrets() {
    for path in [
        ".git/hooks/pre-commit",
        "sub/.git/config",
        ".GIT/config",
        ".ssh/authorized_keys",
        ".env",
        "a/.env.local",
    ] {
        assert!(is_protected(Path::new(path)), "{path}");
    }
    for path in [".gitignore", ".github/workflows/ci.yml", ".env.example", "src/git.rs"] {
        assert!(!is_protected(Path::new(path)), "{path}");
    }
}
