//! Mana Pool's public prices: the cheapest offer of each variant that is in stock, the whole market in
//! one answer. Integer US cents; a price of none in stock is no price.

use std::cell::RefCell;
use std::io::Read;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::http::{Ask, Fetched, Session};
use crate::listing::{Grade, Head, Ids, Kind, Listing, Money, Quote, Sink, Surface};
use crate::raw::Run;
use crate::stream::{Open, rows};
use crate::{Adapter, Book, Part, Progress, SourceError};

const VARIANTS: &str = "variants";

/// The market's API.
#[derive(Clone, Debug)]
pub struct ManaPool {
    /// `https://manapool.com/api/v1`, or a fake.
    pub base: String,
}

impl Adapter for ManaPool {
    async fn fetch(
        &self,
        session: &Session,
        run: &Run,
        _: Option<DateTime<Utc>>,
        progress: &dyn Progress,
    ) -> Result<Fetched, SourceError> {
        progress.tell(Part::Fetch, 0, Some(1));
        let variants = Ask::get(format!("{}/prices/variants", self.base)).if_changed();
        let fetched = session.save(run, VARIANTS, &variants).await?;
        progress.tell(Part::Fetch, 1, Some(1));
        Ok(fetched)
    }

    fn read(&self, run: &Run, sink: &mut dyn Sink) -> Result<(), SourceError> {
        read_variants("Mana Pool's variants", &|| Ok(run.open(VARIANTS)?), sink)
    }
}

#[derive(Deserialize)]
struct Row {
    product_type: String,
    product_id: String,
    name: String,
    scryfall_id: Option<Uuid>,
    tcgplayer_product_id: Option<i32>,
    language_id: Option<String>,
    condition_id: Option<String>,
    finish_id: Option<String>,
    low_price: Option<i64>,
    available_quantity: i64,
}

/// The market's code of a language, in Scryfall's words.
fn language(code: &str) -> Option<&'static str> {
    Some(match code {
        "EN" => "en",
        "JA" => "ja",
        "FR" => "fr",
        "IT" => "it",
        "DE" => "de",
        "ES" => "es",
        "KO" => "ko",
        "PT" => "pt",
        "RU" => "ru",
        "CS" => "zhs",
        "CT" => "zht",
        "AR" => "ar",
        "EL" => "grc",
        "HE" => "he",
        "LA" => "la",
        "PH" => "ph",
        "SA" => "sa",
        _ => return None,
    })
}

impl Row {
    fn quote(&self) -> Option<Quote> {
        let surface = match self.finish_id.as_deref()? {
            "NF" => Surface::Nonfoil,
            "FO" => Surface::Foil,
            "EF" => Surface::Etched,
            _ => return None,
        };
        let grade = match self.condition_id.as_deref()? {
            "NM" => Grade::Nm,
            "LP" => Grade::Lp,
            "MP" => Grade::Mp,
            "HP" => Grade::Hp,
            "DMG" => Grade::Dmg,
            _ => return None,
        };
        let quantity = i32::try_from(self.available_quantity).ok().filter(|copies| *copies > 0)?;
        let cents = self.low_price.filter(|cents| *cents > 0)?;
        Some(Quote { surface, kind: Kind::Low, grade, money: Money::Usd, cents, quantity: Some(quantity) })
    }
}

/// Reads the variants, row by row. Each row is a variant of its own.
pub fn read_variants(what: &str, open: Open<'_>, sink: &mut dyn Sink) -> Result<(), SourceError> {
    let sink = RefCell::new(sink);
    let begin = |head: &Map<String, Value>| {
        let text = head.get("meta").and_then(|meta| meta.get("as_of")).and_then(Value::as_str);
        let text = text.ok_or_else(|| SourceError::broken(what, "meta.as_of", "it is missing"))?;
        let at = DateTime::parse_from_rfc3339(text);
        let at = at.map_err(|error| SourceError::broken(what, "meta.as_of", error))?;
        sink.borrow_mut().begin(Head::whole(at.to_utc()))
    };
    rows(what, open, ("meta", "data"), begin, |row: Row| {
        if row.product_type != "mtg_single" {
            return Ok(());
        }
        // A language that we have no word for must not be taken for English.
        let spoken = row.language_id.as_deref().map(|code| language(code).unwrap_or("other"));
        let quotes = row.quote().into_iter().collect();
        let ids = Ids {
            scryfall: row.scryfall_id,
            tcgplayer: row.tcgplayer_product_id,
            language: spoken,
            ..Ids::default()
        };
        sink.borrow_mut().listing(Listing { product: row.product_id, name: row.name, ids, quotes })
    })
}

/// Reads the variants whole.
pub fn variants(what: &str, json: &[u8]) -> Result<Book, SourceError> {
    let open = || Ok(Box::new(json) as Box<dyn Read>);
    Book::gather(what, |sink| read_variants(what, &open, sink))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_is_one_price_in_one_language() {
        let row = |language: &str, low: &str, copies: i32| {
            format!(
                r#"{{"url":"u","product_type":"mtg_single","product_id":"p-{language}","set_code":"ICE","number":"89",
                "name":"Polar Kraken","scryfall_id":"aee01e9c-0445-4228-a73a-3e5744844ed3","tcgplayer_product_id":4711,
                "language_id":"{language}","condition_id":"LP","finish_id":"FO","low_price":{low},"available_quantity":{copies}}}"#
            )
        };
        let json = format!(
            r#"{{"meta":{{"as_of":"2026-11-22T18:00:00Z"}},"data":[{},{},{}]}}"#,
            row("JA", "1999", 5),
            row("QQ", "null", 5),
            row("EN", "100", 0)
        );
        let book = variants("variants", json.as_bytes()).unwrap();
        let facts =
            book.listings.iter().map(|listing| (listing.ids.language, listing.quotes.first().copied()));
        let quote = Quote {
            surface: Surface::Foil,
            kind: Kind::Low,
            grade: Grade::Lp,
            money: Money::Usd,
            cents: 1999,
            quantity: Some(5),
        };
        let expected = [(Some("ja"), Some(quote)), (Some("other"), None), (Some("en"), None)];
        assert_eq!(facts.collect::<Vec<_>>(), expected);
    }
}
