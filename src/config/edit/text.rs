//! One key of a TOML text, changed. Pure.

use toml_edit::{Array, Document, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::EditError;
use crate::key;
use crate::show::Part;

/// The texts in which a key has a value, one for each way to understand the value: as TOML,
/// as plain text, as a list with commas.
pub(super) fn set(text: &str, parts: &[Part], value: &str) -> Result<Vec<String>, EditError> {
    let document = parse(text)?;
    readings(value, true)
        .into_iter()
        .map(|value| {
            let mut document = document.clone();
            put(document.as_table_mut(), parts, value, false)?;
            Ok(document.to_string())
        })
        .collect()
}

/// The texts in which a list has one more value.
pub(super) fn append(text: &str, parts: &[Part], value: &str) -> Result<Vec<String>, EditError> {
    let document = parse(text)?;
    let list = match find(document.as_item(), parts) {
        None => Array::new(),
        Some(item) => match item.as_array() {
            Some(list) => list.clone(),
            None => return Err(EditError { line: None, message: "this is not a list".to_owned() }),
        },
    };
    let mut texts = Vec::new();
    for value in readings(value, false) {
        let mut document = document.clone();
        let mut list = list.clone();
        if !list.iter().any(|known| plain(known) == plain(&value)) {
            list.push(value);
        }
        put(document.as_table_mut(), parts, Value::Array(list), false)?;
        texts.push(document.to_string());
    }
    Ok(texts)
}

/// The text without a key. Its line goes; the lines above and below stay.
pub(super) fn unset(text: &str, parts: &[Part]) -> Result<String, EditError> {
    let readable = Document::parse(text).map_err(|error| syntax(text, &error))?;
    let Some((name, above)) = parts.split_last() else { return Ok(text.to_owned()) };
    let Some(table) = find(readable.as_item(), above) else { return Ok(text.to_owned()) };
    let Some(found) = table.as_table_like().and_then(|table| spelled(table, name)) else {
        return Ok(text.to_owned());
    };
    let line =
        table.as_table().and_then(|table| table.get_key_value(&found)).and_then(|(key, item)| {
            item.is_value().then(|| Some(key.span()?.start..item.span()?.end)).flatten()
        });
    if let Some(span) = line {
        let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at + 1);
        return Ok(format!("{}{}", &text[..start], &text[end..]));
    }
    let mut document = parse(text)?;
    let mut at = document.as_item_mut();
    for part in above {
        let next = at.as_table_like().and_then(|table| spelled(table, part));
        let (Some(table), Some(next)) = (at.as_table_like_mut(), next) else {
            return Ok(text.to_owned());
        };
        match table.get_mut(&next) {
            Some(item) => at = item,
            None => return Ok(text.to_owned()),
        }
    }
    if let Some(table) = at.as_table_like_mut() {
        table.remove(&found);
    }
    Ok(document.to_string())
}

fn parse(text: &str) -> Result<DocumentMut, EditError> {
    text.parse().map_err(|error| syntax(text, &error))
}

fn syntax(text: &str, error: &toml_edit::TomlError) -> EditError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = u32::try_from(before.matches('\n').count() + 1).ok();
    let message = error.message().trim().replace('\n', ", ");
    EditError { line, message: format!("the file is not valid TOML: {message}") }
}

/// The ways to understand a value as typed.
fn readings(text: &str, lists: bool) -> Vec<Value> {
    let mut values: Vec<Value> = Vec::new();
    // A line break would let a value bring keys of its own.
    if !text.contains(['\n', '\r']) {
        values.extend(text.trim().parse::<Value>());
    }
    values.push(Value::from(text));
    if lists {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        values.push(Value::Array(parts.collect()));
    }
    for value in &mut values {
        value.decor_mut().clear();
    }
    values
}

/// A value without what surrounds it.
fn plain(value: &Value) -> String {
    let mut value = value.clone();
    value.decor_mut().clear();
    value.to_string()
}

/// The name under which a part is already there.
fn spelled(table: &dyn TableLike, part: &Part) -> Option<String> {
    if table.contains_key(&part.name) {
        return Some(part.name.clone());
    }
    let names = table.iter().map(|(name, _)| name.to_owned());
    let same = |name: &String| part.field && key::canonical(name, &[&part.name]).is_some();
    names.into_iter().find(same)
}

fn find<'d>(mut at: &'d Item, parts: &[Part]) -> Option<&'d Item> {
    for part in parts {
        let table = at.as_table_like()?;
        at = table.get(&spelled(table, part)?)?;
    }
    Some(at)
}

/// Sets a value below a table; `inline` says that the table is written in braces.
fn put(
    table: &mut dyn TableLike,
    parts: &[Part],
    value: Value,
    inline: bool,
) -> Result<(), EditError> {
    let Some((part, below)) = parts.split_first() else { return Ok(()) };
    let name = spelled(table, part).unwrap_or_else(|| part.name.clone());
    if below.is_empty() {
        match table.get_mut(&name) {
            Some(Item::Value(old)) => {
                let decor = old.decor().clone();
                *old = value;
                *old.decor_mut() = decor;
            }
            Some(other) => *other = Item::Value(value),
            None => drop(table.insert(&name, Item::Value(value))),
        }
        return Ok(());
    }
    if !table.contains_key(&name) {
        let new = if inline { Item::Value(InlineTable::new().into()) } else { implicit() };
        table.insert(&name, new);
    }
    let next = table.get_mut(&name);
    let inline = next.as_ref().is_some_and(|item| item.is_inline_table());
    match next.and_then(Item::as_table_like_mut) {
        Some(next) => put(next, below, value, inline),
        None => Err(EditError { line: None, message: format!("{name} is not a table") }),
    }
}

/// A table that is written only where it holds something.
fn implicit() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}
