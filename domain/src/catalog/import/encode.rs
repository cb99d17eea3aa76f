//! A Scryfall object becomes a row of `cards` and a row of `printings`.

use std::borrow::Cow;

use markets::scryfall::{Card, Face};
use serde_json::json;
use uuid::Uuid;

use super::known::Legality;
use crate::copy::Rows;

/// Columns of a card row after `id`, without the ones that an import computes from printings.
pub const CARD_COLUMNS: &str = "oracle_id, name, name_folded, layout, mana_cost, mana_value, type_line, \
     oracle_text, oracle_plain, power, toughness, loyalty, defense, power_value, toughness_value, \
     loyalty_value, defense_value, colors, color_identity, keywords, reserved, game_changer, edhrec_rank, \
     legal, restricted, banned, known_formats, faces";
pub const CARD_COLUMN_COUNT: i16 = 28;

/// Columns of a printing row after `id`.
pub const PRINTING_COLUMNS: &str = "scryfall_id, card_id, set_id, collector_number, number_value, lang, rarity, \
     released_at, finishes, games, digital, promo, reprint, variation, full_art, textless, oversized, \
     booster, border_color, frame, frame_effects, promo_types, security_stamp, watermark, artist, \
     illustration_id, flavor_name, flavor_text, printed_name, image_sides, image_stamp, tcgplayer_id, \
     tcgplayer_etched_id, cardmarket_id, mtgo_id, arena_id";
pub const PRINTING_COLUMN_COUNT: i16 = 36;

const COLORS: [(&str, i16); 5] = [("W", 1), ("U", 2), ("B", 4), ("R", 8), ("G", 16)];
const FINISHES: [(&str, i16); 3] = [("nonfoil", 1), ("foil", 2), ("etched", 4)];
const GAMES: [(&str, i16); 5] = [("paper", 1), ("mtgo", 2), ("arena", 4), ("astral", 8), ("sega", 16)];
const RARITIES: [(&str, i16); 6] =
    [("common", 1), ("uncommon", 2), ("rare", 3), ("mythic", 4), ("special", 5), ("bonus", 6)];

fn mask<'a>(words: impl IntoIterator<Item = &'a Cow<'a, str>>, bits: &[(&str, i16)]) -> i16 {
    let bit = |word: &str| bits.iter().find(|(name, _)| *name == word).map_or(0, |(_, bit)| *bit);
    words.into_iter().fold(0, |mask, word| mask | bit(word))
}

/// The oracle identity of a printing: of its first face where the faces are cards of their own.
pub fn oracle_id(card: &Card<'_>) -> Option<Uuid> {
    card.oracle_id.or_else(|| card.card_faces.first()?.oracle_id)
}

/// The number that a power, toughness, loyalty or defence begins with; `*` counts as zero.
fn stat(text: Option<&str>) -> Option<f32> {
    let text = text?;
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || "-.".contains(c)).len();
    Some(text[..digits].parse().unwrap_or(0.0))
}

/// Text of the faces, joined, where the whole card has none.
fn joined<'a>(
    whole: Option<&'a Cow<'_, str>>,
    faces: &'a [Face<'_>],
    part: impl Fn(&'a Face<'_>) -> Option<&'a str>,
    separator: &str,
) -> Option<Cow<'a, str>> {
    if let Some(whole) = whole {
        return Some(Cow::Borrowed(whole.as_ref()));
    }
    let parts: Vec<&str> = faces.iter().filter_map(part).collect();
    (!parts.is_empty()).then(|| Cow::Owned(parts.join(separator)))
}

/// Appends the values of `CARD_COLUMNS`.
pub fn card(rows: &mut Rows, oracle: Uuid, card: &Card<'_>, legality: &Legality) {
    let faces = card.card_faces.as_slice();
    let first = faces.first();
    // Both sides of a reversible card are the same card; its name is the side's.
    let name = match first {
        Some(face) if card.layout == "reversible_card" => face.name.as_ref(),
        _ => card.name.as_ref(),
    };
    let mana_cost = card.mana_cost.as_deref().or_else(|| first?.mana_cost.as_deref());
    let type_line =
        joined(card.type_line.as_ref(), faces, |f| f.type_line.as_deref(), " // ").unwrap_or_default();
    let text = joined(card.oracle_text.as_ref(), faces, |f| f.oracle_text.as_deref(), "\n//\n");
    let own = |whole: &Option<Cow<'_, str>>, face: fn(&Face<'_>) -> Option<String>| {
        whole.as_deref().map(str::to_owned).or_else(|| face(first?))
    };
    let stats = [
        own(&card.power, |f| f.power.as_deref().map(str::to_owned)),
        own(&card.toughness, |f| f.toughness.as_deref().map(str::to_owned)),
        own(&card.loyalty, |f| f.loyalty.as_deref().map(str::to_owned)),
        own(&card.defense, |f| f.defense.as_deref().map(str::to_owned)),
    ];
    let colors = match &card.colors {
        Some(colors) => mask(colors, &COLORS),
        None => faces.iter().flat_map(|f| f.colors.iter().flatten()).fold(0, |m, c| m | mask([c], &COLORS)),
    };
    rows.uuid(oracle).text(name).text(&search::fold(name)).text(&card.layout);
    rows.opt(mana_cost, Rows::text);
    rows.f32(card.cmc.or_else(|| first?.cmc).unwrap_or(0.0)).text(&type_line);
    rows.opt(text.as_deref(), Rows::text).text(&search::oracle_plain(text.as_deref().unwrap_or_default()));
    for value in &stats {
        rows.opt(value.as_deref(), Rows::text);
    }
    for value in &stats {
        rows.opt(stat(value.as_deref()), Rows::f32);
    }
    rows.i16(colors).i16(mask(&card.color_identity, &COLORS)).texts(&card.keywords);
    rows.bool(card.reserved).bool(card.game_changer.unwrap_or(false)).opt(card.edhrec_rank, Rows::i32);
    rows.i64(legality.legal).i64(legality.restricted).i64(legality.banned).i64(legality.known);
    rows.jsonb(&faces_json(faces));
}

