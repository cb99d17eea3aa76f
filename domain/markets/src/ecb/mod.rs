//! The reference rates of the European Central Bank: units of a currency for one euro, published about
//! 16:00 Central European time on the days that its payment system works. One file has the last day, one
//! the last ninety days, one everything since 1999.

mod parse;
#[cfg(test)]
mod tests;

use std::io::Read;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::http::{Ask, Fetched, Session};
use crate::raw::Run;
use crate::{Fault, Part, Progress, Records, SourceError, Taken};

pub use parse::{days, history, table};

const WHAT: &str = "the ECB's rates";
const DAILY: &str = "eurofxref-daily.xml";
const NINETY_DAYS: &str = "eurofxref-hist-90d.xml";
const HISTORY: &str = "eurofxref-hist.zip";
const XML: &str = "application/xml, text/xml";
const ZIP: &str = "application/zip, application/octet-stream;q=0.9";
/// Days back that the file of ninety days surely has.
const REACH: i64 = 85;
/// Unpacked: everything since 1999 takes a tenth of it.
const MOST_BYTES: u64 = 32 * 1024 * 1024;

/// The place of the files.
#[derive(Clone, Debug)]
pub struct Ecb {
    /// `https://www.ecb.europa.eu/stats/eurofxref`, or a fake.
    pub base: String,
    /// The last day that we have rates of; everything is fetched where there is none.
    pub newest: Option<NaiveDate>,
    /// No file may tell of a day after tomorrow.
    pub today: NaiveDate,
}

/// The code of a currency, of ISO 4217: three capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code([u8; 3]);

impl Code {
    /// The code of a text.
    pub fn parse(text: &str) -> Option<Self> {
        let code: [u8; 3] = text.as_bytes().try_into().ok()?;
        code.iter().all(u8::is_ascii_uppercase).then_some(Self(code))
    }

    /// The euro, against which all rates are quoted.
    pub const EUR: Self = Self(*b"EUR");

    /// The code as text.
    pub fn as_str(&self) -> &str {
        // Three ASCII letters are always text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What one euro was worth on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The day that it was published for.
    pub day: NaiveDate,
    /// In this currency.
    pub currency: Code,
    /// Units of it, in millionths.
    pub micros: i64,
}

impl Records for Ecb {
    type Record = Rate;

    async fn fetch(
        &self,
        session: &Session,
        run: &Run,
        progress: &dyn Progress,
    ) -> Result<Fetched, SourceError> {
        let ask = |file: &str, accept| Ask::get(format!("{}/{file}", self.base)).accept(accept);
        let fetched = match self.newest {
            None => session.save(run, HISTORY, &ask(HISTORY, ZIP)).await?,
            Some(newest) => {
                let fetched = session.save(run, DAILY, &ask(DAILY, XML).if_changed()).await?;
                if fetched == Fetched::NotModified {
                    return Ok(fetched);
                }
                // What cannot be read is told by who reads, and kept.
                let said = text(run, DAILY).and_then(|text| days(WHAT, &text)).and_then(|said| last(&said));
                match said.map_or(Missing::Nothing, |last| missing(newest, last)) {
                    Missing::Nothing => {}
                    Missing::Days => _ = session.save(run, NINETY_DAYS, &ask(NINETY_DAYS, XML)).await?,
                    Missing::Months => _ = session.save(run, HISTORY, &ask(HISTORY, ZIP)).await?,
                }
                fetched
            }
        };
        progress.tell(Part::Fetch, 1, Some(1));
        Ok(fetched)
    }

    /// All or nothing: of a file with one wrong rate no other is believed.
    fn read(&self, run: &Run) -> Result<Taken<Rate>, SourceError> {
        let mut rows = Vec::new();
        if run.has(HISTORY) {
            rows.extend(history(WHAT, &bytes(run, HISTORY)?)?);
        }
        if run.has(NINETY_DAYS) {
            rows.extend(days(WHAT, &text(run, NINETY_DAYS)?)?);
        }
        let older = rows.iter().map(|rate| rate.day).max();
        if run.has(DAILY) {
            // The last word is the newest file's.
            rows.extend(days(WHAT, &text(run, DAILY)?)?);
        }
        let newest = last(&rows)?;
        if newest > self.today + Days::new(1) {
            return Err(SourceError::broken(WHAT, "day", format!("{newest} is not yet")));
        }
        if older.is_some_and(|older| older < newest) {
            let reason = format!("its files are of different days: {newest} is not in the longer one");
            return Err(broken(WHAT, "day", reason, Fault::Unavailable));
        }
        Ok(Taken { rows, ..Taken::default() })
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Missing {
    Nothing,
    Days,
    Months,
}

/// What may have been published between two days. A holiday looks as a day that is missing; to look once
/// more is cheap.
fn missing(newest: NaiveDate, last: NaiveDate) -> Missing {
    let between = newest.iter_days().skip(1).take_while(|day| *day < last);
    let mut working = between.filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
    match working.next() {
        None => Missing::Nothing,
        Some(_) if (last - newest).num_days() <= REACH => Missing::Days,
        Some(_) => Missing::Months,
    }
}

fn broken(what: &str, place: &str, reason: impl std::fmt::Display, fault: Fault) -> SourceError {
    SourceError::Broken { what: what.to_owned(), place: place.to_owned(), reason: reason.to_string(), fault }
}

fn last(rates: &[Rate]) -> Result<NaiveDate, SourceError> {
    let newest = rates.iter().map(|rate| rate.day).max();
    newest.ok_or_else(|| SourceError::broken(WHAT, "file", "there is no rate in it"))
}

fn bytes(run: &Run, name: &str) -> Result<Vec<u8>, SourceError> {
    let mut all = Vec::new();
    let read = run.open(name)?.take(MOST_BYTES).read_to_end(&mut all);
    read.map_err(|cause| SourceError::Read { what: name.to_owned(), cause })?;
    Ok(all)
}

fn text(run: &Run, name: &str) -> Result<String, SourceError> {
    String::from_utf8(bytes(run, name)?).map_err(|error| broken(WHAT, name, error, Fault::Garbage))
}
