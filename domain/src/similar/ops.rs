use std::collections::{HashMap, HashSet};

use vectors::Near;

use super::model::{Found, Hit, Similarity, Wanted, Wish};
use super::queries;
use crate::{CardId, Ctx, Error, Result};

/// Neighbours that are looked at when not every one will do.
const CANDIDATES: usize = 1_000;

/// The neighbours of some cards, all by the same model.
#[tracing::instrument(skip_all)]
pub async fn similar(ctx: &Ctx, wanted: &[Wanted]) -> Result<HashMap<Wanted, Found>> {
    for wanted in wanted {
        check(&wanted.wish)?;
    }
    let neighbours = &ctx.app().similar;
    let Some(loaded) = neighbours.current(ctx).await? else {
        let none = || Found { state: Similarity::NotComputed, model: None, hits: Vec::new() };
        return Ok(wanted.iter().map(|wanted| (wanted.clone(), none())).collect());
    };
    let model = loaded.served.model.clone();
    let count = |wanted: &Wanted| if wanted.wish.is_open() { wanted.count } else { CANDIDATES };
    let asked = wanted.iter().map(|wanted| (wanted.clone(), count(wanted))).collect();
    let near = neighbours.search(loaded, asked).await?;
    let fitting = fitting(ctx, &near).await?;
    let found = |(wanted, near): (Wanted, Option<Vec<Near>>)| {
        let state = if near.is_some() { Similarity::Ready } else { Similarity::NotCompared };
        let fits = fitting.get(&wanted.wish);
        let near = near.unwrap_or_default().into_iter();
        let near = near.filter(|near| fits.is_none_or(|fits| fits.contains(&CardId(near.id))));
        let hits =
            near.take(wanted.count).map(|near| Hit { card: CardId(near.id), score: near.score }).collect();
        (wanted, Found { state, model: Some(model.clone()), hits })
    };
    Ok(near.into_iter().map(found).collect())
}

fn check(wish: &Wish) -> Result<()> {
    match wish.most {
        Some((most, _)) if most < 0 => Err(Error::invalid("maxPriceMinor", "must not be negative")),
        _ => Ok(()),
    }
}

/// For each wish the cards among the neighbours that are as wished. One statement a wish: the lists of a
/// request have the same.
async fn fitting(ctx: &Ctx, near: &[(Wanted, Option<Vec<Near>>)]) -> Result<HashMap<Wish, HashSet<CardId>>> {
    let mut candidates: HashMap<Wish, HashSet<CardId>> = HashMap::new();
    for (wanted, near) in near.iter().filter(|(wanted, _)| !wanted.wish.is_open()) {
        let ids = near.iter().flatten().map(|near| CardId(near.id));
        candidates.entry(wanted.wish.clone()).or_default().extend(ids);
    }
    let mut fitting = HashMap::new();
    for (wish, cards) in candidates {
        let mut conn = ctx.conn().await?;
        let format = match &wish.format {
            Some(name) => {
                let bit = queries::format(&mut conn, &name.to_lowercase()).await?;
                Some(bit.ok_or_else(|| Error::invalid("format", "is no format that is known here"))?)
            }
            None => None,
        };
        let fits = queries::as_wished(&mut conn, cards.into_iter().collect(), format, &wish).await?;
        fitting.insert(wish, fits.into_iter().collect());
    }
    Ok(fitting)
}
