/// What a look at the text finds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Scanned {
    /// Lexical tokens; counting stops one beyond the limit.
    pub(super) tokens: usize,
    /// Most brackets open at once.
    pub(super) nesting: usize,
}

/// Counts tokens without making any. It need not tell right from wrong: the parser will.
pub(super) fn scan(text: &[u8], limit: usize) -> Scanned {
    let mut found = Scanned::default();
    let mut open = 0usize;
    let mut at = 0;
    while at < text.len() && found.tokens <= limit {
        let rest = &text[at..];
        let length = match rest[0] {
            b' ' | b'\t' | b'\n' | b'\r' | b',' | 0xEF | 0xBB | 0xBF => {
                at += 1;
                continue;
            }
            b'#' => {
                at += until(rest, |byte| byte == b'\n' || byte == b'\r');
                continue;
            }
            b'"' => string(rest),
            b'.' => until(rest, |byte| byte != b'.').min(3),
            byte if is_word(byte) => word(rest),
            byte => {
                match byte {
                    b'{' | b'[' | b'(' => open += 1,
                    b'}' | b']' | b')' => open = open.saturating_sub(1),
                    _ => {}
                }
                found.nesting = found.nesting.max(open);
                1
            }
        };
        found.tokens += 1;
        at += length;
    }
    found
}

/// Names and numbers; what is between them does not matter for counting.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+')
}

/// A point belongs to a number only before a digit: `a...F` is three tokens.
fn word(text: &[u8]) -> usize {
    let mut pairs = text.iter().zip(text[1..].iter().chain([&0]));
    let end = |(byte, next): (&u8, &u8)| !(is_word(*byte) || *byte == b'.' && next.is_ascii_digit());
    pairs.position(end).unwrap_or(text.len())
}

fn until(text: &[u8], end: impl Fn(u8) -> bool) -> usize {
    text.iter().position(|&byte| end(byte)).unwrap_or(text.len())
}

fn string(text: &[u8]) -> usize {
    let block = text.starts_with(b"\"\"\"");
    let quote: &[u8] = if block { b"\"\"\"" } else { b"\"" };
    let escape: &[u8] = if block { b"\\\"\"\"" } else { b"\\" };
    let mut at = quote.len();
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(escape) {
            at += if block { escape.len() } else { 2 };
        } else if rest.starts_with(quote) {
            return at + quote.len();
        } else if !block && matches!(rest[0], b'\n' | b'\r') {
            return at;
        } else {
            at += 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> usize {
        scan(text.as_bytes(), usize::MAX).tokens
    }

    #[test]
    fn counts_as_a_lexer_would() {
        assert_eq!(tokens("{ a }"), 3);
        assert_eq!(tokens("query Q($a: Int! = -1.5e+10, $b: [ID!]) { x(a: $a) @skip(if: true) }"), 34);
        assert_eq!(tokens("{ ...F ... on T { y } } # a comment { { {"), 10);
        assert_eq!(tokens("{a...F...F...on T{b}}"), 13);
        assert_eq!(tokens(r#"{ a(x: "one \" two", y: """block \""" " still""") }"#), 11);
        assert_eq!(tokens("{a(x:\"\",y:\"\"\"\"\"\")}"), 11);
        assert_eq!(tokens("\u{feff}{a}"), 3);
        assert_eq!(tokens("\"never closed"), 1);
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_nest() {
        assert_eq!(scan(br#"{ a(x: "{{{{") } # {{{"#, usize::MAX).nesting, 2);
        assert_eq!(scan(b"{a}{b}{c}", usize::MAX).nesting, 1);
    }

    #[test]
    fn counting_ends_soon_after_the_limit() {
        assert_eq!(scan("{a}".repeat(1_000_000).as_bytes(), 10).tokens, 11);
    }
}
