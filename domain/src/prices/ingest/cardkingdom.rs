use std::collections::HashMap;

use markets::cardkingdom::{self, Grade, Link, PriceList, Product, SkuFinish};
use tokio_postgres::Client;
use uuid::Uuid;

use super::store::{Ingested, Slice, ensure_partitions, store};
use super::{Offer, Offers};
use crate::catalog::{Origin, begin};
use crate::copy::{Rows, copy_rows};
use crate::prices::{Condition, Currency, Feed, Finish, PriceKind, Source};
use crate::{Ctx, Result};

struct Printing {
    id: i32,
    finishes: i16,
    /// Folded names that the store may use: the card's, its first face's, the flavour name.
    names: Vec<String>,
}

/// What an article may be matched by, surest first.
struct Catalogue {
    links: HashMap<String, (i32, Finish)>,
    by_scryfall: HashMap<Uuid, (i32, i16)>,
    by_number: HashMap<(String, String), Printing>,
}

impl Catalogue {
    async fn load(client: &Client) -> Result<Self> {
        let sql =
            "SELECT product, printing_id, finish FROM product_links WHERE feed = $1 AND finish IS NOT NULL";
        let rows = client.query(sql, &[&Feed::CardKingdomList.number()]).await?;
        let links = rows
            .iter()
            .filter_map(|r| Some((r.get(0), (r.get(1), Finish::from_number(r.get(2))?))))
            .collect();
        let sql = "SELECT p.scryfall_id, p.id, p.finishes, s.code, lower(p.collector_number), c.name_folded, p.flavor_name
                   FROM printings p JOIN cards c ON c.id = p.card_id JOIN mtg_sets s ON s.id = p.set_id
                   WHERE p.removed_at IS NULL AND p.lang = 'en'";
        let (mut by_scryfall, mut by_number) = (HashMap::new(), HashMap::new());
        for row in client.query(sql, &[]).await? {
            let (id, finishes): (i32, i16) = (row.get(1), row.get(2));
            by_scryfall.insert(row.get(0), (id, finishes));
            let name: String = row.get(5);
            let mut names = vec![name.split(" // ").next().unwrap_or(&name).to_owned(), name];
            names.extend(row.get::<_, Option<&str>>(6).map(search::fold));
            by_number.insert((row.get(3), row.get(4)), Printing { id, finishes, names });
        }
        Ok(Self { links, by_scryfall, by_number })
    }

    /// By a known link; else by set, number and name together; else by the id that the store gives.
    fn find(&self, product: &Product) -> Option<(i32, Finish)> {
        let linked = self.links.get(&product.sku).copied();
        linked.or_else(|| self.by_code(product)).or_else(|| {
            let (id, finishes) = *self.by_scryfall.get(&product.scryfall_id?)?;
            let finish = match (product.etched, product.foil?) {
                (true, _) => Finish::Etched,
                (false, true) => Finish::Foil,
                (false, false) => Finish::Nonfoil,
            };
            (finishes & finish.number() != 0).then_some((id, finish))
        })
    }

    fn by_code(&self, product: &Product) -> Option<(i32, Finish)> {
        let sku = cardkingdom::sku(&product.sku)?;
        let name = search::fold(&product.name);
        sku.readings.iter().find_map(|(set, prefix)| {
            let printing = self.by_number.get(&(set.to_lowercase(), sku.number.clone()))?;
            let finish = match prefix {
                SkuFinish::Foil => Finish::Foil,
                SkuFinish::Etched => Finish::Etched,
                SkuFinish::Plain => Finish::from_number(printing.finishes).unwrap_or(Finish::Nonfoil),
            };
            let fits = printing.finishes & finish.number() != 0 && printing.names.contains(&name);
            fits.then_some((printing.id, finish))
        })
    }
}

/// Stores a price list of Card Kingdom: what it asks, by grade, and what it pays.
pub async fn ingest_card_kingdom(ctx: &Ctx, list: &PriceList, publish: bool) -> Result<Ingested> {
    ensure_partitions(ctx, list.created_at.date_naive()).await?;
    let client = begin(ctx, Origin::Real).await?;
    let catalogue = Catalogue::load(&client).await?;
    let mut offers = Offers::default();
    let mut offered = 0;
    for product in &list.products {
        offered += product.retail.len() as i64 + i64::from(product.buy.is_some());
        if let Some((printing, finish)) = catalogue.find(product) {
            push(&mut offers, product, list, printing, finish);
        }
    }
    let slice = Slice {
        source: Source::CardKingdom,
        feed: Feed::CardKingdomList,
        observed_at: list.created_at,
        complete: true,
        offered,
        publish,
        moment: true,
    };
    let ingested = store(&client, ctx.now(), &[slice], offers).await?;
    client.batch_execute("COMMIT").await?;
    Ok(ingested)
}

fn push(offers: &mut Offers, product: &Product, list: &PriceList, printing: i32, finish: Finish) {
    let offer = |kind, condition, quote: cardkingdom::Quote| Offer {
        printing,
        source: Source::CardKingdom,
        feed: Feed::CardKingdomList,
        kind,
        finish,
        condition,
        currency: Currency::Usd,
        amount: quote.cents,
        quantity: Some(quote.quantity),
        observed_at: list.created_at,
    };
    for (grade, quote) in &product.retail {
        let condition = match grade {
            Grade::Nm => Condition::Nm,
            Grade::Ex => Condition::Lp,
            Grade::Vg => Condition::Mp,
            Grade::G => Condition::Hp,
        };
        offers.push(&offer(PriceKind::Retail, condition, *quote));
    }
    if let Some(quote) = product.buy {
        offers.push(&offer(PriceKind::Buylist, Condition::Nm, quote));
    }
}

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
