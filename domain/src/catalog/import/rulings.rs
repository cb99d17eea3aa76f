//! The file of rulings: staged while it is read, then compared with what there is.

use std::io::BufRead;

use bytes::Bytes;
use markets::SourceError;
use markets::scryfall::{self, RulingSource};
use tokio::sync::mpsc;
use tokio_postgres::Client;

use super::Origin;
use super::store::begin;
use crate::copy::{CopyStream, Rows};
use crate::{Ctx, Error, Result};

/// Encoded chunks that may wait for Postgres: bounds the memory of a stream.
const CHUNKS_IN_FLIGHT: usize = 16;
/// With fewer rulings than this nobody can tell that a file shrank.
const ENOUGH: i64 = 100;

/// What a file of rulings did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RulingsImported {
    /// Lines read.
    pub lines: u64,
    /// Rulings of cards that are in the catalogue.
    pub matched: u64,
    /// Those of cards that are not, or of somebody who is not known here.
    pub unmatched: u64,
    /// Rulings that were new.
    pub new: u64,
    /// Rulings that are not in the file any more.
    pub gone: u64,
    /// Why the file was not believed; then nothing was changed.
    pub refused: Option<String>,
}

/// Imports a file of all rulings in one transaction: what is not in it any more goes. A broken file changes
/// nothing and says where it broke; one that lost half of its rulings is not believed.
pub async fn import_rulings(
    ctx: &Ctx,
    origin: Origin,
    what: &str,
    file: Box<dyn BufRead + Send>,
) -> Result<RulingsImported> {
    let client = begin(ctx, origin).await?;
    client.batch_execute(STAGE).await?;
    let read = stage(&client, what, file).await?;
    client.batch_execute(MATCH).await?;
    let counts = client.query_one(COUNT, &[]).await?;
    let (matched, held): (i64, i64) = (counts.get(0), counts.get(1));
    let mut done = RulingsImported { lines: read.lines, ..RulingsImported::default() };
    done.matched = matched.unsigned_abs();
    done.unmatched = read.lines.saturating_sub(done.matched + read.blank);
    if held >= ENOUGH && matched * 2 < held {
        // Nothing is committed: the connection ends here, and its transaction with it.
        done.refused = Some(format!("{matched} rulings after {held}"));
        return Ok(done);
    }
    done.gone = client.execute(FORGET, &[]).await?;
    done.new = client.execute(ADD, &[]).await?;
    client.batch_execute("COMMIT").await?;
    Ok(done)
}

/// What was read of a file.
#[derive(Clone, Copy, Debug, Default)]
struct Lines {
    lines: u64,
    blank: u64,
    rulings: u64,
}

/// Reads on a thread of its own while Postgres takes the rows.
async fn stage(client: &Client, what: &str, mut file: Box<dyn BufRead + Send>) -> Result<Lines> {
    let (sender, mut chunks) = mpsc::channel(CHUNKS_IN_FLIGHT);
    let name = what.to_owned();
    let reader = tokio::task::spawn_blocking(move || read(&name, &mut *file, &sender));
    let mut copy =
        CopyStream::begin(client, "listed_rulings (line, oracle_id, source, published_on, comment)").await?;
    while let Some(chunk) = chunks.recv().await {
        copy.send(chunk).await?;
    }
    let read = reader.await.map_err(Error::internal)?;
    let read = read.map_err(|error| Error::invalid("file", error.to_string()))?;
    copy.finish().await?;
    Ok(read)
}

fn read(what: &str, file: &mut dyn BufRead, rows: &mpsc::Sender<Bytes>) -> Result<Lines, SourceError> {
    let (mut read, mut encoded, mut line) = (Lines::default(), Rows::default(), Vec::new());
    loop {
        line.clear();
        let bytes = file.read_until(b'\n', &mut line);
        let bytes =
            bytes.map_err(|cause| SourceError::broken(what, format!("after line {}", read.lines), cause))?;
        if bytes == 0 {
            break;
        }
        read.lines += 1;
        match scryfall::ruling(what, read.lines, &line)? {
            None => read.blank += 1,
            Some(ruling) => {
                read.rulings += 1;
                let source = match ruling.source {
                    RulingSource::Wotc => 1,
                    RulingSource::Scryfall => 2,
                    RulingSource::Other => continue,
                };
                let number = i32::try_from(read.lines).unwrap_or(i32::MAX);
                let row = encoded.row(5).i32(number).uuid(ruling.oracle_id).i16(source);
                row.date(ruling.published_at).text(ruling.comment.trim());
            }
        }
        if let Some(chunk) = encoded.full_chunk()
            && rows.blocking_send(chunk).is_err()
        {
            // The receiver failed and says why; there is nobody left to read for.
            break;
        }
    }
    // As above: a closed channel is reported by its other end.
    let _ = rows.blocking_send(encoded.rest());
    match read.rulings {
        0 => Err(SourceError::broken(what, "whole file", "there is no ruling in it")),
        _ => Ok(read),
    }
}

const STAGE: &str = "
    CREATE TEMP TABLE listed_rulings (
        line integer NOT NULL, oracle_id uuid NOT NULL, source smallint NOT NULL, published_on date NOT NULL,
        comment text NOT NULL
    ) ON COMMIT DROP";

/// A ruling that is listed twice is one.
const MATCH: &str = "
    CREATE TEMP TABLE wanted_rulings ON COMMIT DROP AS
    SELECT c.id AS card_id, l.source, l.published_on, l.comment, min(l.line) AS line, count(*) AS lines
    FROM listed_rulings l JOIN cards c USING (oracle_id)
    GROUP BY c.id, l.source, l.published_on, l.comment;
    ANALYZE wanted_rulings";

const COUNT: &str = "
    SELECT (SELECT coalesce(sum(lines), 0)::bigint FROM wanted_rulings), (SELECT count(*) FROM rulings)";

const FORGET: &str = "
    DELETE FROM rulings r WHERE NOT EXISTS (
        SELECT FROM wanted_rulings w
        WHERE (w.card_id, w.source, w.published_on, w.comment) = (r.card_id, r.source, r.published_on, r.comment))";

const ADD: &str = "
    INSERT INTO rulings (card_id, source, published_on, comment)
    SELECT w.card_id, w.source, w.published_on, w.comment
    FROM wanted_rulings w
    WHERE NOT EXISTS (
        SELECT FROM rulings r
        WHERE (w.card_id, w.source, w.published_on, w.comment) = (r.card_id, r.source, r.published_on, r.comment))
    ORDER BY w.line";
