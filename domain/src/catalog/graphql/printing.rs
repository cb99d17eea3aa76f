use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::loader::CardKey;
use super::super::model::{Card, MtgSet, Printing, PrintingCursor, image};
use crate::plain::{PlainList, PlainOne};
use crate::prefetch;
use crate::prices::{self, Finish, Interval, Price, PriceSeries, Source};
use crate::reader::boxed;
use crate::scalars::Date;
use crate::{Page, ReaderLoader};

/// How rare a printing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Rarity {
    /// Common.
    Common,
    /// Uncommon.
    Uncommon,
    /// Rare.
    Rare,
    /// Mythic rare.
    Mythic,
    /// Of a set with a rarity of its own, such as Time Spiral's timeshifted cards.
    Special,
    /// Vintage Masters' power nine.
    Bonus,
}

/// Where a printing can be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Game {
    /// On paper.
    Paper,
    /// In Magic Online.
    Mtgo,
    /// In Magic: The Gathering Arena.
    Arena,
    /// In the Astral game of 1997.
    Astral,
    /// On the Sega Dreamcast.
    Sega,
}

/// Addresses of one side's images at Scryfall, which serves them to anybody. They must be shown
/// whole, undistorted and with the artist's line.
#[derive(SimpleObject)]
struct CardImages {
    /// 146 × 204, JPEG.
    small: String,
    /// 488 × 680, JPEG.
    normal: String,
    /// 672 × 936, JPEG.
    large: String,
    /// 745 × 1040, PNG with transparent corners.
    png: String,
    /// The artwork alone; show the artist's name and the copyright beside it.
    art_crop: String,
    /// 480 × 680, JPEG, without the border.
    border_crop: String,
}

impl CardImages {
    fn of(id: Uuid, side: &str, stamp: Option<i64>) -> Self {
        let uri = |size: &str, kind: &str| image(id, side, stamp, size, kind);
        Self {
            small: uri("small", "jpg"),
            normal: uri("normal", "jpg"),
            large: uri("large", "jpg"),
            png: uri("png", "png"),
            art_crop: uri("art_crop", "jpg"),
            border_crop: uri("border_crop", "jpg"),
        }
    }
}

/// What marketplaces call a printing.
#[derive(SimpleObject)]
struct MarketIds {
    /// TCGplayer's product.
    tcgplayer: Option<i32>,
    /// TCGplayer's product of the etched finish.
    tcgplayer_etched: Option<i32>,
    /// Cardmarket's product.
    cardmarket: Option<i32>,
    /// Magic Online's id.
    mtgo: Option<i32>,
    /// Arena's id.
    arena: Option<i32>,
}

/// A printing: one card in one set, with one number and in one language.
#[Object]
impl Printing {
    /// Public id.
    pub(super) async fn id(&self) -> ID {
        self.row().id.public().into()
    }

    /// Scryfall's id.
    async fn scryfall_id(&self) -> Uuid {
        self.row().scryfall_id
    }

