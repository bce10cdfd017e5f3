//! Merges layers while it reads them, and remembers where each value came from.
//!
//! A [`Cursor`] looks at one key in all layers at once, the strongest first. Reading asks
//! it for what the settings are made of: a struct says which keys it knows (so unknown ones
//! are found here, and other spellings of known ones), a map merges the names of all
//! layers, a value comes from the strongest layer that has one.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize as _;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer as _, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};

use crate::expand::expand;
use crate::source::{At, Data, Entry, Layer, Node};
use crate::{Environment, Finding, Level, Settings, key, secret};

mod error;
pub(crate) use error::ReadError;

/// Where a value was found: the layer and the position in it.
pub(crate) type Found = (usize, Option<At>);

/// What reading brought to light besides the values.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) found: BTreeMap<String, Found>,
    pub(crate) findings: Vec<Finding>,
}

/// Keys of layers that are passed over because they are known to be wrong.
pub(crate) type Skipped = BTreeSet<(usize, String)>;

struct Context<'de> {
    layers: &'de [Layer],
    env: &'de Environment,
    skipped: &'de Skipped,
    notes: RefCell<Notes>,
}

/// Reads the settings from layers, the strongest first.
pub(crate) fn read(
    layers: &[Layer],
    env: &Environment,
    skipped: &Skipped,
) -> (Result<Settings, ReadError>, Notes) {
    let cx = Context { layers, env, skipped, notes: RefCell::default() };
    let stack = layers.iter().map(|layer| &layer.root).enumerate().collect();
    let settings = Settings::deserialize(Cursor { stack, path: String::new(), cx: &cx });
    (settings, cx.notes.into_inner())
}

/// One key in all layers that have it, the strongest first.
struct Cursor<'de> {
    stack: Vec<(usize, &'de Node)>,
    path: String,
    cx: &'de Context<'de>,
}

