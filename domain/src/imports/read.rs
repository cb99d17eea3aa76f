//! A file is read and matched, row by row. Nothing is entered yet.

use dialects::{Content, Detected, Limits, Mapping, ReadError, Reader};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};
use serde_json::{Value, to_value};
use tokio::sync::mpsc;

use super::cause::{Cause, Code};
use super::ladder;
use super::live::tell;
use super::lots;
use super::model::{Import, ImportState, MatchedBy, RowStatus};
use super::queries;
use super::queries::rows::{self, NewRow};
use super::receive::unpacked;
use super::shelf::Shelf;
use crate::inventory::MOST_COPIES;
use crate::jobs::{Job, Lane};
use crate::prices::Finish;
use crate::{Ctx, Error, ImportId, PrintingId, Result};

/// Rows that are matched and stored at a time.
const PART: usize = 2_500;
/// Parts that may wait: bounds the memory.
const AHEAD: usize = 2;

/// Reads an import's file.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReadImport {
    /// Which import.
    pub import: ImportId,
    /// When it came to be read, in microseconds: a file is read again when its owner says what its columns mean.
    pub since: i64,
}

impl ReadImport {
    pub(super) fn of(import: &Import) -> Self {
        Self { import: import.id, since: import.changed_at.timestamp_micros() }
    }
}

impl Job for ReadImport {
    const KIND: &'static str = "read_import";
    /// Somebody looks at it; reading takes a processor.
    const LANE: Lane = Lane::of("imports", 2);
    const MAX_ATTEMPTS: u16 = 4;

    fn unique_key(&self) -> Option<String> {
        Some(format!("{} {}", self.import.0, self.since))
    }
}

enum Said {
    Detected(Box<Detected>),
    Rows(Vec<dialects::Row>),
}

/// Reads the file of an import and matches its rows; says how many there are. Nothing if nobody waits for it.
pub async fn read(ctx: &Ctx, id: ImportId, progress: impl Fn(u64)) -> Result<Option<u64>> {
    ctx.require_service()?;
    let mut conn = ctx.conn().await?;
    let import = queries::of_whomever(&mut conn, id).await?;
    let Some(import) = import.filter(|import| import.state() == ImportState::Reading) else {
        return Ok(None);
    };
    let Some(content) = queries::content(&mut conn, id).await? else { return Ok(None) };
    let mapping: Option<Mapping> = import.mapping.clone().and_then(|said| serde_json::from_value(said).ok());
    rows::clear(&mut conn, id).await?;
    let mut shelf = Shelf::open(&mut conn).await?;
    let (to, mut from) = mpsc::channel(AHEAD);
    let reading = tokio::task::spawn_blocking(move || parse(content, mapping.as_ref(), &to));
    let (mut n, mut count) = (0, 0);
    while let Some(said) = from.recv().await {
        let part = match said {
            Said::Detected(detected) => {
                let detected = to_value(&detected).map_err(Error::internal)?;
                queries::set_detected(&mut conn, id, &detected).await?;
                continue;
            }
            Said::Rows(part) => part,
        };
        count += part.len() as u64;
        let new = matched(&mut conn, &mut shelf, part, &mut n).await?;
        conn.transaction(async |conn| {
            rows::insert(conn, id, &new).await?;
            rows::count(conn, id, i32::try_from(count).unwrap_or(i32::MAX)).await?;
            tell(conn, &import).await?;
            Ok::<_, Error>(())
        })
        .await?;
        progress(count);
    }
    let ended = reading.await.map_err(Error::internal)?;
    conn.transaction(async |conn| {
        let (state, problem) = match &ended {
            Ok(()) => (ImportState::Ready, None),
            Err(error) => (ImportState::Failed, Some(error.to_string())),
        };
        queries::take_time(conn).await?;
        rows::compare(conn, import.user_id, id).await?;
        rows::count(conn, id, i32::try_from(count).unwrap_or(i32::MAX)).await?;
        let import = queries::set_state(conn, id, state, problem.as_deref(), ctx.now()).await?;
        tell(conn, &import).await?;
        Ok(Some(count))
    })
    .await
}

