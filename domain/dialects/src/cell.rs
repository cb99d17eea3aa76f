//! Single cells: what is in them, and that they are fit to be kept.

use std::borrow::Cow;

use crate::field::Field;
use crate::lot::MAX_CELL;
use crate::row::Reason;
use crate::vocabulary::Numbers;
use crate::words::key;

/// Tags and our own JSON hold several cells.
const MAX_PACKED: usize = 16 * MAX_CELL;

/// What spreadsheets take for the beginning of a formula.
pub(crate) fn begins_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// Whether a cell is such a beginning once its quotation marks in front are taken away.
fn is_risky(text: &str) -> bool {
    begins_formula(text.trim_start_matches('\''))
}

/// The text as it may stand in a spreadsheet; `reveal` takes it back.
pub fn neutralise(text: &str) -> Cow<'_, str> {
    if is_risky(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A cell without the mark that keeps spreadsheets from running it.
pub(crate) fn reveal(text: &str) -> &str {
    let text = text.trim();
    match text.strip_prefix('\'') {
        Some(rest) if is_risky(rest) => rest,
        _ => text,
    }
}

/// The text of a cell that is fit to be kept.
pub(crate) fn clean(field: Field, text: &str) -> Result<&str, Reason> {
    let longest = if matches!(field, Field::Rest | Field::Tags) { MAX_PACKED } else { MAX_CELL };
    if text.len() > longest {
        return Err(Reason::TooLong);
    }
    let text = reveal(text);
    check_characters(field, text).map(|()| text)
}

/// No character that no one types; notes may have several lines.
pub(crate) fn check_characters(field: Field, text: &str) -> Result<(), Reason> {
    let lines = field == Field::Notes;
    if text.chars().any(|c| c.is_control() && !(lines && c == '\n')) {
        return Err(Reason::ControlCharacter);
    }
    Ok(())
}

/// `4`, `4x`, `x4`, `4.0`.
pub(crate) fn copies(text: &str) -> Option<u32> {
    let small = text.to_ascii_lowercase();
    let digits = small.strip_prefix('x').or_else(|| small.strip_suffix('x')).unwrap_or(&small).trim();
    let digits = digits.split_once('.').map_or(digits, |(whole, fraction)| {
        if fraction.bytes().all(|byte| byte == b'0') { whole } else { digits }
    });
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// An id in digits; zero is none.
pub(crate) fn id(text: &str) -> Result<Option<u64>, ()> {
    let digits = text.strip_suffix(".0").unwrap_or(text);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(());
    }
    digits.parse().map(|id| Some(id).filter(|id| *id != 0)).map_err(|_| ())
}

/// Yes or no; `None` if it is neither. A column's own name is yes: `signed` under `Signed`.
pub(crate) fn flag(header: &str, text: &str) -> Option<bool> {
    let word = key(text);
    match word.as_str() {
        "" | "false" | "no" | "n" | "0" | "00" | "none" => Some(false),
        "true" | "yes" | "y" | "1" | "10" | "x" => Some(true),
        _ => (word.len() > 3 && key(header).starts_with(&word)
            || ["signed", "altered"].contains(&word.as_str()))
        .then_some(true),
    }
}

/// A collector number as Scryfall writes it.
pub(crate) fn number(style: Numbers, text: &str) -> String {
    let text = text.strip_prefix('#').unwrap_or(text).trim();
    let text = match style {
        Numbers::Plain => text,
        Numbers::OfTotal => text.split('/').next().unwrap_or(text),
        Numbers::Padded => match text.trim_start_matches('0') {
            "" => text,
            bare => bare,
        },
    };
    match text.strip_suffix('*') {
        Some(digits) if digits.ends_with(|c: char| c.is_ascii_digit()) => format!("{digits}★"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{copies, flag, id, neutralise, number, reveal};
    use crate::vocabulary::Numbers;

    #[test]
    fn what_a_spreadsheet_would_run_is_disarmed_and_comes_back() {
        for text in ["=1+1", "+1", "-2", "@SUM(A1)", "'=x", "''-x", "＝1"] {
            let safe = neutralise(text);
            assert!(safe.starts_with('\''), "{safe}");
            assert_eq!(reveal(&safe), text);
        }
        for text in ["Fire // Ice", "'tis", "", "'", "1-2"] {
            assert_eq!(neutralise(text), text);
            assert_eq!(reveal(text), text);
        }
    }

    #[test]
    fn quantities_ids_and_flags_are_read_as_apps_write_them() {
        for (text, expected) in
            [("4", Some(4)), ("2x", Some(2)), ("X3", Some(3)), ("1.0", Some(1)), ("0", Some(0))]
        {
            assert_eq!(copies(text), expected, "{text}");
        }
        for none in ["", "x", "-1", "1.5", "four", "99999999999", "+1"] {
            assert_eq!(copies(none), None, "{none}");
        }
        assert_eq!((id("0"), id("617022"), id("12.0")), (Ok(None), Ok(Some(617_022)), Ok(Some(12))));
        assert_eq!(id("abc"), Err(()));
        assert_eq!(flag("Altered Art", "altered"), Some(true));
        assert_eq!(flag("Signed", "by Rebecca Guay"), None);
    }

    #[test]
    fn numbers_are_written_as_scryfall_writes_them() {
        assert_eq!(number(Numbers::OfTotal, "116/350"), "116");
        assert_eq!(number(Numbers::Padded, "0049"), "49");
        assert_eq!(number(Numbers::Plain, "1*"), "1★");
        assert_eq!(number(Numbers::Plain, "C16-177"), "C16-177");
        assert_eq!(number(Numbers::Plain, "#12"), "12");
    }
}
