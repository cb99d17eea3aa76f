/// What an article's code says: the parts that a printing is known by.
#[derive(Debug, PartialEq, Eq)]
pub struct Sku<'a> {
    /// Candidate set codes with the finish that each reading implies.
    pub readings: Vec<(&'a str, SkuFinish)>,
    /// Collector number without leading zeros, lower case.
    pub number: String,
}

/// What a code's prefix says about the finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkuFinish {
    /// No prefix: not foil, or the only finish there is.
    Plain,
    /// `F`.
    Foil,
    /// `FE`.
    Etched,
}

/// Reads a code such as `FM10-012`; `None` for codes that say more than set and number.
pub fn sku(code: &str) -> Option<Sku<'_>> {
    let (set, number) = code.split_once('-')?;
    if number.contains('-') || number.is_empty() || !number.as_bytes()[0].is_ascii_digit() {
        return None;
    }
    let number = number.trim_start_matches('0').to_ascii_lowercase();
    let mut readings = vec![(set, SkuFinish::Plain)];
    readings.extend(set.strip_prefix("FE").map(|s| (s, SkuFinish::Etched)));
    readings.extend(set.strip_prefix('F').map(|s| (s, SkuFinish::Foil)));
    readings.retain(|(set, _)| !set.is_empty());
    (!number.is_empty()).then_some(Sku { readings, number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_set_number_and_finish() {
        let foil = sku("FM10-012").unwrap();
        assert_eq!(foil.number, "12");
        assert_eq!(foil.readings, [("FM10", SkuFinish::Plain), ("M10", SkuFinish::Foil)]);
        assert_eq!(sku("PWAR-097A-JP"), None);
        assert_eq!(sku("nonsense"), None);
    }
}
