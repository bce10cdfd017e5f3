//! What a type alone cannot say: ranges and shapes of values.

use super::{
    ChannelSettings, ContextSettings, ModelSettings, PriceSettings, ProviderSettings, Settings,
};
use crate::key;

/// The levels a log line may have.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// A key and what is wrong with its value.
type Fault = (String, String);

impl Settings {
    /// Every value that has the right type and is still wrong.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let engine = &self.engine;
        range(&mut faults, "engine.max_iterations", Some(engine.max_iterations), 1, 1000);
        range(&mut faults, "engine.max_turns", Some(engine.max_turns), 1, 256);
        range(&mut faults, "engine.deadline", engine.deadline, 1, u32::MAX);
        range(&mut faults, "engine.lease", Some(engine.lease), 1, 3600);
        let patience = Some(engine.approval_timeout);
        range(&mut faults, "engine.approval_timeout", patience, 1, 604_800);
        money(&mut faults, "engine.max_cost_usd".to_owned(), engine.max_cost_usd);
        for (key, ceiling) in self.budget.money() {
            money(&mut faults, key.to_owned(), ceiling);
        }
        shares(&mut faults, &self.context);
        range(&mut faults, "log.keep", Some(self.log.keep), 1, 3650);
        if !is_filter(&self.log.level) {
            let wanted = format!("expected one of {}, or target=LEVEL pairs", LEVELS.join(", "));
            faults.push(("log.level".to_owned(), format!("{wanted}, found {:?}", self.log.level)));
        }
        if self.model.as_deref().is_some_and(|model| model.trim().is_empty()) {
            faults.push(("model".to_owned(), "expected provider/model, found nothing".to_owned()));
        }
        for (alias, model) in &self.aliases {
            if model.trim().is_empty() {
                let key = key::join("aliases", alias);
                faults.push((key, "expected provider/model, found nothing".to_owned()));
            }
        }
        for (name, provider) in &self.providers {
            provider.faults(name, &mut faults);
        }
        for (name, channel) in &self.channels {
            channel.faults(name, &mut faults);
        }
        for (name, model) in &self.models {
            model.faults(name, &mut faults);
        }
        faults
    }
}

impl ProviderSettings {
    fn faults(&self, name: &str, faults: &mut Vec<Fault>) {
        let own = key::join("providers", name);
        if name.is_empty() || name.contains(|c: char| c == '/' || c.is_whitespace()) {
            let what = "a provider's name has no slash and no space, because it stands before the first slash of provider/model";
            faults.push((own.clone(), what.to_owned()));
        }
        if let Some(url) = self.base_url.as_deref().filter(|url| !is_http(url)) {
            let shown: String = url.chars().take(80).collect();
            let what = format!("expected an http:// or https:// address, found {shown:?}");
            faults.push((key::join(&own, "base_url"), what));
        }
        for (part, value, low, high) in [
            ("connect_timeout", self.connect_timeout, 1, 3600),
            ("first_byte_timeout", self.first_byte_timeout, 1, 86_400),
            ("idle_timeout", self.idle_timeout, 1, 86_400),
            ("timeout", self.timeout, 1, 86_400),
            ("retries", self.retries, 0, 20),
        ] {
            range(faults, &key::join(&own, part), value, low, high);
        }
        for header in self.headers.keys() {
            let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
            if header.is_empty() || !header.bytes().all(token) {
                let key = key::join(&key::join(&own, "headers"), header);
                faults.push((key, "this cannot be the name of a header".to_owned()));
            }
        }
    }
}

/// The program's own channels.
const OWN_CHANNELS: [&str; 4] = ["cli", "tui", "api", "routine"];

