//! The vectors as a process holds them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{Mutex, Semaphore};
use vectors::{Matrix, Near, Quantised};

use super::model::{Served, Wanted};
use super::queries;
use crate::{CardId, Ctx, Error, Result};

/// Searches at once: each takes a processor for milliseconds.
const AT_ONCE: usize = 2;
/// So many may wait for them; more are sent away.
const WAITING: usize = 64;

/// The vectors that are served, in memory.
pub(super) struct Loaded {
    pub served: Served,
    pub matrix: Matrix,
}

/// What a process holds: loaded when first asked for, and again when what is served has changed.
pub(crate) struct Neighbours {
    loaded: RwLock<Option<Arc<Loaded>>>,
    loading: Mutex<()>,
    room: Semaphore,
    waiting: AtomicUsize,
}

impl Default for Neighbours {
    fn default() -> Self {
        Self {
            loaded: RwLock::default(),
            loading: Mutex::default(),
            room: Semaphore::new(AT_ONCE),
            waiting: AtomicUsize::new(0),
        }
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Neighbours {
    fn held(&self) -> Option<Arc<Loaded>> {
        // What it holds is whole after every statement.
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The vectors as they are served now, or a moment ago while another request loads the new ones.
    pub(super) async fn current(&self, ctx: &Ctx) -> Result<Option<Arc<Loaded>>> {
        let Some(served) = queries::served(&mut *ctx.conn().await?).await? else { return Ok(None) };
        let held = self.held();
        if held.as_ref().is_some_and(|held| held.served == served) {
            return Ok(held);
        }
        let _one = match (self.loading.try_lock(), held) {
            (Ok(guard), _) => guard,
            (Err(_), Some(older)) => return Ok(Some(older)),
            (Err(_), None) => self.loading.lock().await,
        };
        if let Some(held) = self.held().filter(|held| held.served == served) {
            return Ok(Some(held));
        }
        let loaded = Arc::new(load(ctx, served).await?);
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = Some(loaded.clone());
        Ok(Some(loaded))
    }

    /// The neighbours of each card, on a thread that nothing else waits for; nothing of a card that is
    /// not compared.
    pub(super) async fn search(
        &self,
        loaded: Arc<Loaded>,
        wanted: Vec<(Wanted, usize)>,
    ) -> Result<Vec<(Wanted, Option<Vec<Near>>)>> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Unavailable("the comparison of cards"));
        }
        let waiting = Waiting(&self.waiting);
        let _turn = self.room.acquire().await.map_err(Error::internal)?;
        drop(waiting);
        let search = move || {
            let of = |(wanted, count): (Wanted, usize)| {
                let own = wanted.card.0;
                let behind = wanted.after.map(|cursor| cursor.0);
                let vector = loaded.matrix.vector(own);
                let near = vector.map(|vector| loaded.matrix.nearest(&vector, Some(own), count, behind));
                (wanted, near)
            };
            wanted.into_iter().map(of).collect()
        };
        tokio::task::spawn_blocking(search).await.map_err(Error::internal)
    }
}

async fn load(ctx: &Ctx, served: Served) -> Result<Loaded> {
    let began = std::time::Instant::now();
    let mut matrix = Matrix::with_capacity(usize::try_from(served.cards).unwrap_or_default());
    let mut behind = CardId(0);
    loop {
        let rows = queries::vectors(&mut *ctx.conn().await?, served.model_id, behind).await?;
        for (card, bytes) in &rows {
            let broken = || Error::internal(anyhow::anyhow!("the vector of card {} is none", card.0));
            let vector = Quantised::from_bytes(bytes).ok_or_else(broken)?;
            matrix.push(card.0, &vector);
        }
        match rows.last() {
            Some((last, _)) if rows.len() as i64 == queries::AT_ONCE => behind = *last,
            _ => break,
        }
    }
    let (cards, kib, took) = (matrix.len(), matrix.bytes() / 1024, began.elapsed());
    tracing::info!(
        model = served.model,
        version = served.version,
        cards,
        kib,
        ?took,
        "vectors of cards are loaded"
    );
    Ok(Loaded { served, matrix })
}
