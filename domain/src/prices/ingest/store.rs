use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use tokio_postgres::Client;

use super::Offers;
use crate::copy::{Rows, copy_rows};
use crate::prices::{Feed, Finish, PriceKind, Source};
use crate::{Ctx, Error, Result, alerts, db, saved};

/// A complete slice with fewer matched prices than this share of the one before is not believed.
const SHRUNK: f64 = 0.5;
/// Fewer prices of a kind than this may all go without a reason.
const FEW: i64 = 20;
/// Changes that one outbox row carries.
const BATCH: i64 = 500;
/// After so many changes readers need fresh statistics at once.
const MANY: u64 = 5_000;
/// Partitions that exist ahead of time.
const MONTHS_AHEAD: u32 = 3;
/// Guards the creation of partitions.
const PARTITION_LOCK: i64 = 823_650_004;

/// What one source said at one moment through one feed.
#[derive(Clone, Debug)]
pub(crate) struct Slice {
    pub source: Source,
    pub feed: Feed,
    pub observed_at: DateTime<Utc>,
    /// Whether a price that is absent was withdrawn.
    pub complete: bool,
    /// Prices in the file, matched to a printing or not.
    pub offered: i64,
    /// Whether listeners are told; the first load of a long past is not news.
    pub publish: bool,
    /// Whether it is one moment of the source, to be remembered as such. A file that was put together
    /// from several days is none.
    pub moment: bool,
    /// Only some products were asked for: its few changes are told each by itself.
    pub narrow: bool,
}

impl Slice {
    /// The three markets that speak through Scryfall.
    pub fn of_scryfall(observed_at: DateTime<Utc>, complete: bool, moment: bool) -> Vec<Self> {
        let slice = |source| Self {
            source,
            feed: Feed::Scryfall,
            observed_at,
            complete,
            offered: 0,
            publish: true,
            moment,
            narrow: false,
        };
        [Source::Tcgplayer, Source::Cardmarket, Source::Cardhoarder].map(slice).to_vec()
    }
}

/// What an ingestion did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ingested {
    /// Products that were listed, as far as they were counted.
    pub products: u64,
    /// Products among them that belong to no printing we know.
    pub unmatched: u64,
    /// Prices in the file.
    pub offered: u64,
    /// Prices that belong to a printing we know.
    pub matched: u64,
    /// Prices that were new or different, withdrawals included.
    pub changed: u64,
    /// Why the file was not believed, if so; the older prices stay.
    pub quarantined: Option<String>,
}

/// Stores the offers of some slices inside the client's open transaction.
pub(crate) async fn store(ctx: &Ctx, client: &Client, slices: &[Slice], offers: Offers) -> Result<Ingested> {
    stage(client).await?;
    let matched = copy_rows(client, "offer", offers.rows).await?;
    settle(ctx, client, slices, matched).await
}

/// Makes the tables that offers are copied to.
pub(super) async fn stage(client: &Client) -> Result<()> {
    Ok(client.batch_execute(STAGE).await?)
}

/// Compares the offers that were copied with what is known and stores what changed.
pub(super) async fn settle(ctx: &Ctx, client: &Client, slices: &[Slice], matched: u64) -> Result<Ingested> {
    let now = ctx.now();
    let mut rows = Rows::default();
    for slice in slices {
        rows.row(8).i16(slice.source.number()).i16(slice.feed.number()).timestamp(slice.observed_at);
        rows.bool(slice.complete).i64(slice.offered).bool(slice.publish).bool(slice.moment);
        rows.bool(slice.narrow);
    }
    let into = "slice (source, feed, observed_at, complete, offered, publish, moment, narrow)";
    copy_rows(client, into, rows).await?;
    client.batch_execute("ANALYZE offer").await?;
    client.execute(MEASURE, &[&SHRUNK]).await?;
    let whole = slices.iter().any(|slice| slice.complete);
    if whole {
        miss_kinds(client).await?;
    }
    let quarantined =
        client.query("SELECT quarantined FROM slice WHERE quarantined IS NOT NULL", &[]).await?;
    // A whole slice is compared with all series of its source, of which the planner may know nothing
    // yet: it must not take them for a few and look for each of them in the whole slice.
    client.batch_execute(if whole { "SET LOCAL enable_nestloop = off" } else { "" }).await?;
    for step in [COMPARE, WITHDRAW, "SET LOCAL enable_nestloop = on", WITHDRAW_LATE, SETTLE_LATE] {
        client.batch_execute(step).await?;
    }
    let now_param: &(dyn tokio_postgres::types::ToSql + Sync) = &now;
    client.execute(CONFIRM_AFTER_LATE, &[now_param]).await?;
    client.execute(NEW_SERIES, &[now_param]).await?;
    client.execute(UPDATE_SERIES, &[now_param]).await?;
    let changed = client.execute(HISTORY, &[now_param]).await?;
    client.batch_execute(&references("SELECT printing_id FROM change WHERE headline AND NOT late")).await?;
    if client.execute(OUTBOX, &[&BATCH]).await? > 0 {
        client.batch_execute("NOTIFY outbox").await?;
    }
    client.execute(RECORD, &[now_param]).await?;
    alerts::touch_changed(ctx, client).await?;
    if changed > 0 {
        saved::touch_changed(ctx, client).await?;
    }
    if changed > MANY {
        client.batch_execute("ANALYZE price_series, reference_prices").await?;
    }
    client.batch_execute("DROP TABLE offer, slice, change").await?;
    Ok(Ingested {
        offered: slices.iter().map(|s| s.offered.unsigned_abs()).sum::<u64>().max(matched),
        matched,
        changed,
        products: 0,
        unmatched: 0,
        quarantined: quarantined.first().map(|row| row.get(0)),
    })
}

