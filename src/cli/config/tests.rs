use std::path::PathBuf;

use serde_json::json;

use super::*;

#[test]
fn origins_are_told_as_a_person_would() {
    let file = PathBuf::from("/h/config.toml");
    assert_eq!(whence(&Origin::User { file: file.clone(), line: Some(3) }), "/h/config.toml:3");
    assert_eq!(whence(&Origin::User { file, line: None }), "/h/config.toml");
    assert_eq!(whence(&Origin::Environment { name: "NANOFOLKS_MODEL".into() }), "NANOFOLKS_MODEL");
    assert_eq!(whence(&Origin::Default), "default");
}

#[test]
fn values_stay_on_one_line_without_control_characters() {
    let words = in_words(&json!("a\u{1b}[31m\nb"));
    assert!(!words.contains(|c: char| c.is_control()) && words.ends_with(" b"), "{words:?}");
    assert_eq!(in_words(&json!("")), "\"\"");
    assert_eq!(in_words(&json!(null)), "(not set)");
    assert_eq!(in_words(&json!(["a", 1])), "[\"a\",1]");
}
