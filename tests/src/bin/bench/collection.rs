//! A file of fifty thousand rows on its way into an inventory, against the same lots written by one bare
//! statement.

use std::time::Instant;

use anyhow::{Context, ensure};
use domain::{Actor, App, Ctx, ImportId, Roles, accounts, imports};
use tokio_postgres::Client;

use crate::Size;
use crate::inventory::FILL;
use crate::platform::Platform;
use crate::report::{Figures, Report};

const HEADER: &str = "Name,Set code,Set name,Collector number,Foil,Rarity,Quantity,ManaBox ID,Scryfall ID,\
    Purchase price,Misprint,Altered,Condition,Language,Purchase price currency";
/// One row in three has only names, as most apps write them.
const ROWS: &str = "
    SELECT format('\"%s\",%s,\"%s\",%s,normal,rare,%s,1,%s,%s,false,false,near_mint,en,USD', replace(c.name, '\"', ''),
        s.code, s.name, p.collector_number, 1 + n % 4, CASE WHEN n % 3 = 0 THEN '' ELSE p.scryfall_id::text END,
        round((n % 5000 + 1) / 100.0, 2))
    FROM (SELECT array_agg(id ORDER BY id) AS printings FROM printings WHERE finishes & 1 = 1) a,
        generate_series(1, $1::int) n
    JOIN LATERAL (SELECT * FROM printings WHERE id = a.printings[1 + n * 7919 % cardinality(a.printings)]) p ON true
    JOIN cards c ON c.id = p.card_id JOIN mtg_sets s ON s.id = p.set_id ORDER BY n";

pub async fn run(platform: &Platform, size: &Size, report: &Report) -> anyhow::Result<()> {
    let ctx = Ctx::new(App::start(&platform.settings())?, Actor::Service);
    let sql = platform.sql().await?;
    let rows = sql.query(ROWS, &[&i32::try_from(size.lots)?]).await?;
    let mut file = HEADER.to_owned();
    for row in &rows {
        file.push('\n');
        file.push_str(row.get(0));
    }
    let user = somebody(&ctx, &sql, "file@bench.example").await?;
    let bare = bare(&ctx, &sql, size.lots).await?;

    let mut figures = Figures::default();
    figures.add("rows", rows.len() as f64, "");
    let began = Instant::now();
    let id = upload(&ctx, &sql, user, file.clone()).await?;
    figures.add("upload, looked at and kept", began.elapsed().as_secs_f64(), "s");
    let began = Instant::now();
    imports::read(&ctx.renewed(), id, |_| ()).await?;
    let read = began.elapsed().as_secs_f64();
    figures.add("read and matched", read, "s");
    let wanted = "UPDATE inventory_imports SET state = 4, take_approximate = true WHERE id = $1";
    sql.execute(wanted, &[&id.0]).await?;
    let began = Instant::now();
    let entered = imports::enter(&ctx.renewed(), id).await?;
    let enter = began.elapsed().as_secs_f64();
    ensure!(entered == Some(rows.len() as u64), "{entered:?} of {} rows were entered", rows.len());
    figures.add("entered", enter, "s");
    figures.add("in the inventory after", read + enter, "s (aim < 10)");
    figures.add("the lots alone by one statement", bare, "s");
    figures.add("that is faster by", (read + enter) / bare, "x");
    let again = upload(&ctx, &sql, user, file).await?;
    let began = Instant::now();
    imports::read(&ctx.renewed(), again, |_| ()).await?;
    figures.add("the same file again, read", began.elapsed().as_secs_f64(), "s");
    let new = "SELECT copies - before FROM inventory_imports WHERE id = $1";
    figures.add(
        "copies that it would bring",
        sql.query_one(new, &[&again.0]).await?.get::<_, i64>(0) as f64,
        "",
    );
    report.write("collection", &figures)
}

async fn somebody(ctx: &Ctx, sql: &Client, email: &str) -> anyhow::Result<i32> {
    accounts::create_user(ctx, email, "Collector", Roles::default()).await?;
    Ok(sql.query_one("SELECT id FROM users WHERE email = $1", &[&email]).await?.get(0))
}

/// Seconds that one statement takes to write so many lots with their movements.
async fn bare(ctx: &Ctx, sql: &Client, lots: usize) -> anyhow::Result<f64> {
    somebody(ctx, sql, "bare@bench.example").await?;
    let fill =
        FILL.replace("collector@bench.example", "bare@bench.example").replace("$LOTS", &lots.to_string());
    let began = Instant::now();
    sql.batch_execute(&fill).await?;
    Ok(began.elapsed().as_secs_f64())
}

async fn upload(ctx: &Ctx, sql: &Client, user: i32, file: String) -> anyhow::Result<ImportId> {
    let ticket = format!("{}", file.len());
    let new = "INSERT INTO inventory_imports (user_id, file_name, state, ticket, created_at, changed_at) \
               VALUES ($1, 'mine.csv', 1, sha256($2::text::bytea), now(), now()) RETURNING id";
    let row = sql.query_one(new, &[&user, &ticket]).await.context("an import")?;
    imports::receive(&ctx.renewed(), &ticket, file.into_bytes()).await?;
    Ok(ImportId(row.get(0)))
}
