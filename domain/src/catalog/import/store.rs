use std::io::BufRead;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use tokio_postgres::Client;

use super::Origin;
use super::cards::{ObservedAt, Sorted, Sorter};
use super::encode::{CARD_COLUMNS, PRINTING_COLUMNS};
use super::known::Known;
use crate::copy::{CopyStream, copy_rows};
use crate::prices::{self, Slice};
use crate::{Ctx, Error, Result, db, similar};

/// One import at a time, also across processes.
const IMPORT_LOCK: i64 = 823_650_003;
/// Encoded chunks that may wait for Postgres: bounds the memory of a stream.
const CHUNKS_IN_FLIGHT: usize = 16;

/// What an import of a bulk file did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardsImported {
    /// Lines read.
    pub lines: u64,
    /// Printings that were new.
    pub new_printings: u64,
    /// Printings that had changed.
    pub changed_printings: u64,
    /// Cards that were new.
    pub new_cards: u64,
    /// Cards that had changed.
    pub changed_cards: u64,
    /// Legality changes that were recorded.
    pub legality_changes: u64,
    /// Prices in the file, and how many of them were news.
    pub prices: u64,
    /// Prices that were stored.
    pub changed_prices: u64,
    /// Lines that name no card: their numbers and the reason.
    pub skipped: Vec<(u64, String)>,
}

/// Opens a connection that holds the import lock and runs in a transaction.
pub(crate) async fn begin(ctx: &Ctx, origin: Origin) -> Result<Client> {
    ctx.require_service()?;
    let client = db::dedicated(&ctx.app().database_url).await?;
    client.execute("SELECT pg_advisory_lock($1)", &[&IMPORT_LOCK]).await?;
    client.batch_execute("BEGIN").await?;
    let sql = "INSERT INTO catalogue_origin (origin, since) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    client.execute(sql, &[&origin.number(), &ctx.now()]).await?;
    let holds: i16 = client.query_one("SELECT origin FROM catalogue_origin", &[]).await?.get(0);
    if holds != origin.number() {
        let (has, wants) = if origin == Origin::Demo { ("real", "demo") } else { ("demo", "real") };
        return Err(Error::Conflict(format!("this database holds {has} data and takes no {wants} data")));
    }
    Ok(client)
}

/// Imports a bulk file in one transaction. A broken file changes nothing and says where it broke.
pub async fn import_cards(
    ctx: &Ctx,
    origin: Origin,
    what: &str,
    file: Box<dyn BufRead + Send>,
    observed: ObservedAt,
    complete: bool,
) -> Result<CardsImported> {
    let file_time = observed.file;
    let moment = observed.lines.is_empty();
    // Prices of years ago may lie in the default partition; a chart rarely asks for them.
    let recent = ctx.now().date_naive() - chrono::Months::new(13);
    prices::ensure_partitions(ctx, file_time.date_naive().max(recent)).await?;
    let client = begin(ctx, origin).await?;
    let sorted = stream(&client, what, file, observed).await?;
    let mut done = CardsImported {
        lines: sorted.lines,
        new_printings: sorted.new_printings,
        skipped: sorted.skipped.clone(),
        ..CardsImported::default()
    };
    let mut sorted = sorted;
    let offers = std::mem::take(&mut sorted.offers);
    write(&client, sorted, &mut done).await?;
    done.prices = offers.len();
    let slices = Slice::of_scryfall(file_time, complete, moment);
    done.changed_prices = prices::store(ctx, &client, &slices, offers).await?.changed;
    if done.new_cards + done.changed_cards > 0 {
        similar::soon(ctx, &client).await?;
    }
    client.batch_execute("COMMIT").await?;
    Ok(done)
}

/// Reads on a thread of its own while Postgres takes the new printings.
async fn stream(
    client: &Client,
    what: &str,
    mut file: Box<dyn BufRead + Send>,
    observed: ObservedAt,
) -> Result<Sorted> {
    let known = Known::load(client).await?;
    let (sender, mut chunks) = mpsc::channel(CHUNKS_IN_FLIGHT);
    let name = what.to_owned();
    let reader =
        tokio::task::spawn_blocking(move || Sorter::new(&name, known, observed).run(&mut *file, &sender));
    let into = format!("printings (id, {PRINTING_COLUMNS}, content_hash, observed_at)");
    let mut copy = CopyStream::begin(client, &into).await?;
    while let Some(chunk) = chunks.recv().await {
        copy.send(chunk).await?;
    }
    let sorted = reader.await.map_err(Error::internal)?;
    let sorted = sorted.map_err(|error| Error::invalid("file", error.to_string()))?;
    copy.finish().await?;
    Ok(sorted)
}

