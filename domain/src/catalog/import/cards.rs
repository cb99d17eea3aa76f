//! Reads a bulk file and sorts its lines into what is new, what changed and what is known.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::io::BufRead;

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use markets::SourceError;
use markets::scryfall::{self, Card};
use tokio::sync::mpsc;
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_64;

use super::encode::{self, CARD_COLUMN_COUNT, PRINTING_COLUMN_COUNT};
use super::known::{Known, Legality, Stored};
use crate::copy::Rows;
use crate::prices::{Offers, scryfall_offers};

/// The highest bit of the legality masks.
const LAST_FORMAT_BIT: usize = 62;

/// When the lines of a file were observed.
pub struct ObservedAt {
    /// Lines that are not listed below.
    pub file: DateTime<Utc>,
    /// Lines of files that were put together from several days, by Scryfall id.
    pub lines: HashMap<Uuid, DateTime<Utc>>,
}

/// What a file came to.
#[derive(Default)]
pub struct Sorted {
    pub new_cards: Rows,
    pub changed_cards: Rows,
    pub changed_printings: Rows,
    pub new_sets: Rows,
    pub new_formats: Vec<(i16, String)>,
    pub legality_changes: Rows,
    pub offers: Offers,
    /// Printings that changed.
    pub changed_ids: Vec<i32>,
    /// Known cards that got printings: their counts and default printings are to be computed anew.
    pub grown_cards: Vec<i32>,
    pub lines: u64,
    pub new_printings: u64,
    /// Lines that name no card, with their number.
    pub skipped: Vec<(u64, String)>,
}

/// Newer first, then English, paper, later release; the id makes it total.
type Rank = (DateTime<Utc>, bool, bool, Option<NaiveDate>, Reverse<Uuid>);

struct Best {
    id: i32,
    rank: Rank,
    row: Vec<u8>,
    legality: Legality,
    default_rank: (bool, bool, bool, Option<NaiveDate>, i32),
    printings: i32,
}

/// One pass over a bulk file.
pub struct Sorter<'a> {
    what: &'a str,
    known: Known,
    observed: ObservedAt,
    best: HashMap<Uuid, Best>,
    grown: HashSet<i32>,
    moved: HashSet<i32>,
    fresh: Rows,
    out: Sorted,
}

impl<'a> Sorter<'a> {
    pub fn new(what: &'a str, known: Known, observed: ObservedAt) -> Self {
        Self {
            what,
            known,
            observed,
            best: HashMap::new(),
            grown: HashSet::new(),
            moved: HashSet::new(),
            fresh: Rows::default(),
            out: Sorted::default(),
        }
    }

    /// Reads the whole file. Encoded rows of new printings go out while it is being read.
    pub fn run(mut self, file: &mut dyn BufRead, fresh: &mpsc::Sender<Bytes>) -> Result<Sorted, SourceError> {
        let mut line = Vec::with_capacity(16 * 1024);
        loop {
            line.clear();
            let read = file.read_until(b'\n', &mut line);
            let read = read.map_err(|cause| {
                SourceError::broken(self.what, format!("after line {}", self.out.lines), cause)
            })?;
            if read == 0 {
                break;
            }
            self.out.lines += 1;
            if let Some(card) = scryfall::card(self.what, self.out.lines, &line)? {
                self.take(&card)?;
            }
            if let Some(chunk) = self.fresh.full_chunk()
                && fresh.blocking_send(chunk).is_err()
            {
                // The receiver failed and says why; there is nobody left to read for.
                break;
            }
        }
        // As above: a closed channel is reported by its other end.
        let _ = fresh.blocking_send(self.fresh.rest());
        if self.out.lines == 0 || self.best.is_empty() {
            return Err(SourceError::broken(self.what, "whole file", "there is no card in it"));
        }
        Ok(self.finish())
    }

    fn take(&mut self, card: &Card<'_>) -> Result<(), SourceError> {
        let Some(oracle) = encode::oracle_id(card) else {
            self.out.skipped.push((self.out.lines, format!("{} has no oracle id", card.name)));
            return Ok(());
        };
        let observed = self.observed.lines.get(&card.id).copied().unwrap_or(self.observed.file);
        let legality = self.legality(card)?;
        let set_id = self.set(card);
        let card_id = self.card(oracle, card, observed, legality);
        let printing_id = self.printing(card, card_id, set_id, observed);
        scryfall_offers(&mut self.out.offers, &card.prices, printing_id, observed);
        Ok(())
    }

    fn legality(&mut self, card: &Card<'_>) -> Result<Legality, SourceError> {
        let mut legality = Legality::default();
        for (format, status) in &card.legalities {
            let bit = match self.known.formats.get(format.as_ref()) {
                Some(bit) => *bit,
                None if self.known.formats.len() > LAST_FORMAT_BIT => {
                    let reason = format!("{format} is one format more than the catalogue has room for");
                    let place = format!("line {}", self.out.lines);
                    return Err(SourceError::broken(self.what, place, reason));
                }
                None => {
                    let bit = self.known.formats.len() as i16;
                    self.known.formats.insert(format.to_string(), bit);
                    self.out.new_formats.push((bit, format.to_string()));
                    bit
                }
            };
            legality.known |= 1 << bit;
            match status.as_ref() {
                "legal" => legality.legal |= 1 << bit,
                "restricted" => legality.restricted |= 1 << bit,
                "banned" => legality.banned |= 1 << bit,
                _ => {}
            }
        }
        Ok(legality)
    }

