//! Bytes of a text with one kind of line end, so that lines can be counted.

use std::io::{BufRead, BufReader, Read, Result};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Passes bytes on without a mark of order in front; every line ends in `\n`, the last one too.
pub(crate) struct Lines<R> {
    inner: BufReader<R>,
    begun: bool,
    last: u8,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner: BufReader::new(inner), begun: false, last: b'\n' }
    }

    fn skip_mark(&mut self) -> Result<()> {
        self.begun = true;
        let marked = self.inner.fill_buf()?.starts_with(BOM);
        if marked {
            self.inner.consume(BOM.len());
        }
        Ok(())
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        if !self.begun {
            self.skip_mark()?;
        }
        let mut filled = 0;
        while filled == 0 && !out.is_empty() {
            let chunk = self.inner.fill_buf()?;
            if chunk.is_empty() {
                let missing = self.last != b'\n' && self.last != b'\r';
                if missing {
                    out[0] = b'\n';
                    self.last = b'\n';
                }
                return Ok(usize::from(missing));
            }
            let mut used = 0;
            for byte in chunk.iter().copied() {
                if filled == out.len() {
                    break;
                }
                used += 1;
                let second = byte == b'\n' && self.last == b'\r';
                self.last = byte;
                if !second {
                    out[filled] = if byte == b'\r' { b'\n' } else { byte };
                    filled += 1;
                }
            }
            self.inner.consume(used);
        }
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::Lines;

    #[test]
    fn every_line_ends_alike_and_the_mark_is_gone() {
        let mut text = String::new();
        Lines::new(&b"\xef\xbb\xbfa\r\nb\rc\n\r\nd"[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text, "a\nb\nc\n\nd\n");
    }
}
