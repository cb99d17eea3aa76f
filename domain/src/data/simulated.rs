use std::sync::atomic::{AtomicU64, Ordering};

use super::Load;
use crate::{Ctx, Result, demo};

/// Loads the built-in demo market.
pub async fn load_demo(ctx: &Ctx) -> Result<()> {
    let load = Load::start(ctx, "The demo market", "printings", None).await?;
    let done_so_far = AtomicU64::new(0);
    let work = demo::load(ctx, |done, _| done_so_far.store(done, Ordering::Relaxed));
    let said = |loaded: &demo::Loaded| format!("{} printings with simulated prices", loaded.printings);
    load.watch(work, || done_so_far.load(Ordering::Relaxed), said).await?;
    Ok(())
}
