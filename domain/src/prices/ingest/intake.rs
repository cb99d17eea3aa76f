use markets::Book;
use markets::listing::{self, Grade, Head, Kind, Listing, Money, Quote};
use tokio_postgres::Client;

use super::matching::Matcher;
use super::store::{Ingested, Slice, ensure_partitions, settle, stage};
use super::unmatched::Misses;
use super::{Offer, Offers};
use crate::catalog::{Origin, begin};
use crate::copy::CopyStream;
use crate::prices::{Condition, Currency, Feed, Finish, PriceKind, Source};
use crate::{Ctx, Result};

/// One complete word of a market on its way into the database: listings come in, matched prices go out
/// to the staging table as they come, so that memory does not grow with the market.
pub(crate) struct Intake {
    ctx: Ctx,
    client: Client,
    matcher: Matcher,
    copy: CopyStream,
    offers: Offers,
    slice: Slice,
    products: u64,
    misses: Misses,
}

impl Intake {
    /// Begins, in a transaction of its own.
    pub async fn begin(
        ctx: &Ctx,
        origin: Origin,
        (source, feed): (Source, Feed),
        head: Head,
        publish: bool,
    ) -> Result<Self> {
        ensure_partitions(ctx, head.observed_at.date_naive()).await?;
        let client = begin(ctx, origin).await?;
        let matcher = Matcher::load(&client, feed).await?;
        stage(&client).await?;
        let slice = Slice {
            source,
            feed,
            observed_at: head.observed_at,
            complete: head.withdraws(),
            offered: 0,
            publish,
            moment: !head.narrow,
            narrow: head.narrow,
        };
        let copy = CopyStream::begin(&client, "offer").await?;
        let (offers, misses) = (Offers::default(), Misses::default());
        Ok(Self { ctx: ctx.clone(), client, matcher, copy, offers, slice, products: 0, misses })
    }

    /// Takes some listings.
    pub async fn take(&mut self, listings: &[Listing]) -> Result<()> {
        for listing in listings {
            self.products += 1;
            self.slice.offered += listing.quotes.len() as i64;
            let found = match self.matcher.find(listing) {
                Ok(found) => found,
                Err(reason) => {
                    self.misses.push(listing, reason);
                    continue;
                }
            };
            let mut any = listing.quotes.is_empty();
            for quote in &listing.quotes {
                if let Some(finish) = found.finish(quote.surface) {
                    self.offers.push(&offer(found.printing, finish, quote, &self.slice));
                    any = true;
                }
            }
            if !any {
                self.misses.push(listing, super::matching::Unmatched::Finish);
            }
        }
        if let Some(chunk) = self.offers.rows.full_chunk() {
            self.copy.send(chunk).await?;
        }
        Ok(())
    }

    /// Compares with what is known, stores what changed. `list` says whether products without a printing
    /// are listed for people: a list of all that there are, so that a narrow visit leaves it as it is.
    pub async fn finish(mut self, list: bool) -> Result<Ingested> {
        self.copy.send(self.offers.rows.rest()).await?;
        let matched = self.copy.finish().await?;
        if self.slice.offered == 0 {
            // Nothing is taken back on the word of a list without any price.
            let reason = format!("there is no price in {} products", self.products);
            return Ok(Ingested {
                products: self.products,
                quarantined: Some(reason),
                ..Ingested::default()
            });
        }
        let mut ingested = settle(&self.ctx, &self.client, &[self.slice.clone()], matched).await?;
        (ingested.products, ingested.unmatched) = (self.products, self.misses.count);
        if list && !self.slice.narrow && ingested.quarantined.is_none() {
            self.misses.store(&self.client, self.slice.feed, self.ctx.now()).await?;
        }
        self.client.batch_execute("COMMIT").await?;
        Ok(ingested)
    }
}

fn offer(printing: i32, finish: Finish, quote: &Quote, slice: &Slice) -> Offer {
    Offer {
        printing,
        source: slice.source,
        feed: slice.feed,
        kind: kind(quote.kind),
        finish,
        condition: match quote.grade {
            Grade::Nm => Condition::Nm,
            Grade::Lp => Condition::Lp,
            Grade::Mp => Condition::Mp,
            Grade::Hp => Condition::Hp,
            Grade::Dmg => Condition::Dmg,
        },
        currency: match quote.money {
            Money::Usd => Currency::Usd,
            Money::Eur => Currency::Eur,
        },
        amount: quote.cents,
        quantity: quote.quantity,
        observed_at: slice.observed_at,
    }
}

const fn kind(kind: listing::Kind) -> PriceKind {
    match kind {
        Kind::Market => PriceKind::Market,
        Kind::Low => PriceKind::Low,
        Kind::Mid => PriceKind::Mid,
        Kind::Trend => PriceKind::Trend,
        Kind::Average => PriceKind::Average,
        Kind::Average1d => PriceKind::Average1d,
        Kind::Average7d => PriceKind::Average7d,
        Kind::Average30d => PriceKind::Average30d,
        Kind::Retail => PriceKind::Retail,
        Kind::Buylist => PriceKind::Buylist,
    }
}

async fn book(ctx: &Ctx, source: Source, feed: Feed, book: &Book, publish: bool) -> Result<Ingested> {
    let mut intake = Intake::begin(ctx, Origin::Real, (source, feed), book.head, publish).await?;
    intake.take(&book.listings).await?;
    intake.finish(false).await
}

/// Stores a price list of Card Kingdom: what it asks, by grade, and what it pays.
pub async fn ingest_card_kingdom(ctx: &Ctx, list: &Book, publish: bool) -> Result<Ingested> {
    book(ctx, Source::CardKingdom, Feed::CardKingdomList, list, publish).await
}

/// Stores a price guide of Cardmarket. Products are matched by Cardmarket's id alone.
pub async fn ingest_cardmarket(ctx: &Ctx, guide: &Book, publish: bool) -> Result<Ingested> {
    book(ctx, Source::Cardmarket, Feed::CardmarketGuide, guide, publish).await
}