impl ChannelSettings {
    fn faults(&self, name: &str, faults: &mut Vec<Fault>) {
        let own = key::join("channels", name);
        let odd = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if name.is_empty() || name.contains(odd) {
            let what = "a channel's name has letters, digits, - and _ only";
            faults.push((own.clone(), what.to_owned()));
        }
        self.pace_faults(&own, faults);
        if OWN_CHANNELS.contains(&name) {
            // Of the program's own ways in, only the pace is a setting.
            if self.path.is_some() || self.room.is_some() {
                faults.push((own, "this name is the program's own".to_owned()));
            }
            return;
        }
        let place = key::join(&own, "path");
        match &self.path {
            None => faults.push((place, "expected where the channel is".to_owned())),
            Some(path) if !path.is_absolute() => {
                let what = format!("expected an absolute path, found {:?}", path.display());
                faults.push((place, what));
            }
            Some(_) => {}
        }
        if let Some(room) = &self.room
            && let Err(error) = room.parse::<nanofolks_protocol::RoomId>()
        {
            faults.push((key::join(&own, "room"), format!("{room:?} is not a room: {error}")));
        }
    }
}

impl ChannelSettings {
    fn pace_faults(&self, own: &str, faults: &mut Vec<Fault>) {
        let joint = &self.coalesce;
        let mut check = |key: &str, value, least, most| {
            range(faults, &format!("{own}.{key}"), Some(value), least, most);
        };
        check("debounce_ms", self.debounce_ms, 0, 60_000);
        check("coalesce.debounce_ms", joint.debounce_ms, 0, 60_000);
        check("coalesce.max_wait_ms", joint.max_wait_ms, 0, 600_000);
        check("coalesce.min_messages", joint.min_messages, 2, 64);
    }
}

impl ModelSettings {
    fn faults(&self, name: &str, faults: &mut Vec<Fault>) {
        let own = key::join("models", name);
        if !name.contains('/') {
            faults.push((own.clone(), "expected provider/model as the name".to_owned()));
        }
        range(faults, &key::join(&own, "context_window"), self.context_window, 256, u32::MAX);
        range(faults, &key::join(&own, "max_output"), self.max_output, 1, u32::MAX);
        if let Some(PriceSettings { input, output, cached_input, cache_write }) = self.price {
            let price = key::join(&own, "price");
            money(faults, key::join(&price, "input"), Some(input));
            money(faults, key::join(&price, "output"), Some(output));
            money(faults, key::join(&price, "cached_input"), cached_input);
            money(faults, key::join(&price, "cache_write"), cache_write);
        }
    }
}

/// Shares of a window: each between a tenth and all of it.
fn shares(faults: &mut Vec<Fault>, context: &ContextSettings) {
    range(faults, "context.preserve_recent", Some(context.preserve_recent), 2, 200);
    range(faults, "context.summary_timeout", Some(context.summary_timeout), 1, 3600);
    for (key, share) in context.shares() {
        if !(0.1..=1.0).contains(&share) {
            let off = "; to switch it off set context.mode = \"off\"";
            let off = if share <= 0.0 { off } else { "" };
            faults.push((key.to_owned(), format!("expected 0.1 to 1.0, found {share}{off}")));
        }
    }
}

fn range(faults: &mut Vec<Fault>, key: &str, value: Option<u32>, low: u32, high: u32) {
    let Some(value) = value.filter(|value| !(low..=high).contains(value)) else { return };
    let wanted = match high {
        u32::MAX => format!("a whole number from {low}"),
        _ => format!("a whole number from {low} to {high}"),
    };
    faults.push((key.to_owned(), format!("expected {wanted}, found {value}")));
}

fn money(faults: &mut Vec<Fault>, key: String, value: Option<f64>) {
    if let Some(value) = value.filter(|value| !value.is_finite() || *value < 0.0) {
        faults.push((key, format!("expected US dollars, 0 or more, found {value}")));
    }
}

fn is_http(url: &str) -> bool {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with(['/', ':', '?', '#'])
            && !rest.contains(char::is_whitespace)
    })
}

/// `info`, `warn,nanofolks_engine=debug`, …
fn is_filter(text: &str) -> bool {
    text.split(',').all(|part| {
        let level = match part.split_once('=') {
            Some((target, level)) if !target.trim().is_empty() => level,
            Some(_) => return false,
            None => part,
        };
        LEVELS.contains(&level.trim().to_ascii_lowercase().as_str())
    })
}