impl<'de> Cursor<'de> {
    /// The value that counts, noted down as such.
    fn leaf(&self) -> Result<&'de Data, ReadError> {
        let (layer, node) =
            self.stack.first().copied().ok_or_else(|| ReadError::custom("no value"))?;
        self.cx.notes.borrow_mut().found.insert(self.path.clone(), (layer, node.at));
        Ok(&node.data)
    }

    /// The text that counts. `true` means that it may be read as another type.
    fn text(&self) -> Result<Option<(Cow<'de, str>, bool)>, ReadError> {
        let (text, raw) = match self.leaf()? {
            Data::Text(text) => (text, false),
            Data::Raw { text, .. } => (text, true),
            Data::Null | Data::Bool(_) | Data::Integer(_) | Data::Float(_) => return Ok(None),
            Data::List(_) | Data::Map(_) => return Ok(None),
        };
        let expanded = expand(text, self.cx.env).map_err(ReadError::custom)?;
        let raw = raw || matches!(expanded, Cow::Owned(_));
        Ok(Some((expanded, raw)))
    }

    /// All keys of all layers, each with its own stack. A struct's keys are brought to their
    /// proper spelling; `None` stands for a struct that takes any name.
    fn children(
        &self,
        fields: Option<&'static [&'static str]>,
    ) -> Result<Vec<(String, Self)>, ReadError> {
        let mut merged: Vec<(String, Cursor<'de>)> = Vec::new();
        // From the weakest, so that a variable finds the names that files have given.
        for &(layer, node) in self.stack.iter().rev() {
            for entry in self.entries(layer, node)? {
                let Some(name) = self.name(layer, entry, fields, &merged) else { continue };
                let path = key::join(&self.path, &name);
                if matches!(entry.value.data, Data::Null)
                    || self.cx.skipped.contains(&(layer, path.clone()))
                {
                    continue;
                }
                match merged.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, cursor)) => cursor.stack.insert(0, (layer, &entry.value)),
                    None => {
                        let stack = vec![(layer, &entry.value)];
                        merged.push((name, Cursor { stack, path, cx: self.cx }));
                    }
                }
            }
        }
        Ok(merged)
    }

    fn entries(&self, layer: usize, node: &'de Node) -> Result<&'de [Entry], ReadError> {
        match &node.data {
            Data::Map(entries) => Ok(entries),
            Data::Raw { parsed: Some(parsed), .. } => self.entries(layer, parsed),
            Data::Null
            | Data::Bool(_)
            | Data::Integer(_)
            | Data::Float(_)
            | Data::Text(_)
            | Data::Raw { .. }
            | Data::List(_) => {
                let error = ReadError::invalid_type(unexpected(&node.data), &"a table");
                Err(error.at(&self.path, (layer, node.at)))
            }
        }
    }

    /// The name under which an entry counts; `None` when it does not.
    fn name(
        &self,
        layer: usize,
        entry: &Entry,
        fields: Option<&'static [&'static str]>,
        merged: &[(String, Self)],
    ) -> Option<String> {
        let is_variable = self.cx.layers.get(layer).is_some_and(|layer| layer.place.is_variable());
        let Some(fields) = fields else {
            // A variable cannot spell every name; it means the one it resembles.
            let known = merged.iter().map(|(name, _)| name);
            let meant =
                known.clone().find(|name| is_variable && key::as_variable(name) == entry.key);
            return Some(meant.unwrap_or(&entry.key).clone());
        };
        match key::canonical(&entry.key, fields) {
            Some(field) => Some(field.to_owned()),
            None => {
                self.unknown(layer, entry, fields);
                None
            }
        }
    }

    fn unknown(&self, layer: usize, entry: &Entry, fields: &[&str]) {
        let Some(place) = self.cx.layers.get(layer).map(|layer| &layer.place) else { return };
        let at = entry.at.or(entry.value.at);
        let near = key::nearest(&entry.key, fields.iter().copied());
        let finding = Finding {
            level: Level::Warning,
            code: "unknown_key",
            place: place.text(),
            line: at.map(|at| at.line),
            column: at.map(|at| at.column),
            key: key::join(&self.path, &entry.key),
            message: match near {
                Some(near) => {
                    format!("no such setting; did you mean {}?", key::join(&self.path, near))
                }
                None => "no such setting".to_owned(),
            },
            hint: near.map(|near| format!("write {}", key::join(&self.path, near))),
        };
        let mut notes = self.cx.notes.borrow_mut();
        if !notes.findings.contains(&finding) {
            notes.findings.push(finding);
        }
    }

    /// A number, or text that may be read as one.
    fn number<T: std::str::FromStr>(&self, wanted: &'static str) -> Result<Option<T>, ReadError> {
        match self.text()? {
            Some((text, true)) => text
                .trim()
                .replace('_', "")
                .parse()
                .map(Some)
                .map_err(|_| ReadError::invalid_value(Unexpected::Str(&text), &wanted)),
            _ => Ok(None),
        }
    }
}

