//! `/price`: a card's prices at every market, and completion of its two options.

use domain::catalog::{self, Card, CardBrief, CardRef, PrintingBrief, PrintingRef};
use domain::prices::{self, Price, Source};
use domain::{CardId, Ctx, Page, Reader, search};
use serenity::all::{AutocompleteChoice, CreateEmbed, ResolvedOption};

use crate::answer::{Answer, Failure, text};
use crate::commands::{CARD, PRINTING};
use crate::view::{self, CHOICE, FIELD, TITLE};

/// Discord shows no more.
const CHOICES: i32 = 25;

/// Prices of the card that was chosen from the completion, or of the one that its text resembles most.
pub(crate) async fn answer(ctx: &Ctx, site: &str, options: &[ResolvedOption<'_>]) -> Answer {
    let wanted = text(options, CARD).unwrap_or_default();
    let reader = Reader::loader(ctx.clone());
    let unknown =
        || Failure::Said(format!("I know no card like “{}”.", view::cut(&view::escape(wanted), 100)));
    let id = match CardId::from_public(wanted) {
        Some(id) => Some(id),
        None => search::autocomplete(ctx, wanted, 1).await?.first().copied(),
    };
    let card = catalog::card(&reader, CardRef::Id(id.ok_or_else(unknown)?)).await?.ok_or_else(unknown)?;
    let card = card.brief();
    let named = match (text(options, PRINTING), card.default_printing) {
        (Some(named), _) => Some(PrintingRef::parse(named)?),
        (None, usual) => usual.map(PrintingRef::Id),
    };
    let printing = match named {
        Some(named) => catalog::printing(&reader, named).await?,
        None => None,
    };
    let printing = printing.as_ref().map(|printing| printing.brief()).filter(|found| found.card == card.id);
    let printing = printing.ok_or_else(|| {
        Failure::Said(format!("{} has no such printing; choose one from the list.", view::escape(card.name)))
    })?;
    let prices = prices::latest(&reader, printing.id).await?;
    Ok(embed(site, &card, &printing, &prices))
}

fn embed(site: &str, card: &CardBrief<'_>, printing: &PrintingBrief<'_>, prices: &[Price]) -> CreateEmbed {
    let place = format!(
        "{} · {} #{}",
        view::escape(printing.set_name),
        printing.set_code.to_uppercase(),
        view::escape(printing.number)
    );
    let seen = prices.iter().map(|price| price.observed_at).max();
    let seen = seen.map_or_else(
        || "\nNobody offers it for a price that I know.".to_owned(),
        |at| format!("\nAs of {}", view::ago(at)),
    );
    let mut embed = CreateEmbed::new()
        .colour(view::COLOUR)
        .title(view::cut(card.name, TITLE))
        .url(format!("{site}/cards/{}", card.id.public()))
        .description(format!("{}\n{place}{seen}", view::escape(card.type_line)));
    if let Some(image) = &printing.image {
        embed = embed.thumbnail(image);
    }
    for source in Source::ALL {
        let of_source: Vec<String> =
            prices.iter().filter(|price| price.source == *source).filter_map(line).collect();
        if !of_source.is_empty() {
            embed = embed.field(view::source(*source), view::cut(&of_source.join("\n"), FIELD), true);
        }
    }
    embed
}

fn line(price: &Price) -> Option<String> {
    let amount = view::money(price.amount?, price.currency);
    let moved = price.change_permille().filter(|change| *change != 0);
    let moved = moved.map(|change| format!(" {} {}", view::change(change), view::ago(price.changed_at)));
    let (finish, kind) = (view::finish(price.finish), view::kind(price.kind));
    Some(format!("{finish} **{amount}** ({kind}){}", moved.unwrap_or_default()))
}

/// Cards for what has been typed.
pub(crate) async fn cards(ctx: &Ctx, typed: &str) -> domain::Result<Vec<AutocompleteChoice>> {
    let ids = search::autocomplete(ctx, typed, CHOICES).await?;
    let cards = catalog::cards_by_id(&Reader::loader(ctx.clone()), &ids).await?;
    let choice =
        |card: CardBrief<'_>| AutocompleteChoice::new(view::cut(card.name, CHOICE), card.id.public());
    Ok(cards.iter().map(Card::brief).map(choice).collect())
}

/// Printings of the chosen card that have what was typed in their set's name or code, newest first.
pub(crate) async fn printings(ctx: &Ctx, card: &str, typed: &str) -> domain::Result<Vec<AutocompleteChoice>> {
    let Some(card) = CardId::from_public(card) else { return Ok(Vec::new()) };
    let page = Page::new(100, None)?;
    let found = catalog::printings_of_card(&Reader::loader(ctx.clone()), card, &page).await?;
    let typed = typed.trim().to_lowercase();
    let meant = found.iter().map(|printing| printing.brief()).filter(|printing| {
        printing.set_code.starts_with(&typed) || printing.set_name.to_lowercase().contains(&typed)
    });
    let choice = |printing: PrintingBrief<'_>| {
        let number = format!(" · {} #{}", printing.set_code.to_uppercase(), printing.number);
        let name = view::cut(printing.set_name, CHOICE - number.chars().count());
        AutocompleteChoice::new(name + &number, printing.id.public())
    };
    Ok(meant.take(CHOICES as usize).map(choice).collect())
}
