use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{CATEGORY, ENGLISH, Envelope, FOIL, GRADES, Price, Product, SkuPrice, listings, quote, surface};
use crate::http::{Ask, Fetched, Session};
use crate::listing::{Grade, Head, Kind, Quote, Sink};
use crate::raw::Run;
use crate::walk::Walk;
use crate::{Adapter, Progress, SourceError};

const VERSION: &str = "v1.39.0";
/// Rows of a page.
const PAGE: usize = 100;
/// Ids that one request may name.
const IDS: usize = 250;
const BEGAN: &str = "began";
/// The note of a narrow visit: how many pages of products it asked for.
const PAGES: &str = "pages";

/// What an application is known by.
#[derive(Clone)]
pub struct Keys {
    /// The public key.
    pub public: String,
    /// The private key.
    pub private: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(keys)")
    }
}

/// The API, version 1.39.
#[derive(Clone, Debug)]
pub struct Api {
    /// `https://api.tcgplayer.com`, or a fake.
    pub base: String,
    /// The application's keys.
    pub keys: Keys,
    /// The products that are asked for; without, all that there are.
    pub only: Option<Vec<i32>>,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

impl Api {
    async fn authorization(&self, session: &Session) -> Result<String, SourceError> {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", self.keys.public.as_str()),
            ("client_secret", self.keys.private.as_str()),
        ];
        let token: Token = session.small(&Ask::form(format!("{}/token", self.base), &fields)).await?;
        Ok(format!("bearer {}", token.access_token))
    }

    fn products(&self, page: usize) -> String {
        let offset = page * PAGE;
        if let Some(only) = &self.only {
            let ids: Vec<_> = only.iter().skip(offset).take(PAGE).collect();
            return format!("{}/{VERSION}/catalog/products/{}?includeSkus=true", self.base, joined(&ids));
        }
        format!(
            "{}/{VERSION}/catalog/products?categoryId={CATEGORY}&productTypes=Cards&includeSkus=true\
             &offset={offset}&limit={PAGE}",
            self.base
        )
    }
}

fn page(run: &Run, number: usize) -> Result<Envelope<Product>, SourceError> {
    run.json("TCGplayer's products", &format!("products-{number}"))
}

/// How many pages there are, or were asked for.
fn pages(run: &Run) -> Result<usize, SourceError> {
    if run.has(PAGES) {
        return run.json("the pages that were asked for", PAGES);
    }
    Ok(page(run, 0)?.total.unwrap_or_default().div_ceil(PAGE).max(1))
}

/// The English articles of a page: product, foil or not, condition.
fn articles(products: &[Product]) -> HashMap<i64, (i32, bool, Grade)> {
    let mut found = HashMap::new();
    for product in products {
        for sku in product.skus.iter().filter(|sku| sku.language == ENGLISH) {
            if let Some((_, grade)) = GRADES.iter().find(|(id, _)| *id == sku.condition) {
                found.insert(sku.id, (product.id, sku.printing == FOIL, *grade));
            }
        }
    }
    found
}

fn joined<T: ToString>(ids: &[T]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

impl Adapter for Api {
    async fn fetch(
        &self,
        session: &Session,
        run: &Run,
        _: Option<DateTime<Utc>>,
        progress: &dyn Progress,
    ) -> Result<Fetched, SourceError> {
        let authorization = self.authorization(session).await?;
        let ask = |url: String| Ask::get(url).authorization(&authorization);
        run.note(BEGAN, &session.began())?;
        match &self.only {
            Some(only) => run.note(PAGES, &only.len().div_ceil(PAGE))?,
            None => {
                session.save(run, "products-0", &ask(self.products(0))).await?;
            }
        }
        let pages = pages(run)?;
        // A page of products, one of their prices, and about four of their articles' prices.
        let mut walk = Walk::new(session, run, progress, pages * 6);
        for number in 0..pages {
            let name = format!("products-{number}");
            if !run.has(&name) && !walk.save(&name, &ask(self.products(number))).await? {
                continue;
            }
            let products = page(run, number)?.results("TCGplayer's products")?;
            let ids: Vec<i32> = products.iter().map(|product| product.id).collect();
            if ids.is_empty() {
                continue;
            }
            let url = format!("{}/{VERSION}/pricing/product/{}", self.base, joined(&ids));
            walk.save(&format!("prices-{number}"), &ask(url)).await?;
            let mut skus: Vec<i64> = articles(&products).into_keys().collect();
            skus.sort_unstable();
            for (part, skus) in skus.chunks(IDS).enumerate() {
                let url = format!("{}/{VERSION}/pricing/sku/{}", self.base, joined(skus));
                walk.save(&format!("skus-{number}-{part}"), &ask(url)).await?;
            }
        }
        walk.finish()?;
        Ok(Fetched::New(session.taken().1))
    }

    fn read(&self, run: &Run, sink: &mut dyn Sink) -> Result<(), SourceError> {
        let (complete, narrow) = (Walk::missing(run)?.is_empty(), run.has(PAGES));
        sink.begin(Head { observed_at: run.json("the visit's beginning", BEGAN)?, complete, narrow })?;
        for number in (0..pages(run)?).filter(|number| run.has(&format!("products-{number}"))) {
            let what = format!("TCGplayer's page {number}");
            let products = page(run, number)?.results(&what)?;
            let mut quotes: Vec<(i32, Quote)> = Vec::new();
            let name = format!("prices-{number}");
            if run.has(&name) {
                let prices = run.json::<Envelope<Price>>(&what, &name)?.results(&what)?;
                // Of the whole product the cheapest offer may be of any condition: the articles know better.
                let whole = |price: &Price| {
                    let (id, quotes) = (price.product_id, price.quotes().filter(|q| q.kind != Kind::Low));
                    quotes.map(move |quote| (id, quote)).collect::<Vec<_>>()
                };
                quotes.extend(prices.iter().flat_map(whole));
            }
            let articles = articles(&products);
            for name in (0..).map(|part| format!("skus-{number}-{part}")).take_while(|name| run.has(name)) {
                for price in run.json::<Envelope<SkuPrice>>(&what, &name)?.results(&what)? {
                    let Some((product, foil, grade)) = articles.get(&price.sku_id).copied() else { continue };
                    let low = quote(surface(foil), Kind::Low, grade, price.low_price);
                    let market = quote(surface(foil), Kind::Market, grade, price.market_price);
                    let market = market.filter(|_| grade != Grade::Nm);
                    quotes.extend(low.into_iter().chain(market).map(|quote| (product, quote)));
                }
            }
            for listing in listings(&products, quotes.into_iter()) {
                sink.listing(listing)?;
            }
        }
        Ok(())
    }
}
