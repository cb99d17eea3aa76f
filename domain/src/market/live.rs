//! Live changes as a client sees them: a snapshot, then deltas, and a reset after a loss.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, stream};
use tokio::time::{Instant, sleep, timeout_at};

use super::graphql::{CardUpdate, MarketUpdate, UpdateKind};
use crate::catalog::Card;
use crate::events::{self, Live, Position, Subscription};
use crate::prices::{self, Currency, Price, PricesChanged};
use crate::{Ctx, Result, SeriesId};

/// A socket gets the latest prices of a topic at most this often.
const PACE: Duration = Duration::from_millis(250);
/// Between two tries to read a snapshot while the database is away.
const RETRY: Duration = Duration::from_millis(500);

/// Where a snapshot comes from.
#[derive(Clone)]
pub(super) enum Feed {
    /// All prices of a card.
    Card(Card),
    /// The last changes of a market.
    Market(Currency),
}

impl Feed {
    async fn snapshot(&self, ctx: &Ctx) -> Result<PricesChanged> {
        let ctx = ctx.renewed();
        let prices = match self {
            Self::Card(card) => prices::of_card(&ctx, card.0.id).await?,
            Self::Market(currency) => prices::last_changes(&ctx, *currency).await?,
        };
        Ok(PricesChanged { changed: prices.len(), prices })
    }
}

/// One message to a client.
pub(super) struct Update {
    pub kind: UpdateKind,
    pub position: Position,
    pub prices: PricesChanged,
}

struct Follower {
    ctx: Ctx,
    feed: Feed,
    live: Subscription<PricesChanged>,
    waiting: VecDeque<Update>,
    sent: Option<Instant>,
}

impl Follower {
    async fn next(&mut self) -> Option<Update> {
        if let Some(update) = self.waiting.pop_front() {
            events::arrived().await;
            return Some(update);
        }
        let update = match self.live.next().await? {
            Live::Event(position, event) => self.delta(position, event).await,
            Live::Reset(position) => self.reset(position).await,
        };
        self.sent = Some(Instant::now());
        Some(update)
    }

    /// Everything that arrives until the pace allows to send, the latest of each series.
    async fn delta(&mut self, mut position: Position, first: Arc<PricesChanged>) -> Update {
        let mut merged = Merged::default();
        merged.add(&first);
        let due = self.sent.map_or_else(Instant::now, |sent| sent + PACE);
        while let Ok(Some(live)) = timeout_at(due, self.live.next()).await {
            match live {
                Live::Event(at, event) => {
                    merged.add(&event);
                    position = at;
                }
                Live::Reset(at) => return self.reset(at).await,
            }
        }
        Update { kind: UpdateKind::Delta, position, prices: merged.finish() }
    }

    async fn reset(&mut self, position: Position) -> Update {
        loop {
            match self.feed.snapshot(&self.ctx).await {
                Ok(prices) => return Update { kind: UpdateKind::Reset, position, prices },
                Err(error) => tracing::warn!(%error, "a subscriber waits for its snapshot"),
            }
            sleep(RETRY).await;
        }
    }
}

#[derive(Default)]
struct Merged {
    changed: usize,
    prices: BTreeMap<SeriesId, Price>,
}

impl Merged {
    fn add(&mut self, event: &PricesChanged) {
        self.changed += event.changed;
        for price in &event.prices {
            self.prices.insert(price.series, price.clone());
        }
    }

    fn finish(self) -> PricesChanged {
        PricesChanged { changed: self.changed, prices: self.prices.into_values().collect() }
    }
}

/// Follows a feed. With a position that the channel still remembers, what was missed since comes
/// first; else a snapshot.
pub(super) async fn follow(
    ctx: &Ctx,
    feed: Feed,
    since: Option<Position>,
) -> Result<impl Stream<Item = Update> + use<>> {
    let topic = match &feed {
        Feed::Card(card) => events::card(card.0.id),
        Feed::Market(currency) => events::market(*currency),
    };
    // The position is read before the snapshot, so that nothing falls between them.
    let mut live = ctx.hub().subscribe(topic).await;
    let missed = match &since {
        Some(since) => live.missed(since).await,
        None => None,
    };
    let waiting = match missed {
        Some(events) => events
            .into_iter()
            .map(|(position, event)| Update { kind: UpdateKind::Delta, position, prices: (*event).clone() })
            .collect(),
        None => {
            let prices = feed.snapshot(ctx).await?;
            let kind = if since.is_some() { UpdateKind::Reset } else { UpdateKind::Snapshot };
            VecDeque::from([Update { kind, position: live.position().clone(), prices }])
        }
    };
    let follower = Follower { ctx: ctx.clone(), feed, live, waiting, sent: None };
    Ok(stream::unfold(follower, |mut follower| async {
        follower.next().await.map(|update| (update, follower))
    }))
}

impl CardUpdate {
    pub(super) fn of(card: &Card, update: Update) -> Self {
        Self {
            kind: update.kind,
            position: update.position.into(),
            card: card.clone(),
            prices: update.prices.prices,
        }
    }
}

impl MarketUpdate {
    pub(super) fn of(currency: Currency, update: Update) -> Self {
        Self {
            kind: update.kind,
            position: update.position.into(),
            currency,
            changed: i32::try_from(update.prices.changed).unwrap_or(i32::MAX),
            prices: update.prices.prices,
        }
    }
}
