//! A Scryfall bulk file from disk to committed rows, against a raw `COPY` of the resulting rows.

use std::fs::File;
use std::io::{BufRead, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use bytes::Bytes;
use futures_util::{SinkExt, TryStreamExt};
use markets::packed::{BytesRead, unpack};
use serde_json::Value;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::platform::{COPIES, Platform};
use crate::report::{Figures, Report};
use crate::{Size, platform};

/// Tables that an import of cards fills, in the order of their references.
const TABLES: [&str; 8] = [
    "catalogue_origin",
    "formats",
    "mtg_sets",
    "cards",
    "printings",
    "price_series",
    "price_history",
    "reference_prices",
];
const CHUNK: usize = 256 * 1024;

/// Where the cards come from.
pub struct Source(PathBuf);

impl Source {
    /// The largest file of real cards beside the project, else the project's own fixture.
    pub fn find() -> anyhow::Result<Self> {
        let real = tests::project().join("../shared/data/cards");
        let files = std::fs::read_dir(real).into_iter().flatten().flatten().map(|entry| entry.path());
        let cards = files.filter(|path| path.to_string_lossy().ends_with(".jsonl.zst"));
        let largest = cards.max_by_key(|path| path.metadata().map_or(0, |meta| meta.len()));
        let own = || tests::project().join("tests/fixtures/scryfall/cards.jsonl");
        Ok(Self(largest.unwrap_or_else(own)))
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.0
    }

    fn lines(&self) -> anyhow::Result<Vec<String>> {
        let lines = unpack(File::open(&self.0)?, BytesRead::default())?.lines();
        lines.collect::<Result<_, _>>().with_context(|| self.0.display().to_string())
    }
}

/// Imports the file as it is, again, and one made large by cloning.
pub async fn run(platform: &Platform, size: &Size, source: &Source, report: &Report) -> anyhow::Result<()> {
    let mut figures = Figures::default();
    let large = clone_lines(platform, size, source)?;
    // The large one goes first into empty tables and away again: the rest of the run uses real cards.
    measure(platform, &large, "cloned", &mut figures).await?;
    empty(&platform.sql().await?).await?;
    measure(platform, source.file(), "file", &mut figures).await?;
    let again = platform.import(&[source.file().to_owned()]).await?;
    figures.add("file again, nothing changed", again.seconds, "s");
    report.write("import", &figures)
}

async fn measure(platform: &Platform, file: &Path, name: &str, figures: &mut Figures) -> anyhow::Result<()> {
    let platform::Ran { seconds, peak } = platform.import(&[file.to_owned()]).await?;
    let sql = platform.sql().await?;
    let printings: i64 = sql.query_one("SELECT count(*) FROM printings", &[]).await?.get(0);
    let rows = take_rows(&sql).await?;
    let copies = domain::db::dedicated(&platform.database_url(COPIES)).await?;
    empty(&copies).await?;
    let raw = copy(&copies, rows).await?;
    empty(&copies).await?;
    figures.add(format!("{name}: printings"), printings as f64, "rows");
    figures.add(format!("{name}: import"), seconds, "s");
    figures.add(format!("{name}: raw COPY of the resulting rows"), raw, "s");
    figures.add(format!("{name}: speed of raw COPY reached"), raw / seconds, "x (aim 0.5)");
    figures.add(format!("{name}: peak memory"), peak as f64 / (1024.0 * 1024.0), "MiB (aim < 286)");
    Ok(())
}

async fn empty(sql: &Client) -> anyhow::Result<()> {
    let all = "TRUNCATE catalogue_origin, formats, mtg_sets, cards, printings, price_series, price_history, \
               reference_prices, price_slices, outbox, product_links, legality_changes CASCADE";
    Ok(sql.batch_execute(all).await?)
}

/// Everything that the import wrote, in the format of `COPY`.
async fn take_rows(sql: &Client) -> anyhow::Result<Vec<(String, Vec<Bytes>)>> {
    let mut all = Vec::new();
    for table in TABLES {
        let out = sql.copy_out(&format!("COPY (SELECT * FROM {table}) TO STDOUT (FORMAT binary)")).await?;
        let mut chunks: Vec<Bytes> = Vec::new();
        let mut chunk = Vec::with_capacity(CHUNK);
        let mut rows = std::pin::pin!(out);
        while let Some(row) = rows.try_next().await? {
            chunk.extend_from_slice(&row);
            if chunk.len() >= CHUNK {
                chunks.push(std::mem::take(&mut chunk).into());
            }
        }
        chunks.push(chunk.into());
        all.push((table.to_owned(), chunks));
    }
    Ok(all)
}

/// Seconds that Postgres takes for the rows, with the same indexes and references, in one transaction.
async fn copy(sql: &Client, tables: Vec<(String, Vec<Bytes>)>) -> anyhow::Result<f64> {
    let began = Instant::now();
    sql.batch_execute("BEGIN").await?;
    for (table, chunks) in tables {
        let sink = sql.copy_in(&format!("COPY {table} FROM STDIN (FORMAT binary)")).await?;
        let mut sink = std::pin::pin!(sink);
        for chunk in chunks {
            sink.feed(chunk).await?;
        }
        sink.finish().await?;
    }
    sql.batch_execute("COMMIT").await?;
    Ok(began.elapsed().as_secs_f64())
}

/// A file of as many printings as wanted: the lines of the source again and again, each time with
/// other ids and collector numbers.
fn clone_lines(platform: &Platform, size: &Size, source: &Source) -> anyhow::Result<PathBuf> {
    let folder = platform.folder().join("files");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("cloned.jsonl");
    let mut out = BufWriter::new(File::create(&path)?);
    let lines = source.lines()?;
    for n in 0..size.clones {
        let (line, copy) = (&lines[n % lines.len()], n / lines.len());
        if copy == 0 {
            writeln!(out, "{line}")?;
            continue;
        }
        let mut card: Value = serde_json::from_str(line).with_context(|| format!("line {n}"))?;
        let id: Uuid = card["id"].as_str().context("no id")?.parse()?;
        card["id"] = Uuid::from_u128(id.as_u128() ^ copy as u128).to_string().into();
        card["collector_number"] =
            format!("{}c{copy}", card["collector_number"].as_str().unwrap_or_default()).into();
        writeln!(out, "{card}")?;
    }
    out.flush()?;
    Ok(path)
}
