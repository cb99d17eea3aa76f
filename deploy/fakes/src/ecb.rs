//! The files of the European Central Bank: the last day, ninety days, everything. Its numbers are made up;
//! they are new every working day at 15:00 UTC.

use std::fmt::Write as _;
use std::io::{Cursor, Read, Write as _};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use chrono::{Datelike, Days, NaiveDate, Timelike, Weekday};

use crate::service::Service;
use crate::{Moment, Mood};

const TABLE: &str = "eurofxref-hist.csv";
/// Where everything begins here; the bank began in 1999.
const FIRST: Option<NaiveDate> = NaiveDate::from_ymd_opt(2024, 1, 2);
/// The last day of the lev.
const LAST_LEV: Option<NaiveDate> = NaiveDate::from_ymd_opt(2025, 12, 31);
/// Hour, in UTC, when a day is published.
const HOUR: u32 = 15;

/// Units for one euro, in ten thousandths.
const CURRENCIES: [(&str, i64); 30] = [
    ("USD", 10_570),
    ("JPY", 1_630_900),
    ("BGN", 19_558),
    ("CZK", 253_120),
    ("DKK", 74_581),
    ("GBP", 8_365),
    ("HUF", 4_106_500),
    ("PLN", 43_415),
    ("RON", 49_768),
    ("SEK", 115_820),
    ("CHF", 9_296),
    ("ISK", 1_449_000),
    ("NOK", 116_445),
    ("TRY", 364_411),
    ("AUD", 16_242),
    ("BRL", 61_308),
    ("CAD", 14_779),
    ("CNY", 76_518),
    ("HKD", 82_252),
    ("IDR", 167_123_200),
    ("ILS", 39_276),
    ("INR", 892_330),
    ("KRW", 14_805_100),
    ("MXN", 215_312),
    ("MYR", 47_200),
    ("NZD", 18_062),
    ("PHP", 623_160),
    ("SGD", 14_231),
    ("THB", 365_140),
    ("ZAR", 191_425),
];

pub(crate) fn routes() -> Router<Moment> {
    Router::new()
        .route("/eurofxref-daily.xml", get(daily))
        .route("/eurofxref-hist-90d.xml", get(ninety_days))
        .route("/eurofxref-hist.zip", get(history))
}

/// Working days up to the last one that is published, newest first.
fn days(moment: &Moment) -> impl Iterator<Item = NaiveDate> {
    let at = moment.at();
    let last = at.date_naive() - Days::new(u64::from(at.hour() < HOUR));
    let back = (0..).map_while(move |ago| last.checked_sub_days(Days::new(ago)));
    back.take_while(|day| Some(*day) >= FIRST)
        .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
}

/// What one euro was worth that day, within two hundredths of where it began.
fn rate(moment: &Moment, day: NaiveDate, currency: &str, usual: i64) -> Option<String> {
    if currency == "BGN" && Some(day) > LAST_LEV {
        return None;
    }
    let permille = moment.world().trait_of(&format!("{currency}/{day}"), "rate", 41);
    let now = usual * (980 + i64::try_from(permille).unwrap_or(20)) / 1_000;
    Some(format!("{}.{:04}", now / 10_000, now % 10_000))
}

/// As the bank writes it, with its own quotation marks in each file.
fn xml(moment: &Moment, many: usize, mark: char) -> Response {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gesmes:Envelope \
         xmlns:gesmes=\"http://www.gesmes.org/xml/2002-08-01\" \
         xmlns=\"http://www.ecb.int/vocabulary/2002-08-01/eurofxref\">\n<gesmes:subject>Reference rates\
         </gesmes:subject>\n<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>\n<Cube>\n",
    );
    for day in days(moment).take(many) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "<Cube time={mark}{day}{mark}>");
        for (currency, usual) in CURRENCIES {
            if let Some(rate) = rate(moment, day, currency, usual) {
                let _ = writeln!(text, "<Cube currency={mark}{currency}{mark} rate={mark}{rate}{mark}/>");
            }
        }
        text.push_str("</Cube>\n");
    }
    text.push_str("</Cube>\n</gesmes:Envelope>\n");
    ([(header::CONTENT_TYPE, "text/xml")], text).into_response()
}

async fn daily(State(moment): State<Moment>) -> Response {
    xml(&moment, 1, '\'')
}

async fn ninety_days(State(moment): State<Moment>) -> Response {
    // Ninety days have so many working days.
    xml(&moment, 64, '"')
}

async fn history(State(moment): State<Moment>) -> Response {
    let mut table = String::from("Date,");
    for (currency, _) in CURRENCIES {
        let _ = write!(table, "{currency},");
    }
    for day in days(&moment) {
        let _ = write!(table, "\n{day},");
        for (currency, usual) in CURRENCIES {
            let rate = rate(&moment, day, currency, usual);
            let _ = write!(table, "{},", rate.as_deref().unwrap_or("N/A"));
        }
    }
    table.push('\n');
    match zipped(table.as_bytes()) {
        Ok(zip) => ([(header::CONTENT_TYPE, "application/zip")], zip).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn zipped(table: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(TABLE, zip::write::SimpleFileOptions::default())?;
    zip.write_all(table)?;
    Ok(zip.finish()?.into_inner())
}

fn unzipped(zip: &[u8]) -> anyhow::Result<String> {
    let mut table = String::new();
    zip::ZipArchive::new(Cursor::new(zip))?.by_name(TABLE)?.read_to_string(&mut table)?;
    Ok(table)
}

/// What becomes of a file in a strange mood. What is in an archive has its own names.
pub(crate) fn twist(mood: Mood, body: Bytes) -> anyhow::Result<Bytes> {
    let is_zip = body.starts_with(b"PK");
    match mood {
        Mood::Changed if is_zip => {
            Ok(zipped(unzipped(&body)?.replacen("Date,", "Day,", 1).as_bytes())?.into())
        }
        Mood::Changed => {
            let (from, to) = Service::Ecb.renamed();
            Ok(String::from_utf8_lossy(&body).replace(from, to).into())
        }
        Mood::Half if !is_zip => {
            let text = String::from_utf8_lossy(&body);
            let mut parts = text.split("<Cube currency=");
            let mut half = parts.next().unwrap_or_default().to_owned();
            for (number, part) in parts.enumerate() {
                match part.split_once("/>") {
                    Some((_, after)) if number % 5 > 1 => half.push_str(after),
                    _ => half = half + "<Cube currency=" + part,
                }
            }
            Ok(half.into())
        }
        _ => Ok(body),
    }
}
