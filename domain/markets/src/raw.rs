//! What sources gave us, as they gave it: one folder a visit, packed, for a bounded time. A visit can be
//! read again, by a newer program for instance, without asking the source.

use std::fs::{self, File};
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::SourceError;
use crate::packed::{BytesRead, unpack};

/// The end of the name of a visit that is not over.
const PART: &str = ".part";
/// A visit that did not end within this was left behind by a process that was killed.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 60 * 60);
const EXTENSION: &str = "zst";

/// What is kept of each source.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The most visits.
    pub runs: usize,
    /// The most bytes on disk. The newest visit is kept whatever its size.
    pub bytes: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { runs: 20, bytes: 512 * 1024 * 1024 }
    }
}

/// The folder of all visits: `SOURCE/DAY/TIME/`.
#[derive(Clone, Debug)]
pub struct Raw {
    root: PathBuf,
    bounds: Bounds,
}

fn failed(path: &Path, cause: io::Error) -> SourceError {
    SourceError::Read { what: path.display().to_string(), cause }
}

impl Raw {
    /// Below a folder, which is made when it is needed.
    pub fn new(root: PathBuf, bounds: Bounds) -> Self {
        Self { root, bounds }
    }

    /// Begins to keep a visit.
    pub fn begin(&self, source: &str, now: DateTime<Utc>) -> Result<Run, SourceError> {
        let day = self.root.join(source).join(now.format("%Y-%m-%d").to_string());
        // Two may begin at the same moment, also on two machines that share the folder.
        let name = format!("{}-{}", now.format("%H%M%S%6f"), Uuid::now_v7().simple());
        let folder = day.join(format!("{name}{PART}"));
        fs::create_dir_all(&folder).map_err(|cause| failed(&folder, cause))?;
        Ok(Run { folder, kept: false, whole: day.join(name) })
    }

    /// The visits that are kept, oldest first.
    pub fn runs(&self, source: &str) -> Result<Vec<Run>, SourceError> {
        let mut found = self.folders(source)?;
        found.retain(|folder| !is_part(folder));
        found.sort();
        Ok(found.into_iter().map(|folder| Run { whole: folder.clone(), folder, kept: true }).collect())
    }

    /// Throws away what is more than the bounds allow. Returns how many visits went.
    pub fn prune(&self, source: &str, now: SystemTime) -> Result<usize, SourceError> {
        let mut gone = 0;
        for part in self.folders(source)?.iter().filter(|folder| is_part(folder)) {
            let age = part.metadata().and_then(|meta| meta.modified()).map(|at| now.duration_since(at));
            if matches!(age, Ok(Ok(age)) if age > LEFT_BEHIND) {
                remove(part)?;
                gone += 1;
            }
        }
        let (mut runs, mut bytes) = (0, 0);
        for run in self.runs(source)?.iter().rev() {
            runs += 1;
            bytes += run.bytes()?;
            if runs > 1 && (runs > self.bounds.runs || bytes > self.bounds.bytes) {
                remove(&run.folder)?;
                gone += 1;
            }
        }
        Ok(gone)
    }

    fn folders(&self, source: &str) -> Result<Vec<PathBuf>, SourceError> {
        let days = entries(&self.root.join(source))?;
        let mut found = Vec::new();
        for day in days {
            let runs = entries(&day)?;
            if runs.is_empty() {
                // Another process may begin a visit here at this moment; then it is not empty.
                let _ = fs::remove_dir(&day);
            }
            found.extend(runs);
        }
        Ok(found)
    }
}

fn is_part(folder: &Path) -> bool {
    folder.to_string_lossy().ends_with(PART)
}

fn remove(folder: &Path) -> Result<(), SourceError> {
    fs::remove_dir_all(folder).map_err(|cause| failed(folder, cause))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(cause) => Err(failed(folder, cause)),
        Ok(found) => found
            .map(|entry| entry.map(|entry| entry.path()).map_err(|cause| failed(folder, cause)))
            .collect(),
    }
}

/// What one visit brought. A visit that is not kept is removed with this.
#[derive(Debug)]
pub struct Run {
    folder: PathBuf,
    whole: PathBuf,
    kept: bool,
}

