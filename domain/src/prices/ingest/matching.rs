//! Which printing a product is: by a name that both sides know it by, never by a guess.

use std::collections::HashMap;

use markets::cardkingdom::{self, SkuFinish};
use markets::listing::{Ids, Listing, Surface};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::Result;
use crate::prices::{Feed, Finish};

/// Why a product has no place here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i16)]
pub enum Unmatched {
    /// None of its ids is known.
    Unknown = 1,
    /// Its ids belong to several printings.
    Ambiguous = 2,
    /// The catalogue has the card, but not in its language.
    Language = 3,
    /// The printing has none of the finishes that it has prices for.
    Finish = 4,
}

impl Unmatched {
    /// The number in the database.
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// The reason of a number in the database.
    pub fn from_number(number: i16) -> Option<Self> {
        let all = [Self::Unknown, Self::Ambiguous, Self::Language, Self::Finish];
        all.into_iter().find(|reason| reason.number() == number)
    }
}

/// A printing as far as matching needs it.
struct Printing {
    id: i32,
    finishes: i16,
    lang: String,
    set: i32,
    number: String,
}

/// The printing that a product is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub printing: i32,
    finishes: i16,
    /// The product's only finish, where its code says more than its prices.
    finish: Option<Finish>,
    /// The product is only the etched one of a printing.
    etched: bool,
}

impl Found {
    /// The finish that a price is for; nothing if the printing has no such finish: better none than a guess.
    pub fn finish(&self, surface: Surface) -> Option<Finish> {
        let has = |finish: Finish| self.finishes & finish.number() != 0;
        let wanted: &[Finish] = match (self.finish, surface) {
            (Some(finish), _) => return Some(finish).filter(|finish| has(*finish)),
            (_, Surface::Nonfoil) => &[Finish::Nonfoil],
            (_, Surface::Foil) => &[Finish::Foil],
            (_, Surface::Etched) => &[Finish::Etched],
            (_, Surface::Shiny) if self.etched => &[Finish::Etched],
            (_, Surface::Shiny) => &[Finish::Foil, Finish::Etched],
            (_, Surface::Unsaid) => return Some(only(self.finishes)).filter(|finish| has(*finish)),
        };
        wanted.iter().copied().find(|finish| has(*finish))
    }
}

/// The only finish there is, else nonfoil.
fn only(finishes: i16) -> Finish {
    Finish::from_number(finishes).unwrap_or(Finish::Nonfoil)
}

/// A place in the list of printings.
type Index = usize;
/// By set and number, with the folded names that a store may use.
type Codes = HashMap<(String, String), (Index, Vec<String>)>;

/// What products of a feed may be matched by.
#[derive(Default)]
pub(super) struct Matcher {
    printings: Vec<Printing>,
    /// Products that somebody matched.
    links: HashMap<String, (Index, Option<Finish>)>,
    scryfall: HashMap<Uuid, Index>,
    tcgplayer: HashMap<i32, (Index, bool)>,
    cardmarket: HashMap<i32, Index>,
    /// The same card of the same set in another language.
    siblings: HashMap<(i32, String, String), Index>,
    /// Only of English printings.
    codes: Option<Codes>,
}

impl Matcher {
    /// Reads what a feed needs of the catalogue.
    pub async fn load(client: &Client, feed: Feed) -> Result<Self> {
        let mut found = Self::default();
        let by_code = feed == Feed::CardKingdomList;
        found.codes = by_code.then(HashMap::new);
        let speaks = matches!(feed, Feed::ManaPoolPrices | Feed::CardTraderMarket);
        let sql =
            "SELECT p.id, p.finishes, p.lang, p.set_id, lower(p.collector_number), p.scryfall_id, p.tcgplayer_id,
                          p.tcgplayer_etched_id, p.cardmarket_id, s.code, p.flavor_name,
                          CASE WHEN $1 THEN (SELECT name_folded FROM cards c WHERE c.id = p.card_id) END
                   FROM printings p JOIN mtg_sets s ON s.id = p.set_id
                   WHERE p.removed_at IS NULL ORDER BY p.lang <> 'en', p.id";
        for row in client.query(sql, &[&by_code]).await? {
            let index = found.printings.len();
            let (lang, set, number): (String, i32, String) = (row.get(2), row.get(3), row.get(4));
            found.scryfall.insert(row.get(5), index);
            // One product of several languages is the English printing's.
            if let Some(id) = row.get(6) {
                found.tcgplayer.entry(id).or_insert((index, false));
            }
            if let Some(id) = row.get(7) {
                found.tcgplayer.entry(id).or_insert((index, true));
            }
            if let Some(id) = row.get(8) {
                found.cardmarket.entry(id).or_insert(index);
            }
            if speaks {
                found.siblings.insert((set, number.clone(), lang.clone()), index);
            }
            if let Some(codes) = found.codes.as_mut().filter(|_| lang == "en") {
                let name: String = row.get(11);
                let mut names = vec![name.split(" // ").next().unwrap_or(&name).to_owned(), name];
                names.extend(row.get::<_, Option<&str>>(10).map(search::fold));
                codes.insert((row.get(9), number.clone()), (index, names));
            }
            found.printings.push(Printing { id: row.get(0), finishes: row.get(1), lang, set, number });
        }
        found.linked(client, feed).await?;
        Ok(found)
    }

