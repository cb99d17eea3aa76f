use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use markets::listing::Listing;
use tokio_postgres::Client;

use super::matching::Unmatched;
use crate::Result;
use crate::copy::{Rows, copy_rows};
use crate::prices::Feed;

/// Products of a feed that are listed; all are counted.
const LISTED: usize = 2_000;
/// Of a name that a source made up.
const LONGEST: usize = 200;

struct Missed {
    product: String,
    name: String,
    reason: Unmatched,
    /// The dearest of its prices: what is worth most is worth a look first.
    amount: Option<i64>,
}

/// Products that belong to no printing.
#[derive(Default)]
pub(super) struct Misses {
    pub count: u64,
    kept: Vec<Missed>,
}

impl Misses {
    pub fn push(&mut self, listing: &Listing, reason: Unmatched) {
        self.count += 1;
        let short = |text: &str| text.chars().take(LONGEST).collect();
        let amount = listing.quotes.iter().map(|quote| quote.cents).max();
        let (product, name) = (short(&listing.product), short(&listing.name));
        self.kept.push(Missed { product, name, reason, amount });
        if self.kept.len() >= 2 * LISTED {
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        self.kept.sort_by_key(|missed| Reverse(missed.amount));
        self.kept.truncate(LISTED);
    }

    /// Lists these and no others of the feed.
    pub async fn store(mut self, client: &Client, feed: Feed, now: DateTime<Utc>) -> Result<()> {
        self.shrink();
        let stage =
            "CREATE TEMP TABLE missed (product text, name text, reason int2, amount int8) ON COMMIT DROP";
        client.batch_execute(stage).await?;
        let mut rows = Rows::default();
        for missed in &self.kept {
            let row = rows.row(4).text(&missed.product).text(&missed.name).i16(missed.reason.number());
            row.opt(missed.amount, Rows::i64);
        }
        copy_rows(client, "missed", rows).await?;
        let gone = "DELETE FROM unmatched_products u
                    WHERE feed = $1 AND NOT EXISTS (SELECT FROM missed m WHERE m.product = u.product)";
        client.execute(gone, &[&feed.number()]).await?;
        let listed =
            "INSERT INTO unmatched_products AS u (feed, product, name, reason, amount, first_seen_at)
                      SELECT DISTINCT ON (product) $1, product, name, reason, amount, $2 FROM missed
                      ORDER BY product, amount DESC NULLS LAST
                      ON CONFLICT (feed, product) DO UPDATE SET
                          name = excluded.name, reason = excluded.reason, amount = excluded.amount
                      WHERE (u.name, u.reason, u.amount) IS DISTINCT FROM
                            (excluded.name, excluded.reason, excluded.amount)";
        client.execute(listed, &[&feed.number(), &now]).await?;
        client.batch_execute("DROP TABLE missed").await?;
        Ok(())
    }
}