impl Run {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.{EXTENSION}"))
    }

    /// The path of a new file; `name` may not leave the folder.
    pub(crate) fn create(&self, name: &str) -> Result<PathBuf, SourceError> {
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        if plain && !name.starts_with('.') {
            Ok(self.path(name))
        } else {
            Err(failed(Path::new(name), io::ErrorKind::InvalidFilename.into()))
        }
    }

    /// Whether there is a file.
    pub fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// The names of the files, in order.
    pub fn names(&self) -> Result<Vec<String>, SourceError> {
        let files = entries(&self.folder)?;
        let stem = |path: &PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
        let mut names: Vec<String> = files.iter().filter_map(stem).collect();
        names.sort();
        Ok(names)
    }

    /// Reads a file.
    pub fn open(&self, name: &str) -> Result<Box<dyn BufRead + Send>, SourceError> {
        let path = self.path(name);
        let opened = File::open(&path).and_then(|file| unpack(file, BytesRead::default()));
        opened.map_err(|cause| failed(&path, cause))
    }

    /// Reads a file of JSON that is small enough for memory.
    pub fn json<T: DeserializeOwned>(&self, what: &str, name: &str) -> Result<T, SourceError> {
        serde_json::from_reader(self.open(name)?).map_err(|error| SourceError::json(what, &error))
    }

    /// Writes something of our own beside what the source gave.
    pub fn note(&self, name: &str, value: &impl Serialize) -> Result<(), SourceError> {
        let path = self.create(name)?;
        let here = |cause| failed(&path, cause);
        let file = zstd::Encoder::new(File::create(&path).map_err(here)?, 0).map_err(here)?;
        let mut file = file.auto_finish();
        serde_json::to_writer(&mut file, value).map_err(|error| here(error.into()))
    }

    /// The bytes that it takes on disk.
    pub fn bytes(&self) -> Result<u64, SourceError> {
        let sizes = entries(&self.folder)?;
        Ok(sizes.iter().map(|file| file.metadata().map_or(0, |meta| meta.len())).sum())
    }

    /// The folder where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps it.
    pub fn keep(mut self) -> Result<(), SourceError> {
        if !self.kept {
            fs::rename(&self.folder, &self.whole).map_err(|cause| failed(&self.folder, cause))?;
            self.kept = true;
        }
        Ok(())
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = fs::remove_dir_all(&self.folder)
        {
            tracing::warn!(%error, folder = %self.folder.display(), "an unfinished visit is left behind");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_visits_of_one_moment_are_both_kept() {
        let root = std::env::temp_dir().join(format!("dualcaster-raw-twice-{}", std::process::id()));
        let raw = Raw::new(root.clone(), Bounds::default());
        let at = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let (one, two) = (raw.begin("shop", at).unwrap(), raw.begin("shop", at).unwrap());
        one.note("prices", &1).unwrap();
        two.note("prices", &2).unwrap();
        one.keep().unwrap();
        two.keep().unwrap();
        let kept = raw.runs("shop").unwrap();
        let mut values: Vec<i64> = kept.iter().map(|run| run.json("prices", "prices").unwrap()).collect();
        values.sort_unstable();
        assert_eq!(values, [1, 2]);
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn visits_are_kept_in_order_and_within_bounds() {
        let root = std::env::temp_dir().join(format!("dualcaster-raw-{}", std::process::id()));
        let raw = Raw::new(root.clone(), Bounds { runs: 2, bytes: 1024 * 1024 });
        let at = |hours: i64| DateTime::from_timestamp(1_790_000_000 + hours * 3600, 0).unwrap();
        for hour in 0..4 {
            let run = raw.begin("shop", at(hour * 20)).unwrap();
            run.note("prices", &hour).unwrap();
            assert!(run.create("../prices").is_err() && run.create("a/b").is_err());
            run.keep().unwrap();
        }
        drop(raw.begin("shop", at(100)).unwrap());
        assert!(raw.runs("shop").unwrap().len() == 4);
        assert_eq!(raw.prune("shop", SystemTime::UNIX_EPOCH).unwrap(), 2);
        let left = raw.runs("shop").unwrap();
        let values: Vec<i64> = left.iter().map(|run| run.json("prices", "prices").unwrap()).collect();
        assert_eq!(values, [2, 3], "the newest, oldest first");
        assert!(Raw::new(root.clone(), Bounds::default()).runs("other").unwrap().is_empty());
        fs::remove_dir_all(root).unwrap();
    }
}