/// Refuses a slice that lost most prices of one kind and finish, though there are enough others: its source renamed
/// a field, or forgot one.
async fn miss_kinds(client: &Client) -> Result<()> {
    for row in client.query(MEASURE_KINDS, &[&SHRUNK, &FEW]).await? {
        let kind = PriceKind::from_number(row.get(2)).map_or_else(String::new, |kind| format!("{kind:?}"));
        let finish = Finish::from_number(row.get(3)).map_or_else(String::new, |finish| format!("{finish:?}"));
        let (before, now): (i64, i64) = (row.get(4), row.get(5));
        let reason = format!("{now} prices {kind} {finish}, where {before} came before");
        let sql = "UPDATE slice SET quarantined = $3 WHERE (source, feed) = ($1, $2) AND quarantined IS NULL";
        client.execute(sql, &[&row.get::<_, i16>(0), &row.get::<_, i16>(1), &reason]).await?;
    }
    Ok(())
}

const STAGE: &str = "
    SET LOCAL work_mem = '64MB';
    CREATE TEMP TABLE offer (
        printing_id int, source int2, feed int2, kind int2, finish int2, condition int2, currency int2,
        headline bool, amount int8, quantity int4, observed_at timestamptz
    ) ON COMMIT DROP;
    CREATE TEMP TABLE slice (
        source int2, feed int2, observed_at timestamptz, complete bool, offered int8, publish bool, moment bool,
        narrow bool, known bool, latest timestamptz, next timestamptz, matched int8, quarantined text
    ) ON COMMIT DROP";

/// Counts what each slice brings, finds its place among the complete slices that are believed, and
/// refuses it when it shrank against the one before it.
const MEASURE: &str = "
    UPDATE slice n SET
        matched = m.matched,
        known = i.narrow OR EXISTS (SELECT FROM price_slices p WHERE (p.feed, p.source) = (i.feed, i.source) AND p.quarantined IS NULL),
        latest = l.latest,
        next = l.next,
        quarantined = CASE WHEN n.complete AND m.matched < b.matched * $1::float8
            THEN format('%s prices, where %s came before', m.matched, b.matched) END
    FROM slice i
    CROSS JOIN LATERAL (
        SELECT count(*) AS matched FROM offer o WHERE (o.source, o.feed) = (i.source, i.feed)
    ) m
    CROSS JOIN LATERAL (
        SELECT max(p.observed_at) AS latest, min(p.observed_at) FILTER (WHERE p.observed_at > i.observed_at) AS next
        FROM price_slices p
        WHERE (p.feed, p.source) = (i.feed, i.source) AND p.complete AND p.quarantined IS NULL
    ) l
    LEFT JOIN LATERAL (
        SELECT p.matched FROM price_slices p
        WHERE (p.feed, p.source) = (i.feed, i.source) AND p.complete AND p.quarantined IS NULL
          AND p.observed_at <= i.observed_at
        ORDER BY p.observed_at DESC LIMIT 1
    ) b ON true
    WHERE (n.source, n.feed) = (i.source, i.feed)";

