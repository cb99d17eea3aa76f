use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use markets::packed::{BytesRead, unpack};
use markets::{FileKind, cardkingdom, cardmarket, scryfall, snapshots};
use serde::de::DeserializeOwned;
use uuid::Uuid;
use xxhash_rust::xxh3::Xxh3;

use crate::catalog::{self, ObservedAt, Origin};
use crate::prices::{self, Ingested};
use crate::{Ctx, Error, Result};

/// A file that is read whole may not be larger than this, unpacked.
const WHOLE: u64 = 512 * 1024 * 1024;

/// What became of a file, in words for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// What the file was.
    pub kind: FileKind,
    /// What it changed.
    pub summary: String,
    /// Rows that were new or different.
    pub changed: u64,
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::invalid("file", format!("{}: {error}", path.display()))
}

/// Opens a file, whatever it is packed with.
pub(super) fn open(path: &Path, count: BytesRead) -> Result<Box<dyn BufRead + Send>> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    unpack(file, count).map_err(|error| unreadable(path, &error))
}

/// What a file is, or `None` if it is nothing that we read.
pub(super) fn kind(path: &Path) -> Result<Option<FileKind>> {
    let mut head = Vec::with_capacity(markets::HEAD);
    let mut file = open(path, BytesRead::default())?.take(markets::HEAD as u64);
    file.read_to_end(&mut head).map_err(|error| unreadable(path, &error))?;
    Ok(markets::detect(&head))
}

pub(super) fn whole(path: &Path, count: BytesRead) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = open(path, count)?.take(WHOLE + 1).read_to_end(&mut bytes);
    let read = read.map_err(|error| unreadable(path, &error))?;
    if read as u64 > WHOLE {
        return Err(Error::invalid("file", format!("{} is larger than {WHOLE} bytes", path.display())));
    }
    Ok(bytes)
}

/// The table beside a file of cards that tells when each line was made, if there is one.
fn sources(path: &Path) -> Option<PathBuf> {
    let beside = PathBuf::from(path.to_string_lossy().replace(".jsonl", ".sources.tsv"));
    (beside != path && beside.exists()).then_some(beside)
}

/// A hash of everything that an import of the file reads.
pub(super) fn fingerprint(path: &Path) -> Result<Uuid> {
    let mut hash = Xxh3::new();
    for path in [Some(path.to_owned()), sources(path)].into_iter().flatten() {
        let read = File::open(&path).and_then(|mut file| std::io::copy(&mut file, &mut hash));
        read.map_err(|error| unreadable(&path, &error))?;
    }
    // Of two files with one content the name may tell another time.
    hash.update(name(path).as_bytes());
    Ok(Uuid::from_u128(hash.digest128()))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The time in a file's name, else the time of the file itself.
fn made_at(ctx: &Ctx, path: &Path) -> DateTime<Utc> {
    catalog::time_in_name(&name(path))
        .or_else(|| Some(path.metadata().ok()?.modified().ok()?.into()))
        .unwrap_or_else(|| ctx.now())
}

/// Imports one file of any kind that we know. Archives are for `import_folder` and `replay`.
pub async fn import_file(ctx: &Ctx, path: &Path, publish: bool, count: BytesRead) -> Result<Imported> {
    let Some(kind) = kind(path)? else {
        return Err(Error::invalid("file", format!("{} is of no kind that is known here", path.display())));
    };
    match kind {
        FileKind::ScryfallCards => cards(ctx, path, count).await,
        FileKind::Archive => Err(Error::invalid("file", format!("{} is an archive", path.display()))),
        _ => import_bytes(ctx, kind, &name(path), made_at(ctx, path), &whole(path, count)?, publish).await,
    }
}

async fn cards(ctx: &Ctx, path: &Path, count: BytesRead) -> Result<Imported> {
    let observed = ObservedAt { file: made_at(ctx, path), lines: line_times(path)? };
    let complete = ["default-cards", "all-cards"].iter().any(|bulk| name(path).starts_with(bulk));
    let file = open(path, count)?;
    let done = catalog::import_cards(ctx, Origin::Real, &name(path), file, observed, complete).await?;
    let skipped = match done.skipped.as_slice() {
        [] => String::new(),
        [(line, reason), rest @ ..] => format!("; line {line}: {reason}, and {} more such", rest.len()),
    };
    let summary = format!(
        "{} lines: {} new and {} changed printings, {} new and {} changed cards, {} legality changes, {} of {} prices stored{skipped}",
        done.lines,
        done.new_printings,
        done.changed_printings,
        done.new_cards,
        done.changed_cards,
        done.legality_changes,
        done.changed_prices,
        done.prices,
    );
    let changed = done.new_printings
        + done.changed_printings
        + done.new_cards
        + done.changed_cards
        + done.changed_prices;
    Ok(Imported { kind: FileKind::ScryfallCards, summary, changed })
}

/// Times of single lines, where `NAME.sources.tsv` beside `NAME.jsonl` gives them.
fn line_times(path: &Path) -> Result<HashMap<Uuid, DateTime<Utc>>> {
    let Some(beside) = sources(path) else { return Ok(HashMap::new()) };
    let text = String::from_utf8_lossy(&whole(&beside, BytesRead::default())?).into_owned();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| header.iter().position(|h| *h == name);
    let (Some(id), Some(at)) = (column("id"), column("committed_at")) else { return Ok(HashMap::new()) };
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        Some((
            cells.get(id)?.parse().ok()?,
            cells.get(at)?.parse::<DateTime<chrono::FixedOffset>>().ok()?.to_utc(),
        ))
    };
    Ok(lines.filter_map(row).collect())
}

