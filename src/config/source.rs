//! Files, variables and flags, each as one tree with positions.

use std::path::PathBuf;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::{Location, Spanned};
use toml::Spanned as TomlSpanned;
use toml::de::{DeTable, DeValue};

use crate::Origin;

#[cfg(test)]
mod tests;

/// A position in a file, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) at: Option<At>,
    pub(crate) data: Data,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Data {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    /// Typed on the command line or set in the environment: becomes what is wanted.
    Raw {
        text: String,
        parsed: Option<Box<Node>>,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) at: Option<At>,
    pub(crate) value: Node,
}

/// Where a layer comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Flag(String),
    Variable(String),
    Project(PathBuf),
    User(PathBuf),
}

/// One source of settings.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layer {
    pub(crate) place: Place,
    pub(crate) root: Node,
}

/// A file that cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) at: Option<At>,
    pub(crate) message: String,
}

impl Place {
    pub(crate) fn origin(&self, at: Option<At>) -> Origin {
        let line = at.map(|at| at.line);
        match self {
            Self::Flag(name) => Origin::Flag { name: name.clone() },
            Self::Variable(name) => Origin::Environment { name: name.clone() },
            Self::Project(file) => Origin::Project { file: file.clone(), line },
            Self::User(file) => Origin::User { file: file.clone(), line },
        }
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Self::Flag(name) | Self::Variable(name) => name.clone(),
            Self::Project(file) | Self::User(file) => file.display().to_string(),
        }
    }

    pub(crate) const fn is_variable(&self) -> bool {
        matches!(self, Self::Variable(_))
    }
}

impl Node {
    const fn plain(data: Data) -> Self {
        Self { at: None, data }
    }

    /// A value as typed; tables and lists may be given in TOML or JSON.
    pub(crate) fn raw(text: &str) -> Self {
        let start = text.trim_start();
        let parsed = (start.starts_with('{') || start.starts_with('['))
            .then(|| inline(text))
            .flatten()
            .map(Box::new);
        Self::plain(Data::Raw { text: text.to_owned(), parsed })
    }

    /// A tree with one leaf.
    pub(crate) fn under(path: Vec<String>, leaf: Self) -> Self {
        path.into_iter()
            .rev()
            .fold(leaf, |value, key| Self::plain(Data::Map(vec![Entry { key, at: None, value }])))
    }
}

fn inline(text: &str) -> Option<Node> {
    match DeValue::parse(text) {
        Ok(value) => Some(of_value(value.into_inner(), None, &|_| None)),
        Err(_) => marked(text).ok().map(|marked| marked.node(false)),
    }
}

/// Parses TOML.
pub(crate) fn toml(text: &str) -> Result<Node, SyntaxError> {
    let lines = Lines::of(text);
    let table = DeTable::parse(text).map_err(|error| SyntaxError {
        at: error.span().map(|span| lines.at(span.start)),
        message: error.message().trim().replace('\n', ", "),
    })?;
    Ok(of_table(table.into_inner(), None, &|offset| Some(lines.at(offset))))
}

fn of_table(table: DeTable<'_>, at: Option<At>, find: &dyn Fn(usize) -> Option<At>) -> Node {
    let entries = table.into_iter().map(|(key, value)| {
        let at = find(key.span().start);
        let value_at = find(value.span().start);
        Entry {
            key: key.into_inner().into_owned(),
            at,
            value: of_value(TomlSpanned::into_inner(value), value_at, find),
        }
    });
    Node { at, data: Data::Map(entries.collect()) }
}

fn of_value(value: DeValue<'_>, at: Option<At>, find: &dyn Fn(usize) -> Option<At>) -> Node {
    let data = match value {
        DeValue::String(text) => Data::Text(text.into_owned()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Data::Integer(number),
            Err(_) => Data::Float(number.as_str().parse().unwrap_or(f64::INFINITY)),
        },
        DeValue::Float(number) => Data::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(yes) => Data::Bool(yes),
        DeValue::Datetime(time) => Data::Text(time.to_string()),
        DeValue::Array(values) => Data::List(
            values
                .into_iter()
                .map(|value| {
                    let at = find(value.span().start);
                    of_value(value.into_inner(), at, find)
                })
                .collect(),
        ),
        DeValue::Table(table) => return of_table(table, at, find),
    };
    Node { at, data }
}