const MEASURE_KINDS: &str = "
    WITH before AS (
        SELECT s.source, s.feed, s.kind, s.finish, count(*) AS prices
        FROM slice l JOIN price_series s ON (s.source, s.feed) = (l.source, l.feed)
        WHERE l.complete AND l.quarantined IS NULL AND l.observed_at >= coalesce(l.latest, '-infinity')
          AND s.amount IS NOT NULL
        GROUP BY 1, 2, 3, 4
    ), now AS (SELECT source, feed, kind, finish, count(*) AS prices FROM offer GROUP BY 1, 2, 3, 4)
    SELECT source, feed, kind, finish, before.prices, coalesce(now.prices, 0)
    FROM before LEFT JOIN now USING (source, feed, kind, finish)
    WHERE before.prices >= $2::int8 AND coalesce(now.prices, 0) < before.prices * $1::float8
    ORDER BY kind, finish";

/// Offers that are new or differ from the current price. An offer is late when we know something
/// newer: of its series, or a newer complete slice. Late ones go to the history only.
const COMPARE: &str = "
    CREATE TEMP TABLE change ON COMMIT DROP AS
    SELECT coalesce(s.id, nextval(pg_get_serial_sequence('price_series', 'id')))::int AS series_id,
           s.id IS NULL AS fresh,
           coalesce(o.observed_at < s.changed_at, false) OR coalesce(l.observed_at < l.latest, false) AS late,
           l.publish, l.next, o.*
    FROM (
        SELECT DISTINCT ON (printing_id, feed, source, kind, finish, condition, currency) *
        FROM offer
        ORDER BY printing_id, feed, source, kind, finish, condition, currency, observed_at DESC, amount
    ) o
    JOIN slice l ON (l.source, l.feed) = (o.source, o.feed) AND l.quarantined IS NULL
    LEFT JOIN price_series s
        ON (s.printing_id, s.feed, s.source, s.kind, s.finish, s.condition, s.currency)
         = (o.printing_id, o.feed, o.source, o.kind, o.finish, o.condition, o.currency)
    WHERE s.id IS NULL
       OR (s.amount, s.quantity) IS DISTINCT FROM (o.amount, o.quantity)
       OR o.observed_at < s.changed_at
       OR l.observed_at < l.latest";

/// Prices that a complete and newest slice no longer has.
const WITHDRAW: &str = "
    INSERT INTO change
    SELECT s.id, false, false, l.publish, NULL, s.printing_id, s.source, s.feed, s.kind, s.finish, s.condition, s.currency,
           s.headline, NULL, NULL, l.observed_at
    FROM slice l
    JOIN price_series s ON (s.source, s.feed) = (l.source, l.feed)
    WHERE l.complete AND l.quarantined IS NULL AND l.observed_at >= coalesce(l.latest, '-infinity')
      AND s.amount IS NOT NULL AND s.changed_at <= l.observed_at
      AND NOT EXISTS (
          SELECT 1 FROM offer o
          WHERE (o.printing_id, o.feed, o.source, o.kind, o.finish, o.condition, o.currency)
              = (s.printing_id, s.feed, s.source, s.kind, s.finish, s.condition, s.currency))";

/// Prices that had held when a complete slice without them was made that reaches us late.
const WITHDRAW_LATE: &str = "
    INSERT INTO change
    SELECT s.id, false, true, l.publish, l.next, s.printing_id, s.source, s.feed, s.kind, s.finish, s.condition,
           s.currency, s.headline, NULL, NULL, l.observed_at
    FROM slice l
    JOIN price_series s ON (s.source, s.feed) = (l.source, l.feed)
    CROSS JOIN LATERAL (
        SELECT h.amount FROM price_history h
        WHERE h.series_id = s.id AND h.observed_at <= l.observed_at
        ORDER BY h.observed_at DESC, h.ingested_at DESC LIMIT 1
    ) held
    WHERE l.complete AND l.quarantined IS NULL AND l.observed_at < l.latest AND held.amount IS NOT NULL
      AND NOT EXISTS (
          SELECT 1 FROM offer o
          WHERE (o.printing_id, o.feed, o.source, o.kind, o.finish, o.condition, o.currency)
              = (s.printing_id, s.feed, s.source, s.kind, s.finish, s.condition, s.currency))";

