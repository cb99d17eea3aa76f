use async_graphql::dataloader::{DataLoader, HashMapCache};
use async_graphql::runtime::{TokioSpawner, TokioTimer};
use foldhash::fast::RandomState;
use futures_util::future::BoxFuture;

use crate::Ctx;
use crate::spans::Spawning;

/// Batches reads. Each domain's `loader.rs` implements `Loader<Key>` for it, with a key type of
/// its own, so the schema carries one loader however many keys exist.
pub struct Reader(pub(crate) Ctx);

/// The dataloader that rides in the data of one request or of one subscription event.
pub type ReaderLoader = DataLoader<Reader, HashMapCache<RandomState>>;

impl Reader {
    /// A loader for one request: what it has read once, it does not read again.
    pub fn loader(ctx: Ctx) -> ReaderLoader {
        DataLoader::with_cache(
            Self(ctx),
            Spawning(TokioSpawner::current()),
            TokioTimer::default(),
            HashMapCache::new(),
        )
        .delay(std::time::Duration::ZERO)
    }

    /// A loader for a subscription, which outlives what it reads: it batches but keeps nothing.
    pub fn live_loader(ctx: Ctx) -> ReaderLoader {
        let loader = Self::loader(ctx);
        loader.enable_all_cache(false);
        loader
    }
}

/// Puts a future aside. The executor makes one future for every field of every object, as large as the
/// largest that any field of the object may need: what a rare or dear field waits for must not be in it.
pub(crate) fn boxed<'a, T>(future: impl Future<Output = T> + Send + 'a) -> BoxFuture<'a, T> {
    Box::pin(future)
}
