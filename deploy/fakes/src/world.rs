//! What the fakes sell: cards, each with the ids that the services know it by and a price of its own.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The project's own cards, where no better ones are given.
const OWN: &str = include_str!("../../../tests/fixtures/scryfall/cards.jsonl");
/// In hundreds: how many prices move from one moment to the next.
const MOVING: u64 = 8;
/// Of the ids that are made up.
const FIRST_TCGPLAYER: i64 = 8_000_000;
const FIRST_CARDMARKET: i64 = 7_000_000;

/// A printing.
#[derive(Clone, Debug)]
pub struct Card {
    /// Scryfall's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Code of its set.
    pub set: String,
    /// Its number there.
    pub number: String,
    /// Scryfall's code of its language.
    pub lang: String,
    /// `nonfoil`, `foil`, `etched`.
    pub finishes: Vec<String>,
    /// TCGplayer's product.
    pub tcgplayer: i64,
    /// Cardmarket's product.
    pub cardmarket: i64,
    /// US cents of a near mint copy that is not foil, before any drift.
    pub cents: i64,
}

impl Card {
    pub(crate) fn has(&self, finish: &str) -> bool {
        self.finishes.iter().any(|known| known == finish)
    }
}

/// An article of a real store's list.
#[derive(Clone, Debug)]
pub struct Article {
    /// The store's code.
    pub sku: String,
    /// Its name there.
    pub name: String,
    /// Scryfall's printing, where somebody matched it.
    pub scryfall: String,
    /// Whether it is foil.
    pub foil: bool,
    /// Whether it is etched.
    pub etched: bool,
    /// US cents that the store asks, with its stock.
    pub retail: (i64, i64),
    /// US cents that the store pays, with how many it wants.
    pub buy: (i64, i64),
}

/// All that there is.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Cards of Scryfall, as its bulk file has them, with made up ids where they have none.
    pub lines: Vec<String>,
    /// The same cards.
    pub cards: Vec<Card>,
    /// Card Kingdom's real articles, where they are given; else it sells the cards.
    pub articles: Vec<Article>,
    /// Decides how prices drift.
    pub seed: u64,
}

impl World {
    /// The project's own few cards.
    pub fn own(seed: u64) -> anyhow::Result<Self> {
        Self::of_lines(OWN.lines().map(|line| Ok(line.to_owned())), seed)
    }

    /// The cards and articles of a folder of real files, else the project's own.
    pub fn of_folder(folder: Option<&Path>, seed: u64) -> anyhow::Result<Self> {
        let files = folder.map(files).transpose()?.unwrap_or_default();
        let named = |part: &str| {
            let found = files.iter().filter(|path| path.to_string_lossy().contains(part));
            found.max_by_key(|path| path.metadata().map_or(0, |meta| meta.len()))
        };
        let cards = named("modern.jsonl").or_else(|| named("default-cards")).or_else(|| named(".jsonl"));
        let mut world = match cards {
            Some(path) => Self::of_lines(BufReader::new(unpack(path)?).lines().map(|line| Ok(line?)), seed)?,
            None => Self::own(seed)?,
        };
        if let Some(states) = named("ck-live-history-2026").or_else(|| named("ck-live-history")) {
            let links = named("ck-fast");
            world.articles = articles(states, links).with_context(|| states.display().to_string())?;
        }
        Ok(world)
    }

    /// Cards as Scryfall writes them.
    pub fn of_lines(lines: impl Iterator<Item = anyhow::Result<String>>, seed: u64) -> anyhow::Result<Self> {
        let mut world = Self { seed, ..Self::default() };
        for line in lines {
            let line = line?;
            if !line.trim().is_empty() {
                world.add(serde_json::from_str(&line).context("a line is no card")?)?;
            }
        }
        Ok(world)
    }

    fn add(&mut self, mut json: Value) -> anyhow::Result<()> {
        let number = i64::try_from(self.cards.len())?;
        let text = |json: &Value, key: &str| json[key].as_str().unwrap_or_default().to_owned();
        for (key, first) in [("tcgplayer_id", FIRST_TCGPLAYER), ("cardmarket_id", FIRST_CARDMARKET)] {
            if json[key].is_null() {
                json[key] = (first + number).into();
            }
        }
        let finishes: Vec<String> = match json["finishes"].as_array() {
            Some(words) => words.iter().filter_map(|word| Some(word.as_str()?.to_owned())).collect(),
            None => vec!["nonfoil".to_owned()],
        };
        let id = text(&json, "id");
        let price = ["usd", "usd_foil", "usd_etched"].iter().find_map(|key| json["prices"][key].as_str());
        let price = price.and_then(|price| price.replace('.', "").parse().ok());
        let made_up = || 25 + i64::try_from(xxh3_64_with_seed(id.as_bytes(), self.seed) % 8_000).unwrap_or(0);
        let card = Card {
            name: text(&json, "name"),
            set: text(&json, "set"),
            number: text(&json, "collector_number"),
            lang: text(&json, "lang"),
            finishes,
            tcgplayer: json["tcgplayer_id"].as_i64().unwrap_or_default(),
            cardmarket: json["cardmarket_id"].as_i64().unwrap_or_default(),
            cents: price.unwrap_or_else(made_up),
            id,
        };
        self.cards.push(card);
        self.lines.push(json.to_string());
        Ok(())
    }

