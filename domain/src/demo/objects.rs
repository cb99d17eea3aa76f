//! The demo's table in Scryfall's words, so that it takes the way of every other card file.

use chrono::NaiveDate;
use markets::scryfall;
use serde_json::{Map, Value, json};
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_128;

use super::table::{Card, Printing, Set, Table};

const FORMATS: [&str; 7] = ["standard", "pioneer", "modern", "legacy", "vintage", "commander", "pauper"];
/// Double-sided: what the faces have, the card as a whole has not.
const TWO_SIDED: [&str; 2] = ["transform", "modal_dfc"];

/// Kinds of sets that are sold in boosters.
const BOOSTERS: [&str; 4] = ["core", "expansion", "masters", "draft_innovation"];

/// An id that follows from what it is of. Its version is 8, so that it is no id of Scryfall's.
pub fn id(of: &str) -> Uuid {
    let mut bytes = xxh3_128(format!("dualcaster demo {of}").as_bytes()).to_be_bytes();
    bytes[6] = 0x80 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    Uuid::from_bytes(bytes)
}

/// The id of a printing.
pub fn printing_id(printing: &Printing) -> Uuid {
    id(&format!("printing {} {}", printing.set.code, printing.number))
}

/// The sets; their counts are what the demo has of them.
pub fn sets(table: &Table) -> Vec<scryfall::Set> {
    let set = |(set, count): (&Set, i32)| scryfall::Set {
        id: id(&format!("set {}", set.code)),
        code: set.code.to_owned(),
        name: set.name.to_owned(),
        set_type: set.kind.to_owned(),
        released_at: Some(set.released),
        card_count: count,
        printed_size: None,
        digital: false,
        foil_only: false,
        nonfoil_only: false,
        parent_set_code: None,
        block: None,
        block_code: None,
        mtgo_code: None,
        arena_code: None,
        tcgplayer_id: None,
        icon_svg_uri: None,
    };
    table.sets().into_iter().map(set).collect()
}

/// The printings.
pub fn objects(table: &Table) -> impl Iterator<Item = (Value, &Printing)> {
    table.printings.iter().filter_map(|printing| {
        let card = table.cards.get(printing.card)?;
        let first = table.printings.iter().filter(|p| p.card == printing.card).map(|p| p.set.released).min();
        let reprint = card.flags.contains('O') || first < Some(printing.set.released);
        Some((object(card, printing, reprint), printing))
    })
}

/// Printings as a file of JSON lines.
pub fn file(objects: impl Iterator<Item = Value>) -> Vec<u8> {
    objects.flat_map(|object| format!("{object}\n").into_bytes()).collect()
}

fn object(card: &Card, printing: &Printing, reprint: bool) -> Value {
    let set = printing.set;
    let finishes = [("nonfoil", printing.nonfoil), ("foil", printing.foil)];
    let finishes: Vec<&str> = finishes.into_iter().filter(|(_, has)| *has).map(|(name, _)| name).collect();
    let keywords: Vec<&str> = card.keywords.split(',').filter(|keyword| !keyword.is_empty()).collect();
    let mut object = json!({
        "object": "card", "id": printing_id(printing), "oracle_id": id(&format!("card {} {}", card.layout, card.name)),
        "name": card.name, "lang": "en", "released_at": set.released, "layout": card.layout,
        "type_line": card.type_line, "cmc": mana_value(card), "color_identity": identity(card), "keywords": keywords,
        "legalities": legalities(card), "reserved": card.flags.contains('R'), "game_changer": card.flags.contains('G'),
        "games": ["paper"], "finishes": finishes, "reprint": reprint, "set": set.code, "set_name": set.name,
        "set_type": set.kind, "set_id": id(&format!("set {}", set.code)), "collector_number": printing.number,
        "rarity": printing.rarity, "artist": printing.artist, "border_color": set.border,
        "frame": frame(set.released), "booster": BOOSTERS.contains(&set.kind),
        "digital": false,
    });
    if let Some(fields) = object.as_object_mut() {
        fields.extend(sides(card));
    }
    object
}

/// What a card's faces say, and what of it the whole card says as well.
fn sides(card: &Card) -> Map<String, Value> {
    let faces = faces(card);
    let mut whole = Map::new();
    match faces.as_slice() {
        [only] => {
            whole.extend(only.clone());
            whole.remove("name");
        }
        _ => {
            if !TWO_SIDED.contains(&card.layout) {
                whole.insert("mana_cost".to_owned(), card.mana.into());
                whole.insert("colors".to_owned(), json!(colors(card.mana)));
            }
            whole.insert("card_faces".to_owned(), faces.into());
        }
    }
    whole
}

