//! What the catalogue holds already, so that an import writes only what is new or different.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::prices::Feed;

/// A stored row: its id, a hash of its content and when that was observed.
#[derive(Clone, Copy, Debug)]
pub struct Stored {
    pub id: i32,
    pub hash: i64,
    pub observed_at: DateTime<Utc>,
}

/// The three legality masks of a card and the formats they speak of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Legality {
    pub legal: i64,
    pub restricted: i64,
    pub banned: i64,
    pub known: i64,
}

impl Legality {
    /// Status in the format of a bit: 0 not legal, 1 legal, 2 restricted, 3 banned.
    pub fn status(&self, bit: i16) -> i16 {
        let has = |mask: i64| i16::from(mask >> bit & 1 == 1);
        has(self.legal) + 2 * has(self.restricted) + 3 * has(self.banned)
    }
}

/// Ids and hashes of everything that an import may meet.
pub struct Known {
    pub printings: HashMap<Uuid, Stored>,
    pub cards: HashMap<Uuid, (Stored, Legality)>,
    pub sets: HashMap<String, i32>,
    pub formats: HashMap<String, i16>,
    /// Made when: the newest file that spoke of every printing, and so confirmed what it did not change.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The next free ids.
    pub next_printing: i32,
    pub next_card: i32,
    pub next_set: i32,
}

impl Known {
    /// Whether an observation is to be believed rather than a stored one. Of two of the same moment
    /// the later file is, unless its lines are of different days: then the order of files means nothing.
    pub fn is_newer(&self, observed: DateTime<Utc>, stored: &Stored, mixed: bool) -> bool {
        let held = self.confirmed_at.map_or(stored.observed_at, |at| at.max(stored.observed_at));
        if mixed { held < observed } else { held <= observed }
    }

    /// Reads it; the caller holds the import lock, so that nobody else adds rows meanwhile.
    pub async fn load(client: &Client) -> Result<Self, tokio_postgres::Error> {
        let stored =
            |row: &tokio_postgres::Row| Stored { id: row.get(1), hash: row.get(2), observed_at: row.get(3) };
        let rows =
            client.query("SELECT scryfall_id, id, content_hash, observed_at FROM printings", &[]).await?;
        let printings: HashMap<_, _> = rows.iter().map(|row| (row.get(0), stored(row))).collect();
        let sql = "SELECT oracle_id, id, content_hash, observed_at, legal, restricted, banned, known_formats FROM cards";
        let rows = client.query(sql, &[]).await?;
        let legality = |row: &tokio_postgres::Row| Legality {
            legal: row.get(4),
            restricted: row.get(5),
            banned: row.get(6),
            known: row.get(7),
        };
        let cards = rows.iter().map(|row| (row.get(0), (stored(row), legality(row)))).collect();
        let rows = client.query("SELECT code, id FROM mtg_sets", &[]).await?;
        let sets = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        let rows = client.query("SELECT name, bit FROM formats", &[]).await?;
        let formats = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        let sql =
            "SELECT max(observed_at) FROM price_slices WHERE feed = $1 AND complete AND quarantined IS NULL";
        let confirmed = client.query_one(sql, &[&Feed::Scryfall.number()]).await?;
        let sql = "SELECT (SELECT coalesce(max(id), 0) + 1 FROM printings), (SELECT coalesce(max(id), 0) + 1 FROM cards),
                          (SELECT coalesce(max(id), 0) + 1 FROM mtg_sets)";
        let next = client.query_one(sql, &[]).await?;
        Ok(Self {
            printings,
            cards,
            sets,
            formats,
            confirmed_at: confirmed.get(0),
            next_printing: next.get(0),
            next_card: next.get(1),
            next_set: next.get(2),
        })
    }
}
