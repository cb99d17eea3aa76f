//! Amounts of money as people and apps write them.

use crate::lot::{Cost, Currency};

const SYMBOLS: [(&str, &str); 11] = [
    ("US$", "USD"),
    ("CA$", "CAD"),
    ("AU$", "AUD"),
    ("C$", "CAD"),
    ("A$", "AUD"),
    ("R$", "BRL"),
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("EUR", "EUR"),
];

/// An amount in digits, not yet in the units of a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    whole: i64,
    fraction: String,
    symbol: Option<Currency>,
}

impl Amount {
    /// `1,234.50`, `1.234,50`, `1,50`, `$5.48`, `5,48 €`; `None` if it is no amount.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (symbol, digits) = split_symbol(text.trim());
        let digits: String = digits.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
        let (whole, fraction) = split_decimals(&digits)?;
        let plain: String = whole.chars().filter(|c| !matches!(c, ',' | '.')).collect();
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if plain.is_empty() || !all_digits(&plain) || !all_digits(fraction) || !grouped(whole) {
            return None;
        }
        let whole = plain.parse().ok().filter(|whole| *whole < 1_000_000_000)?;
        Some(Self { whole, fraction: fraction.to_owned(), symbol })
    }

    /// In minor units, rounded half up; zero is no cost.
    pub(crate) fn cost(&self, column: Option<Currency>) -> Option<Cost> {
        let currency = column.or(self.symbol);
        let decimals = currency.map_or(2, Currency::decimals);
        let digit = |at: usize| self.fraction.as_bytes().get(at).map_or(0, |byte| i64::from(byte - b'0'));
        let minor = (0..decimals as usize).fold(self.whole, |sum, at| sum * 10 + digit(at))
            + i64::from(digit(decimals as usize) >= 5);
        (minor > 0).then_some(Cost { minor, currency })
    }
}

fn split_symbol(text: &str) -> (Option<Currency>, &str) {
    for (symbol, code) in SYMBOLS {
        if let Some(rest) = text.strip_prefix(symbol).or_else(|| text.strip_suffix(symbol)) {
            return (code.parse().ok(), rest.trim());
        }
    }
    (None, text)
}

/// Where the decimals begin: at the last mark, unless it can only divide thousands.
fn split_decimals(digits: &str) -> Option<(&str, &str)> {
    let Some(at) = digits.rfind([',', '.']) else { return Some((digits, "")) };
    let (whole, fraction) = (&digits[..at], &digits[at + 1..]);
    let mark = &digits[at..=at];
    let thousands = fraction.len() == 3 && mark == "," && !whole.starts_with('0') && !whole.is_empty();
    if whole.contains(mark) || thousands && !whole.contains('.') {
        return (fraction.len() == 3).then_some((digits, ""));
    }
    Some((if whole.is_empty() { "0" } else { whole }, fraction))
}

/// Whether marks stand before every three digits only, and are one mark.
fn grouped(whole: &str) -> bool {
    let parts: Vec<&str> = whole.split([',', '.']).collect();
    let first = parts[0].len();
    parts.len() == 1
        || (1..=3).contains(&first)
            && parts[1..].iter().all(|part| part.len() == 3)
            && !(whole.contains(',') && whole.contains('.'))
}

/// `12.34`, with as many decimals as the currency has.
pub(crate) fn print(cost: Cost) -> String {
    let decimals = cost.currency.map_or(2, Currency::decimals) as usize;
    let digits = format!("{:0>width$}", cost.minor, width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

/// With the currency's symbol in front, where it has one of its own.
pub(crate) fn print_symbol(cost: Cost) -> String {
    let code = cost.currency.map(|currency| currency.to_string());
    let own = SYMBOLS.iter().filter(|(_, known)| Some(*known) == code.as_deref());
    let symbol = own.min_by_key(|(symbol, _)| symbol.len());
    format!("{}{}", symbol.map_or("", |(symbol, _)| symbol), print(cost))
}

#[cfg(test)]
mod tests {
    use super::{Amount, print, print_symbol};
    use crate::lot::{Cost, Currency};

    fn minor(text: &str) -> Option<i64> {
        Amount::parse(text).and_then(|amount| amount.cost(None)).map(|cost| cost.minor)
    }

    #[test]
    fn amounts_are_read_with_either_mark_and_any_symbol() {
        for (text, expected) in [
            ("12.34", 1234),
            ("1,50", 150),
            ("1,234.50", 123_450),
            ("1.234,50", 123_450),
            ("1,234", 123_400),
            ("1,234,567.8", 123_456_780),
            ("0,125", 13),
            ("$5.48", 548),
            ("5,48 €", 548),
            ("£3", 300),
            ("0.1", 10),
            ("8000.00", 800_000),
            ("1 234,50", 123_450),
            (".5", 50),
            ("0.0300", 3),
        ] {
            assert_eq!(minor(text), Some(expected), "{text}");
        }
        for none in ["", "-1.00", "1e3", "abc", "1.2.3", "12,34.56", "$", "--", "999999999999", "1,2,3"] {
            assert_eq!(Amount::parse(none), None, "{none}");
        }
    }

    #[test]
    fn zero_is_unknown_and_yen_have_no_decimals() {
        assert_eq!(minor("0"), None);
        assert_eq!(minor("$0.00"), None);
        let yen: Currency = "jpy".parse().unwrap();
        let cost = Amount::parse("1,500").unwrap().cost(Some(yen)).unwrap();
        assert_eq!((cost.minor, print(cost).as_str()), (1500, "1500"));
        let euros = Cost { minor: 5, currency: "EUR".parse().ok() };
        assert_eq!(print_symbol(euros), "€0.05");
        assert_eq!(Amount::parse("€0.05").unwrap().cost(None), Some(euros));
    }
}
