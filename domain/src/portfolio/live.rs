//! What a collection is worth, as it changes. A subscriber keeps what each printing is worth: a price that
//! lands is looked up for its printing alone, and only a change of the inventory, a batch too large to be told
//! in full, or a loss reads everything anew.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::{Stream, stream};
use tokio::time::{Instant, sleep, timeout_at};

use super::model::{Basis, Valuation};
use super::ops;
use super::queries::Worth;
use crate::events::{self, Live, Subscription};
use crate::inventory::InventoryChanged;
use crate::market::UpdateKind;
use crate::prices::{Currency, PricesChanged};
use crate::{Ctx, PrintingId, Result};

/// Between two messages to a subscriber: with the way through the stores a price shows within a second.
const PACE: Duration = Duration::from_millis(700);
/// While prices pour in, a collection so large that reading it takes long is read a part of the time only.
const REST: u32 = 3;
/// Between two tries to read while the database is away.
const RETRY: Duration = Duration::from_millis(500);
/// Prices grow stale and rates of exchange come without an event.
const ANEW: Duration = Duration::from_secs(600);

/// One message to a client.
pub(super) struct Update {
    pub kind: UpdateKind,
    pub inventory_changed: bool,
    pub at: DateTime<Utc>,
    pub valuation: Valuation,
}

/// What came since the last message.
#[derive(Default)]
struct News {
    everything: bool,
    inventory: bool,
    lost: bool,
    printings: BTreeSet<PrintingId>,
}

impl News {
    fn is_empty(&self) -> bool {
        !self.everything && self.printings.is_empty()
    }

    fn inventory(&mut self, live: &Live<InventoryChanged>) {
        self.everything = true;
        self.inventory = true;
        self.lost |= matches!(live, Live::Reset(_));
    }

    fn prices(&mut self, live: &Live<PricesChanged>, owned: &HashMap<PrintingId, Vec<Worth>>) {
        match live {
            Live::Event(_, event) if event.changed > event.prices.len() => self.everything = true,
            Live::Event(_, event) => {
                let touched = event.prices.iter().map(|price| price.printing);
                self.printings.extend(touched.filter(|printing| owned.contains_key(printing)));
            }
            Live::Reset(_) => {
                self.everything = true;
                self.lost = true;
            }
        }
    }
}

struct Follower {
    ctx: Ctx,
    basis: Basis,
    inventory: Subscription<InventoryChanged>,
    markets: [Subscription<PricesChanged>; 2],
    worth: HashMap<PrintingId, Vec<Worth>>,
    told: Valuation,
    first: bool,
    sent: Instant,
    read: Instant,
    pace: Duration,
}

impl Follower {
    async fn next(&mut self) -> Option<Update> {
        if std::mem::take(&mut self.first) {
            return Some(self.update(UpdateKind::Snapshot, false));
        }
        loop {
            let mut news = News::default();
            match timeout_at(self.read + ANEW, self.hear(&mut news)).await {
                Ok(open) => open?,
                Err(_) => news.everything = true,
            }
            if news.is_empty() {
                continue;
            }
            while let Ok(open) = timeout_at(self.sent + self.pace, self.hear(&mut news)).await {
                open?;
            }
            self.take_in(&news).await;
            let valuation = self.valuation();
            if valuation != self.told || news.inventory || news.lost {
                self.told = valuation;
                let kind = if news.lost { UpdateKind::Reset } else { UpdateKind::Delta };
                return Some(self.update(kind, news.inventory));
            }
        }
    }

    /// Waits for the next event of any of the channels; nothing at shutdown.
    async fn hear(&mut self, news: &mut News) -> Option<()> {
        let [first, second] = &mut self.markets;
        tokio::select! {
            live = self.inventory.next() => news.inventory(&live?),
            live = first.next() => news.prices(&live?, &self.worth),
            live = second.next() => news.prices(&live?, &self.worth),
        }
        Some(())
    }

    async fn take_in(&mut self, news: &News) {
        let begun = Instant::now();
        let some = (!news.everything).then(|| news.printings.iter().copied().collect());
        loop {
            match ops::worth_by_printing(&self.ctx.renewed(), self.basis, some.clone()).await {
                Ok(found) => {
                    if some.is_none() {
                        self.worth.clear();
                        self.read = Instant::now();
                    }
                    news.printings.iter().for_each(|printing| drop(self.worth.remove(printing)));
                    keep(&mut self.worth, found);
                    self.pace = PACE.max(begun.elapsed() * REST);
                    return;
                }
                Err(error) => tracing::warn!(%error, "a subscriber waits for a portfolio"),
            }
            sleep(RETRY).await;
        }
    }

    fn valuation(&self) -> Valuation {
        ops::sum(self.worth.values().flatten(), self.basis.include_stale)
    }

    fn update(&mut self, kind: UpdateKind, inventory_changed: bool) -> Update {
        self.sent = Instant::now();
        let at = self.ctx.renewed().now();
        Update { kind, inventory_changed, at, valuation: self.told.clone() }
    }
}

fn keep(worth: &mut HashMap<PrintingId, Vec<Worth>>, found: Vec<Worth>) {
    for part in found {
        worth.entry(part.printing_id).or_default().push(part);
    }
}

/// Follows what the viewer's collection is worth.
pub(super) async fn follow(ctx: &Ctx, basis: Basis) -> Result<impl Stream<Item = Update> + use<>> {
    let (user, basis) = (ctx.reader()?, basis.check()?);
    // The channels are followed before anything is read, so that nothing falls between.
    let inventory = ctx.hub().subscribe(events::inventory(user)).await;
    let usd = ctx.hub().subscribe(events::market(Currency::Usd)).await;
    let eur = ctx.hub().subscribe(events::market(Currency::Eur)).await;
    let mut worth = HashMap::new();
    keep(&mut worth, ops::worth_by_printing(ctx, basis, None).await?);
    let now = Instant::now();
    let mut follower = Follower {
        ctx: ctx.clone(),
        basis,
        inventory,
        markets: [usd, eur],
        worth,
        told: Valuation::default(),
        first: true,
        sent: now,
        read: now,
        pace: PACE,
    };
    follower.told = follower.valuation();
    Ok(stream::unfold(follower, |mut follower| async {
        follower.next().await.map(|update| (update, follower))
    }))
}
