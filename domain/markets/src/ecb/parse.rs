use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{Cursor, Read};

use chrono::{Datelike, NaiveDate};
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use super::{Code, MOST_BYTES, Rate, broken};
use crate::{Fault, SourceError};

/// Digits after the point that are kept; the bank writes at most six digits in all.
const DIGITS: usize = 6;

/// Millionths of a rate as the bank writes it; nothing for what is no rate.
pub(super) fn micros(text: &str) -> Option<i64> {
    const MAX_WHOLE: i64 = 1_000_000_000;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let fraction = fraction.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || fraction.len() > DIGITS || !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|whole| *whole < MAX_WHOLE)?;
    let fraction: i64 = format!("{fraction:0<DIGITS$}").parse().ok()?;
    Some(whole * 1_000_000 + fraction).filter(|micros| *micros > 0)
}

/// A rate of a file, or what is wrong with it. The euro has no rate, and a ticket is no money.
fn rate(what: &str, day: NaiveDate, currency: &str, value: &str) -> Result<Rate, SourceError> {
    let wrong = |reason: String| SourceError::broken(what, day.to_string(), reason);
    let code = Code::parse(currency).filter(|code| !["EUR", "TIX"].contains(&code.as_str()));
    let currency = code.ok_or_else(|| wrong(format!("{currency:?} is no currency with a rate")))?;
    let micros = micros(value).ok_or_else(|| wrong(format!("{value:?} is no rate of {currency}")))?;
    Ok(Rate { day, currency, micros })
}

fn day(what: &str, text: &str) -> Result<NaiveDate, SourceError> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let known = day.filter(|day| (1999..=9999).contains(&day.year()));
    known.ok_or_else(|| SourceError::broken(what, "day", format!("{text:?} is no day of the euro")))
}

/// What a file said so far: a day after the other, none without rates, each rate once.
#[derive(Default)]
struct Book {
    today: Option<NaiveDate>,
    of_today: usize,
    rates: Vec<Rate>,
    seen: HashSet<(NaiveDate, Code)>,
}

impl Book {
    fn open(&mut self, what: &str, day: NaiveDate) -> Result<(), SourceError> {
        self.end_day(what)?;
        (self.today, self.of_today) = (Some(day), 0);
        Ok(())
    }

    fn rate(&mut self, what: &str, currency: &str, value: &str) -> Result<(), SourceError> {
        let today = self.today.ok_or_else(|| SourceError::broken(what, "day", "a rate has none"))?;
        let rate = rate(what, today, currency, value)?;
        if !self.seen.insert((today, rate.currency)) {
            return Err(SourceError::broken(what, today.to_string(), format!("{currency} is there twice")));
        }
        self.rates.push(rate);
        self.of_today += 1;
        Ok(())
    }

    fn end_day(&self, what: &str) -> Result<(), SourceError> {
        match self.today {
            Some(day) if self.of_today == 0 => {
                Err(SourceError::broken(what, day.to_string(), "the day has no rates"))
            }
            _ => Ok(()),
        }
    }

    fn close(self, what: &str) -> Result<Vec<Rate>, SourceError> {
        self.end_day(what)?;
        match self.rates.is_empty() {
            true => Err(broken(what, "file", "there is no rate in it", Fault::Contract)),
            false => Ok(self.rates),
        }
    }
}

/// The rates of a file of XML: `Envelope`, in it `Cube`, in it a `Cube` a day, in it a `Cube` a currency.
pub fn days(what: &str, xml: &str) -> Result<Vec<Rate>, SourceError> {
    let garbage = |place: u64, reason: &dyn std::fmt::Display| {
        broken(what, &format!("byte {place}"), reason, Fault::Garbage)
    };
    let mut reader = quick_xml::Reader::from_str(xml);
    let (mut depth, mut book) = (0_usize, Book::default());
    loop {
        let event = reader.read_event().map_err(|error| garbage(reader.buffer_position(), &error))?;
        let (element, opens) = match event {
            Event::Start(element) => (element, true),
            Event::Empty(element) => (element, false),
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        match (depth, element.local_name().as_ref()) {
            (0, "Envelope") => {}
            (0, other) => return Err(garbage(reader.buffer_position(), &format!("it is <{other}>"))),
            (2, "Cube") => {
                let [time] = attributes(what, &element, ["time"])?;
                book.open(what, day(what, &time)?)?;
            }
            (3, "Cube") => {
                let [currency, value] = attributes(what, &element, ["currency", "rate"])?;
                book.rate(what, &currency, &value)?;
            }
            _ => {}
        }
        depth += usize::from(opens);
    }
    if depth > 0 {
        return Err(garbage(reader.buffer_position(), &"it ends in its middle"));
    }
    book.close(what)
}

fn attributes<const N: usize>(
    what: &str,
    element: &BytesStart<'_>,
    wanted: [&str; N],
) -> Result<[String; N], SourceError> {
    let mut found = [const { None }; N];
    for attribute in element.attributes() {
        let garbage = |reason: &dyn std::fmt::Display| broken(what, "attribute", reason, Fault::Garbage);
        let attribute = attribute.map_err(|error| garbage(&error))?;
        if let Some(place) = wanted.iter().position(|known| *known == attribute.key.as_ref()) {
            let value = attribute.normalized_value(XmlVersion::Explicit1_0);
            found[place] = Some(value.map_err(|error| garbage(&error))?.into_owned());
        }
    }
    let mut values = [const { String::new() }; N];
    for (place, value) in found.into_iter().enumerate() {
        let absent = || SourceError::broken(what, "Cube", format!("it has no {:?}", wanted[place]));
        values[place] = value.ok_or_else(absent)?;
    }
    Ok(values)
}

/// The rates of the archive of everything: one table, a day a line, `N/A` where a currency has no rate.
pub fn history(what: &str, zip: &[u8]) -> Result<Vec<Rate>, SourceError> {
    let garbage = |reason: &dyn std::fmt::Display| broken(what, "archive", reason, Fault::Garbage);
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).map_err(|error| garbage(&error))?;
    let mut names = archive.file_names().filter_map(Result::ok);
    let name = names.find(|name| name.ends_with(".csv")).map(Cow::into_owned);
    drop(names);
    let name = name.ok_or_else(|| SourceError::broken(what, "archive", "there is no table in it"))?;
    let file = archive.by_name(&name).map_err(|error| garbage(&error))?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| garbage(&error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(broken(what, "archive", format!("more than {MOST_BYTES} bytes"), Fault::TooLarge));
    }
    table(what, &bytes)
}

/// The rates of a table.
pub fn table(what: &str, csv: &[u8]) -> Result<Vec<Rate>, SourceError> {
    let garbage = |error: csv::Error| broken(what, "table", error, Fault::Garbage);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv);
    let header = reader.headers().map_err(garbage)?.clone();
    if header.get(0) != Some("Date") {
        return Err(SourceError::broken(what, "header", "its first column is not the date"));
    }
    let mut book = Book::default();
    for row in reader.records() {
        let row = row.map_err(garbage)?;
        book.open(what, day(what, row.get(0).unwrap_or_default())?)?;
        // Every line ends with a comma.
        let cells = header.iter().zip(&row).skip(1).filter(|(currency, _)| !currency.is_empty());
        for (currency, value) in cells.filter(|(_, value)| *value != "N/A") {
            book.rate(what, currency, value)?;
        }
    }
    book.close(what)
}