fn parse<T: DeserializeOwned>(what: &str, json: &[u8]) -> Result<T> {
    serde_json::from_slice(json).map_err(|error| Error::invalid("file", format!("{what}: {error}")))
}

fn prices_imported(kind: FileKind, done: &Ingested) -> Imported {
    let summary = match &done.quarantined {
        Some(reason) => format!("refused, the older prices stay: {reason}"),
        None => {
            format!("{} of {} prices matched, {} changes stored", done.matched, done.offered, done.changed)
        }
    };
    Imported { kind, summary, changed: done.changed }
}

/// Imports a file that was read whole.
pub(super) async fn import_bytes(
    ctx: &Ctx,
    kind: FileKind,
    what: &str,
    at: DateTime<Utc>,
    bytes: &[u8],
    publish: bool,
) -> Result<Imported> {
    let broken = |error: markets::SourceError| Error::invalid("file", error.to_string());
    let linked = |changed: u64| Imported { kind, summary: format!("{changed} new links"), changed };
    Ok(match kind {
        FileKind::ScryfallSets => {
            let list: scryfall::List<scryfall::Set> = parse(what, bytes)?;
            let changed = catalog::import_sets(ctx, Origin::Real, &list.data, at).await?;
            Imported { kind, summary: format!("{} sets, {changed} new or changed", list.data.len()), changed }
        }
        FileKind::ScryfallMigrations => {
            let list: scryfall::List<scryfall::Migration> = parse(what, bytes)?;
            let done = catalog::import_migrations(ctx, Origin::Real, &list.data).await?;
            let summary = format!("{} printings merged, {} deleted", done.merged, done.deleted);
            Imported { kind, summary, changed: done.merged + done.deleted }
        }
        FileKind::Crosswalk => linked(prices::import_crosswalk(ctx, &crosswalk(what, bytes)?).await?),
        FileKind::CardKingdomLinks => {
            linked(prices::import_links(ctx, &cardkingdom::links(what, bytes).map_err(broken)?).await?)
        }
        FileKind::Snapshot => {
            let snapshot = snapshots::snapshot(what, bytes).map_err(broken)?;
            prices_imported(kind, &prices::ingest_snapshots(ctx, &[snapshot], publish).await?)
        }
        FileKind::CardmarketGuide => {
            let guide = cardmarket::guide(what, bytes).map_err(broken)?;
            prices_imported(kind, &prices::ingest_cardmarket(ctx, &guide, publish).await?)
        }
        FileKind::CardKingdomList => {
            let list = cardkingdom::price_list(what, bytes).map_err(broken)?;
            prices_imported(kind, &prices::ingest_card_kingdom(ctx, &list, publish).await?)
        }
        FileKind::CardKingdomState => {
            let list = cardkingdom::state(what, bytes).map_err(broken)?;
            prices_imported(kind, &prices::ingest_card_kingdom(ctx, &list, publish).await?)
        }
        FileKind::ScryfallCards | FileKind::Archive => {
            return Err(Error::invalid("file", format!("{what} is not read whole")));
        }
    })
}

/// Pairs of Scryfall ids and Cardmarket products of a CSV table with these columns.
fn crosswalk(what: &str, bytes: &[u8]) -> Result<Vec<(Uuid, i32)>> {
    let mut table = csv::Reader::from_reader(bytes);
    let bad = |error: csv::Error| Error::invalid("file", format!("{what}: {error}"));
    let header = table.headers().map_err(bad)?.clone();
    let column = |name: &str| {
        let found = header.iter().position(|h| h == name);
        found.ok_or_else(|| Error::invalid("file", format!("{what} has no column {name}")))
    };
    let (id, product) = (column("scryfall_id")?, column("mcm_id")?);
    let pair = |row: csv::StringRecord| Some((row.get(id)?.parse().ok()?, row.get(product)?.parse().ok()?));
    table.records().map(|row| Ok(pair(row.map_err(bad)?))).filter_map(Result::transpose).collect()
}