/// Late offers that say what the history says already are no news.
const SETTLE_LATE: &str = "
    DELETE FROM change c
    WHERE c.late AND (
        SELECT (h.amount, h.quantity) IS NOT DISTINCT FROM (c.amount, c.quantity)
        FROM price_history h
        WHERE h.series_id = c.series_id AND h.observed_at <= c.observed_at
        ORDER BY h.observed_at DESC, h.ingested_at DESC LIMIT 1)";

/// A late price ends where the next complete slice confirmed what had held before it: another
/// price, or none.
const CONFIRM_AFTER_LATE: &str = "
    INSERT INTO price_history (series_id, observed_at, ingested_at, amount, quantity)
    SELECT c.series_id, c.next, $1, held.amount, held.quantity
    FROM change c
    LEFT JOIN LATERAL (
        SELECT h.amount, h.quantity FROM price_history h
        WHERE h.series_id = c.series_id AND h.observed_at <= c.observed_at
        ORDER BY h.observed_at DESC, h.ingested_at DESC LIMIT 1
    ) held ON true
    WHERE c.late AND c.next IS NOT NULL
      AND NOT EXISTS (
          SELECT 1 FROM price_history x
          WHERE x.series_id = c.series_id AND x.observed_at > c.observed_at AND x.observed_at <= c.next)";

/// A series that only a late slice knows has no price now: the next complete slice was without it.
const NEW_SERIES: &str = "
    INSERT INTO price_series (id, printing_id, source, feed, kind, finish, condition, currency, headline, amount,
        quantity, changed_at, ingested_at, version)
    OVERRIDING SYSTEM VALUE
    SELECT series_id, printing_id, source, feed, kind, finish, condition, currency, headline,
           CASE WHEN NOT late THEN amount END, CASE WHEN NOT late THEN quantity END,
           CASE WHEN late THEN next ELSE observed_at END, $1, 1
    FROM change WHERE fresh";

const UPDATE_SERIES: &str = "
    UPDATE price_series s SET
        previous = CASE WHEN s.amount IS DISTINCT FROM c.amount THEN coalesce(s.amount, s.previous) ELSE s.previous END,
        amount = c.amount, quantity = c.quantity, changed_at = c.observed_at, ingested_at = $1,
        version = s.version + 1
    FROM change c WHERE s.id = c.series_id AND NOT c.fresh AND NOT c.late";

const HISTORY: &str = "
    INSERT INTO price_history (series_id, observed_at, ingested_at, amount, quantity)
    SELECT series_id, observed_at, $1, amount, quantity FROM change ORDER BY series_id";

/// The prices that search compares: of each market and finish the freshest headline.
/// `printings` is a query for the printings in question.
fn references(printings: &str) -> String {
    REFERENCES.replace("$printings", printings)
}

/// Computes the reference prices of some printings anew.
pub(crate) async fn refresh_references(client: &Client, printings: &[i32]) -> Result<()> {
    client.execute(&references("SELECT unnest($1::int[])"), &[&printings]).await?;
    Ok(())
}

const REFERENCES: &str = "
    INSERT INTO reference_prices AS r (printing_id, usd, usd_foil, usd_etched, eur, eur_foil, tix)
    SELECT s.printing_id,
        (array_agg(s.amount ORDER BY s.changed_at DESC) FILTER (WHERE s.currency = 1 AND s.source IN (1, 9) AND s.finish = 1))[1],
        (array_agg(s.amount ORDER BY s.changed_at DESC) FILTER (WHERE s.currency = 1 AND s.source IN (1, 9) AND s.finish = 2))[1],
        (array_agg(s.amount ORDER BY s.changed_at DESC) FILTER (WHERE s.currency = 1 AND s.source IN (1, 9) AND s.finish = 4))[1],
        (array_agg(s.amount ORDER BY s.changed_at DESC) FILTER (WHERE s.currency = 2 AND s.source IN (2, 9) AND s.finish = 1))[1],
        (array_agg(s.amount ORDER BY s.changed_at DESC) FILTER (WHERE s.currency = 2 AND s.source IN (2, 9) AND s.finish = 2))[1],
        (array_agg(s.amount ORDER BY s.changed_at DESC) FILTER (WHERE s.currency = 3 AND s.source = 3 AND s.finish = 1))[1]
    FROM price_series s
    WHERE s.headline AND s.printing_id IN ($printings)
    GROUP BY s.printing_id
    ON CONFLICT (printing_id) DO UPDATE SET usd = excluded.usd, usd_foil = excluded.usd_foil,
        usd_etched = excluded.usd_etched, eur = excluded.eur, eur_foil = excluded.eur_foil, tix = excluded.tix
    WHERE (r.usd, r.usd_foil, r.usd_etched, r.eur, r.eur_foil, r.tix) IS DISTINCT FROM
        (excluded.usd, excluded.usd_foil, excluded.usd_etched, excluded.eur, excluded.eur_foil, excluded.tix)";

