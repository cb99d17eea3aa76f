use std::io::Read;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::quote;
use crate::listing::{Grade, Head, Ids, Kind, Listing, Quote, Sink, Surface};
use crate::stream::{Amount, Open, rows};
use crate::{Book, SourceError};

#[derive(Deserialize)]
struct Row {
    sku: String,
    #[serde(default)]
    scryfall_id: Option<String>,
    name: String,
    #[serde(default)]
    variation: String,
    is_foil: String,
    price_retail: Amount,
    qty_retail: i64,
    price_buy: Amount,
    qty_buying: i64,
    #[serde(default)]
    condition_values: Option<Conditions>,
}

/// Retail prices, whatever their name says, with the stock of each.
#[derive(Deserialize)]
struct Conditions {
    nm_price: Amount,
    nm_qty: i64,
    ex_price: Amount,
    ex_qty: i64,
    vg_price: Amount,
    vg_qty: i64,
    g_price: Amount,
    g_qty: i64,
}

impl Row {
    fn surface(&self) -> Surface {
        match (self.variation.contains("Etched"), self.is_foil == "true") {
            (true, _) => Surface::Etched,
            (false, true) => Surface::Foil,
            (false, false) => Surface::Nonfoil,
        }
    }

    fn retail(&self, surface: Surface) -> Vec<Quote> {
        let offer = |grade, price: Amount, copies| quote(surface, Kind::Retail, grade, price.0, copies);
        let whole = || offer(Grade::Nm, self.price_retail, self.qty_retail).into_iter().collect();
        let Some(c) = &self.condition_values else { return whole() };
        let grades = [
            (Grade::Nm, c.nm_price, c.nm_qty),
            (Grade::Lp, c.ex_price, c.ex_qty),
            (Grade::Mp, c.vg_price, c.vg_qty),
            (Grade::Hp, c.g_price, c.g_qty),
        ];
        let graded: Vec<_> = grades.into_iter().filter_map(|(g, price, qty)| offer(g, price, qty)).collect();
        // A new card may have stock and a list price before it has prices by grade.
        if graded.is_empty() { whole() } else { graded }
    }

    fn listing(self) -> Listing {
        let surface = self.surface();
        let mut quotes = self.retail(surface);
        quotes.extend(quote(surface, Kind::Buylist, Grade::Nm, self.price_buy.0, self.qty_buying));
        let scryfall = self.scryfall_id.and_then(|id| id.parse().ok());
        Listing { product: self.sku, name: self.name, ids: Ids { scryfall, ..Ids::default() }, quotes }
    }
}

/// The store names no zone; it is read as UTC.
fn created_at(what: &str, head: &Map<String, Value>) -> Result<DateTime<Utc>, SourceError> {
    let text = head.get("meta").and_then(|meta| meta.get("created_at")).and_then(Value::as_str);
    let text = text.ok_or_else(|| SourceError::broken(what, "meta.created_at", "it is missing"))?;
    let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S");
    Ok(at.map_err(|error| SourceError::broken(what, "meta.created_at", error))?.and_utc())
}

/// Reads the official list, `api/v2/pricelist`, row by row.
pub fn read_list(what: &str, open: Open<'_>, sink: &mut dyn Sink) -> Result<(), SourceError> {
    let sink = std::cell::RefCell::new(sink);
    let begin = |head: &Map<String, Value>| {
        let observed_at = created_at(what, head)?;
        sink.borrow_mut().begin(Head::whole(observed_at))
    };
    rows(what, open, ("meta", "data"), begin, |row: Row| sink.borrow_mut().listing(row.listing()))
}

/// Reads the official list whole.
pub fn price_list(what: &str, json: &[u8]) -> Result<Book, SourceError> {
    let open = || Ok(Box::new(json) as Box<dyn Read>);
    Book::gather(what, |sink| read_list(what, &open, sink))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fault;

    const LIST: &str = r#"{"meta":{"created_at":"2026-11-22 14:30:00","base_url":"https://www.cardkingdom.com/"},"data":[
        {"id":1,"sku":"FCA-0049","scryfall_id":"be326fe9-4ed8-4f64-934c-9955edea5fdb","url":"mtg/x","name":"Sephiroth, the Savior",
         "variation":"","edition":"FCA","is_foil":"false","price_retail":"44.99","qty_retail":3,"price_buy":"27.00","qty_buying":0,
         "condition_values":{"nm_price":"44.99","nm_qty":2,"ex_price":"38.24","ex_qty":1,"vg_price":"31.49","vg_qty":0,"g_price":"22.50","g_qty":0}}]}"#;

    #[test]
    fn the_list_gives_no_price_without_stock_or_demand() {
        let list = price_list("list", LIST.as_bytes()).unwrap();
        assert_eq!(list.head.observed_at.to_rfc3339(), "2026-11-22T14:30:00+00:00");
        let quotes: Vec<_> =
            list.listings[0].quotes.iter().map(|q| (q.kind, q.grade, q.cents, q.quantity)).collect();
        let retail = |grade, cents, copies| (Kind::Retail, grade, cents, Some(copies));
        assert_eq!(quotes, [retail(Grade::Nm, 4499, 2), retail(Grade::Lp, 3824, 1)], "the store wants none");
    }

    #[test]
    fn another_contract_is_told_from_garbage() {
        let fault = |json: &str| price_list("list", json.as_bytes()).unwrap_err().fault();
        assert_eq!(fault(&LIST.replace("price_buy", "buy_price")), Fault::Contract);
        assert_eq!(fault(&LIST.replace("created_at", "made_at")), Fault::Contract);
        assert_eq!(fault(&LIST[..400]), Fault::Garbage);
    }
}
