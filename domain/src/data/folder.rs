use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use markets::packed::BytesRead;
use markets::snapshots::{self, Snapshot};
use markets::{FileKind, cardkingdom, detect};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::Load;
use super::file::{Imported, fingerprint, import_bytes, import_file, kind, open};
use super::ops;
use crate::catalog;
use crate::prices::{self, Ingested};
use crate::{Ctx, Error, Result};

/// Archive members that wait in memory while one is stored.
const MEMBERS_AHEAD: usize = 1;

/// News of a folder's import, for whoever started it.
#[derive(Clone, Debug)]
pub enum Progress {
    /// A file begins.
    Begin {
        /// Its name.
        name: String,
        /// Its size, packed.
        bytes: u64,
    },
    /// A file ended.
    End {
        /// Its name.
        name: String,
        /// What came of it.
        result: Result<Imported, String>,
    },
    /// A file is not used.
    Skipped {
        /// Its name.
        name: String,
        /// Why.
        reason: &'static str,
    },
}

/// Imports every file of a folder that we know, catalogue first, then prices in the order of their
/// names. A broken file is reported and the others go on.
pub async fn import_folder(ctx: &Ctx, folder: &Path, tell: impl Fn(Progress)) -> Result<u64> {
    ctx.require_service()?;
    let mut files = Vec::new();
    for path in files_below(folder)? {
        let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        match kind(&path)? {
            Some(FileKind::Archive) => match archive_kind(&path)? {
                Some(kind) => files.push((kind, name, path, true)),
                None => tell(Progress::Skipped {
                    name,
                    reason: "an archive of other files, or a stream of states for `dualcaster replay`",
                }),
            },
            Some(kind) => files.push((kind, name, path, false)),
            None => tell(Progress::Skipped { name, reason: "of no kind that is read here" }),
        }
    }
    // Cards before what refers to them, and of the same kind the older first.
    files.sort_by_key(|(kind, name, ..)| (*kind, catalog::time_in_name(name), name.clone()));
    let mut changed = 0;
    let mut grown = false;
    for (kind, name, path, archive) in files {
        let ctx = &ctx.renewed();
        let fingerprint = fingerprint(&path)?;
        // What is new in the catalogue may be what lines of an old price file could not be matched to.
        if !grown && ops::was_loaded(ctx, fingerprint).await? {
            tell(Progress::Skipped { name, reason: "it was loaded before" });
            continue;
        }
        let bytes = path.metadata().map_or(0, |m| m.len());
        tell(Progress::Begin { name: name.clone(), bytes });
        let result = watched(ctx, &name, fingerprint, bytes, async |count| {
            if archive {
                import_archive(ctx, kind, &path, count).await
            } else {
                import_file(ctx, &path, false, count).await
            }
        })
        .await;
        let news = result.as_ref().map_or(0, |imported| imported.changed);
        grown |= news > 0 && kind < FileKind::Snapshot;
        changed += news;
        tell(Progress::End { name, result: result.map_err(|error| error.to_string()) });
    }
    Ok(changed)
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let bad = |error: std::io::Error| Error::invalid("DATA", format!("{}: {error}", folder.display()));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(bad)? {
        let path = entry.map_err(bad)?.path();
        if path.is_dir() {
            found.extend(files_below(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

/// Imports a file while its progress is written where people can see it.
async fn watched(
    ctx: &Ctx,
    name: &str,
    fingerprint: Uuid,
    bytes: u64,
    import: impl AsyncFnOnce(BytesRead) -> Result<Imported>,
) -> Result<Imported> {
    let load = Load::of_file(ctx, name, bytes, fingerprint).await?;
    let count = BytesRead::default();
    load.watch(import(count.clone()), || count.get(), |imported| imported.summary.clone()).await
}

/// A member of an archive.
struct Member {
    name: String,
    bytes: Vec<u8>,
}

fn members(path: PathBuf, count: BytesRead) -> mpsc::Receiver<Result<Member>> {
    let (sender, receiver) = mpsc::channel(MEMBERS_AHEAD);
    tokio::task::spawn_blocking(move || {
        let read = || -> Result<()> {
            let bad = |error: std::io::Error| Error::invalid("file", format!("{}: {error}", path.display()));
            let mut archive = tar::Archive::new(open(&path, count)?);
            for entry in archive.entries().map_err(bad)? {
                let mut entry = entry.map_err(bad)?;
                if !entry.header().entry_type().is_file() {
                    continue;
                }
                let name = entry.path().map_err(bad)?.display().to_string();
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes).map_err(bad)?;
                if sender.blocking_send(Ok(Member { name, bytes })).is_err() {
                    return Ok(());
                }
            }
            Ok(())
        };
        if let Err(error) = read() {
            // The receiver is gone when its own work failed, and says so itself.
            let _ = sender.blocking_send(Err(error));
        }
    });
    receiver
}

/// What the members of an archive are, told by the first. Several states of one day are a stream of
/// changes, for `replay`.
fn archive_kind(path: &Path) -> Result<Option<FileKind>> {
    let bad = |error: std::io::Error| Error::invalid("file", format!("{}: {error}", path.display()));
    let mut archive = tar::Archive::new(open(path, BytesRead::default())?);
    let mut first: Option<(FileKind, Option<DateTime<Utc>>)> = None;
    for entry in archive.entries().map_err(bad)? {
        let mut entry = entry.map_err(bad)?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let day = catalog::time_in_name(&entry.path().map_err(bad)?.display().to_string());
        if let Some((kind, first_day)) = first {
            let stream = kind == FileKind::CardKingdomState && day == first_day;
            return Ok((!stream).then_some(kind));
        }
        let mut head = Vec::new();
        entry.by_ref().take(markets::HEAD as u64).read_to_end(&mut head).map_err(bad)?;
        match detect(&head) {
            Some(kind) if kind >= FileKind::Snapshot && kind < FileKind::Archive => first = Some((kind, day)),
            _ => return Ok(None),
        }
    }
    Ok(first.map(|(kind, _)| kind))
}

async fn import_archive(ctx: &Ctx, kind: FileKind, path: &Path, count: BytesRead) -> Result<Imported> {
    let mut members = members(path.to_owned(), count);
    let mut total = Ingested::default();
    let mut day: Vec<Snapshot> = Vec::new();
    let mut folder = String::new();
    while let Some(member) = members.recv().await {
        let member = member?;
        if kind != FileKind::Snapshot {
            let done = import_bytes(ctx, kind, &member.name, ctx.now(), &member.bytes, false).await?;
            total.changed += done.changed;
            total.matched += 1;
            continue;
        }
        let (parent, _) = member.name.rsplit_once('/').unwrap_or(("", &member.name));
        if parent != folder && !day.is_empty() {
            total.changed += prices::ingest_snapshots(ctx, &std::mem::take(&mut day), false).await?.changed;
            total.matched += 1;
        }
        parent.clone_into(&mut folder);
        let snapshot = snapshots::snapshot(&member.name, &member.bytes);
        day.push(snapshot.map_err(|error| Error::invalid("file", error.to_string()))?);
    }
    if !day.is_empty() {
        total.changed += prices::ingest_snapshots(ctx, &day, false).await?.changed;
        total.matched += 1;
    }
    let summary = format!("{} states, {} changes stored", total.matched, total.changed);
    Ok(Imported { kind, summary, changed: total.changed })
}

/// Plays recorded states of Card Kingdom's list in their order, `speed` times as fast as they came;
/// every change is published. Speed 0 does not wait.
pub async fn replay(
    ctx: &Ctx,
    path: &Path,
    speed: f64,
    tell: impl Fn(&str, DateTime<Utc>, &Ingested),
) -> Result<Ingested> {
    ctx.require_service()?;
    let mut members = members(path.to_owned(), BytesRead::default());
    let mut before: Option<DateTime<Utc>> = None;
    let mut total = Ingested::default();
    while let Some(member) = members.recv().await {
        let member = member?;
        let list = cardkingdom::state(&member.name, &member.bytes);
        let list = list.map_err(|error| Error::invalid("file", error.to_string()))?;
        let gap =
            before.and_then(|before| (list.head.observed_at - before).to_std().ok()).unwrap_or_default();
        before = Some(list.head.observed_at);
        if speed > 0.0 {
            tokio::time::sleep(gap.div_f64(speed)).await;
        }
        let done = prices::ingest_card_kingdom(&ctx.renewed(), &list, true).await?;
        tell(&member.name, list.head.observed_at, &done);
        total.offered += done.offered;
        total.matched += done.matched;
        total.changed += done.changed;
    }
    Ok(total)
}