async fn write(client: &Client, sorted: Sorted, done: &mut CardsImported) -> Result<()> {
    for (bit, name) in &sorted.new_formats {
        client.execute("INSERT INTO formats (bit, name) VALUES ($1, $2)", &[bit, name]).await?;
    }
    copy_rows(client, "mtg_sets (id, scryfall_id, code, name, set_type, observed_at)", sorted.new_sets)
        .await?;
    let into =
        format!("cards (id, {CARD_COLUMNS}, default_printing_id, printing_count, content_hash, observed_at)");
    done.new_cards = copy_rows(client, &into, sorted.new_cards).await?;
    done.changed_cards = update(client, "cards", CARD_COLUMNS, sorted.changed_cards).await?;
    let mut grown = sorted.grown_cards;
    // A printing that goes to another card changes the one that it leaves as well.
    let sql = "SELECT DISTINCT card_id FROM printings WHERE id = ANY ($1)";
    grown.extend(client.query(sql, &[&sorted.changed_ids]).await?.iter().map(|row| row.get::<_, i32>(0)));
    done.changed_printings = update(client, "printings", PRINTING_COLUMNS, sorted.changed_printings).await?;
    let into = "legality_changes (card_id, format, before, after, observed_at)";
    done.legality_changes = copy_rows(client, into, sorted.legality_changes).await?;
    if done.new_printings + done.changed_printings > 0 {
        client.execute(REFRESH_CARDS, &[&grown]).await?;
        client.execute(REFRESH_SETS, &[]).await?;
        client.batch_execute(SEQUENCES).await?;
    }
    Ok(())
}

/// Writes rows of `(id, columns…, content_hash, observed_at)` over the stored ones.
async fn update(client: &Client, table: &str, columns: &str, rows: crate::copy::Rows) -> Result<u64> {
    if rows.count == 0 {
        return Ok(0);
    }
    let all = format!("id, {columns}, content_hash, observed_at");
    let stage =
        format!("CREATE TEMP TABLE changed_{table} ON COMMIT DROP AS SELECT {all} FROM {table} WITH NO DATA");
    client.batch_execute(&stage).await?;
    copy_rows(client, &format!("changed_{table} ({all})"), rows).await?;
    let columns = format!("{columns}, content_hash, observed_at");
    let sql = format!(
        "UPDATE {table} SET ({columns}) = ROW(n.{}) FROM \
         (SELECT DISTINCT ON (id) * FROM changed_{table} ORDER BY id, observed_at DESC) n WHERE {table}.id = n.id",
        columns.replace(", ", ", n.")
    );
    Ok(client.execute(&sql, &[]).await?)
}

/// The newest English paper printing that is not a promo stands for its card. A card whose
/// printings are all withdrawn keeps the one it had.
pub(super) const REFRESH_CARDS: &str = "
    UPDATE cards c SET default_printing_id = n.id, printing_count = n.printings
    FROM (
        SELECT k.id AS card_id, coalesce(d.id, own.id) AS id, coalesce(d.printings, 0) AS printings
        FROM unnest($1::int[]) AS listed (id)
        JOIN cards k ON k.id = listed.id
        LEFT JOIN printings own ON own.id = k.default_printing_id AND own.card_id = k.id
        LEFT JOIN (
            SELECT DISTINCT ON (card_id) card_id, id, count(*) OVER (PARTITION BY card_id)::int AS printings
            FROM printings
            WHERE card_id = ANY ($1) AND removed_at IS NULL
            ORDER BY card_id, lang = 'en' DESC, (NOT digital AND games & 1 = 1) DESC, promo,
                     released_at DESC NULLS LAST, id DESC
        ) d ON d.card_id = k.id
    ) n
    WHERE c.id = n.card_id AND (c.default_printing_id, c.printing_count) IS DISTINCT FROM (n.id, n.printings)";

pub(super) const REFRESH_SETS: &str = "
    UPDATE mtg_sets s SET printing_count = n.printings
    FROM (
        SELECT s.id, count(p.id)::int AS printings
        FROM mtg_sets s LEFT JOIN printings p ON p.set_id = s.id AND p.removed_at IS NULL GROUP BY s.id
    ) n
    WHERE s.id = n.id AND s.printing_count <> n.printings";

const SEQUENCES: &str = "
    SELECT setval(pg_get_serial_sequence('printings', 'id'), (SELECT max(id) FROM printings));
    SELECT setval(pg_get_serial_sequence('cards', 'id'), (SELECT max(id) FROM cards));
    SELECT setval(pg_get_serial_sequence('mtg_sets', 'id'), (SELECT max(id) FROM mtg_sets))";

/// When a file was made, as far as its name tells: `…-20260908…` or `…-2019-09…`.
pub fn time_in_name(name: &str) -> Option<DateTime<Utc>> {
    let digits: String = name.chars().map(|c| if c.is_ascii_digit() || c == '-' { c } else { ' ' }).collect();
    digits.split(' ').flat_map(|part| part.split("--")).find_map(|part| {
        let compact: String = part.chars().filter(char::is_ascii_digit).collect();
        let padded = match compact.len() {
            6 => format!("{compact}01"),
            8.. => compact[..8].to_owned(),
            _ => return None,
        };
        let day = chrono::NaiveDate::parse_from_str(&padded, "%Y%m%d").ok()?;
        (1993..2100)
            .contains(&chrono::Datelike::year(&day))
            .then(|| day.and_time(chrono::NaiveTime::MIN).and_utc())
    })
}
