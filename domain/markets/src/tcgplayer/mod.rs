//! TCGplayer, in two ways: its API for those who hold a pair of keys, and a public mirror of the same
//! catalogue, made once a day, for everybody else. US dollars as numbers; null is no price.

mod api;
mod mirror;

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

pub use api::{Api, Keys};
pub use mirror::Mirror;

use crate::listing::{Grade, Ids, Kind, Listing, Money, Quote, Surface};
use crate::stream::Amount;
use crate::{Fault, SourceError};

/// Magic.
const CATEGORY: u32 = 1;
/// Sealed things have a condition of their own; cards have these.
const GRADES: [(i32, Grade); 5] =
    [(1, Grade::Nm), (2, Grade::Lp), (3, Grade::Mp), (4, Grade::Hp), (5, Grade::Dmg)];
const ENGLISH: i32 = 1;
const FOIL: i32 = 2;

/// What every answer is wrapped in.
#[derive(Deserialize)]
struct Envelope<T> {
    success: bool,
    #[serde(default)]
    errors: Vec<String>,
    results: Option<Vec<T>>,
    #[serde(rename = "totalItems")]
    total: Option<usize>,
}

impl<T> Envelope<T> {
    /// The results. Some ids of many may fail; then the others come with errors beside them.
    fn results(self, what: &str) -> Result<Vec<T>, SourceError> {
        match self.results {
            Some(results) if self.success || !results.is_empty() => Ok(results),
            _ => Err(SourceError::Request {
                what: what.to_owned(),
                reason: format!("it says: {}", self.errors.join("; ")),
                fault: Fault::Contract,
            }),
        }
    }
}

#[derive(Deserialize)]
struct Group {
    #[serde(rename = "groupId")]
    id: i32,
}

#[derive(Deserialize)]
struct Product {
    #[serde(rename = "productId")]
    id: i32,
    name: String,
    #[serde(default)]
    skus: Vec<Sku>,
}

#[derive(Deserialize)]
struct Sku {
    #[serde(rename = "skuId")]
    id: i64,
    #[serde(rename = "languageId")]
    language: i32,
    #[serde(rename = "printingId")]
    printing: i32,
    #[serde(rename = "conditionId")]
    condition: i32,
}

/// Prices of a product, over all conditions.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Price {
    product_id: i32,
    low_price: Amount,
    mid_price: Amount,
    market_price: Amount,
    sub_type_name: String,
}

/// Prices of one printing, language and condition.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SkuPrice {
    sku_id: i64,
    low_price: Amount,
    market_price: Amount,
}

/// `Foil` is all that is not `Normal`: an etched card is a product of its own with foil prices.
const fn surface(foil: bool) -> Surface {
    if foil { Surface::Shiny } else { Surface::Nonfoil }
}

fn quote(surface: Surface, kind: Kind, grade: Grade, amount: Amount) -> Option<Quote> {
    Some(Quote { surface, kind, grade, money: Money::Usd, cents: amount.0?, quantity: None })
}

impl Price {
    fn surface(&self) -> Surface {
        surface(self.sub_type_name != "Normal")
    }

    fn quotes(&self) -> impl Iterator<Item = Quote> {
        let kinds =
            [(Kind::Market, self.market_price), (Kind::Low, self.low_price), (Kind::Mid, self.mid_price)];
        let surface = self.surface();
        kinds.into_iter().filter_map(move |(kind, amount)| quote(surface, kind, Grade::Nm, amount))
    }
}

/// Listings of products, in the order of their ids. A price of a product that is not in the list has no
/// name, but it has its id.
fn listings(
    products: &[Product],
    quotes: impl Iterator<Item = (i32, Quote)>,
) -> impl Iterator<Item = Listing> {
    let mut names: HashMap<i32, String> =
        products.iter().map(|product| (product.id, product.name.clone())).collect();
    let mut by_product: BTreeMap<i32, Vec<Quote>> = BTreeMap::new();
    for (product, quote) in quotes {
        by_product.entry(product).or_default().push(quote);
    }
    by_product.into_iter().map(move |(product, quotes)| Listing {
        product: product.to_string(),
        name: names.remove(&product).unwrap_or_default(),
        ids: Ids { tcgplayer: Some(product), ..Ids::default() },
        quotes,
    })
}
