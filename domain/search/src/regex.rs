//! Regular expressions of the language, in the dialect that the database speaks.

/// The longest expression that is accepted, in characters.
const LONGEST: usize = 200;
/// The largest count in braces, and the largest product of nested counts.
const MOST_REPEATS: u32 = 100;
const DEEPEST: usize = 10;

/// Checks an expression and writes it as a POSIX advanced one, as PostgreSQL reads it: `\b` is `\y`
/// there, and a brace that is no count stands for itself (`{T}`). Says what is wrong otherwise.
pub fn translate_regex(pattern: &str) -> Result<String, String> {
    if pattern.chars().count() > LONGEST {
        return Err(format!("is longer than {LONGEST} characters"));
    }
    let mut reader = Reader { rest: pattern, written: String::with_capacity(pattern.len() + 8) };
    reader.alternatives(0)?;
    if reader.rest.is_empty() { Ok(reader.written) } else { Err("has a “)” too many".to_owned()) }
}

struct Reader<'a> {
    rest: &'a str,
    written: String,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<char> {
        let letter = self.rest.chars().next()?;
        self.rest = &self.rest[letter.len_utf8()..];
        Some(letter)
    }

    fn take(&mut self, prefix: &str) -> bool {
        let rest = self.rest.strip_prefix(prefix);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Reads to the end of a group. Returns the largest product of counts inside.
    fn alternatives(&mut self, depth: usize) -> Result<u32, String> {
        if depth > DEEPEST {
            return Err("is nested too deeply".to_owned());
        }
        let mut most = 1;
        while let Some(letter) = self.rest.chars().next().filter(|letter| *letter != ')') {
            let inside = match letter {
                '*' | '+' | '?' => return Err(format!("has a “{letter}” with nothing to repeat")),
                '|' | '^' | '$' => {
                    self.next();
                    self.written.push(letter);
                    continue;
                }
                _ => self.atom(depth)?,
            };
            let product = inside.saturating_mul(self.repeats()?);
            if product > MOST_REPEATS {
                return Err(format!("repeats more than {MOST_REPEATS} times"));
            }
            most = most.max(product);
        }
        Ok(most)
    }

    fn atom(&mut self, depth: usize) -> Result<u32, String> {
        match self.next() {
            Some('(') => return self.group(depth),
            Some('[') => self.class()?,
            Some('\\') => self.escape(false)?,
            Some(letter @ ('{' | '}' | ']')) => {
                if letter == '{' && self.rest.starts_with(|c: char| c.is_ascii_digit()) {
                    return Err(
                        "has a count in braces with nothing to repeat (write \\{2\\} for the symbol)"
                            .to_owned(),
                    );
                }
                self.written.push('\\');
                self.written.push(letter);
            }
            Some('.') => self.written.push('.'),
            Some(letter) => self.literal(letter),
            None => {}
        }
        Ok(1)
    }

    /// The searched texts are folded, except for their case.
    fn literal(&mut self, letter: char) {
        if letter.is_ascii() {
            self.written.push(letter);
            return;
        }
        for folded in crate::fold(letter.encode_utf8(&mut [0; 4])).chars() {
            if folded.is_ascii_punctuation() {
                self.written.push('\\');
            }
            self.written.push(folded);
        }
    }

    fn group(&mut self, depth: usize) -> Result<u32, String> {
        self.written.push('(');
        if self.rest.starts_with('?') {
            let kinds = ["?:", "?=", "?!", "?<=", "?<!"];
            let kind = kinds.into_iter().find(|kind| self.take(kind));
            self.written
                .push_str(kind.ok_or("has a group that starts with “(?” in a way that is not supported")?);
        }
        let most = self.alternatives(depth + 1)?;
        if !self.take(")") {
            return Err("has a “(” that is not closed".to_owned());
        }
        self.written.push(')');
        Ok(most)
    }

    fn escape(&mut self, in_class: bool) -> Result<(), String> {
        let letter = self.next().ok_or("ends with a backslash")?;
        match letter {
            'd' | 'w' | 's' | 'n' | 't' => {}
            'D' | 'W' | 'S' if !in_class => {}
            'b' if !in_class => return self.write("\\y"),
            'B' if !in_class => return self.write("\\Y"),
            punctuation if punctuation.is_ascii_punctuation() => {}
            other => return Err(format!("has an escape that is not supported: “\\{other}”")),
        }
        self.written.push('\\');
        self.written.push(letter);
        Ok(())
    }

    fn write(&mut self, text: &str) -> Result<(), String> {
        self.written.push_str(text);
        Ok(())
    }

    fn class(&mut self) -> Result<(), String> {
        self.written.push('[');
        if self.take("^") {
            self.written.push('^');
        }
        let mut first = true;
        loop {
            match self.next().ok_or("has a “[” that is not closed")? {
                ']' if !first => break,
                '\\' => self.escape(true)?,
                // A collating element or class would follow; as a letter it has to be escaped.
                letter @ ('[' | ']') => {
                    self.written.push('\\');
                    self.written.push(letter);
                }
                letter => self.written.push(letter),
            }
            first = false;
        }
        self.written.push(']');
        Ok(())
    }

    /// What follows an atom: how often it may be repeated at most, as far as that costs memory.
    fn repeats(&mut self) -> Result<u32, String> {
        let mut most = 1;
        match self.rest.chars().next() {
            Some(letter @ ('*' | '+' | '?')) => {
                self.next();
                self.written.push(letter);
            }
            Some('{') if self.rest[1..].starts_with(|c: char| c.is_ascii_digit()) => most = self.count()?,
            _ => return Ok(1),
        }
        if self.take("?") {
            self.written.push('?');
        }
        if self.rest.starts_with(['*', '+', '?']) {
            return Err("repeats a repetition".to_owned());
        }
        Ok(most)
    }

    fn count(&mut self) -> Result<u32, String> {
        let wrong = "has a count in braces that is not {n}, {n,} or {n,m}";
        let (body, rest) = self.rest[1..].split_once('}').ok_or(wrong)?;
        let number =
            |text: &str| text.parse::<u32>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
        let (low, high) = match body.split_once(',') {
            None => (number(body).ok_or(wrong)?, None),
            Some((low, "")) => (number(low).ok_or(wrong)?, None),
            Some((low, high)) => (number(low).ok_or(wrong)?, Some(number(high).ok_or(wrong)?)),
        };
        let most = high.unwrap_or(low);
        if low > most || most > MOST_REPEATS {
            return Err(format!("has a count in braces that is not between 0 and {MOST_REPEATS}"));
        }
        self.written.push_str(&format!("{{{body}}}"));
        self.rest = rest;
        Ok(most.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_scryfalls_users_write_is_translated() {
        let pairs = [
            (r"^{T}:", r"^\{T\}:"),
            (r"\bizzet\b", r"\yizzet\y"),
            (r"^[^aeiou]+$", r"^[^aeiou]+$"),
            (r"\{2\}", r"\{2\}"),
            (r"draw (two|three) cards?", r"draw (two|three) cards?"),
            (r"\d+ \/ \d{2,3}?", r"\d+ \/ \d{2,3}?"),
            (r"jötun", r"jotun"),
            (r"[]a]", r"[\]a]"),
            (r"(?!a)b", r"(?!a)b"),
        ];
        for (pattern, translated) in pairs {
            assert_eq!(translate_regex(pattern).as_deref(), Ok(translated), "{pattern}");
        }
    }

    #[test]
    fn what_would_be_wrong_or_dear_is_refused() {
        let long = "a".repeat(201);
        let deep = format!("{}a{}", "(".repeat(12), ")".repeat(12));
        let refused = [
            "(",
            ")",
            "a)",
            "[a",
            "*a",
            "a**",
            "a{2}{3}*",
            "{2}",
            r"a\",
            r"(a)\1",
            r"\pL",
            "(?i)a",
            "(?P<x>a)",
            "(a{50}){50}",
            "a{999}",
            "a{3,1}",
            "***=a",
            &long,
            &deep,
        ];
        for pattern in refused {
            assert!(translate_regex(pattern).is_err(), "{pattern}");
        }
    }
}