    /// The card.
    async fn card(&self, ctx: &Context<'_>) -> Result<Card> {
        let card = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(CardKey(self.row().card_id))).await?;
        Ok(card.ok_or(crate::Error::NotFound("card"))?)
    }

    /// The set.
    async fn set(&self) -> PlainOne<MtgSet> {
        PlainOne(MtgSet(self.0.1.clone()))
    }

    /// Collector number, which may hold letters and stars.
    async fn collector_number(&self) -> &str {
        &self.row().collector_number
    }

    /// Language code, such as `en` or `ja`.
    async fn language(&self) -> &str {
        &self.row().lang
    }

    /// Rarity.
    async fn rarity(&self) -> Rarity {
        match self.row().rarity {
            2 => Rarity::Uncommon,
            3 => Rarity::Rare,
            4 => Rarity::Mythic,
            5 => Rarity::Special,
            6 => Rarity::Bonus,
            _ => Rarity::Common,
        }
    }

    /// Release date.
    async fn released_at(&self) -> Option<Date> {
        self.row().released_at.map(Date)
    }

    /// Finishes that it comes in.
    async fn finishes(&self) -> Vec<Finish> {
        let mask = self.row().finishes;
        Finish::ALL.iter().copied().filter(|finish| mask & finish.number() != 0).collect()
    }

    /// Where it can be played.
    async fn games(&self) -> Vec<Game> {
        let all = [Game::Paper, Game::Mtgo, Game::Arena, Game::Astral, Game::Sega];
        all.into_iter()
            .enumerate()
            .filter(|(bit, _)| self.row().games >> bit & 1 == 1)
            .map(|(_, game)| game)
            .collect()
    }

    /// Whether it exists only in video games.
    async fn digital(&self) -> bool {
        self.row().digital
    }

    /// Whether it is a promotional printing.
    async fn promo(&self) -> bool {
        self.row().promo
    }

    /// Whether the card had been printed before.
    async fn reprint(&self) -> bool {
        self.row().reprint
    }

    /// Whether the artwork is larger than usual.
    async fn full_art(&self) -> bool {
        self.row().full_art
    }

    /// Colour of the border, or `borderless`.
    async fn border_color(&self) -> &str {
        &self.row().border_color
    }

    /// Frame, by the year it was introduced, or `future`.
    async fn frame(&self) -> &str {
        &self.row().frame
    }

    /// Scryfall's names of effects on the frame, an open list: `showcase`, `extendedart` …
    async fn frame_effects(&self) -> &[String] {
        &self.row().frame_effects
    }

    /// Scryfall's names of kinds of promotion, an open list: `prerelease`, `surgefoil` …
    async fn promo_types(&self) -> &[String] {
        &self.row().promo_types
    }

    /// The artist.
    async fn artist(&self) -> Option<&str> {
        self.row().artist.as_deref()
    }

    /// The name on the card, where it is printed under another one.
    async fn flavor_name(&self) -> Option<&str> {
        self.row().flavor_name.as_deref()
    }

    /// The flavour text.
    async fn flavor_text(&self) -> Option<&str> {
        self.row().flavor_text.as_deref()
    }

    /// The name in the printing's language.
    async fn printed_name(&self) -> Option<&str> {
        self.row().printed_name.as_deref()
    }

    /// The watermark.
    async fn watermark(&self) -> Option<&str> {
        self.row().watermark.as_deref()
    }

    /// One per side that has an image, front then back; empty where Scryfall has none.
    async fn images(&self) -> Vec<CardImages> {
        let row = self.row();
        let sides = ["front", "back"].into_iter().take(usize::try_from(row.image_sides).unwrap_or(0));
        sides.map(|side| CardImages::of(row.scryfall_id, side, row.image_stamp)).collect()
    }

    /// The printing's page at Scryfall.
    async fn scryfall_uri(&self) -> String {
        format!("https://scryfall.com/card/{}/{}", self.0.1.code, self.row().collector_number)
    }

    /// What marketplaces call it.
    async fn market_ids(&self) -> MarketIds {
        let row = self.row();
        MarketIds {
            tcgplayer: row.tcgplayer_id,
            tcgplayer_etched: row.tcgplayer_etched_id,
            cardmarket: row.cardmarket_id,
            mtgo: row.mtgo_id,
            arena: row.arena_id,
        }
    }

    /// Whether Scryfall withdrew it. It stays readable, with its history.
    async fn removed(&self) -> bool {
        self.row().removed_at.is_some()
    }

    /// The headline price of each source and finish: what a list shows.
    async fn latest_prices(&self, ctx: &Context<'_>) -> Result<PlainList<Price>> {
        Ok(PlainList(boxed(prices::latest(ctx.data_unchecked(), self.row().id)).await?))
    }

    /// Every current price, or every price as it was known here at a moment.
    async fn prices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The moment; now if absent.")] as_of: Option<DateTime<Utc>>,
    ) -> Result<PlainList<Price>> {
        let own = [self.row().id];
        let current = prices::current(ctx.data_unchecked(), ctx.data_unchecked(), &own, as_of);
        Ok(PlainList(boxed(current).await?))
    }

    /// How its prices went, one series for each source, kind and finish.
    async fn price_history(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 365, desc = "Days back from today, 1 to 3650.")] days: i32,
        #[graphql(default_with = "Interval::Day", desc = "Close of what; at most 400 points come back.")]
        interval: Interval,
        #[graphql(desc = "Only of these sources.")] sources: Option<Vec<Source>>,
        #[graphql(default = true, desc = "Only the kind that lists show of each source.")] headline: bool,
        #[graphql(desc = "As it was known here at this moment.")] as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<PriceSeries>> {
        let wanted = prices::HistoryWanted { days, interval, sources, headline, as_of };
        Ok(boxed(prices::history(ctx.data_unchecked(), self.row().id, wanted)).await?)
    }
}

/// A page of printings, with what the selection asks of them read ahead.
pub(crate) async fn connection(
    ctx: &Context<'_>,
    page: &Page<PrintingCursor>,
    rows: Vec<Printing>,
) -> Result<Connection<PrintingCursor, Printing, EmptyFields, EmptyFields>> {
    prefetch::printings(ctx, &rows).await?;
    let cursor = |printing: &Printing| PrintingCursor {
        released_at: printing.row().released_at,
        number: printing.row().number_value,
        id: printing.row().id,
    };
    Ok(page.connection(rows, EmptyFields, cursor, |printing| printing))
}
