//! Records of a delimited text with the lines they begin on.

use std::borrow::Cow;
use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};

use crate::lines::Lines;

/// One thing between two line ends.
pub(crate) enum Record {
    /// A blank line.
    Blank(u64),
    /// Cells, and whether they had to be read in an old encoding.
    Cells { line: u64, cells: Vec<String>, old: bool },
    /// Bytes that are no text.
    Garbled { line: u64, shown: String },
}

/// Reads them one by one.
pub(crate) struct Records<R: Read> {
    csv: csv::Reader<Lines<R>>,
    record: ByteRecord,
    /// The line after the last record.
    next: u64,
    waiting: Option<Record>,
    blanks: u64,
    unicode: bool,
}

impl<R: Read> Records<R> {
    pub(crate) fn new(input: R, delimiter: u8) -> Self {
        let csv = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(Lines::new(input));
        Self { csv, record: ByteRecord::new(), next: 1, waiting: None, blanks: 0, unicode: false }
    }

    /// The next record; blank lines count.
    pub(crate) fn next(&mut self) -> csv::Result<Option<Record>> {
        if self.blanks > 0 {
            self.blanks -= 1;
            self.next += 1;
            return Ok(Some(Record::Blank(self.next - 1)));
        }
        if let Some(record) = self.waiting.take() {
            self.next = self.csv.position().line();
            return Ok(Some(record));
        }
        let found = self.csv.read_byte_record(&mut self.record)?;
        let end = self.csv.position().line();
        let inner: usize =
            self.record.iter().map(|cell| cell.iter().filter(|byte| **byte == b'\n').count()).sum();
        let line = if found { end.saturating_sub(1 + inner as u64).max(self.next) } else { end };
        self.blanks = line.saturating_sub(self.next);
        if found {
            self.waiting = Some(self.decode(line));
        } else if self.blanks == 0 {
            return Ok(None);
        }
        self.next()
    }

    fn decode(&mut self, line: u64) -> Record {
        let texts: Option<Vec<&str>> =
            self.record.iter().map(|cell| std::str::from_utf8(cell).ok()).collect();
        if let Some(texts) = texts {
            self.unicode |= texts.iter().any(|text| !text.is_ascii());
            return Record::Cells { line, cells: texts.into_iter().map(str::to_owned).collect(), old: false };
        }
        if self.unicode {
            let cells: Vec<Cow<str>> = self.record.iter().map(String::from_utf8_lossy).collect();
            return Record::Garbled { line, shown: cells.join(",") };
        }
        let windows = |cell| encoding_rs::WINDOWS_1252.decode_without_bom_handling(cell).0.into_owned();
        Record::Cells { line, cells: self.record.iter().map(windows).collect(), old: true }
    }
}

#[cfg(test)]
mod tests {
    use super::{Record, Records};

    fn told(text: &[u8]) -> Vec<String> {
        let mut records = Records::new(text, b',');
        let mut told = Vec::new();
        while let Some(record) = records.next().unwrap() {
            told.push(match record {
                Record::Blank(line) => format!("{line} blank"),
                Record::Cells { line, cells, old } => {
                    format!("{line} {cells:?}{}", if old { " old" } else { "" })
                }
                Record::Garbled { line, .. } => format!("{line} garbled"),
            });
        }
        told
    }

    #[test]
    fn records_begin_on_the_lines_that_people_see() {
        for text in ["a,b\n\n\n\"c\nd\",e\nf\n\n", "a,b\r\n\r\n\r\n\"c\r\nd\",e\r\nf\r\n\r\n"] {
            let expected =
                ["1 [\"a\", \"b\"]", "2 blank", "3 blank", "4 [\"c\\nd\", \"e\"]", "6 [\"f\"]", "7 blank"];
            assert_eq!(told(text.as_bytes()), expected, "{text:?}");
        }
        assert_eq!(told(b"a\n\"b\nc\nd"), ["1 [\"a\"]", "2 [\"b\\nc\\nd\\n\"]"]);
        assert!(told(b"").is_empty());
    }

    #[test]
    fn one_bad_row_is_refused_and_a_file_in_an_old_encoding_is_read() {
        assert_eq!(
            told(b"J\xf6tun\nJ\xc3\xb6tun\nJ\xf6tun"),
            ["1 [\"Jötun\"] old", "2 [\"Jötun\"]", "3 garbled"]
        );
        assert_eq!(told(b"\xc3,\xa4"), ["1 [\"Ã\", \"¤\"] old"]);
    }
}
