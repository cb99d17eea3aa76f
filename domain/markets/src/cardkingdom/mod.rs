//! Card Kingdom: the official price list, and states of it as a follower recorded them.
//! Retail counts only while copies are in stock, buying only while copies are wanted.

mod list;
mod recorded;
mod sku;

use chrono::{DateTime, Utc};

pub use list::{price_list, read_list};
pub use recorded::{Link, links, state};
pub use sku::{Sku, SkuFinish, sku};

use crate::http::{Ask, Fetched, Session};
use crate::listing::{Grade, Kind, Money, Quote, Sink, Surface};
use crate::raw::Run;
use crate::{Adapter, Part, Progress, SourceError};

const LIST: &str = "pricelist";

/// The store's API.
#[derive(Clone, Debug)]
pub struct CardKingdom {
    /// `https://api.cardkingdom.com`, or a fake.
    pub base: String,
}

impl Adapter for CardKingdom {
    async fn fetch(
        &self,
        session: &Session,
        run: &Run,
        _: Option<DateTime<Utc>>,
        progress: &dyn Progress,
    ) -> Result<Fetched, SourceError> {
        progress.tell(Part::Fetch, 0, Some(1));
        let list = Ask::get(format!("{}/api/v2/pricelist", self.base)).if_changed();
        let fetched = session.save(run, LIST, &list).await?;
        progress.tell(Part::Fetch, 1, Some(1));
        Ok(fetched)
    }

    fn read(&self, run: &Run, sink: &mut dyn Sink) -> Result<(), SourceError> {
        read_list("Card Kingdom's price list", &|| Ok(run.open(LIST)?), sink)
    }
}

/// A price, if there are copies that it is for.
fn quote(surface: Surface, kind: Kind, grade: Grade, cents: Option<i64>, quantity: i64) -> Option<Quote> {
    let quantity = i32::try_from(quantity).ok().filter(|copies| *copies > 0)?;
    Some(Quote { surface, kind, grade, money: Money::Usd, cents: cents?, quantity: Some(quantity) })
}