    fn set(&mut self, card: &Card<'_>) -> i32 {
        if let Some(id) = self.known.sets.get(card.set.as_ref()) {
            return *id;
        }
        let id = self.known.next_set;
        self.known.next_set += 1;
        self.known.sets.insert(card.set.to_string(), id);
        let rows = self.out.new_sets.row(6).i32(id).opt(card.set_id, Rows::uuid);
        rows.text(&card.set).text(&card.set_name).text(card.set_type.as_deref().unwrap_or("unknown"));
        // What a card says of its set is less than any list of sets says.
        rows.timestamp(DateTime::UNIX_EPOCH);
        id
    }

    fn card(&mut self, oracle: Uuid, card: &Card<'_>, observed: DateTime<Utc>, legality: Legality) -> i32 {
        let paper = !card.digital;
        let rank = (observed, card.lang == "en", paper, card.released_at, Reverse(card.id));
        let next = &mut self.known.next_card;
        let best = self.best.entry(oracle).or_insert_with(|| {
            let known = self.known.cards.get(&oracle).map(|(stored, _)| stored.id);
            let id = known.unwrap_or_else(|| {
                *next += 1;
                *next - 1
            });
            let rank = (DateTime::<Utc>::MIN_UTC, false, false, None, Reverse(Uuid::max()));
            let default_rank = (false, false, false, None, 0);
            Best { id, rank, row: Vec::new(), legality, default_rank, printings: 0 }
        });
        if rank > best.rank {
            let mut row = Rows::default();
            encode::card(&mut row, oracle, card, &legality);
            best.rank = rank;
            best.row = row.rest().to_vec();
            best.legality = legality;
        }
        best.id
    }

    fn printing(&mut self, card: &Card<'_>, card_id: i32, set_id: i32, observed: DateTime<Utc>) -> i32 {
        let mut row = Rows::default();
        encode::printing(&mut row, card, card_id, set_id);
        let hash = xxh3_64(row.bytes()) as i64;
        let columns = PRINTING_COLUMN_COUNT + 3;
        if let Some(stored) = self.known.printings.get(&card.id).copied() {
            let id = stored.id;
            if stored.hash != hash && self.known.is_newer(observed, &stored, self.mixed()) {
                let rows = self.out.changed_printings.row(columns).i32(id);
                rows.append(row.bytes(), 0);
                rows.i64(hash).timestamp(observed);
                self.known.printings.insert(card.id, Stored { id, hash, observed_at: observed });
                // It may come from another card, or be the better one to stand for its card now.
                self.moved.insert(card_id);
                self.out.changed_ids.push(id);
                self.grow(card, card_id, id);
            }
            return id;
        }
        let id = self.known.next_printing;
        self.known.next_printing += 1;
        self.known.printings.insert(card.id, Stored { id, hash, observed_at: observed });
        self.fresh.row(columns).i32(id).append(row.bytes(), 0);
        self.fresh.i64(hash).timestamp(observed);
        self.out.new_printings += 1;
        self.grow(card, card_id, id);
        id
    }

    /// Notes a printing that is new to its card.
    fn grow(&mut self, card: &Card<'_>, card_id: i32, id: i32) {
        self.grown.insert(card_id);
        let Some(oracle) = encode::oracle_id(card) else { return };
        let Some(best) = self.best.get_mut(&oracle) else { return };
        best.printings += 1;
        let paper = !card.digital && card.games.iter().any(|g| g == "paper");
        let rank = (card.lang == "en", paper, !card.promo, card.released_at, id);
        best.default_rank = best.default_rank.max(rank);
    }

    fn mixed(&self) -> bool {
        !self.observed.lines.is_empty()
    }

    fn finish(mut self) -> Sorted {
        let mixed = self.mixed();
        for (oracle, best) in std::mem::take(&mut self.best) {
            let hash = xxh3_64(&best.row) as i64;
            let observed = best.rank.0;
            match self.known.cards.get(&oracle) {
                None => {
                    let rows = self.out.new_cards.row(CARD_COLUMN_COUNT + 5).i32(best.id);
                    rows.append(&best.row, 0);
                    let default = Some(best.default_rank.4).filter(|id| *id > 0);
                    rows.opt(default, Rows::i32).i32(best.printings).i64(hash).timestamp(observed);
                    self.grown.remove(&best.id);
                }
                Some((stored, before))
                    if stored.hash != hash && self.known.is_newer(observed, stored, mixed) =>
                {
                    let rows = self.out.changed_cards.row(CARD_COLUMN_COUNT + 3).i32(best.id);
                    rows.append(&best.row, 0);
                    rows.i64(hash).timestamp(observed);
                    legality_changes(
                        &mut self.out.legality_changes,
                        best.id,
                        before,
                        &best.legality,
                        observed,
                    );
                }
                Some(_) => {}
            }
        }
        self.out.grown_cards = self.grown.union(&self.moved).copied().collect();
        self.out
    }
}

/// Formats that both observations speak of and disagree on.
fn legality_changes(rows: &mut Rows, card: i32, before: &Legality, after: &Legality, at: DateTime<Utc>) {
    let both = before.known & after.known;
    for bit in (0..=LAST_FORMAT_BIT as i16).filter(|bit| both >> bit & 1 == 1) {
        let (was, is) = (before.status(bit), after.status(bit));
        if was != is {
            rows.row(5).i32(card).i16(bit).i16(was).i16(is).timestamp(at);
        }
    }
}
