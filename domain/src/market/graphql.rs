use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject, Subscription};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{Stream, StreamExt};

use super::live::{Feed as LiveFeed, follow};
use super::model::{Moved, MoverDirection, MoverWindow, MoversWanted, Overview};
use super::ops;
use crate::catalog::{self, Card, CardRef, Printing, PrintingKey};
use crate::events::Position;
use crate::prices::{self, Currency, CurrentKey, Feed, Finish, Price, SliceRow, Source};
use crate::scalars::{Decimal, Money};
use crate::{Ctx, Error, Reader, ReaderLoader, prefetch};

/// A source is stale when its last data is older than this: twice the daily schedule.
const STALE: TimeDelta = TimeDelta::hours(48);

/// What a source said last and how fresh that is.
#[derive(SimpleObject)]
pub struct SourceStatus {
    /// The market.
    source: Source,
    /// The way its prices reach us.
    feed: Feed,
    /// When the source made its newest data.
    observed_at: DateTime<Utc>,
    /// When we stored it.
    ingested_at: DateTime<Utc>,
    /// Prices in it that belong to printings of the catalogue.
    prices: i32,
    /// Whether it is older than twice its schedule.
    stale: bool,
    /// Whether its newest file was refused because it had shrunk; the older prices stay.
    quarantined: bool,
}

impl SourceStatus {
    pub(crate) fn of(row: &SliceRow, now: DateTime<Utc>) -> Option<Self> {
        Some(Self {
            source: Source::from_number(row.source)?,
            feed: Feed::from_number(row.feed)?,
            observed_at: row.observed_at,
            ingested_at: row.ingested_at,
            prices: row.matched,
            stale: now - row.observed_at > STALE,
            quarantined: row.quarantined.is_some(),
        })
    }
}

/// The market in one currency.
#[Object(name = "MarketOverview")]
impl Overview {
    /// The currency.
    async fn currency(&self) -> Currency {
        self.currency
    }

    /// What each source said last.
    async fn sources(&self, ctx: &Context<'_>) -> Result<Vec<SourceStatus>> {
        let ctx: &Ctx = ctx.data_unchecked();
        let rows = prices::sources(ctx).await?;
        Ok(rows.iter().filter_map(|row| SourceStatus::of(row, ctx.now())).collect())
    }

    /// Sets in the catalogue.
    async fn sets(&self) -> i32 {
        self.counts.sets
    }

    /// Cards in the catalogue.
    async fn cards(&self) -> i32 {
        self.counts.cards
    }

    /// Printings in the catalogue.
    async fn printings(&self) -> i32 {
        self.counts.printings
    }

    /// Printings with a price in the currency.
    async fn priced_printings(&self) -> i32 {
        self.counts.priced
    }

    /// Printings that rose in the last 24 hours of the currency's reference market.
    async fn advancing(&self) -> i32 {
        self.advancing
    }

    /// Printings that fell in the last 24 hours of the currency's reference market.
    async fn declining(&self) -> i32 {
        self.declining
    }

    /// Where the data of the currency's reference market ends.
    async fn as_of(&self) -> Option<DateTime<Utc>> {
        self.as_of
    }
}

/// A price that moved over a window.
#[derive(SimpleObject)]
pub struct Mover {
    /// Whose price.
    printing: Printing,
    /// The price now.
    price: Price,
    /// The price when the window began.
    before: Money,
    /// The difference.
    change: Money,
    /// The difference in per cent, to a tenth.
    change_percent: Decimal,
}

/// Reads of the market.
#[derive(Default)]
pub struct Query;

#[Object(name = "MarketQuery")]
impl Query {
    /// The market in one currency.
    async fn market_overview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The currency.")] currency: Currency,
    ) -> Result<Overview> {
        Ok(ops::overview(ctx.data_unchecked(), currency).await?)
    }

    /// The largest moves of headline prices over a window that ends with the market's newest data.
    #[expect(clippy::too_many_arguments, reason = "they are the field's arguments")]
    async fn top_movers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of prices in this currency.")] currency: Currency,
        #[graphql(default_with = "MoverWindow::Week", desc = "How far back.")] window: MoverWindow,
        #[graphql(default_with = "MoverDirection::Up", desc = "Rises or falls.")] direction: MoverDirection,
        #[graphql(
            default_with = "Decimal(100)",
            desc = "What the price must have been worth before, so that cents do not lead."
        )]
        floor: Decimal,
        #[graphql(desc = "Only of this market; the currency's reference market if absent.")] source: Option<
            Source,
        >,
        #[graphql(desc = "Only of this finish.")] finish: Option<Finish>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
    ) -> Result<Vec<Mover>> {
        let wanted = MoversWanted { currency, source, window, direction, floor: floor.0, finish, first };
        let moved = ops::top_movers(ctx.data_unchecked(), wanted).await?;
        movers(ctx, &moved, currency).await
    }
}

