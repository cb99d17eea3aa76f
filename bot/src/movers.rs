//! `/top-gainers` and `/top-losers`.

use std::collections::HashMap;

use domain::market::{self, Moved, MoverDirection, MoverWindow, MoversWanted};
use domain::{Ctx, PrintingId, Reader, catalog};
use serenity::all::{CreateEmbed, ResolvedOption};

use crate::answer::{Answer, currency, window};
use crate::view;

const SHOWN: i32 = 10;
/// Minor units below which moves are cents that lead nowhere.
const FLOOR: i64 = 100;

/// The largest moves in one direction.
pub(crate) async fn answer(
    ctx: &Ctx,
    site: &str,
    direction: MoverDirection,
    options: &[ResolvedOption<'_>],
) -> Answer {
    let (currency, window) = (currency(options), window(options));
    let wanted =
        MoversWanted { currency, source: None, window, direction, floor: FLOOR, finish: None, first: SHOWN };
    let moved = market::top_movers(ctx, wanted).await?;
    let reader = Reader::loader(ctx.clone());
    let ids: Vec<PrintingId> = moved.iter().map(|moved| moved.printing_id).collect();
    let printings = catalog::printings(&reader, &ids).await?;
    let printings: HashMap<_, _> = printings.iter().map(|p| (p.brief().id, p.brief())).collect();
    let cards: Vec<_> = printings.values().map(|printing| printing.card).collect();
    let cards = catalog::cards_by_id(&reader, &cards).await?;
    let cards: HashMap<_, _> = cards.iter().map(|card| (card.brief().id, card.brief())).collect();
    let line = |moved: &Moved| {
        let printing = printings.get(&moved.printing_id)?;
        let card = cards.get(&printing.card)?;
        Some(format!(
            "[{}]({site}/cards/{}) {} {} → **{}** {}",
            view::escape(card.name),
            card.id.public(),
            printing.set_code.to_uppercase(),
            view::money(moved.before, currency),
            view::money(moved.after, currency),
            view::change(moved.permille()),
        ))
    };
    let lines: Vec<String> = moved.iter().filter_map(line).collect();
    let title = match direction {
        MoverDirection::Up => "Largest rises",
        MoverDirection::Down => "Largest falls",
    };
    let over = match window {
        MoverWindow::Day => "24 hours",
        MoverWindow::Week => "7 days",
        MoverWindow::Month => "30 days",
    };
    let text = if lines.is_empty() { "Nothing moved.".to_owned() } else { lines.join("\n") };
    Ok(CreateEmbed::new()
        .colour(view::COLOUR)
        .title(format!("{title} over {over}, {}", currency.code()))
        .url(site)
        .description(text))
}
