//! CardTrader: its blueprints are the products, the marketplace has the cheapest offers of each, at most
//! 25. Integer cents in the currency of whoever holds the token.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use crate::http::{Ask, Fetched, Session};
use crate::listing::{Grade, Head, Ids, Kind, Listing, Money, Quote, Sink, Surface};
use crate::raw::Run;
use crate::walk::Walk;
use crate::{Adapter, Progress, SourceError};

const MAGIC: i32 = 1;
/// Single cards and tokens; the rest is sealed, oversized, or no card.
const SINGLES: [i32; 2] = [1, 2];
const BEGAN: &str = "began";
const EXPANSIONS: &str = "expansions";
/// The note of a narrow visit: the expansions that it asked for.
const ONLY: &str = "only";

/// The API, version 2.
#[derive(Clone)]
pub struct CardTrader {
    /// `https://api.cardtrader.com/api/v2`, or a fake.
    pub base: String,
    /// The token of a profile.
    pub token: String,
    /// Codes of the sets whose expansions are asked for; without, all that there are.
    pub only: Option<Vec<String>>,
}

impl std::fmt::Debug for CardTrader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CardTrader").field("base", &self.base).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Expansion {
    id: i32,
    game_id: i32,
    #[serde(default)]
    code: String,
}

#[derive(Deserialize)]
struct Blueprint {
    id: i32,
    name: String,
    category_id: i32,
    scryfall_id: Option<Uuid>,
    tcg_player_id: Option<i32>,
    #[serde(default)]
    card_market_ids: Vec<i32>,
}

#[derive(Deserialize)]
struct Offer {
    quantity: i64,
    price: Price,
    #[serde(default)]
    description: Option<String>,
    properties_hash: Properties,
    #[serde(default)]
    graded: Option<bool>,
    #[serde(default)]
    on_vacation: bool,
}

#[derive(Deserialize)]
struct Price {
    cents: i64,
    currency: String,
}

#[derive(Deserialize)]
struct Properties {
    #[serde(default)]
    condition: Option<String>,
    #[serde(default)]
    mtg_language: Option<String>,
    #[serde(default)]
    mtg_foil: Option<bool>,
    #[serde(default)]
    signed: bool,
    #[serde(default)]
    altered: bool,
}

/// The expansions of the game; of a narrow visit those that it asked for.
fn expansions(run: &Run) -> Result<Vec<i32>, SourceError> {
    if run.has(ONLY) {
        return run.json("the expansions that were asked for", ONLY);
    }
    Ok(of_game(run)?.into_iter().map(|expansion| expansion.id).collect())
}

fn of_game(run: &Run) -> Result<Vec<Expansion>, SourceError> {
    let mut all: Vec<Expansion> = run.json("CardTrader's expansions", EXPANSIONS)?;
    all.retain(|expansion| expansion.game_id == MAGIC);
    Ok(all)
}

impl Adapter for CardTrader {
    async fn fetch(
        &self,
        session: &Session,
        run: &Run,
        _: Option<DateTime<Utc>>,
        progress: &dyn Progress,
    ) -> Result<Fetched, SourceError> {
        let authorization = format!("Bearer {}", self.token);
        let ask = |path: &str| Ask::get(format!("{}{path}", self.base)).authorization(&authorization);
        run.note(BEGAN, &session.began())?;
        session.save(run, EXPANSIONS, &ask("/expansions")).await?;
        if let Some(sets) = &self.only {
            let is_wanted = |one: &Expansion| sets.iter().any(|set| set.eq_ignore_ascii_case(&one.code));
            let ids: Vec<i32> = of_game(run)?.iter().filter(|one| is_wanted(one)).map(|one| one.id).collect();
            run.note(ONLY, &ids)?;
        }
        let expansions = expansions(run)?;
        let mut walk = Walk::new(session, run, progress, expansions.len() * 2);
        for id in expansions {
            let blueprints = ask(&format!("/blueprints/export?expansion_id={id}"));
            if walk.save(&format!("blueprints-{id}"), &blueprints).await? {
                let offers = ask(&format!("/marketplace/products?expansion_id={id}"));
                walk.save(&format!("products-{id}"), &offers).await?;
            }
        }
        walk.finish()?;
        Ok(Fetched::New(session.taken().1))
    }

    fn read(&self, run: &Run, sink: &mut dyn Sink) -> Result<(), SourceError> {
        let (complete, narrow) = (Walk::missing(run)?.is_empty(), run.has(ONLY));
        sink.begin(Head { observed_at: run.json("the visit's beginning", BEGAN)?, complete, narrow })?;
        for id in expansions(run)? {
            let (blueprints, products) = (format!("blueprints-{id}"), format!("products-{id}"));
            if run.has(&blueprints) && run.has(&products) {
                let what = format!("CardTrader's expansion {id}");
                let blueprints: Vec<Blueprint> = run.json(&what, &blueprints)?;
                let offers: HashMap<String, Vec<Offer>> = run.json(&what, &products)?;
                expansion(&what, &blueprints, &offers, sink)?;
            }
        }
        Ok(())
    }
}

