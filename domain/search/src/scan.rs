//! Cuts a query into tokens. Positions are bytes.

use std::ops::Range;

use crate::ast::Compare;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token<'a> {
    Open,
    Close,
    Or,
    Minus,
    Term(RawTerm<'a>),
}

/// A term as written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RawTerm<'a> {
    pub head: Head<'a>,
    pub value: RawValue<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Head<'a> {
    /// A bare word, phrase or regular expression.
    Bare,
    /// `!`
    Exact,
    Keyed(&'a str, Operator),
}

/// `:` or a comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operator {
    Colon,
    Compare(Compare),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RawValue<'a> {
    Word(&'a str),
    Quoted { text: &'a str, closed: bool },
    Regex(&'a str),
}

pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn value(&mut self) -> RawValue<'a> {
        let rest = self.rest();
        let mut letters = rest.char_indices();
        match letters.next() {
            Some((_, quote)) if is_quote(quote) => {
                let body = &rest[quote.len_utf8()..];
                let end = body.char_indices().find(|(_, letter)| is_quote(*letter));
                let (length, closing) = end.map_or((body.len(), 0), |(at, letter)| (at, letter.len_utf8()));
                self.at += quote.len_utf8() + length + closing;
                RawValue::Quoted { text: &body[..length], closed: closing > 0 }
            }
            Some((_, '/')) => match regex_length(&rest[1..]) {
                Some(length) => {
                    self.at += length + 2;
                    RawValue::Regex(&rest[1..=length])
                }
                None => self.word(),
            },
            _ => self.word(),
        }
    }

    fn word(&mut self) -> RawValue<'a> {
        let rest = self.rest();
        let length = rest.find(ends_word).unwrap_or(rest.len());
        self.at += length;
        RawValue::Word(&rest[..length])
    }

    fn term(&mut self) -> Token<'a> {
        if self.rest().starts_with('!')
            && self.rest()[1..].starts_with(|c: char| !ends_word(c) || is_quote(c))
        {
            self.at += 1;
            return Token::Term(RawTerm { head: Head::Exact, value: self.value() });
        }
        let head = match keyed(self.rest()) {
            Some((key, operator, length)) => {
                self.at += length;
                Head::Keyed(key, operator)
            }
            None => Head::Bare,
        };
        let value = self.value();
        match (head, value) {
            (Head::Bare, RawValue::Word(word)) if word.eq_ignore_ascii_case("or") => Token::Or,
            _ => Token::Term(RawTerm { head, value }),
        }
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = (Token<'a>, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        self.at += self.rest().len() - self.rest().trim_start().len();
        let start = self.at;
        let mut letters = self.rest().chars();
        let token = match (letters.next()?, letters.next()) {
            ('(', _) => Token::Open,
            (')', _) => Token::Close,
            ('-', Some(next)) if !next.is_whitespace() && next != ')' => Token::Minus,
            _ => {
                let token = self.term();
                return Some((token, start..self.at));
            }
        };
        self.at += 1;
        Some((token, start..self.at))
    }
}

/// Typographic quotes are what phones type.
fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '“' | '”' | '„')
}

fn ends_word(letter: char) -> bool {
    letter.is_whitespace() || letter == '(' || letter == ')' || is_quote(letter)
}

/// Bytes up to the slash that closes a regular expression. One that no slash closes, or that goes
/// on behind it, is a word: `//` and `who/what` are parts of names.
fn regex_length(body: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in body.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '/' => {
                let closed = at > 0 && body[at + 1..].chars().next().is_none_or(ends_word);
                return closed.then_some(at);
            }
            _ => {}
        }
    }
    None
}

/// A key, its operator and the bytes of both.
fn keyed(text: &str) -> Option<(&str, Operator, usize)> {
    let key_length = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))?;
    let (key, rest) = text.split_at(key_length);
    if !key.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let (operator, length) = match rest.as_bytes() {
        [b':', ..] => (Operator::Colon, 1),
        [b'=', ..] => (Operator::Compare(Compare::Eq), 1),
        [b'!', b'=', ..] => (Operator::Compare(Compare::Ne), 2),
        [b'<', b'=', ..] => (Operator::Compare(Compare::Le), 2),
        [b'>', b'=', ..] => (Operator::Compare(Compare::Ge), 2),
        [b'<', ..] => (Operator::Compare(Compare::Lt), 1),
        [b'>', ..] => (Operator::Compare(Compare::Gt), 1),
        _ => return None,
    };
    Some((key, operator, key_length + length))
}