/// Tells of changes. The first prices of a whole new source are too many: who listens is told to look anew.
const OUTBOX: &str = "
    INSERT INTO outbox (kind, payload)
    SELECT 'anew', '{}' WHERE EXISTS (SELECT FROM change c JOIN slice l ON (l.source, l.feed) = (c.source, c.feed)
                                      WHERE c.publish AND NOT c.late AND NOT l.known)
    UNION ALL
    (SELECT 'prices', jsonb_build_object('changes', jsonb_agg(jsonb_build_array(card_id, jsonb_build_object(
        'series', id, 'printing', printing_id, 'source', source, 'feed', feed, 'kind', kind, 'finish', finish,
        'condition', condition, 'currency', currency, 'headline', headline, 'amount', amount, 'previous', previous,
        'quantity', quantity, 'changed_at', changed_at, 'observed_at', changed_at, 'ingested_at', ingested_at,
        'version', version))))
    FROM (
        SELECT p.card_id, s.*, (row_number() OVER (ORDER BY p.card_id, s.id) - 1) / $1 AS batch
        FROM change c
        JOIN price_series s ON s.id = c.series_id
        JOIN printings p ON p.id = s.printing_id
        JOIN slice l ON (l.source, l.feed) = (c.source, c.feed)
        WHERE c.publish AND NOT c.late AND l.known
    ) x
    GROUP BY batch ORDER BY batch)";

/// A file that was seen before and brought nothing leaves no trace.
const RECORD: &str = "
    INSERT INTO price_slices AS p (source, feed, observed_at, ingested_at, offered, matched, changed, complete, quarantined)
    SELECT l.source, l.feed, l.observed_at, $1, greatest(l.offered, l.matched), l.matched, coalesce(c.changed, 0),
           l.complete, l.quarantined
    FROM slice l
    LEFT JOIN (SELECT source, feed, count(*) AS changed FROM change GROUP BY 1, 2) c USING (source, feed)
    WHERE l.moment AND (l.matched > 0 OR l.quarantined IS NOT NULL)
    ON CONFLICT (feed, source, observed_at) DO UPDATE SET
        ingested_at = excluded.ingested_at, offered = excluded.offered, matched = excluded.matched,
        changed = p.changed + excluded.changed, quarantined = excluded.quarantined
    WHERE excluded.changed > 0 OR (p.quarantined IS NOT NULL AND excluded.quarantined IS NULL)";

/// Makes the monthly partitions from a day on to some months ahead of now. Idempotent.
pub async fn ensure_partitions(ctx: &Ctx, from: NaiveDate) -> Result<()> {
    ctx.require_service()?;
    let client = db::dedicated(&ctx.app().database_url).await?;
    let last = ctx.now().date_naive() + Months::new(MONTHS_AHEAD);
    let mut month = from.with_day(1).ok_or_else(|| Error::internal(anyhow::anyhow!("no first of {from}")))?;
    client.execute("SELECT pg_advisory_lock($1)", &[&PARTITION_LOCK]).await?;
    while month <= last {
        let next = month + Months::new(1);
        let name = month.format("price_history_%Y_%m");
        let exists: bool =
            client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&name.to_string()]).await?.get(0);
        if !exists {
            // Strays that waited in the default partition move with the new one.
            client
                .batch_execute(&format!(
                    "BEGIN; SET LOCAL lock_timeout = '10s';
                     CREATE TABLE {name} (LIKE price_history INCLUDING DEFAULTS);
                     WITH strays AS (DELETE FROM price_history_default
                         WHERE observed_at >= '{month}' AND observed_at < '{next}' RETURNING *)
                     INSERT INTO {name} SELECT * FROM strays;
                     ALTER TABLE price_history ATTACH PARTITION {name} FOR VALUES FROM ('{month}') TO ('{next}');
                     COMMIT"
                ))
                .await?;
        }
        month = next;
    }
    Ok(())
}
