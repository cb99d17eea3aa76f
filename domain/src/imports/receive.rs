//! How a file comes in: its owner gets a ticket, whoever holds it brings the file once.

use std::io::Read;

use chrono::TimeDelta;
use dialects::HEAD;
use diesel_async::AsyncConnection;
use flate2::read::MultiGzDecoder;
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_128;

use super::live::tell;
use super::model::Import;
use super::queries;
use super::read::ReadImport;
use crate::accounts::{hash, random_text};
use crate::inventory::{Outcome, Problem, ProblemCode};
use crate::{Ctx, Error, Result, jobs};

/// Bytes of a file as it comes.
pub const MOST_BYTES: usize = 10 << 20;
/// Bytes of a packed file once it is unpacked.
const MOST_UNPACKED: u64 = 100 << 20;
/// How many times larger than packed a file may be. Collections pack to a tenth.
const MOST_RATIO: u64 = 100;
/// A ticket that nobody used is void.
const TICKET_LIFE: TimeDelta = TimeDelta::minutes(15);
/// Imports that somebody may begin in a day, and have at work at a time.
const MOST_A_DAY: i64 = 20;
const MOST_RUNNING: i64 = 2;
const LONGEST_NAME: usize = 200;

/// An import that waits for its file, and the secret that lets the file in.
#[derive(Debug)]
pub struct Ticket {
    /// The import.
    pub import: Import,
    /// The secret.
    pub token: String,
}

/// Begins an import.
pub async fn start(ctx: &Ctx, file_name: &str) -> Outcome<Ticket> {
    let user = ctx.writer()?;
    let name = file_name.trim();
    if !(1..=LONGEST_NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        let message = format!("must have 1 to {LONGEST_NAME} characters");
        return Err(Problem::new(ProblemCode::Invalid, "fileName", message).into());
    }
    let mut conn = ctx.conn().await?;
    let token = random_text();
    conn.transaction(async |conn| {
        // One at a time, so that the counts hold.
        crate::inventory::lock(conn, user).await?;
        let (begun, running) = queries::busy(conn, user, ctx.now() - TimeDelta::days(1)).await?;
        let limit =
            |message: String| Err(Problem::new(ProblemCode::LimitReached, "fileName", message).into());
        if begun >= MOST_A_DAY {
            return limit(format!("{MOST_A_DAY} files a day may be imported"));
        }
        if running >= MOST_RUNNING {
            return limit(format!("{MOST_RUNNING} files are at work: wait until one is done"));
        }
        let import = queries::insert(conn, user, name, hash(&token), ctx.now()).await?;
        Ok(Ticket { import, token: token.clone() })
    })
    .await
}

/// Takes a file in for whoever began the import. Fails with `Invalid` for what is no collection, whatever its
/// name says, and with `NotFound` when no import waits for it.
pub async fn receive(ctx: &Ctx, token: &str, content: Vec<u8>) -> Result<Import> {
    if content.len() > MOST_BYTES {
        return Err(Error::invalid("file", format!("is larger than {MOST_BYTES} bytes")));
    }
    let looked = tokio::task::spawn_blocking(move || look(&content).map(|()| content)).await;
    let content = looked.map_err(Error::internal)??;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let found = queries::awaited(conn, &hash(token), ctx.now() - TICKET_LIFE).await?;
        let import = found.ok_or(Error::NotFound("an import that waits for this file"))?;
        named_as_it_is(&import.file_name, &content)?;
        let digest = Uuid::from_u128(xxh3_128(&content));
        let import = queries::keep_file(conn, import.id, digest, &content, ctx.now()).await?;
        jobs::enqueue(ctx, conn, &ReadImport::of(&import)).await?;
        tell(conn, &import).await?;
        Ok(import)
    })
    .await
}

fn is_gzip(content: &[u8]) -> bool {
    content.starts_with(&[0x1f, 0x8b])
}

/// The file as it was before it was packed.
pub(super) fn unpacked(content: Vec<u8>) -> Box<dyn Read + Send> {
    let packed = is_gzip(&content);
    let bytes = std::io::Cursor::new(content);
    if packed { Box::new(MultiGzDecoder::new(bytes).take(MOST_UNPACKED)) } else { Box::new(bytes) }
}

/// Whether a file is one that can be read at all: neither too large when unpacked, nor something else.
fn look(content: &[u8]) -> Result<()> {
    let mut head = content.to_vec();
    if is_gzip(content) {
        let most = MOST_UNPACKED.min(content.len() as u64 * MOST_RATIO);
        let damaged = |_| Error::invalid("file", "is damaged: it cannot be unpacked");
        let mut decoder = MultiGzDecoder::new(content).take(most + 1);
        head = Vec::new();
        decoder.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(damaged)?;
        let rest = std::io::copy(&mut decoder, &mut std::io::sink()).map_err(damaged)?;
        if head.len() as u64 + rest > most {
            return Err(Error::invalid("file", "is too large when it is unpacked"));
        }
        if is_gzip(&head) {
            return Err(Error::invalid("file", "is packed twice"));
        }
    }
    head.truncate(HEAD);
    if head.is_empty() {
        return Err(Error::invalid("file", "is empty"));
    }
    dialects::detect(&head).map(|_| ()).map_err(|what| Error::invalid("file", format!("is {what}")))
}

/// A file that pretends to be what it is not is refused, whichever it is.
fn named_as_it_is(name: &str, content: &[u8]) -> Result<()> {
    let name = name.to_lowercase();
    let workbook = content.starts_with(b"PK\x03\x04");
    let wrong = if name.ends_with(".xlsx") {
        !workbook
    } else if name.ends_with(".gz") {
        !is_gzip(content)
    } else {
        workbook
    };
    if wrong {
        return Err(Error::invalid("file", "is not what its name says"));
    }
    Ok(())
}
