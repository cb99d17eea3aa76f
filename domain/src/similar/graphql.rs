use std::collections::HashSet;

use async_graphql::connection::{CursorType, PageInfo};
use async_graphql::{Context, ID, InputObject, Object, Result};

use super::model::{Found, Hit, SimilarCursor, Similarity, Wanted, Wish};
use crate::catalog::{self, Card, CardRef};
use crate::prices::Currency;
use crate::reader::boxed;
use crate::{CardId, Error, Page, ReaderLoader, prefetch};

/// Which similar cards are wanted. The thousand nearest are looked at.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct SimilarCardsFilter {
    /// Only cards that are legal or restricted in this format, such as `modern`.
    format: Option<String>,
    /// Only cards with a printing that costs no more, in minor units of the currency: 250 is 2.50. What a
    /// printing costs is its reference price in its cheapest finish; one without a price is left out.
    max_price_minor: Option<i32>,
    /// The currency of the price.
    #[graphql(default_with = "Currency::Usd")]
    currency: Currency,
}

impl From<SimilarCardsFilter> for Wish {
    fn from(filter: SimilarCardsFilter) -> Self {
        let most = filter.max_price_minor.map(|most| (i64::from(most), filter.currency));
        Self { format: filter.format, most }
    }
}

/// A similar card.
pub struct SimilarCardEdge {
    near: Hit,
    card: Card,
    /// The card that it is similar to.
    of: Card,
}

/// A similar card.
#[Object]
impl SimilarCardEdge {
    /// The card. Its `defaultPrinting` is the printing that search shows for it.
    async fn node(&self) -> Card {
        self.card.clone()
    }

    /// Hand it back as `after` to go on behind this card.
    async fn cursor(&self) -> String {
        cursor(self.near).encode_cursor()
    }

    /// How similar it is: 1 says the same in the same words, 0 has nothing in common. It compares cards of
    /// one answer; scores of two models do not compare.
    async fn score(&self) -> f64 {
        f64::from(self.near.score.clamp(0.0, 1.0))
    }

    /// Keywords that both cards have.
    async fn shared_keywords(&self) -> Vec<String> {
        let own: HashSet<&String> = self.of.0.keywords.iter().collect();
        self.card.0.keywords.iter().filter(|keyword| own.contains(keyword)).cloned().collect()
    }

    /// Types and subtypes that both cards have, such as `Creature` and `Elf`.
    async fn shared_types(&self) -> Vec<String> {
        let mut own: HashSet<&str> = types(&self.of).collect();
        types(&self.card).filter(|kind| own.remove(kind)).map(str::to_owned).collect()
    }
}

fn types(card: &Card) -> impl Iterator<Item = &str> {
    card.0.type_line.split_whitespace().filter(|word| !matches!(*word, "—" | "//"))
}

fn cursor(near: Hit) -> SimilarCursor {
    SimilarCursor::of(near.card, near.score)
}

/// Cards that are similar to a card, the most similar first.
pub struct SimilarCardConnection {
    found: Found,
    cards: Vec<(Hit, Card)>,
    of: Card,
    more: bool,
    behind: bool,
}

/// Cards that are similar to a card, the most similar first.
#[Object]
impl SimilarCardConnection {
    /// The cards, with how similar they are and why.
    async fn edges(&self) -> Vec<SimilarCardEdge> {
        let edge = |(near, card): &(Hit, Card)| SimilarCardEdge {
            near: *near,
            card: card.clone(),
            of: self.of.clone(),
        };
        self.cards.iter().map(edge).collect()
    }

    /// The cards.
    async fn nodes(&self) -> Vec<Card> {
        self.cards.iter().map(|(_, card)| card.clone()).collect()
    }

    /// Whether and where it goes on.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.behind,
            has_next_page: self.more,
            start_cursor: self.cards.first().map(|(near, _)| cursor(*near).encode_cursor()),
            end_cursor: self.cards.last().map(|(near, _)| cursor(*near).encode_cursor()),
        }
    }

    /// Whether the card could be compared. An empty list of `READY` means that no card is as wished.
    async fn state(&self) -> Similarity {
        self.found.state
    }

    /// What compared them: our own model by its version, or a service's by its name. Nothing before
    /// cards are compared.
    async fn model(&self) -> Option<&str> {
        self.found.model.as_deref()
    }
}

/// How many cards a field gives when it is not told.
pub(crate) const FIRST: i32 = 10;

/// What the arguments of a field ask for, of each card that has it.
pub(crate) struct Asked {
    pub page: Page<SimilarCursor>,
    wish: Wish,
}

impl Asked {
    pub(crate) fn parse(
        first: i32,
        after: Option<&str>,
        filter: Option<SimilarCardsFilter>,
    ) -> crate::Result<Self> {
        Ok(Self { page: Page::parse(first, after)?, wish: filter.map(Wish::from).unwrap_or_default() })
    }

    pub(crate) fn of(&self, card: CardId) -> Wanted {
        // One more tells whether there are more.
        Wanted { card, count: self.page.limit() + 1, after: self.page.after, wish: self.wish.clone() }
    }
}

/// The similar cards of a card, as a field.
pub(crate) async fn connection(
    ctx: &Context<'_>,
    of: Card,
    (first, after): (i32, Option<String>),
    filter: Option<SimilarCardsFilter>,
) -> Result<SimilarCardConnection> {
    let asked = Asked::parse(first, after.as_deref(), filter)?;
    let (wanted, page) = (asked.of(of.0.id), asked.page);
    let reader = ctx.data_unchecked::<ReaderLoader>();
    let mut found = reader.load_one(wanted).await?.ok_or(Error::NotFound("card"))?;
    let more = found.hits.len() > page.limit();
    found.hits.truncate(page.limit());
    let ids: Vec<_> = found.hits.iter().map(|near| near.card).collect();
    let cards = catalog::cards_by_id(reader, &ids).await?;
    prefetch::cards(ctx, &cards).await?;
    // A card that went away since it was compared is left out.
    let mut nears = found.hits.iter();
    let paired = cards
        .into_iter()
        .filter_map(|card| nears.find(|near| near.card == card.0.id).map(|near| (*near, card)));
    let cards = paired.collect();
    Ok(SimilarCardConnection { found, cards, of, more, behind: page.after.is_some() })
}

/// What can be asked about similar cards.
#[derive(Default)]
pub struct Query;

#[Object(name = "SimilarQuery")]
impl Query {
    /// Cards that do what a card does, the most similar first: alternatives, upgrades, cheaper ones.
    async fn similar_cards(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The card: a public id or one of Scryfall's UUIDs.")] card_id: ID,
        #[graphql(default_with = "FIRST", desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last card of the page before.")] after: Option<String>,
        #[graphql(desc = "Only such cards.")] filter: Option<SimilarCardsFilter>,
    ) -> Result<SimilarCardConnection> {
        let card = catalog::card(ctx.data_unchecked(), CardRef::parse(&card_id)?).await?;
        boxed(connection(ctx, card.ok_or(Error::NotFound("card"))?, (first, after), filter)).await
    }
}