    /// Something about a thing that never changes, from 0 to `below`.
    pub(crate) fn trait_of(&self, thing: &str, what: &str, below: u64) -> u64 {
        xxh3_64_with_seed(format!("{what}/{thing}").as_bytes(), self.seed) % below
    }

    /// A price of a thing at a moment: it moves now and then, up to a fifth away from where it began.
    pub(crate) fn drift(&self, thing: &str, cents: i64, step: u64) -> i64 {
        let at = |step: u64| xxh3_64_with_seed(format!("{step}/{thing}").as_bytes(), self.seed);
        let Some(moved) = (1..=step).rev().find(|step| at(*step) % 100 < MOVING) else { return cents };
        let permille = i64::try_from((at(moved) >> 32) % 401).unwrap_or(200) - 200;
        (cents + cents * permille / 1000).max(1)
    }

    /// The sets, in order of their codes; a service's number of a set is its place.
    pub(crate) fn sets(&self) -> Vec<&str> {
        let mut codes: Vec<&str> = self.cards.iter().map(|card| card.set.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    found.sort();
    Ok(found)
}

fn unpack(path: &Path) -> anyhow::Result<Box<dyn Read>> {
    let file = std::fs::File::open(path).with_context(|| path.display().to_string())?;
    let name = path.to_string_lossy();
    Ok(if name.ends_with(".zst") {
        let mut decoder = zstd::Decoder::new(file)?;
        decoder.window_log_max(27)?;
        Box::new(decoder)
    } else if name.ends_with(".gz") {
        Box::new(flate2::read::MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    })
}

/// The articles of the last state in an archive of recorded ones, with the ids that a table knows.
fn articles(states: &Path, links: Option<&PathBuf>) -> anyhow::Result<Vec<Article>> {
    let mut archive = tar::Archive::new(unpack(states)?);
    let mut last = None;
    for entry in archive.entries()? {
        let mut entry = entry?;
        if entry.header().entry_type().is_file() {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            last = Some(bytes);
        }
    }
    let state: Value = serde_json::from_slice(&last.context("the archive is empty")?)?;
    let known = links.map(|path| linked(path)).transpose()?.unwrap_or_default();
    let cents = |value: &Value| (value.as_f64().unwrap_or_default() * 100.0).round() as i64;
    let articles = state["current"].as_object().context("there are no articles")?;
    let article = |(sku, row): (&String, &Value)| {
        let link = known.get(sku);
        Article {
            sku: sku.clone(),
            name: row["name"].as_str().unwrap_or_default().to_owned(),
            scryfall: link.map_or_else(String::new, |link| link.0.clone()),
            foil: link.map_or_else(|| sku.starts_with('F') && !sku.starts_with("FE"), |link| link.1),
            etched: link.is_some_and(|link| link.2),
            retail: (cents(&row["retail"]), row["qtyRetail"].as_i64().unwrap_or_default()),
            buy: (cents(&row["price"]), row["qty"].as_i64().unwrap_or_default()),
        }
    };
    Ok(articles.iter().map(article).collect())
}

type Links = std::collections::HashMap<String, (String, bool, bool)>;

fn linked(path: &Path) -> anyhow::Result<Links> {
    let table: Value = serde_json::from_reader(unpack(path)?)?;
    let fields = table["fields"].as_array().context("there are no fields")?;
    let column = |name: &str| {
        fields.iter().position(|field| field == name).with_context(|| format!("there is no column {name}"))
    };
    let (sku, id, foil, variation) =
        (column("sku")?, column("scryfallId")?, column("foil")?, column("variation")?);
    let row = |row: &Value| {
        let etched = row[variation].as_str().is_some_and(|text| text.contains("Etched"));
        let id = row[id].as_str()?.to_owned();
        Some((row[sku].as_str()?.to_owned(), (id, row[foil].as_bool().unwrap_or_default(), etched)))
    };
    Ok(table["cards"].as_array().into_iter().flatten().filter_map(row).collect())
}
