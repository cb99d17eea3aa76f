//! The grammar: terms side by side are all required, `or` separates alternatives and binds less
//! tightly, `-` negates a term or a group in parentheses.

use std::iter::Peekable;
use std::ops::Range;

use crate::ast::{Expr, Query, Settings};
use crate::scan::{RawTerm, RawValue, Scanner, Token};
use crate::term::{Meaning, understand};

/// The longest query and the longest canonical form, in characters.
pub const MAX_LENGTH: usize = 1_000;
/// How deep parentheses may nest.
pub const MAX_DEPTH: usize = 20;
/// How many terms a query may have.
pub const MAX_TERMS: usize = 100;

/// A query beyond the limits: nothing of it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    /// More than `MAX_LENGTH` characters.
    #[error("is longer than {MAX_LENGTH} characters")]
    Length,
    /// More than `MAX_DEPTH` parentheses in one another.
    #[error("has more than {MAX_DEPTH} parentheses in one another")]
    Depth,
    /// More than `MAX_TERMS` terms.
    #[error("has more than {MAX_TERMS} terms")]
    Terms,
}

/// A part of a query that was not understood and is ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// For the person who wrote the query.
    pub message: String,
    /// Where the part begins, in UTF-16 units.
    pub start: usize,
    /// Where it ends, in UTF-16 units.
    pub end: usize,
}

/// What was understood of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// Its `Display` is the canonical form.
    pub query: Query,
    /// What was ignored.
    pub warnings: Vec<Warning>,
}

/// Reads a query. What it does not understand it ignores, with a warning.
pub fn parse(text: &str) -> Result<Parsed, TooMuch> {
    if text.chars().count() > MAX_LENGTH {
        return Err(TooMuch::Length);
    }
    let mut parser = Parser::new(text);
    let filter = parser.alternatives(0)?;
    let query = Query { filter, settings: parser.settings };
    // Folding can lengthen a text; what is accepted can be read again.
    if query.to_string().chars().count() > MAX_LENGTH {
        return Err(TooMuch::Length);
    }
    Ok(Parsed { query, warnings: parser.warnings })
}

struct Parser<'a> {
    text: &'a str,
    tokens: Peekable<Scanner<'a>>,
    settings: Settings,
    warnings: Vec<Warning>,
    terms: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        let tokens = Scanner::new(text).peekable();
        Self { text, tokens, settings: Settings::default(), warnings: Vec::new(), terms: 0 }
    }

    fn warn(&mut self, span: Range<usize>, message: impl Into<String>) {
        let units = |end: usize| self.text[..end].encode_utf16().count();
        let (start, end) = (units(span.start), units(span.end));
        self.warnings.push(Warning { message: message.into(), start, end });
    }

    fn next_is(&mut self, token: &Token<'_>) -> bool {
        self.tokens.peek().is_some_and(|(next, _)| next == token)
    }

    /// Up to the end of the text or of the group.
    fn alternatives(&mut self, depth: usize) -> Result<Option<Expr>, TooMuch> {
        let mut alternatives = Vec::new();
        loop {
            alternatives.extend(self.required(depth)?);
            match self.tokens.peek().cloned() {
                Some((Token::Or, _)) => drop(self.tokens.next()),
                Some((Token::Close, span)) if depth == 0 => {
                    self.tokens.next();
                    self.warn(span, "this “)” closes nothing");
                    // What follows goes on where the text was.
                    let before = alternatives.pop();
                    let after = self.required(depth)?;
                    alternatives.extend(Expr::all(before.into_iter().chain(after).collect()));
                }
                _ => return Ok(Expr::any(alternatives)),
            }
        }
    }

    fn required(&mut self, depth: usize) -> Result<Option<Expr>, TooMuch> {
        let mut members = Vec::new();
        while let Some((token, span)) = self.tokens.next_if(|(t, _)| !matches!(t, Token::Or | Token::Close)) {
            members.extend(self.member(token, span, depth)?);
        }
        Ok(Expr::all(members))
    }

    fn member(
        &mut self,
        token: Token<'a>,
        span: Range<usize>,
        depth: usize,
    ) -> Result<Option<Expr>, TooMuch> {
        match token {
            Token::Minus => self.negated(span, depth),
            Token::Open => self.group(span, depth),
            Token::Term(raw) => self.term(&raw, span, false),
            Token::Or | Token::Close => Ok(None),
        }
    }

    fn negated(&mut self, minus: Range<usize>, depth: usize) -> Result<Option<Expr>, TooMuch> {
        let mut negative = true;
        while self.tokens.next_if(|(token, _)| *token == Token::Minus).is_some() {
            negative = !negative;
        }
        let next = self.tokens.next_if(|(token, _)| !matches!(token, Token::Or | Token::Close));
        let inner = match next {
            Some((Token::Term(raw), span)) => self.term(&raw, minus.start..span.end, negative)?,
            Some((token, span)) => self.member(token, span, depth)?,
            None => None,
        };
        Ok(inner.map(|inner| if negative { inner.negated() } else { inner }))
    }

    fn group(&mut self, open: Range<usize>, depth: usize) -> Result<Option<Expr>, TooMuch> {
        if depth == MAX_DEPTH {
            return Err(TooMuch::Depth);
        }
        let inner = self.alternatives(depth + 1)?;
        if self.next_is(&Token::Close) {
            self.tokens.next();
        } else {
            self.warn(open, "this “(” is not closed");
        }
        Ok(inner)
    }

    fn term(
        &mut self,
        raw: &RawTerm<'_>,
        span: Range<usize>,
        negative: bool,
    ) -> Result<Option<Expr>, TooMuch> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(TooMuch::Terms);
        }
        if let RawValue::Quoted { closed: false, .. } = raw.value {
            self.warn(span.clone(), "the quotation mark is not closed");
        }
        match understand(raw) {
            Ok(Meaning::Condition(expr)) => return Ok(Some(expr)),
            Ok(Meaning::Setting(_)) if negative => self.warn(span, "this cannot be negated"),
            Ok(Meaning::Setting(change)) => change.apply(&mut self.settings),
            Ok(Meaning::Nothing) => {}
            Err(message) => self.warn(span, message),
        }
        Ok(None)
    }
}