fn expansion(
    what: &str,
    blueprints: &[Blueprint],
    offers: &HashMap<String, Vec<Offer>>,
    sink: &mut dyn Sink,
) -> Result<(), SourceError> {
    for blueprint in blueprints.iter().filter(|blueprint| SINGLES.contains(&blueprint.category_id)) {
        let mut languages: BTreeMap<&'static str, Vec<Quote>> = BTreeMap::new();
        for offer in offers.get(&blueprint.id.to_string()).into_iter().flatten() {
            if let Some((language, quote)) = quote(what, offer)? {
                languages.entry(language).or_default().push(quote);
            }
        }
        for (language, quotes) in languages {
            let ids = Ids {
                scryfall: blueprint.scryfall_id,
                tcgplayer: blueprint.tcg_player_id,
                cardmarket: blueprint.card_market_ids.clone(),
                language: Some(language),
            };
            let (product, name) = (blueprint.id.to_string(), blueprint.name.clone());
            sink.listing(Listing { product, name, ids, quotes: cheapest(quotes) })?;
        }
    }
    Ok(())
}

/// Of each surface and grade the cheapest.
fn cheapest(mut quotes: Vec<Quote>) -> Vec<Quote> {
    quotes.sort_by_key(|quote| quote.cents);
    let mut kept: Vec<Quote> = Vec::new();
    for quote in quotes {
        if !kept.iter().any(|other| (other.surface, other.grade) == (quote.surface, quote.grade)) {
            kept.push(quote);
        }
    }
    kept
}

/// The market's code of a language, in Scryfall's words.
fn language(code: &str) -> Option<&'static str> {
    Some(match code {
        "en" => "en",
        "fr" => "fr",
        "de" => "de",
        "es" => "es",
        "it" => "it",
        "jp" => "ja",
        "kr" => "ko",
        "pt" => "pt",
        "ru" => "ru",
        "zh-cn" => "zhs",
        "zh-tw" => "zht",
        _ => return None,
    })
}

/// A price in its language, unless the offer is not of a plain card that can be bought now.
fn quote(what: &str, offer: &Offer) -> Result<Option<(&'static str, Quote)>, SourceError> {
    let said = offer.description.as_deref().unwrap_or_default().to_lowercase();
    let word = |wanted: &str| said.split(|c: char| !c.is_alphanumeric()).any(|word| word == wanted);
    let properties = &offer.properties_hash;
    // Sellers who name a language in the text sell another one than the offer's own.
    let strange = word("ita") || word("mix");
    if offer.on_vacation
        || properties.altered
        || offer.graded == Some(true)
        || strange
        || offer.price.cents <= 0
    {
        return Ok(None);
    }
    let Some(quantity) = i32::try_from(offer.quantity).ok().filter(|copies| *copies > 0) else {
        return Ok(None);
    };
    let money = match offer.price.currency.as_str() {
        "USD" => Money::Usd,
        "EUR" => Money::Eur,
        other => return Err(SourceError::broken(what, "currency", format!("{other} is not understood"))),
    };
    let marked = properties.signed || ["signed", "inked", "stamped", "water"].into_iter().any(word);
    let grade = match properties.condition.as_deref().unwrap_or_default() {
        _ if marked => Grade::Dmg,
        "" | "Mint" | "Near Mint" => Grade::Nm,
        "Slightly Played" => Grade::Lp,
        "Moderately Played" => Grade::Mp,
        "Played" | "Heavily Played" => Grade::Hp,
        "Poor" => Grade::Dmg,
        _ => return Ok(None),
    };
    let Some(language) = language(properties.mtg_language.as_deref().unwrap_or("en")) else {
        return Ok(None);
    };
    // An etched card is a blueprint of its own, foil as the market sees it.
    let surface = if properties.mtg_foil == Some(true) { Surface::Shiny } else { Surface::Nonfoil };
    let (kind, cents) = (Kind::Low, offer.price.cents);
    Ok(Some((language, Quote { surface, kind, grade, money, cents, quantity: Some(quantity) })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fault;

    fn offer(cents: i64, change: &str) -> Result<Option<(&'static str, Quote)>, SourceError> {
        let json = format!(
            r#"{{"quantity":2,"price":{{"cents":{cents},"currency":"EUR"}},"description":"",
            "properties_hash":{{"condition":"Near Mint","mtg_language":"jp","mtg_foil":false,"signed":false,"altered":false}},
            "graded":false,"on_vacation":false}}"#
        );
        let (from, to) = change.split_once("=>").unwrap_or(("\u{0}", ""));
        quote("test", &serde_json::from_str(&json.replace(from, to)).unwrap())
    }

    #[test]
    fn offers_that_are_none_are_left_out() {
        let (language, plain) = offer(3890, "").unwrap().unwrap();
        assert_eq!((language, plain.cents, plain.grade, plain.money), ("ja", 3890, Grade::Nm, Money::Eur));
        for change in [
            "\"quantity\":2=>\"quantity\":0",
            "\"on_vacation\":false=>\"on_vacation\":true",
            "\"altered\":false=>\"altered\":true",
            "\"description\":\"\"=>\"description\":\"English/ITA mixed\"",
            "\"mtg_language\":\"jp\"=>\"mtg_language\":\"tlh\"",
            "Near Mint=>Unheard Of",
        ] {
            assert_eq!(offer(3890, change).unwrap(), None, "{change}");
        }
        let signed = offer(3890, "\"signed\":false=>\"signed\":true").unwrap().unwrap();
        assert_eq!(signed.1.grade, Grade::Dmg);
        assert_eq!(offer(3890, "EUR=>GBP").unwrap_err().fault(), Fault::Contract);
    }

    #[test]
    fn the_cheapest_of_each_grade_counts() {
        let quotes = [300, 100, 200].map(|cents| offer(cents, "").unwrap().unwrap().1).to_vec();
        assert_eq!(cheapest(quotes).iter().map(|quote| quote.cents).collect::<Vec<_>>(), [100]);
    }
}
