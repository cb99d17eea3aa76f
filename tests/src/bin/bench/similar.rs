//! How long the neighbours of a card take among many, and what their bytes lose against exact numbers.

use std::hint::black_box;
use std::time::Instant;

use domain::similar::{Similarity, Wanted, Wish, refresh_embeddings, similar};
use domain::{Actor, App, CardId, Ctx};
use vectors::{DIM, Matrix, Quantised};

use crate::Size;
use crate::platform::Platform;
use crate::report::{Figures, Report, percentile};

/// Neighbours of a page.
const NEAREST: usize = 10;
/// Cards that are alike lie together: so many to a heap.
const HEAP: usize = 50;

pub async fn run(platform: &Platform, size: &Size, report: &Report) -> anyhow::Result<()> {
    let (count, tries) = (size.vectors, size.tries);
    let mut figures = tokio::task::spawn_blocking(move || scan(count, tries)).await?;
    let ctx = Ctx::new(App::start(&platform.settings())?, Actor::Service);
    let began = Instant::now();
    let done = refresh_embeddings(&ctx, None, |_, _| {}).await?;
    figures.add("cards of the catalogue", done.cards as f64, "");
    figures.add("learned, embedded and stored in", began.elapsed().as_secs_f64(), "s");
    let began = Instant::now();
    refresh_embeddings(&ctx.renewed(), None, |_, _| {}).await?;
    figures.add("again, with nothing changed, in", began.elapsed().as_secs_f64(), "s");
    served(platform, &ctx, size.tries, &mut figures).await?;
    report.write("similar", &figures)
}

/// Numbers that look random and are always the same.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 40) as f32 / 8_388_608.0 - 1.0
    }
}

/// Vectors of length one, in heaps.
fn vectors(count: usize) -> Vec<f32> {
    let mut noise = Noise(7);
    let mut all = Vec::with_capacity(count * DIM);
    let mut middle = [0.0_f32; DIM];
    for n in 0..count {
        if n % HEAP == 0 {
            middle.fill_with(|| noise.next());
        }
        let vector: Vec<f32> = middle.iter().map(|x| x + 0.7 * noise.next()).collect();
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        all.extend(vector.iter().map(|x| x / length));
    }
    all
}

/// Every vector compared as it is: what the bytes are held against.
fn exact(all: &[f32], to: usize) -> Vec<i32> {
    let own = &all[to * DIM..][..DIM];
    let dot = |row: &[f32]| -> f32 { row.iter().zip(own).map(|(x, y)| x * y).sum() };
    let mut scores: Vec<(f32, i32)> = all
        .chunks_exact(DIM)
        .enumerate()
        .map(|(n, row)| (dot(row), n as i32))
        .filter(|(_, n)| *n != to as i32)
        .collect();
    let last = NEAREST.min(scores.len()) - 1;
    scores.select_nth_unstable_by(last, |a, b| b.0.total_cmp(&a.0));
    scores[..=last].iter().map(|(_, n)| *n).collect()
}

fn scan(count: usize, tries: usize) -> Figures {
    let mut figures = Figures::default();
    let all = vectors(count);
    let mut matrix = Matrix::with_capacity(count);
    for (n, row) in all.chunks_exact(DIM).enumerate() {
        matrix.push(n as i32, &Quantised::of(row));
    }
    let (mut ours, mut naive, mut found) = (Vec::new(), Vec::new(), 0);
    for n in 0..tries {
        let id = n * (count / tries);
        let began = Instant::now();
        let wanted = exact(&all, black_box(id));
        naive.push(began.elapsed().as_secs_f64() * 1e3);
        let Some(vector) = matrix.vector(id as i32) else { continue };
        let began = Instant::now();
        let near = black_box(matrix.nearest(&vector, Some(id as i32), NEAREST, None));
        ours.push(began.elapsed().as_secs_f64() * 1e3);
        found += near.iter().filter(|near| wanted.contains(&near.id)).count();
    }
    for times in [&mut ours, &mut naive] {
        times.sort_by(f64::total_cmp);
    }
    figures.add("vectors of 256 numbers", count as f64, "");
    figures.add("half of the searches within", percentile(&ours, 0.5), "ms (aim < 20)");
    figures.add("99 of 100 searches within", percentile(&ours, 0.99), "ms (aim < 20)");
    figures.add("plain numbers: half of the searches within", percentile(&naive, 0.5), "ms");
    figures.add("plain numbers: 99 of 100 searches within", percentile(&naive, 0.99), "ms");
    figures.add("of the true ten nearest are found", found as f64 / (tries * NEAREST) as f64 * 100.0, "%");
    figures.add("memory", matrix.bytes() as f64 / 1_048_576.0, "MiB");
    figures.add("plain numbers: memory", all.len() as f64 * 4.0 / 1_048_576.0, "MiB");
    figures
}

/// What a request waits for: the version, the search on a thread of its own.
async fn served(platform: &Platform, ctx: &Ctx, tries: usize, figures: &mut Figures) -> anyhow::Result<()> {
    let ids = platform
        .sql()
        .await?
        .query("SELECT card_id FROM card_embeddings ORDER BY text_hash LIMIT 500", &[])
        .await?;
    let mut times = Vec::new();
    for n in 0..=tries {
        let card = CardId(ids[n % ids.len()].get(0));
        let wanted = Wanted { card, count: NEAREST, after: None, wish: Wish::default() };
        let began = Instant::now();
        let found = similar(ctx, std::slice::from_ref(&wanted)).await?;
        let took = began.elapsed().as_secs_f64() * 1e3;
        anyhow::ensure!(found[&wanted].state == Similarity::Ready, "card {} is not compared", card.0);
        match n {
            0 => figures.add("first request of a process: vectors are loaded in", took, "ms"),
            _ => times.push(took),
        }
    }
    times.sort_by(f64::total_cmp);
    figures.add("request of a catalogue's card: half within", percentile(&times, 0.5), "ms");
    figures.add("request of a catalogue's card: 99 of 100 within", percentile(&times, 0.99), "ms");
    Ok(())
}