fn unexpected(data: &Data) -> Unexpected<'_> {
    match data {
        Data::Null => Unexpected::Unit,
        Data::Bool(yes) => Unexpected::Bool(*yes),
        Data::Integer(number) => Unexpected::Signed(*number),
        Data::Float(number) => Unexpected::Float(*number),
        Data::Text(text) | Data::Raw { text, .. } => Unexpected::Str(text),
        Data::List(_) => Unexpected::Seq,
        Data::Map(_) => Unexpected::Map,
    }
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ty),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            match self.number::<$type>("a whole number")? {
                Some(number) => visitor.$visit(number),
                None => self.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Cursor<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.leaf()? {
            Data::Null => visitor.visit_unit(),
            Data::Bool(yes) => visitor.visit_bool(*yes),
            Data::Integer(number) => visitor.visit_i64(*number),
            Data::Float(number) => visitor.visit_f64(*number),
            Data::Text(_) | Data::Raw { .. } => self.deserialize_str(visitor),
            Data::List(_) => self.deserialize_seq(visitor),
            Data::Map(_) => self.deserialize_map(visitor),
        }
    }

    whole_numbers! {
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64, deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.number("a number")? {
            Some(number) => visitor.visit_f64(number),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let Some((text, true)) = self.text()? else { return self.deserialize_any(visitor) };
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => visitor.visit_bool(true),
            "false" | "0" | "no" | "off" => visitor.visit_bool(false),
            _ => Err(ReadError::invalid_value(Unexpected::Str(&text), &"true or false")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.text()? {
            Some((text, _)) => visitor.visit_str(&text),
            None => Err(ReadError::invalid_type(unexpected(self.leaf()?), &"text")),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        if name != secret::MARK {
            return visitor.visit_newtype_struct(self);
        }
        match self.leaf()? {
            Data::Text(text) | Data::Raw { text, .. }
                if secret::variable(text.trim()).is_some() =>
            {
                visitor.visit_str(text)
            }
            Data::Text(_) | Data::Raw { .. } => self.deserialize_str(visitor),
            // Whatever it is, it is not repeated: it may be the secret.
            _ => Err(ReadError::custom(
                "expected a text: keyring:NAME, env:NAME, ${NAME} or the secret",
            )),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let data = match self.leaf()? {
            Data::Raw { parsed: Some(parsed), .. } => &parsed.data,
            data => data,
        };
        match data {
            Data::List(values) => visitor.visit_seq(Items { from: &self, left: values.iter() }),
            Data::Raw { text, .. } => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                let parts: Vec<_> = parts.collect();
                visitor.visit_seq(serde::de::value::SeqDeserializer::new(parts.into_iter()))
            }
            other => Err(ReadError::invalid_type(unexpected(other), &"a list")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_map(Keys { left: self.children(None)?.into_iter(), value: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_map(Keys { left: self.children(Some(fields))?.into_iter(), value: None })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match self.text()? {
            Some((text, _)) if variants.contains(&text.as_ref()) => {
                visitor.visit_enum(Choice(text.as_ref()))
            }
            Some((text, _)) => Err(ReadError::unknown_variant(&text, variants)),
            None => Err(ReadError::one_of(unexpected(self.leaf()?), variants)),
        }
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

/// The elements of a list.
struct Items<'c, 'de> {
    from: &'c Cursor<'de>,
    left: std::slice::Iter<'de, Node>,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ReadError> {
        let Some(node) = self.left.next() else { return Ok(None) };
        let layer = self.from.stack.first().map_or(0, |(layer, _)| *layer);
        let path = self.from.path.clone();
        let cursor = Cursor { stack: vec![(layer, node)], path, cx: self.from.cx };
        seed.deserialize(cursor)
            .map(Some)
            .map_err(|error| error.at(&self.from.path, (layer, node.at)))
    }
}

/// The keys of a table.
struct Keys<'de> {
    left: std::vec::IntoIter<(String, Cursor<'de>)>,
    value: Option<Cursor<'de>>,
}

impl<'de> MapAccess<'de> for Keys<'de> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ReadError> {
        let Some((name, cursor)) = self.left.next() else { return Ok(None) };
        self.value = Some(cursor);
        seed.deserialize(StrDeserializer::<ReadError>::new(&name)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, ReadError> {
        let cursor = self.value.take().ok_or_else(|| ReadError::custom("a value without a key"))?;
        let path = cursor.path.clone();
        let found = cursor.stack.first().map_or((0, None), |(layer, node)| (*layer, node.at));
        seed.deserialize(cursor).map_err(|error| error.at(&path, found))
    }
}

/// A name out of several.
struct Choice<'t>(&'t str);

impl<'de> EnumAccess<'de> for Choice<'_> {
    type Error = ReadError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), ReadError> {
        let from: StrDeserializer<'_, ReadError> = self.0.into_deserializer();
        seed.deserialize(from).map(|value| (value, self))
    }
}

impl<'de> VariantAccess<'de> for Choice<'_> {
    type Error = ReadError;

    fn unit_variant(self) -> Result<(), ReadError> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, ReadError> {
        Err(ReadError::custom("no setting is made like this"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, ReadError> {
        Err(ReadError::custom("no setting is made like this"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, ReadError> {
        Err(ReadError::custom("no setting is made like this"))
    }
}