/// Parses JSON. Its own parser judges the syntax; positions come from the YAML reader,
/// for which JSON is a dialect.
pub(crate) fn json(text: &str) -> Result<Node, SyntaxError> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| SyntaxError {
        at: Some(At { line: clamp(error.line()), column: clamp(error.column()) }),
        message: without_position(&error.to_string()),
    })?;
    yaml(text)
}

/// Parses YAML.
pub(crate) fn yaml(text: &str) -> Result<Node, SyntaxError> {
    if text.trim().is_empty() {
        return Ok(Node::plain(Data::Map(Vec::new())));
    }
    let marked = marked(text).map_err(|error| SyntaxError {
        at: error.location().and_then(at_of),
        message: error.to_string().lines().next().unwrap_or("cannot be read").to_owned(),
    })?;
    Ok(marked.node(true))
}

/// YAML 1.2: `on` and `no` are words. Bombs of aliases are refused.
fn marked(text: &str) -> Result<Marked, serde_saphyr::Error> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        with_snippet: false,
        budget: serde_saphyr::budget! { max_events: 20_000, max_aliases: 100 },
    };
    serde_saphyr::from_str_with_options(text, options)
}

fn without_position(message: &str) -> String {
    match message.rfind(" at line ") {
        Some(at) => message[..at].to_owned(),
        None => message.to_owned(),
    }
}

fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX).max(1)
}

fn at_of(location: Location) -> Option<At> {
    let (line, column) = (location.line(), location.column());
    (line > 0).then(|| At {
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX).max(1),
    })
}

/// A YAML value with its position.
struct Marked(Spanned<Shape>);

enum Shape {
    Leaf(Data),
    List(Vec<Marked>),
    Map(Vec<(String, Marked)>),
}

impl Marked {
    fn node(self, positions: bool) -> Node {
        let at = if positions { at_of(self.0.referenced) } else { None };
        let data = match self.0.value {
            Shape::Leaf(data) => data,
            Shape::List(values) => {
                Data::List(values.into_iter().map(|value| value.node(positions)).collect())
            }
            Shape::Map(entries) => {
                let entries = entries.into_iter().map(|(key, value)| {
                    let value = value.node(positions);
                    Entry { key, at: value.at, value }
                });
                Data::Map(entries.collect())
            }
        };
        Node { at, data }
    }
}

impl<'de> Deserialize<'de> for Marked {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Spanned::deserialize(from).map(Self)
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Shape, E> {
        Ok(Shape::Leaf(Data::Bool(yes)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Shape, E> {
        Ok(Shape::Leaf(Data::Integer(number)))
    }

    #[expect(clippy::cast_precision_loss, reason = "such numbers fit no setting anyway")]
    fn visit_u64<E>(self, number: u64) -> Result<Shape, E> {
        Ok(Shape::Leaf(i64::try_from(number).map_or(Data::Float(number as f64), Data::Integer)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Shape, E> {
        Ok(Shape::Leaf(Data::Float(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Shape, E> {
        Ok(Shape::Leaf(Data::Text(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Leaf(Data::Null))
    }

    fn visit_none<E>(self) -> Result<Shape, E> {
        Ok(Shape::Leaf(Data::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Shape, D::Error> {
        from.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Shape, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = from.next_element()? {
            values.push(value);
        }
        Ok(Shape::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Shape, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = from.next_entry()? {
            entries.push(entry);
        }
        Ok(Shape::Map(entries))
    }
}

/// Where lines start, to turn offsets into positions.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let after = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after).collect() }
    }

    fn at(&self, offset: usize) -> At {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let before = self.text.get(start..offset.min(self.text.len())).unwrap_or_default();
        At { line: clamp(line), column: clamp(before.chars().count() + 1) }
    }
}