fn faces(card: &Card) -> Vec<Map<String, Value>> {
    let part = |text: &str, n: usize| text.split(" // ").nth(n).unwrap_or_default().trim().to_owned();
    let names: Vec<&str> = card.name.split(" // ").collect();
    let front = colors(&part(card.mana, 0));
    let face = |(n, name): (usize, &&str)| {
        let (mana, type_line, stats) = (part(card.mana, n), part(card.type_line, n), part(card.stats, n));
        let told: Vec<String> = card
            .flags
            .chars()
            .filter(char::is_ascii_lowercase)
            .map(|c| c.to_ascii_uppercase().to_string())
            .collect();
        let colors = match (mana.is_empty(), type_line.contains("Land"), n + 1 == names.len()) {
            (true, false, true) if !told.is_empty() => told,
            (true, false, _) if n > 0 => front.clone(),
            _ => colors(&mana),
        };
        let mut face = Map::new();
        for (key, value) in [
            ("name", (*name).into()),
            ("mana_cost", mana.into()),
            ("type_line", type_line.into()),
            ("colors", json!(colors)),
        ] {
            face.insert(key.to_owned(), value);
        }
        let text = part(&card.text, n);
        if !text.is_empty() {
            face.insert("oracle_text".to_owned(), text.into());
        }
        if let Some((power, toughness)) = stats.split_once('/') {
            face.insert("power".to_owned(), power.into());
            face.insert("toughness".to_owned(), toughness.into());
        } else if let Some(loyalty) = stats.strip_prefix('[').and_then(|s| s.strip_suffix(']')) {
            face.insert("loyalty".to_owned(), loyalty.into());
        }
        face
    };
    names.iter().enumerate().map(face).collect()
}

/// The symbols of a cost or a text: what is between braces.
fn symbols(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(symbol, _)| symbol)
}

/// The colours of a cost, in the usual order.
fn colors(cost: &str) -> Vec<String> {
    let has = |color: char| symbols(cost).any(|symbol| symbol.contains(color));
    "WUBRG".chars().filter(|color| has(*color)).map(String::from).collect()
}

/// Colours of the cost, the rules text without reminders, the basic land types and the card itself.
fn identity(card: &Card) -> Vec<String> {
    let mut text = card.mana.to_owned();
    for outside in card.text.split('(').map(|part| part.split_once(')').map_or(part, |(_, after)| after)) {
        text.push_str(outside);
    }
    let basics = [("Plains", 'W'), ("Island", 'U'), ("Swamp", 'B'), ("Mountain", 'R'), ("Forest", 'G')];
    let types = basics.into_iter().filter(|(name, _)| card.type_line.contains(name)).map(|(_, color)| color);
    let told = card.flags.chars().filter(char::is_ascii_lowercase).map(|c| c.to_ascii_uppercase());
    text.extend(types.chain(told).map(|color| format!("{{{color}}}")));
    colors(&text)
}

/// Both halves of a split card count; of other cards with two faces the first does.
fn mana_value(card: &Card) -> f64 {
    let value = |symbol: &str| match symbol.parse::<f64>() {
        Ok(number) => number,
        Err(_) if symbol == "X" => 0.0,
        Err(_) => 1.0,
    };
    let cost =
        if card.layout == "split" { card.mana } else { card.mana.split(" // ").next().unwrap_or_default() };
    symbols(cost).map(value).sum()
}

fn legalities(card: &Card) -> Map<String, Value> {
    let status = |letter| match letter {
        'L' => "legal",
        'B' => "banned",
        'R' => "restricted",
        _ => "not_legal",
    };
    FORMATS
        .iter()
        .zip(card.legal.chars())
        .map(|(format, letter)| ((*format).to_owned(), status(letter).into()))
        .collect()
}

/// The frame that sets of a time have.
fn frame(released: NaiveDate) -> &'static str {
    let before = |year, month| NaiveDate::from_ymd_opt(year, month, 1).is_some_and(|day| released < day);
    match () {
        () if before(1996, 10) => "1993",
        () if before(2003, 7) => "1997",
        () if before(2014, 7) => "2003",
        () => "2015",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object_of(name: &str) -> Value {
        let table = Table::read().unwrap();
        let printing = table.printings.iter().find(|p| p.card == name).unwrap();
        object(&table.cards[name], printing, false)
    }

    #[test]
    fn objects_read_as_scryfalls() {
        let table = Table::read().unwrap();
        let file = file(objects(&table).map(|(object, _)| object));
        for (n, line) in file.split(|b| *b == b'\n').enumerate() {
            scryfall::card("demo", n as u64, line).unwrap();
        }
    }

    #[test]
    fn colours_and_values_follow_from_costs() {
        let fire = object_of("Fire // Ice");
        assert_eq!((&fire["cmc"], &fire["colors"]), (&json!(4.0), &json!(["U", "R"])));
        assert_eq!(fire["card_faces"][1]["colors"], json!(["U"]));
        let delver = object_of("Delver of Secrets // Insectile Aberration");
        assert_eq!((&delver["cmc"], &delver["colors"]), (&json!(1.0), &Value::Null));
        assert_eq!(
            (&delver["card_faces"][1]["colors"], &delver["card_faces"][1]["power"]),
            (&json!(["U"]), &json!("3"))
        );
        let tundra = object_of("Tundra");
        assert_eq!((&tundra["colors"], &tundra["color_identity"]), (&json!([]), &json!(["W", "U"])));
        assert_eq!(object_of("Deathrite Shaman")["cmc"], json!(1.0));
        assert_eq!(object_of("Jace, the Mind Sculptor")["loyalty"], "3");
        let azcanta = object_of("Search for Azcanta // Azcanta, the Sunken Ruin");
        assert_eq!(azcanta["card_faces"][1]["colors"], json!([]));
        let ajani = object_of("Ajani, Nacatl Pariah // Ajani, Nacatl Avenger");
        assert_eq!(ajani["card_faces"][0]["colors"], json!(["W"]));
        assert_eq!(
            (&ajani["card_faces"][1]["colors"], &ajani["color_identity"]),
            (&json!(["R", "W"]), &json!(["W", "R"]))
        );
    }
}
