/// Minor units of a decimal amount with at most two digits after the point, rounded half up
/// beyond them; `None` for anything that is not a positive price: zero, negative, empty, garbage
/// and absurd amounts are not prices.
pub fn minor_units(text: &str) -> Option<i64> {
    const MAX_WHOLE: i64 = 100_000_000;
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|w| *w < MAX_WHOLE)?;
    let digit = |n: usize| fraction.as_bytes().get(n).map_or(0, |b| i64::from(b - b'0'));
    let minor = whole * 100 + digit(0) * 10 + digit(1) + i64::from(digit(2) >= 5);
    (minor > 0).then_some(minor)
}

#[cfg(test)]
mod tests {
    use super::minor_units;

    #[test]
    fn reads_prices_and_refuses_what_is_none() {
        assert_eq!(minor_units("41.12"), Some(4112));
        assert_eq!(minor_units("0.3"), Some(30));
        assert_eq!(minor_units("150"), Some(15_000));
        assert_eq!(minor_units("1.005"), Some(101));
        assert_eq!(minor_units(" 2.50 "), Some(250));
        for none in ["", "0", "0.00", "0.001", "-1.00", "1e3", "NaN", "1,50", ".5", "1.2.3", "999999999999"] {
            assert_eq!(minor_units(none), None, "{none}");
        }
    }
}