async fn movers(ctx: &Context<'_>, moved: &[Moved], currency: Currency) -> Result<Vec<Mover>> {
    let reader = ctx.data_unchecked::<ReaderLoader>();
    let printings = reader.load_many(moved.iter().map(|m| PrintingKey(m.printing_id))).await?;
    let current = reader.load_many(moved.iter().map(|m| CurrentKey(m.printing_id))).await?;
    let money = |minor| Money { minor, currency };
    let mover = |m: &Moved| {
        let price =
            current.get(&CurrentKey(m.printing_id))?.iter().find(|price| price.series == m.series_id)?;
        Some(Mover {
            printing: printings.get(&PrintingKey(m.printing_id))?.clone(),
            price: price.clone(),
            before: money(m.before),
            change: money(m.after - m.before),
            change_percent: Decimal(m.permille() * 10),
        })
    };
    let found: Vec<Mover> = moved.iter().filter_map(mover).collect();
    let rows: Vec<Printing> = found.iter().map(|mover| mover.printing.clone()).collect();
    prefetch::printings_in(ctx, "printing", &rows).await?;
    Ok(found)
}

/// What a message of a live feed is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum UpdateKind {
    /// The state when the subscription began.
    Snapshot,
    /// What changed since the message before.
    Delta,
    /// The state anew, after a loss: it replaces everything that came before.
    Reset,
}

/// A place in a live feed. Hand it back as `since` to go on after a lost connection.
#[derive(SimpleObject)]
pub struct EventPosition {
    /// Which life of the feed; offsets of another one say nothing.
    epoch: String,
    /// Events so far in that life.
    offset: i64,
}

impl From<Position> for EventPosition {
    fn from(position: Position) -> Self {
        Self { epoch: position.epoch, offset: position.offset }
    }
}

/// A place in a live feed, as a message gave it.
#[derive(InputObject)]
pub struct EventPositionInput {
    /// The epoch of the last message.
    epoch: String,
    /// The offset of the last message.
    offset: i64,
}

impl From<EventPositionInput> for Position {
    fn from(input: EventPositionInput) -> Self {
        Self { epoch: input.epoch, offset: input.offset }
    }
}

/// News of a card's prices. A snapshot or reset holds all current prices of its printings, a delta
/// the changed ones; a price without money was withdrawn.
#[derive(SimpleObject)]
pub struct CardUpdate {
    /// What this message is.
    pub(super) kind: UpdateKind,
    /// Where in the feed it is.
    pub(super) position: EventPosition,
    /// The card.
    pub(super) card: Card,
    /// Its prices.
    pub(super) prices: Vec<Price>,
}

/// News of a whole market. A snapshot or reset holds its last changes, a delta those of a batch.
#[derive(SimpleObject)]
pub struct MarketUpdate {
    /// What this message is.
    pub(super) kind: UpdateKind,
    /// Where in the feed it is.
    pub(super) position: EventPosition,
    /// The currency of the prices.
    pub(super) currency: Currency,
    /// How many prices changed; `prices` shows at most 100 headline prices of each batch.
    pub(super) changed: i32,
    /// The changes.
    pub(super) prices: Vec<Price>,
}

/// Live feeds of the market.
#[derive(Default)]
pub struct Subscription;

#[Subscription(name = "MarketSubscription")]
impl Subscription {
    /// Prices of all printings of a card: a snapshot, then every change, at most four messages a second.
    async fn card_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The card: a public id or one of Scryfall's UUIDs.")] card_id: ID,
        #[graphql(desc = "Go on after this place instead of with a snapshot, if the feed still knows it.")]
        since: Option<EventPositionInput>,
    ) -> Result<impl Stream<Item = CardUpdate>> {
        let ctx = ctx.data_unchecked::<Ctx>();
        let card = catalog::card(&Reader::loader(ctx.clone()), CardRef::parse(&card_id)?).await?;
        let card = card.ok_or(Error::NotFound("card"))?;
        let updates = follow(ctx, LiveFeed::Card(card.clone()), since.map(Position::from)).await?;
        Ok(updates.map(move |update| CardUpdate::of(&card, update)))
    }

    /// Changes of the whole market in a currency: the last ones, then every batch, at most four messages a second.
    async fn market_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The currency.")] currency: Currency,
        #[graphql(desc = "Go on after this place instead of with a snapshot, if the feed still knows it.")]
        since: Option<EventPositionInput>,
    ) -> Result<impl Stream<Item = MarketUpdate>> {
        let ctx = ctx.data_unchecked::<Ctx>();
        let updates = follow(ctx, LiveFeed::Market(currency), since.map(Position::from)).await?;
        Ok(updates.map(move |update| MarketUpdate::of(currency, update)))
    }
}
