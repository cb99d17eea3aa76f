use std::io::Read;

use chrono::{DateTime, Utc};

use super::{CATEGORY, Envelope, Group, Price, Product, listings};
use crate::http::{Ask, Fetched, Session};
use crate::listing::{Head, Sink};
use crate::raw::Run;
use crate::walk::Walk;
use crate::{Adapter, Progress, SourceError};

const UPDATED: &str = "last-updated";
const GROUPS: &str = "groups";
/// Of the file that says when the mirror was made.
const LONGEST_DATE: u64 = 64;

/// tcgcsv.com: the catalogue and the prices in many files, made anew once a day.
#[derive(Clone, Debug)]
pub struct Mirror {
    /// `https://tcgcsv.com`, or a fake.
    pub base: String,
}

fn updated(run: &Run) -> Result<DateTime<Utc>, SourceError> {
    let mut text = String::new();
    let what = "tcgcsv's last-updated.txt";
    let garbage = |reason: &dyn std::fmt::Display| SourceError::broken(what, "date", reason);
    let read = run.open(UPDATED)?.take(LONGEST_DATE).read_to_string(&mut text);
    read.map_err(|error| garbage(&error))?;
    let at = DateTime::parse_from_str(text.trim(), "%Y-%m-%dT%H:%M:%S%z");
    Ok(at.map_err(|error| garbage(&error))?.to_utc())
}

fn groups(run: &Run) -> Result<Vec<Group>, SourceError> {
    run.json::<Envelope<Group>>("tcgcsv's groups", GROUPS)?.results("tcgcsv's groups")
}

impl Adapter for Mirror {
    async fn fetch(
        &self,
        session: &Session,
        run: &Run,
        latest: Option<DateTime<Utc>>,
        progress: &dyn Progress,
    ) -> Result<Fetched, SourceError> {
        let stamp = Ask::get(format!("{}/last-updated.txt", self.base)).accept("text/plain");
        session.save(run, UPDATED, &stamp).await?;
        let updated = updated(run)?;
        if latest.is_some_and(|latest| updated <= latest) {
            return Ok(Fetched::NotModified);
        }
        let base = format!("{}/tcgplayer/{CATEGORY}", self.base);
        session.save(run, GROUPS, &Ask::get(format!("{base}/groups"))).await?;
        let groups = groups(run)?;
        let mut walk = Walk::new(session, run, progress, groups.len() * 2);
        for Group { id } in groups {
            // Prices without names are of use, names without prices are not.
            if walk.save(&format!("prices-{id}"), &Ask::get(format!("{base}/{id}/prices"))).await? {
                walk.save(&format!("products-{id}"), &Ask::get(format!("{base}/{id}/products"))).await?;
            }
        }
        walk.finish()?;
        Ok(Fetched::New(session.taken().1))
    }

    fn read(&self, run: &Run, sink: &mut dyn Sink) -> Result<(), SourceError> {
        let complete = Walk::missing(run)?.is_empty();
        sink.begin(Head { observed_at: updated(run)?, complete, narrow: false })?;
        for Group { id } in groups(run)? {
            let (prices, products) = (format!("prices-{id}"), format!("products-{id}"));
            if !run.has(&prices) {
                continue;
            }
            let what = format!("tcgcsv's group {id}");
            let prices = run.json::<Envelope<Price>>(&what, &prices)?.results(&what)?;
            let products = if run.has(&products) {
                run.json::<Envelope<Product>>(&what, &products)?.results(&what)?
            } else {
                Vec::new()
            };
            let quotes =
                prices.iter().flat_map(|price| price.quotes().map(|quote| (price.product_id, quote)));
            for listing in listings(&products, quotes) {
                sink.listing(listing)?;
            }
        }
        Ok(())
    }
}
