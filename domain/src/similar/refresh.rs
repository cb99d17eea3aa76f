//! Keeps the vectors as new as the catalogue.

use std::collections::HashMap;

use diesel_async::AsyncConnection;
use tokio_postgres::Client;
use vectors::{CardText, Model};

use super::embed::{Embedder, Local, OpenAi};
use super::model::{RefreshEmbeddings, Refreshed};
use super::queries;
use crate::data::{self, DataOrigin};
use crate::sources::{Outside, Service};
use crate::{CardId, Ctx, Error, Result, jobs};

/// Our model learns again when one card in so many is not as it was when it learned. Until then cards
/// that are new are seen with its eyes, so that the vectors of the others stay.
const DRIFT: usize = 10;

/// Has cards embedded once the transaction that changes the catalogue is committed.
pub(crate) async fn soon(ctx: &Ctx, client: &Client) -> Result<()> {
    let job = RefreshEmbeddings { changed_at: Some(ctx.renewed().now()) };
    jobs::enqueue_beside(ctx, client, &job, ctx.now()).await
}

/// Embeds the cards whose text changed, or all when the model did. What was served is served until all
/// is there. Progress is told as cards done, of those to be done.
pub async fn refresh_embeddings(
    ctx: &Ctx,
    outside: Option<&Outside>,
    progress: impl Fn(u64, Option<u64>) + Send + Sync,
) -> Result<Refreshed> {
    ctx.require_service()?;
    let cards = texts(ctx).await?;
    if cards.is_empty() {
        return Ok(Refreshed::default());
    }
    let real = data::origin(ctx).await? == DataOrigin::Real;
    match outside.filter(|outside| real && outside.may_ask(Service::OpenAi)) {
        Some(outside) => {
            let embedder = OpenAi { ctx, outside };
            let model = queries::model(&mut *ctx.conn().await?, embedder.model_id(), None, ctx.now()).await?;
            run(ctx, &embedder, model, cards, progress).await
        }
        None => {
            let (embedder, model) = local(ctx, &cards).await?;
            run(ctx, &embedder, model, cards, progress).await
        }
    }
}

async fn texts(ctx: &Ctx) -> Result<Vec<(CardId, CardText)>> {
    let mut all: Vec<(CardId, CardText)> = Vec::new();
    loop {
        let behind = all.last().map_or(CardId(0), |(card, _)| *card);
        let mut rows = queries::texts(&mut *ctx.conn().await?, behind).await?;
        let more = rows.len() as i64 == queries::AT_ONCE;
        all.append(&mut rows);
        if !more {
            return Ok(all);
        }
    }
}

/// Our newest model, or one that learns from these cards because it does not fit them any more.
async fn local(ctx: &Ctx, cards: &[(CardId, CardText)]) -> Result<(Local, i32)> {
    let mut conn = ctx.conn().await?;
    if let Some(row) = queries::newest_model(&mut conn, Local::KIND).await? {
        let seen: HashMap<CardId, i64> = queries::hashes(&mut conn, row.id).await?.into_iter().collect();
        let strange = |(card, text): &&(CardId, CardText)| seen.get(card) != Some(&text.hash());
        let strange = cards.iter().filter(strange).count();
        let learned = row.learned.as_deref().map(Model::from_bytes);
        // While it has seen none it was only just made: the run before ended there.
        let fits = seen.is_empty() || strange * DRIFT <= cards.len();
        let as_many = usize::try_from(row.learned_from).is_ok_and(|from| cards.len() <= from + from / DRIFT);
        if let Some(Ok(model)) = learned.filter(|_| fits && as_many) {
            return Ok((Local::new(model), row.id));
        }
    }
    drop(conn);
    let texts: Vec<CardText> = cards.iter().map(|(_, text)| text.clone()).collect();
    let learn = move || {
        let model = Model::learn(&texts);
        let bytes = model.to_bytes();
        (Local::new(model), bytes)
    };
    let (local, bytes) = tokio::task::spawn_blocking(learn).await.map_err(Error::internal)?;
    let learned = Some((cards.len(), bytes));
    let id = queries::model(&mut *ctx.conn().await?, local.model_id(), learned, ctx.now()).await?;
    Ok((local, id))
}

async fn run<E: Embedder + Sync>(
    ctx: &Ctx,
    embedder: &E,
    model: i32,
    cards: Vec<(CardId, CardText)>,
    progress: impl Fn(u64, Option<u64>) + Send + Sync,
) -> Result<Refreshed> {
    let stored = queries::hashes(&mut *ctx.conn().await?, model).await?;
    let known: HashMap<CardId, i64> = stored.iter().copied().collect();
    let compared = cards.len() as u64;
    let gone: Vec<CardId> = stored
        .iter()
        .map(|(card, _)| *card)
        .filter(|card| cards.binary_search_by_key(card, |(card, _)| *card).is_err())
        .collect();
    let hashed = cards.into_iter().map(|(card, text)| (card, text.hash(), text));
    let changed: Vec<_> = hashed.filter(|(card, hash, _)| known.get(card) != Some(hash)).collect();
    let total = changed.len() as u64;
    let mut done =
        Refreshed { model: embedder.model_id().to_owned(), cards: compared, ..Refreshed::default() };
    for part in changed.chunks(embedder.batch()) {
        progress(done.embedded, Some(total));
        let batch = embedder.embed(part.iter().map(|(_, _, text)| text.clone()).collect()).await?;
        let keys = part.iter().map(|(card, hash, _)| (*card, *hash)).unzip();
        let vectors = batch.vectors.iter().map(|vector| vector.to_bytes()).collect();
        queries::store(&mut *ctx.conn().await?, model, keys, vectors, batch.tokens).await?;
        done.embedded += part.len() as u64;
        done.tokens += batch.tokens;
    }
    progress(done.embedded, Some(total));
    let now = ctx.renewed().now();
    let mut conn = ctx.conn().await?;
    done.removed = conn
        .transaction(async |conn| {
            let removed = queries::forget(conn, model, &gone).await?;
            let served = queries::served(conn).await?.is_some_and(|served| served.model_id == model);
            if total > 0 || removed > 0 || !served {
                queries::serve(conn, model, now).await?;
            }
            Ok::<_, Error>(removed as u64)
        })
        .await?;
    Ok(done)
}