    async fn linked(&mut self, client: &Client, feed: Feed) -> Result<()> {
        let places: HashMap<i32, Index> =
            self.printings.iter().enumerate().map(|(index, printing)| (printing.id, index)).collect();
        // Products of a printing that Scryfall merged into another are that one's now.
        let sql = "SELECT scryfall_id, merged_into FROM printings WHERE merged_into IS NOT NULL";
        for row in client.query(sql, &[]).await? {
            if let Some(index) = places.get(&row.get(1)) {
                self.scryfall.entry(row.get(0)).or_insert(*index);
            }
        }
        let sql = "SELECT product, printing_id, finish FROM product_links WHERE feed = $1";
        for row in client.query(sql, &[&feed.number()]).await? {
            if let Some(index) = places.get(&row.get(1)) {
                let finish = row.get::<_, Option<i16>>(2).and_then(Finish::from_number);
                self.links.insert(row.get(0), (*index, finish));
            }
        }
        Ok(())
    }

    /// The printing of a product, in the product's language.
    pub fn find(&self, listing: &Listing) -> Result<Found, Unmatched> {
        let found = match &self.codes {
            Some(codes) => self.by_article(codes, listing),
            None => self.by_ids(&listing.ids)?.or_else(|| self.by_link(listing)),
        };
        let (index, finish, etched) = found.ok_or(Unmatched::Unknown)?;
        let printing = self.spoken(index, listing.ids.language).ok_or(Unmatched::Language)?;
        Ok(Found { printing: printing.id, finishes: printing.finishes, finish, etched })
    }

    fn by_link(&self, listing: &Listing) -> Option<(Index, Option<Finish>, bool)> {
        self.links.get(&listing.product).map(|(index, finish)| (*index, *finish, false))
    }

    /// By whichever id is known first; several of one kind must agree.
    fn by_ids(&self, ids: &Ids) -> Result<Option<(Index, Option<Finish>, bool)>, Unmatched> {
        if let Some(index) = ids.scryfall.and_then(|id| self.scryfall.get(&id)) {
            return Ok(Some((*index, None, false)));
        }
        if let Some((index, etched)) = ids.tcgplayer.and_then(|id| self.tcgplayer.get(&id)) {
            return Ok(Some((*index, None, *etched)));
        }
        let mut found = ids.cardmarket.iter().filter_map(|id| self.cardmarket.get(id).copied());
        let first = found.next();
        if first.is_some() && found.any(|other| Some(other) != first) {
            return Err(Unmatched::Ambiguous);
        }
        Ok(first.map(|index| (index, None, false)))
    }

    /// By a known link; else by set, number and name together; else by the id that the store gives.
    fn by_article(&self, codes: &Codes, listing: &Listing) -> Option<(Index, Option<Finish>, bool)> {
        let linked = self.by_link(listing).filter(|(_, finish, _)| finish.is_some());
        linked.or_else(|| self.by_code(codes, listing)).or_else(|| {
            let index = *self.scryfall.get(&listing.ids.scryfall?)?;
            Some((index, None, false))
        })
    }

    fn by_code(&self, codes: &Codes, listing: &Listing) -> Option<(Index, Option<Finish>, bool)> {
        let sku = cardkingdom::sku(&listing.product)?;
        let name = search::fold(&listing.name);
        sku.readings.iter().find_map(|(set, prefix)| {
            let (index, names) = codes.get(&(set.to_lowercase(), sku.number.clone()))?;
            let finishes = self.printings[*index].finishes;
            let finish = match prefix {
                SkuFinish::Foil => Finish::Foil,
                SkuFinish::Etched => Finish::Etched,
                SkuFinish::Plain => only(finishes),
            };
            let fits = finishes & finish.number() != 0 && names.contains(&name);
            fits.then_some((*index, Some(finish), false))
        })
    }

    fn spoken(&self, index: Index, language: Option<&str>) -> Option<&Printing> {
        let printing = &self.printings[index];
        match language {
            Some(language) if language != printing.lang => {
                let place = (printing.set, printing.number.clone(), language.to_owned());
                self.siblings.get(&place).map(|sibling| &self.printings[*sibling])
            }
            _ => Some(printing),
        }
    }
}