fn faces_json(faces: &[Face<'_>]) -> String {
    let face = |f: &Face<'_>| {
        json!({
            "name": f.name, "mana_cost": f.mana_cost, "type_line": f.type_line, "oracle_text": f.oracle_text,
            "power": f.power, "toughness": f.toughness, "loyalty": f.loyalty, "defense": f.defense,
            "colors": f.colors.as_ref().map_or(0, |colors| mask(colors, &COLORS)),
        })
    };
    serde_json::Value::Array(faces.iter().map(face).collect()).to_string()
}

/// Finishes of a printing as a mask; older objects say it by two flags.
fn finishes(card: &Card<'_>) -> i16 {
    match &card.finishes {
        Some(finishes) => mask(finishes, &FINISHES),
        None => i16::from(card.nonfoil) + 2 * i16::from(card.foil),
    }
}

/// Sides that have an image, and the version that the image's address carries.
fn images(card: &Card<'_>) -> (i16, Option<i64>) {
    let stamp =
        |uris: &markets::scryfall::ImageUris<'_>| uris.normal.as_ref()?.split_once('?')?.1.parse().ok();
    match &card.image_uris {
        Some(uris) => (1, stamp(uris)),
        None => {
            let mut sides = card.card_faces.iter().filter_map(|f| f.image_uris.as_ref());
            let first = sides.next();
            (i16::from(first.is_some()) + i16::from(sides.next().is_some()), first.and_then(stamp))
        }
    }
}

/// Appends the values of `PRINTING_COLUMNS`.
pub fn printing(rows: &mut Rows, card: &Card<'_>, card_id: i32, set_id: i32) {
    let first = card.card_faces.first();
    let number = card.collector_number.trim_start_matches(|c: char| !c.is_ascii_digit());
    let digits = number.len() - number.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (sides, stamp) = images(card);
    let effects: Vec<&str> = match &card.frame_effect {
        Some(effect) if card.frame_effects.is_empty() => vec![effect.as_ref()],
        _ => card.frame_effects.iter().map(AsRef::as_ref).collect(),
    };
    rows.uuid(card.id).i32(card_id).i32(set_id).text(&card.collector_number);
    rows.opt(number[..digits].parse().ok(), Rows::i32).text(&card.lang);
    rows.i16(mask([&card.rarity], &RARITIES)).opt(card.released_at, Rows::date);
    rows.i16(finishes(card)).i16(mask(&card.games, &GAMES));
    for flag in [
        card.digital,
        card.promo,
        card.reprint,
        card.variation,
        card.full_art,
        card.textless,
        card.oversized,
        card.booster,
    ] {
        rows.bool(flag);
    }
    rows.text(card.border_color.as_deref().unwrap_or("black")).text(card.frame.as_deref().unwrap_or(""));
    rows.texts(&effects).texts(&card.promo_types);
    rows.opt(card.security_stamp.as_deref(), Rows::text).opt(card.watermark.as_deref(), Rows::text);
    let artist = card.artist.as_deref().or_else(|| first?.artist.as_deref());
    rows.opt(artist, Rows::text).opt(card.illustration_id.or_else(|| first?.illustration_id), Rows::uuid);
    let flavor_name = card.flavor_name.as_deref().or_else(|| first?.flavor_name.as_deref());
    let flavor_text =
        joined(card.flavor_text.as_ref(), &card.card_faces, |f| f.flavor_text.as_deref(), "\n//\n");
    let printed_name =
        joined(card.printed_name.as_ref(), &card.card_faces, |f| f.printed_name.as_deref(), " // ");
    rows.opt(flavor_name.filter(|n| !n.is_empty()), Rows::text);
    rows.opt(flavor_text.as_deref(), Rows::text).opt(printed_name.as_deref(), Rows::text);
    rows.i16(sides).opt(stamp, Rows::i64);
    for id in [card.tcgplayer_id, card.tcgplayer_etched_id, card.cardmarket_id, card.mtgo_id, card.arena_id] {
        rows.opt(id, Rows::i32);
    }
}
