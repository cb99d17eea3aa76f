use std::io::Write;

use proptest::prelude::*;

use super::parse::{days, history, micros, table};
use super::{Code, Missing, Rate, missing};
use crate::Fault;

const DAILY: &str = include_str!("../../../../tests/fixtures/ecb/eurofxref-daily.xml");
const NINETY_DAYS: &str = include_str!("../../../../tests/fixtures/ecb/eurofxref-hist-90d.xml");
const TABLE: &str = include_str!("../../../../tests/fixtures/ecb/eurofxref-hist.csv");

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn zipped(name: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(content).unwrap();
    zip.finish().unwrap().into_inner()
}

fn of(rates: &[Rate], currency: &str, on: &str) -> Option<i64> {
    let code = Code::parse(currency).unwrap();
    rates.iter().find(|rate| rate.currency == code && rate.day == day(on)).map(|rate| rate.micros)
}

#[test]
fn all_three_files_say_the_same_of_the_same_day() {
    let daily = days("daily", DAILY).unwrap();
    let long = days("long", NINETY_DAYS).unwrap();
    let all = history("all", &zipped("eurofxref-hist.csv", TABLE.as_bytes())).unwrap();
    assert_eq!(of(&daily, "USD", "2026-11-20"), Some(1_057_000));
    assert_eq!(of(&daily, "IDR", "2026-11-20"), Some(16_712_320_000));
    for rate in &daily {
        assert!(long.contains(rate) && all.contains(rate), "{rate:?}");
    }
    for rate in &long {
        assert!(all.contains(rate), "{rate:?}");
    }
    assert_eq!(of(&all, "BGN", "2026-11-20"), None, "N/A is no rate");
    assert_eq!(of(&all, "CYP", "1999-01-04"), Some(582_310));
}

#[test]
fn what_is_wrong_has_a_kind() {
    let fault = |xml: &str| days("test", xml).unwrap_err().fault();
    assert_eq!(fault("<!DOCTYPE html><html><body><h1>Oops</h1></body></html>"), Fault::Garbage);
    assert_eq!(fault("{\"rates\": []}"), Fault::Contract, "nothing of what was promised");
    assert_eq!(fault(&DAILY.replace("currency=", "code=")), Fault::Contract);
    assert_eq!(fault(&DAILY.replace("rate=", "value=")), Fault::Contract);
    assert_eq!(fault(&DAILY.replace("time=", "day=")), Fault::Contract);
    assert_eq!(fault(&DAILY.replace("1.0570", "1,0570")), Fault::Contract);
    assert_eq!(fault(&DAILY.replace("1.0570", "-1")), Fault::Contract);
    assert_eq!(fault(&DAILY.replace("1.0570", "N/A")), Fault::Contract);
    assert_eq!(fault(&DAILY.replace("'GBP'", "'USD'")), Fault::Contract, "twice");
    assert_eq!(fault(&DAILY.replace("'GBP'", "'TIX'")), Fault::Contract, "a ticket is no money");
    assert_eq!(fault(&DAILY.replace("2026-11-20", "20.11.2026")), Fault::Contract);
    let fault = |csv: &str| table("test", csv.as_bytes()).unwrap_err().fault();
    assert_eq!(fault(&TABLE.replace("Date,", "Day,")), Fault::Contract);
    assert_eq!(fault("Date,USD,\n"), Fault::Contract);
    assert_eq!(fault("Date,USD,\n2026-11-20,N/A,\n"), Fault::Contract, "a day without a rate");
    assert_eq!(fault("Date,USD,\n2026-11-20,\n"), Fault::Garbage, "a line is cut");
    let zip = |bytes: &[u8]| history("test", bytes).unwrap_err().fault();
    assert_eq!(zip(b"<html>"), Fault::Garbage);
    assert_eq!(zip(&zipped("readme.txt", b"hello")), Fault::Contract);
}

#[test]
fn no_cut_file_is_taken_for_a_whole_one() {
    for (what, xml) in [("daily", DAILY), ("long", NINETY_DAYS)] {
        let whole = xml.trim_end();
        for end in (0..whole.len()).step_by(1 + whole.len() / 3_000) {
            assert!(days(what, &whole[..end]).is_err(), "{what} cut at {end}");
        }
    }
    let zip = zipped("eurofxref-hist.csv", TABLE.as_bytes());
    for end in 0..zip.len() {
        assert!(history("all", &zip[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn an_archive_that_never_ends_is_refused() {
    let endless = zipped("eurofxref-hist.csv", &vec![b'x'; 33 * 1024 * 1024]);
    assert!(endless.len() < 1024 * 1024);
    assert_eq!(history("test", &endless).unwrap_err().fault(), Fault::TooLarge);
}

#[test]
fn rates_are_exact_or_none() {
    assert_eq!(micros("1.0570"), Some(1_057_000));
    assert_eq!(micros("0.58231"), Some(582_310));
    assert_eq!(micros("163"), Some(163_000_000));
    assert_eq!(micros("1.00000100"), Some(1_000_001));
    for none in ["", "0", "0.0", "-1", "1e3", "NaN", "N/A", "1,5", ".5", "1.2.3", "1.0000001", "1000000000"] {
        assert_eq!(micros(none), None, "{none}");
    }
}

#[test]
fn only_working_days_can_be_missing() {
    let between = |newest, last| missing(day(newest), day(last));
    assert_eq!(between("2026-11-19", "2026-11-20"), Missing::Nothing);
    assert_eq!(between("2026-11-20", "2026-11-23"), Missing::Nothing, "from Friday to Monday");
    assert_eq!(between("2026-11-20", "2026-11-20"), Missing::Nothing);
    assert_eq!(between("2026-11-20", "2026-11-19"), Missing::Nothing, "an older file");
    assert_eq!(between("2026-11-19", "2026-11-23"), Missing::Days);
    assert_eq!(between("2026-07-01", "2026-11-20"), Missing::Months);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_makes_a_reader_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        text in "[<>/='\" a-zA-Z0-9.,&;:!\\-\\[\\]\n]{0,300}",
    ) {
        let _ = (days("test", &text), table("test", text.as_bytes()), micros(&text));
        let _ = (table("test", &bytes), history("test", &bytes), days("test", &String::from_utf8_lossy(&bytes)));
    }

    #[test]
    fn a_byte_that_changed_is_an_error_or_a_rate(at in 0_usize..10_000, to in any::<u8>()) {
        let mut zip = zipped("eurofxref-hist.csv", TABLE.as_bytes());
        let place = at % zip.len();
        zip[place] = to;
        let _ = history("test", &zip);
        let mut xml = DAILY.as_bytes().to_vec();
        let place = at % xml.len();
        xml[place] = to;
        if let Ok(rates) = days("test", &String::from_utf8_lossy(&xml)) {
            prop_assert!(rates.iter().all(|rate| rate.micros > 0));
        }
    }

    #[test]
    fn a_rate_is_read_as_it_was_written(whole in 0_i64..1_000_000_000, fraction in 0_i64..1_000_000) {
        let text = format!("{whole}.{fraction:06}");
        let expected = Some(whole * 1_000_000 + fraction).filter(|micros| *micros > 0);
        prop_assert_eq!(micros(&text), expected);
    }
}