/// Whoever listens gets the rows in parts. It ends when nobody does.
fn parse(content: Vec<u8>, mapping: Option<&Mapping>, to: &mpsc::Sender<Said>) -> Result<(), ReadError> {
    let mut reader = Reader::open(unpacked(content), mapping, Limits::default())?;
    let send = |said| to.blocking_send(said).is_ok();
    if !send(Said::Detected(Box::new(reader.detected().clone()))) {
        return Ok(());
    }
    loop {
        let mut part = Vec::with_capacity(PART);
        let mut ended = Ok(false);
        while part.len() < PART {
            match reader.next() {
                Some(Ok(row)) => part.push(row),
                Some(Err(error)) => {
                    ended = Err(error);
                    break;
                }
                None => {
                    ended = Ok(true);
                    break;
                }
            }
        }
        // What could be read before the damage is shown.
        if !part.is_empty() && !send(Said::Rows(part)) {
            return Ok(());
        }
        if ended? {
            return Ok(());
        }
    }
}

async fn matched(
    conn: &mut AsyncPgConnection,
    shelf: &mut Shelf,
    part: Vec<dialects::Row>,
    n: &mut i32,
) -> Result<Vec<NewRow>> {
    let named = part.iter().filter_map(|row| match &row.content {
        Content::Lots(lots) => Some(lots),
        Content::Skipped(_) | Content::Refused { .. } => None,
    });
    shelf.stock(conn, &named.flatten().collect::<Vec<_>>()).await?;
    let mut new = Vec::with_capacity(part.len());
    for row in part {
        let line = i32::try_from(row.line).unwrap_or(i32::MAX);
        let notes: Vec<Cause> = row.notes.iter().map(Cause::from).collect();
        let mut push = |came: Came| {
            *n += 1;
            new.push(came.row(*n, line, &notes));
        };
        match row.content {
            Content::Lots(lots) => lots.into_iter().for_each(|lot| push(of_lot(shelf, lot))),
            Content::Skipped(skip) => push(Came::nothing(RowStatus::Skipped, Cause::from(&skip))),
            Content::Refused { field, value, reason } => {
                push(Came::nothing(RowStatus::Refused, Cause::unreadable(field, &value, reason)));
            }
        }
    }
    Ok(new)
}

/// What came of an entry.
struct Came {
    status: RowStatus,
    lot: Option<dialects::Lot>,
    found: Option<(PrintingId, Finish, MatchedBy)>,
    causes: Vec<Cause>,
}

impl Came {
    fn nothing(status: RowStatus, cause: Cause) -> Self {
        Self { status, lot: None, found: None, causes: vec![cause] }
    }

    fn row(mut self, n: i32, line: i32, notes: &[Cause]) -> NewRow {
        self.causes.extend_from_slice(notes);
        if self.status == RowStatus::Exact && self.causes.iter().any(Cause::is_a_guess) {
            self.status = RowStatus::Approximate;
        }
        let copies = self.lot.as_ref().map_or(0, |lot| i32::try_from(lot.quantity).unwrap_or(0));
        NewRow {
            n,
            line,
            status: self.status,
            found: self.found,
            causes: to_value(&self.causes).unwrap_or(Value::Null),
            copies,
            digest: self.lot.as_ref().map(lots::digest),
            lot: self.lot.and_then(|lot| to_value(lot).ok()),
        }
    }
}

fn of_lot(shelf: &Shelf, lot: dialects::Lot) -> Came {
    let came = |status, found, causes, lot| Came { status, lot: Some(lot), found, causes };
    if let Some(cause) = lots::not_owned(&lot) {
        return came(RowStatus::Skipped, None, vec![cause], lot);
    }
    if i64::from(lot.quantity) > MOST_COPIES {
        let cause = Cause::plain(Code::TooManyCopies);
        return came(RowStatus::Refused, None, vec![cause], lot);
    }
    match ladder::find(&lot, shelf) {
        Err(causes) => came(RowStatus::Unmatched, None, causes, lot),
        Ok(found) => {
            let (finish, corrected) = lots::surface(&lot, found.finishes);
            let mut causes = found.causes;
            causes.extend(corrected);
            causes.extend(lots::losses(&lot));
            came(RowStatus::Exact, Some((found.printing, finish, found.by)), causes, lot)
        }
    }
}
