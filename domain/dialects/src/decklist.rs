//! Decks as people write them: a number and a name on each line.

use crate::cell;
use crate::field::Field;
use crate::lot::{Lot, SECTION};
use crate::plan::{Refusal, told};
use crate::row::{Content, Note, NoteKind, Reason, Row, Skip};
use crate::words::Finish;

/// What a line can say.
pub(crate) const KEPT: &[Field] =
    &[Field::Name, Field::SetCode, Field::Number, Field::Quantity, Field::Finish, Field::Section];

const SIDEBOARD: &str = "Sideboard";

/// Lines that are looked at to see whether a text is a decklist.
const SAMPLES: usize = 50;

fn heading(line: &str) -> Option<&'static str> {
    let word: String = line.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    Some(match word.as_str() {
        "commander" | "commanders" => "Commander",
        "main" | "mainboard" | "maindeck" | "deck" => "Mainboard",
        "side" | "sideboard" | "sb" => SIDEBOARD,
        "companion" => "Companion",
        "maybe" | "maybeboard" | "considering" => "Maybeboard",
        "creature" | "creatures" | "instant" | "instants" | "sorcery" | "sorceries" | "artifact"
        | "artifacts" | "enchantment" | "enchantments" | "land" | "lands" | "planeswalker"
        | "planeswalkers" | "battle" | "battles" | "spells" | "about" | "tokens" => "",
        _ => return None,
    })
}

/// Quantity, what follows it, and whether the line says that it is of the sideboard.
fn counted(line: &str) -> Option<(&str, &str, bool)> {
    let aside = line.strip_prefix("SB:").or_else(|| line.strip_prefix("sb:"));
    let line = aside.unwrap_or(line).trim();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line[digits..].strip_prefix(['x', 'X']).unwrap_or(&line[digits..]);
    let name = rest.strip_prefix(char::is_whitespace)?.trim();
    (digits > 0 && !name.is_empty()).then_some((&line[..digits], name, aside.is_some()))
}

/// Whether most lines of the text are lines of a deck.
pub(crate) fn looks_like(text: &str) -> bool {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(SAMPLES);
    let (mut cards, mut others) = (0, 0);
    for line in lines {
        let comma = line.split(',').nth(2).is_some() || line.contains(['\t', ';']);
        match counted(line) {
            Some(_) if !comma => cards += 1,
            _ if line.starts_with("//") || line.starts_with('#') || heading(line).is_some() => {}
            _ => others += 1,
        }
    }
    cards > others
}

fn is_code(text: &str) -> bool {
    (2..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn finish_mark(text: &str) -> Option<Finish> {
    match text.to_ascii_lowercase().as_str() {
        "f" | "foil" => Some(Finish::Foil),
        "e" | "etched" => Some(Finish::Etched),
        _ => None,
    }
}

/// The text before the last `open`, and what stands between it and the `close` at the end.
fn last_part(text: &str, open: char, close: char) -> Option<(&str, &str)> {
    let (before, inner) = text.strip_suffix(close)?.rsplit_once(open)?;
    Some((before.trim_end(), inner.trim())).filter(|(before, _)| !before.is_empty())
}

/// `Name (SET) 123`, `Name [SET]`, `Name <123> [SET] (F)`, `[SET#123] Name`, each with `*F*` or `*E*`.
fn read_name(text: &str, lot: &mut Lot) {
    let (mut text, tags) = text.split_once(" #").unwrap_or((text, ""));
    lot.tags = tags.split(" #").map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
    if let Some((print, name)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let (code, number) = print.split_once('#').unwrap_or((print, ""));
        if is_code(code) && !name.trim().is_empty() {
            lot.set_code = Some(code.to_lowercase());
            lot.number = Some(number.trim().to_owned()).filter(|number| !number.is_empty());
            text = name.trim();
        }
    }
    while let Some(before) = take_mark(text.trim_end(), lot) {
        text = before;
    }
    text.trim().clone_into(&mut lot.name);
}

/// Takes one remark off the end.
fn take_mark<'a>(text: &'a str, lot: &mut Lot) -> Option<&'a str> {
    if let Some((before, mark)) = last_part(text, '*', '*').or_else(|| {
        let (before, mark) = text.strip_suffix('*')?.rsplit_once('*')?;
        Some((before.trim_end(), mark))
    }) && let Some(finish) = finish_mark(mark)
    {
        lot.finish = Some(finish);
        return Some(before);
    }
    if let Some((before, _)) = last_part(text, '^', '^') {
        return before.rfind('^').map(|at| before[..at].trim_end()).or(Some(before));
    }
    if let Some((before, inner)) = last_part(text, '(', ')') {
        if let Some(finish) = finish_mark(inner) {
            lot.finish = Some(finish);
            return Some(before);
        }
        return take_code(before, inner, lot);
    }
    if let Some((before, inner)) = last_part(text, '[', ']') {
        if is_code(inner) && inner.bytes().all(|byte| !byte.is_ascii_lowercase()) {
            return take_code(before, inner, lot);
        }
        lot.tags.push(inner.to_owned());
        return Some(before);
    }
    if let Some((before, inner)) = last_part(text, '<', '>') {
        if inner.starts_with(|c: char| c.is_ascii_digit()) && lot.number.is_none() {
            lot.number = Some(inner.to_owned());
        } else {
            lot.rest.insert("Variation".into(), inner.to_owned());
        }
        return Some(before);
    }
    let (before, number) = text.rsplit_once(' ')?;
    let (name, code) = last_part(before.trim_end(), '(', ')')?;
    let numbered = is_code(code) && number.bytes().any(|byte| byte.is_ascii_digit());
    if !numbered || lot.number.is_some() || lot.set_code.is_some() {
        return None;
    }
    lot.number = Some(cell::number(crate::vocabulary::Numbers::Plain, number));
    take_code(name, code, lot)
}

