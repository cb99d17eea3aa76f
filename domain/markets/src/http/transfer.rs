//! The way of an answer from the network to a file: unpacked, measured, packed again.

use std::error::Error as _;
use std::fs::File;
use std::io::{self, BufRead, Read, Write};
use std::path::PathBuf;

use futures_util::TryStreamExt;
use reqwest::Response;
use tokio_util::io::{StreamReader, SyncIoBridge};

use super::{Policy, request_error};
use crate::packed::{BytesRead, unpack};
use crate::{Fault, SourceError};

/// What is kept is read once or twice: fast beats small.
const LEVEL: i32 = 1;
const CHUNK: usize = 128 * 1024;
/// Of a small answer, unpacked.
const SMALL_UNPACKED: u64 = 8 * 1024 * 1024;

/// Why a transfer was stopped.
#[derive(Debug, thiserror::Error)]
#[error("more than {0} bytes")]
struct TooMuch(u64);

/// Ends with an error, not with silence, where more comes than may.
struct Limited<R> {
    inner: R,
    left: u64,
    limit: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left =
            self.left.checked_sub(read as u64).ok_or_else(|| io::Error::other(TooMuch(self.limit)))?;
        Ok(read)
    }
}

/// Writes an answer's body into a file, packed. Returns its unpacked length.
pub(super) async fn store(
    response: Response,
    target: PathBuf,
    policy: &Policy,
    accept: &str,
    what: &str,
) -> Result<u64, SourceError> {
    // Only a feed may begin as a page for people does.
    let (policy, no_page, what) = (*policy, !accept.contains("xml"), what.to_owned());
    let announced = response.content_length().filter(|length| *length > policy.packed);
    if let Some(length) = announced {
        return Err(request_error(&what, Fault::TooLarge, format!("{length} bytes are announced")));
    }
    let body = SyncIoBridge::new(StreamReader::new(response.bytes_stream().map_err(io::Error::other)));
    let copied = tokio::task::spawn_blocking(move || copy(body, &target, policy, no_page, &what)).await;
    copied
        .map_err(|error| SourceError::Read { what: "an answer".to_owned(), cause: io::Error::other(error) })?
}

fn copy(
    body: impl Read + Send + 'static,
    target: &PathBuf,
    policy: Policy,
    no_page: bool,
    what: &str,
) -> Result<u64, SourceError> {
    let came = |error: io::Error| broken_off(what, &error);
    let here = |cause: io::Error| SourceError::Read { what: target.display().to_string(), cause };
    let packed = Limited { inner: body, left: policy.packed, limit: policy.packed };
    let mut body = unpack(packed, BytesRead::default()).map_err(came)?;
    if no_page && body.fill_buf().map_err(came)?.trim_ascii_start().starts_with(b"<") {
        return Err(request_error(what, Fault::Garbage, "answered a page for people"));
    }
    let mut body = Limited { inner: body, left: policy.unpacked, limit: policy.unpacked };
    let mut file = zstd::Encoder::new(File::create(target).map_err(here)?, LEVEL).map_err(here)?;
    let (mut chunk, mut total) = (vec![0; CHUNK], 0);
    loop {
        let read = match body.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(came(error)),
        };
        file.write_all(&chunk[..read]).map_err(here)?;
        total += read as u64;
    }
    file.finish().map_err(here)?;
    Ok(total)
}

/// The text of a small answer that may be packed.
pub(super) fn unpacked(answer: Vec<u8>, what: &str) -> Result<Vec<u8>, SourceError> {
    let limit = SMALL_UNPACKED;
    let read = unpack(io::Cursor::new(answer), BytesRead::default()).and_then(|body| {
        let mut text = Vec::new();
        Limited { inner: body, left: limit, limit }.read_to_end(&mut text).map(|_| text)
    });
    read.map_err(|error| broken_off(what, &error))
}

/// What a broken body says of its source.
fn broken_off(what: &str, error: &io::Error) -> SourceError {
    let inner = error.get_ref();
    if let Some(much) = inner.and_then(|inner| inner.downcast_ref::<TooMuch>()) {
        return request_error(what, Fault::TooLarge, much.to_string());
    }
    match inner.and_then(|inner| inner.downcast_ref::<reqwest::Error>()) {
        Some(lost_it) => lost(what, lost_it),
        None => request_error(what, Fault::Garbage, format!("the packed answer is damaged: {error}")),
    }
}

/// The network failed us. The address is left out: a query may hold a key.
pub(super) fn lost(what: &str, error: &reqwest::Error) -> SourceError {
    if error.is_redirect() {
        return request_error(what, Fault::Contract, "it redirects where we do not follow");
    }
    let reason = match (error.is_timeout(), error.is_connect()) {
        (true, _) => "it took too long".to_owned(),
        (_, true) => "no connection".to_owned(),
        _ => {
            let cause = error.source().map_or_else(|| "the network".to_owned(), ToString::to_string);
            format!("the answer broke off: {cause}")
        }
    };
    request_error(what, Fault::Unavailable, reason)
}
