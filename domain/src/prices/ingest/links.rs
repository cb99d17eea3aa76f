use markets::cardkingdom::Link;
use uuid::Uuid;

use crate::catalog::{Origin, begin};
use crate::copy::{Rows, copy_rows};
use crate::prices::{Feed, Finish};
use crate::{Ctx, Result};

/// Remembers which printing an article is, where somebody matched them. Returns how many are new.
pub async fn import_links(ctx: &Ctx, links: &[Link]) -> Result<u64> {
    let client = begin(ctx, Origin::Real).await?;
    client
        .batch_execute("CREATE TEMP TABLE link (sku text, scryfall_id uuid, finish int2) ON COMMIT DROP")
        .await?;
    let mut rows = Rows::default();
    for link in links {
        let finish = match (link.etched, link.foil) {
            (true, _) => Finish::Etched,
            (false, true) => Finish::Foil,
            (false, false) => Finish::Nonfoil,
        };
        rows.row(3).text(&link.sku).uuid(link.scryfall_id).i16(finish.number());
    }
    copy_rows(&client, "link", rows).await?;
    let sql = "INSERT INTO product_links (feed, product, printing_id, finish)
               SELECT DISTINCT ON (l.sku) $1, l.sku, p.id, l.finish
               FROM link l JOIN printings p USING (scryfall_id)
               WHERE p.finishes & l.finish <> 0
               ORDER BY l.sku, p.id ON CONFLICT DO NOTHING";
    let linked = client.execute(sql, &[&Feed::CardKingdomList.number()]).await?;
    client.batch_execute("COMMIT").await?;
    Ok(linked)
}

/// Links Cardmarket products to printings that Scryfall's object does not link itself, from a table
/// of both ids. Returns how many links are new.
pub async fn import_crosswalk(ctx: &Ctx, pairs: &[(Uuid, i32)]) -> Result<u64> {
    let client = begin(ctx, Origin::Real).await?;
    client.batch_execute("CREATE TEMP TABLE pair (scryfall_id uuid, product int) ON COMMIT DROP").await?;
    let mut rows = Rows::default();
    for (scryfall_id, product) in pairs {
        rows.row(2).uuid(*scryfall_id).i32(*product);
    }
    copy_rows(&client, "pair", rows).await?;
    let sql = "INSERT INTO product_links (feed, product, printing_id)
               SELECT DISTINCT ON (pair.product) $1, pair.product::text, p.id
               FROM pair JOIN printings p USING (scryfall_id)
               ORDER BY pair.product, p.id ON CONFLICT DO NOTHING";
    let linked = client.execute(sql, &[&Feed::CardmarketGuide.number()]).await?;
    client.batch_execute("COMMIT").await?;
    Ok(linked)
}