fn take_code<'a>(before: &'a str, code: &str, lot: &mut Lot) -> Option<&'a str> {
    if !is_code(code) || lot.set_code.is_some() {
        return None;
    }
    lot.set_code = Some(code.to_lowercase());
    Some(before)
}

/// Reads the lines of one deck.
pub(crate) struct Decklist {
    section: &'static str,
    /// A blank line parts the sideboard where no heading does.
    parted: bool,
    begun: bool,
}

impl Decklist {
    pub(crate) fn new(text: &str) -> Self {
        let mut groups = 0;
        let mut blank = true;
        let mut headed = false;
        for line in text.lines().map(str::trim) {
            headed |= is_heading(line) || line.starts_with("SB:");
            groups += usize::from(blank && counted(line).is_some());
            blank = line.is_empty();
        }
        Self { section: "", parted: groups == 2 && !headed, begun: false }
    }

    /// What a line says.
    pub(crate) fn line(&mut self, line: &str) -> (Content, Vec<Note>) {
        match self.read(line.trim()) {
            Ok((content, notes)) => (content, notes),
            Err(refusal) => (refusal.into(), Vec::new()),
        }
    }

    fn read(&mut self, line: &str) -> Result<(Content, Vec<Note>), Refusal> {
        if line.is_empty() {
            if self.parted && self.begun {
                self.section = SIDEBOARD;
            }
            return Ok((Content::Skipped(Skip::Blank), Vec::new()));
        }
        let line = cell::clean(Field::Name, line).map_err(|reason| Refusal::row(line, reason))?;
        if let Some(section) = Some(line).filter(|line| is_heading(line)).and_then(heading) {
            if !section.is_empty() {
                self.section = section;
            }
            return Ok((Content::Skipped(Skip::Heading), Vec::new()));
        }
        if line.starts_with("//") || line.starts_with('#') {
            return Ok((Content::Skipped(Skip::Heading), Vec::new()));
        }
        let (digits, name, aside) = counted(line).ok_or_else(|| Refusal::row(line, Reason::NotALine))?;
        let quantity = cell::copies(digits)
            .ok_or_else(|| Refusal::new(Field::Quantity, digits, Reason::NotAQuantity))?;
        if quantity == 0 {
            return Ok((Content::Skipped(Skip::NoCopies), Vec::new()));
        }
        self.begun = true;
        let mut lot = Lot { quantity, ..Lot::default() };
        read_name(name, &mut lot);
        if lot.name.is_empty() {
            return Err(Refusal::row(line, Reason::NoCard));
        }
        let section = if aside { SIDEBOARD } else { self.section };
        if !section.is_empty() && section != "Mainboard" {
            lot.rest.insert(SECTION.into(), section.into());
        }
        let notes = lot.rest.get("Variation").map(|variation| Note {
            field: Field::Number,
            value: told(variation),
            kind: NoteKind::UnknownWord,
        });
        Ok((Content::Lots(vec![lot]), notes.into_iter().collect()))
    }
}

/// `Sideboard`, `SIDEBOARD:`, `// SIDEBOARD`, `Creatures (24)`.
fn is_heading(line: &str) -> bool {
    counted(line).is_none() && heading(line).is_some()
}

/// The line of a lot; nothing if it has no name.
pub(crate) fn print(lot: &Lot) -> Option<String> {
    if lot.name.is_empty() {
        return None;
    }
    let aside = lot.rest.get(SECTION).is_some_and(|section| section == SIDEBOARD);
    let mut line = format!("{}{} {}", if aside { "SB: " } else { "" }, lot.quantity, lot.name);
    if let Some(code) = &lot.set_code {
        line.push_str(&format!(" ({})", code.to_uppercase()));
        if let Some(number) = &lot.number {
            line.push_str(&format!(" {number}"));
        }
    }
    match lot.finish {
        Some(Finish::Foil) => line.push_str(" *F*"),
        Some(Finish::Etched) => line.push_str(" *E*"),
        _ => {}
    }
    Some(line)
}

/// Reads a text as a decklist, whatever else it may look like. A line without a number means one copy.
pub fn deck(text: &str) -> Vec<Row> {
    let mut list = Decklist::new(text);
    let mut row = |(n, line): (usize, &str)| {
        let (mut content, mut notes) = list.line(line);
        if let Content::Refused { reason: Reason::NotALine, .. } = content {
            (content, notes) = list.line(&format!("1 {}", line.trim()));
        }
        Row { line: n as u64 + 1, content, notes }
    };
    text.lines().enumerate().map(&mut row).collect()
}
