//! Settings by name, from a file and the environment, and the list of all that is wrong with them.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

use anyhow::bail;
use api::ProviderClient;

/// Names that other tools know the settings by; the rest are `DUALCASTER_` and the key in capitals.
const ALIASES: [(&str, &str); 5] = [
    ("DATABASE_URL", "database_url"),
    ("REDIS_URL", "redis_url"),
    ("PORT", "port"),
    ("DATA", "data"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "otlp_endpoint"),
];
/// Read by the Makefile, the scripts and the tests.
const NOT_OURS: [&str; 6] = [
    "DUALCASTER_CONFIG",
    "DUALCASTER_DATA",
    "DUALCASTER_IMPORT_CMD",
    "DUALCASTER_TARGET",
    "DUALCASTER_TOOLS",
    "DUALCASTER_URL",
];
const PREFIX: &str = "DUALCASTER_";

struct Value {
    text: String,
    /// Where a person would correct it.
    origin: String,
}

/// Values that nobody has asked for yet, and what was wrong so far.
pub(super) struct Values {
    given: BTreeMap<String, Value>,
    known: Vec<&'static str>,
    errors: Vec<String>,
}

impl Values {
    /// The environment wins over the file.
    pub(super) fn collect(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Self {
        let mut values = Self { given: BTreeMap::new(), known: Vec::new(), errors: Vec::new() };
        if let Some(file) = file {
            values.read_file(file);
        }
        let mut environment: Vec<(String, String)> = environment.collect();
        // Our own names come last, so that they win over the general ones.
        environment.sort_by_key(|(name, _)| name.starts_with(PREFIX));
        for (name, text) in environment {
            let ours = || Some(name.strip_prefix(PREFIX)?.to_lowercase());
            let alias = ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, key)| (*key).to_owned());
            if let Some(key) = alias.or_else(ours)
                && !NOT_OURS.contains(&name.as_str())
                && !text.is_empty()
            {
                values.given.insert(key, Value { text, origin: name });
            }
        }
        values
    }

    fn read_file(&mut self, path: &Path) {
        let table = std::fs::read_to_string(path).map_err(|error| error.to_string());
        let table = table.and_then(|text| text.parse::<toml::Table>().map_err(|error| error.to_string()));
        let table = match table {
            Ok(table) => table,
            Err(error) => return self.errors.push(format!("{}: {}", path.display(), error.trim())),
        };
        for (key, value) in table {
            let origin = format!("{key} in {}", path.display());
            let text = match value {
                toml::Value::String(text) => text,
                toml::Value::Array(items) => items
                    .iter()
                    .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                    .collect::<Vec<_>>()
                    .join(","),
                toml::Value::Table(_) => {
                    self.errors.push(format!("{origin}: sections are not known"));
                    continue;
                }
                other => other.to_string(),
            };
            self.given.insert(key, Value { text, origin });
        }
    }

    /// The value of a key, if it is given and right.
    pub(super) fn take<T: FromStr<Err: Display>>(&mut self, key: &'static str) -> Option<T> {
        self.parse(key, |text| text.parse().map_err(|error: T::Err| format!("{error} (it is {text:?})")))
    }

    /// As `take`, for what must not be printed.
    pub(super) fn take_secret(
        &mut self,
        key: &'static str,
        check: fn(&str) -> Result<(), String>,
    ) -> Option<String> {
        self.parse(key, |text| check(text).map(|()| text.to_owned()))
    }

    /// A provider of logins: who we are there, our secret, and where it is when not where it always
    /// is. Half of it is a mistake.
    pub(super) fn take_provider(&mut self, keys: [&'static str; 3], url: &str) -> Option<ProviderClient> {
        let [id, secret, at] = keys;
        let url = self.take(at).unwrap_or(url.to_owned());
        let (client_id, client_secret) = self.take_pair([id, secret])?;
        Some(ProviderClient { client_id, client_secret, url })
    }

    /// Two halves of a key. One alone is a mistake.
    pub(super) fn take_pair(&mut self, keys: [&'static str; 2]) -> Option<(String, String)> {
        let [one, other] = keys;
        match (self.take_secret(one, |_| Ok(())), self.take_secret(other, |_| Ok(()))) {
            (Some(one), Some(other)) => Some((one, other)),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => {
                self.errors.push(format!("{one} and {other}: one is no use without the other"));
                None
            }
        }
    }

    /// A list with commas.
    pub(super) fn take_list<T: FromStr<Err: Display>>(&mut self, key: &'static str) -> Option<Vec<T>> {
        self.parse(key, |text| {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            items.map(|item| item.parse().map_err(|error: T::Err| format!("{error} (in {item:?})"))).collect()
        })
    }

    fn parse<T>(&mut self, key: &'static str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        self.known.push(key);
        let value = self.given.remove(key)?;
        match parse(value.text.trim()) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.errors.push(format!("{}: {error}", value.origin));
                None
            }
        }
    }

    /// Fails with everything that is wrong, unknown keys among it.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        for (key, value) in &self.given {
            let near = self.known.iter().max_by(|a, b| strsim::jaro(a, key).total_cmp(&strsim::jaro(b, key)));
            let hint = near.filter(|near| strsim::jaro(near, key) > 0.8);
            let hint = hint.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            self.errors.push(format!("{}: there is no such setting{hint}", value.origin));
        }
        if self.errors.is_empty() {
            return Ok(());
        }
        bail!("the configuration is wrong:\n  {}", self.errors.join("\n  "))
    }
}
