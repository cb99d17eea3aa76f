//! Discord's text of domain values, within Discord's limits.

use chrono::{DateTime, Utc};
use domain::prices::{Currency, Finish, PriceKind, Source};
use serenity::all::Colour;

/// Of every answer.
pub(crate) const COLOUR: Colour = Colour::from_rgb(0x7c, 0x3a, 0xed);
/// Characters of a title.
pub(crate) const TITLE: usize = 256;
/// Characters of a choice's name.
pub(crate) const CHOICE: usize = 100;
/// Characters of a field.
pub(crate) const FIELD: usize = 1024;

/// Names of cards may hold what Discord takes for markup: one of them is `_____`.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\*_~`|>[]()#-".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// The text, or its beginning with an ellipsis.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit - 1).collect();
    format!("{}…", kept.trim_end())
}

/// Minor units as people write them.
pub(crate) fn money(minor: i64, currency: Currency) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let minor = minor.unsigned_abs();
    let amount = format!("{}.{:02}", thousands(minor / 100), minor % 100);
    match currency {
        Currency::Usd => format!("{sign}${amount}"),
        Currency::Eur => format!("{sign}€{amount}"),
        Currency::Tix => format!("{sign}{amount} tix"),
    }
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let first = (digits.len() + 2) % 3 + 1;
    let (head, tail) = digits.split_at(first.min(digits.len()));
    let groups = tail.as_bytes().chunks(3).map(String::from_utf8_lossy);
    groups.fold(head.to_owned(), |text, group| text + "," + &group)
}

/// A change in tenths of a per cent, with its sign.
pub(crate) fn change(permille: i64) -> String {
    let arrow = if permille < 0 { "▼" } else { "▲" };
    format!("{arrow} {}.{} %", permille.unsigned_abs() / 10, permille.unsigned_abs() % 10)
}

/// A moment that Discord shows in the reader's own zone, as time that has passed.
pub(crate) fn ago(at: DateTime<Utc>) -> String {
    format!("<t:{}:R>", at.timestamp())
}

pub(crate) fn source(source: Source) -> &'static str {
    match source {
        Source::Tcgplayer => "TCGplayer",
        Source::Cardmarket => "Cardmarket",
        Source::Cardhoarder => "Cardhoarder",
        Source::CardKingdom => "Card Kingdom",
        Source::ManaPool => "Mana Pool",
        Source::CardTrader => "CardTrader",
        Source::Demo => "Demo market (simulated)",
    }
}

pub(crate) fn finish(finish: Finish) -> &'static str {
    match finish {
        Finish::Nonfoil => "Nonfoil",
        Finish::Foil => "Foil",
        Finish::Etched => "Etched",
    }
}

pub(crate) fn kind(kind: PriceKind) -> &'static str {
    match kind {
        PriceKind::Market => "market",
        PriceKind::Low => "low",
        PriceKind::Mid => "mid",
        PriceKind::Trend => "trend",
        PriceKind::Average => "average",
        PriceKind::Average1d => "average of a day",
        PriceKind::Average7d => "average of 7 days",
        PriceKind::Average30d => "average of 30 days",
        PriceKind::Retail => "retail",
        PriceKind::Buylist => "buylist",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_reads_as_people_write_it() {
        for (minor, currency, text) in [
            (0, Currency::Usd, "$0.00"),
            (5, Currency::Eur, "€0.05"),
            (99_999, Currency::Usd, "$999.99"),
            (100_000, Currency::Usd, "$1,000.00"),
            (123_456_789, Currency::Tix, "1,234,567.89 tix"),
            (-1_050, Currency::Usd, "-$10.50"),
        ] {
            assert_eq!(money(minor, currency), text);
        }
        assert_eq!((change(-123), change(5)), ("▼ 12.3 %".to_owned(), "▲ 0.5 %".to_owned()));
    }

    #[test]
    fn names_are_text_and_not_markup() {
        assert_eq!(escape("_____"), "\\_\\_\\_\\_\\_");
        assert_eq!(escape("Fire // Ice"), "Fire // Ice");
    }

    #[test]
    fn long_text_is_cut_where_discord_would_refuse_it() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("much too long", 6), "much…");
        assert_eq!(cut("ååååå", 4).chars().count(), 4);
    }
}
