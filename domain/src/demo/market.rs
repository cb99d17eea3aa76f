//! The simulated market: a seeded random walk a printing. What a price is depends on the printing
//! and the moment alone, never on what ran before, so that every process finds the same prices.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc, Weekday};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use xxhash_rust::xxh3::xxh3_64;

use super::midnight;
use super::table::Printing;
use crate::prices::{Currency, Finish, PriceKind};

/// Changing it makes another market.
const SEED: u64 = 1993;
/// All walks begin on this day, or when the printing was released.
const EPOCH: Option<NaiveDate> = NaiveDate::from_ymd_opt(2024, 1, 1);
const DAY_SECONDS: f64 = 86_400.0;
/// How far a price strays within a day, as a share of it.
const INTRADAY: f64 = 0.035;
/// Waves that a day's stray is made of.
const WAVES: usize = 12;
/// What a store buys for, as a share of the market, by the market's US cents.
const BUYLIST: [(f64, f64); 4] = [(100.0, 0.14), (200.0, 0.26), (500.0, 0.37), (f64::INFINITY, 0.52)];
/// A store asks more than the market.
const RETAIL: f64 = 1.16;

/// One price of the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    pub kind: PriceKind,
    pub finish: Finish,
    pub currency: Currency,
    /// Minor units, at least one.
    pub amount: i64,
}

/// The levels of one printing at one moment, in minor units.
#[derive(Clone, Copy, Debug, Default)]
struct Levels {
    usd: f64,
    usd_foil: f64,
    eur: f64,
    eur_foil: f64,
    retail: f64,
    buylist: f64,
}

fn rng(of: &str) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(SEED ^ xxh3_64(of.as_bytes()))
}

/// A normally distributed number.
fn normal(rng: &mut Xoshiro256PlusPlus) -> f64 {
    let (radius, angle): (f64, f64) = (rng.random(), rng.random());
    // The logarithm of zero is what the smallest step keeps away.
    (-2.0 * (radius + f64::MIN_POSITIVE).ln()).sqrt() * (angle * std::f64::consts::TAU).cos()
}

/// What is particular to a printing, and where its walk has come to.
struct Walk {
    rng: Xoshiro256PlusPlus,
    base: f64,
    volatility: f64,
    foil_multiple: f64,
    euro_share: f64,
    reprintable: bool,
    released: NaiveDate,
    /// Logarithms: the slow level, the quick noise, a spike that fades, the foil's and the euro's own ways.
    level: f64,
    noise: f64,
    spike: f64,
    foil: f64,
    euro: f64,
    /// What the store asks and pays; it changes them only when they are too far off.
    retail: f64,
    buylist: f64,
}

impl Walk {
    fn new(printing: &Printing, reserved: bool) -> Self {
        let mut rng = rng(&format!("walk {} {}", printing.set.code, printing.number));
        let cheapness = 1.0 / (1.0 + printing.price / 2000.0);
        Self {
            base: printing.price / if printing.nonfoil { 1.0 } else { 1.6 },
            volatility: 0.006 + 0.018 * cheapness * rng.random::<f64>(),
            foil_multiple: 1.2 + 1.8 * rng.random::<f64>().powi(2),
            euro_share: 0.78 + 0.16 * rng.random::<f64>(),
            reprintable: !reserved,
            released: printing.set.released,
            level: 0.25 * normal(&mut rng).clamp(-1.5, 1.5),
            noise: 0.0,
            spike: 0.0,
            foil: 0.0,
            euro: 0.0,
            retail: 0.0,
            buylist: 0.0,
            rng,
        }
    }

    /// One day on.
    fn step(&mut self, day: NaiveDate) -> Levels {
        self.level = self.level * 0.9992 + 0.004 * normal(&mut self.rng);
        self.noise = self.noise * 0.96 + self.volatility * normal(&mut self.rng);
        self.spike *= 0.955;
        let (spikes, reprints): (f64, f64) = (self.rng.random(), self.rng.random());
        if spikes < 0.0015 {
            self.spike += 0.25 + 0.5 * self.rng.random::<f64>();
        }
        if self.reprintable && reprints < 0.0006 {
            self.level -= 0.15 + 0.25 * self.rng.random::<f64>();
        }
        self.foil = self.foil * 0.98 + 0.012 * normal(&mut self.rng);
        self.euro = self.euro * 0.985 + 0.008 * normal(&mut self.rng);
        self.levels(day)
    }

    fn levels(&mut self, day: NaiveDate) -> Levels {
        let weekend = if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) { 0.008 } else { 0.0 };
        let age = (day - self.released).num_days().max(0) as f64;
        let news = 0.7 * (-age / 18.0).exp();
        let usd = self.base * (self.level + self.noise + self.spike + weekend + news).exp();
        // Europe follows a spike only in part, and has no weekend of its own.
        let euro = self.euro_share * (self.euro - 0.35 * self.spike - weekend).exp();
        let foil = (self.foil_multiple * self.foil.exp()).max(1.02);
        self.post(usd);
        Levels {
            usd,
            usd_foil: usd * foil,
            eur: usd * euro,
            eur_foil: usd * foil * euro,
            retail: self.retail,
            buylist: self.buylist,
        }
    }

    /// The store looks at the market and prints new labels where it must.
    fn post(&mut self, usd: f64) {
        let off = |posted: f64, wanted: f64, by: f64| posted <= 0.0 || (posted / wanted).ln().abs() > by;
        let share = BUYLIST.iter().find(|(below, _)| usd < *below).map_or(0.5, |(_, share)| *share);
        if off(self.retail, usd * RETAIL, 0.07) {
            let step = if usd < 1000.0 { 50.0 } else { 500.0 };
            self.retail = ((usd * RETAIL / step).ceil() * step - 1.0).max(25.0);
        }
        if off(self.buylist, usd * share, 0.12) {
            let step = if usd < 500.0 { 5.0 } else { 50.0 };
            self.buylist = ((usd * share / step).floor() * step).max(1.0).min(self.retail * 0.8);
        }
    }
}

/// The walk of a printing.
pub struct Market<'a> {
    printing: &'a Printing,
    reserved: bool,
}

impl<'a> Market<'a> {
    pub fn new(printing: &'a Printing, reserved: bool) -> Self {
        Self { printing, reserved }
    }

    fn begin(&self) -> NaiveDate {
        EPOCH.unwrap_or_default().max(self.printing.set.released)
    }

    /// The levels at the beginning of each day from one to another, as far as the printing existed.
    fn levels(&self, from: NaiveDate, to: NaiveDate) -> Vec<(NaiveDate, Levels)> {
        let mut walk = Walk::new(self.printing, self.reserved);
        let days = self.begin().iter_days().take_while(|day| *day <= to);
        days.map(|day| (day, walk.step(day))).filter(|(day, _)| *day >= from).collect()
    }

    /// The prices at the beginning of each day from one to another.
    pub fn days(&self, from: NaiveDate, to: NaiveDate) -> Vec<(NaiveDate, Vec<Quote>)> {
        self.levels(from, to).into_iter().map(|(day, levels)| (day, self.quotes(&levels, true))).collect()
    }

    /// What sales came to by a moment: between the beginnings of two days, with a stray that ends
    /// where the next day begins. Stores change their labels at night, so they are not in it.
    pub fn moment(&self, at: DateTime<Utc>) -> Vec<Quote> {
        let day = at.date_naive();
        let around = self.levels(day, day + Days::new(1));
        let [(_, today), (_, tomorrow)] = around.as_slice() else { return Vec::new() };
        let share = (at - midnight(day)).num_milliseconds() as f64 / 1000.0 / DAY_SECONDS;
        let mut rng = rng(&format!("stray {} {} {day}", self.printing.set.code, self.printing.number));
        // A Brownian bridge: it leaves from zero and comes back to it.
        let wave = |n: usize| normal(&mut rng) * (share * n as f64 * std::f64::consts::PI).sin() / n as f64;
        let stray = (1..=WAVES).map(wave).sum::<f64>() * INTRADAY;
        let between = |a: f64, b: f64| a.powf(1.0 - share) * b.powf(share) * stray.exp();
        let levels = Levels {
            usd: between(today.usd, tomorrow.usd),
            usd_foil: between(today.usd_foil, tomorrow.usd_foil),
            eur: between(today.eur, tomorrow.eur),
            eur_foil: between(today.eur_foil, tomorrow.eur_foil),
            ..*today
        };
        self.quotes(&levels, false)
    }

    fn quotes(&self, levels: &Levels, stores: bool) -> Vec<Quote> {
        use Currency::{Eur, Usd};
        use Finish::{Foil, Nonfoil};
        use PriceKind::{Buylist, Market, Retail};
        let (nonfoil, foil) = (self.printing.nonfoil, self.printing.foil);
        let main = if nonfoil { Nonfoil } else { Foil };
        let all = [
            (nonfoil, Market, Nonfoil, Usd, levels.usd),
            (foil, Market, Foil, Usd, levels.usd_foil),
            (nonfoil, Market, Nonfoil, Eur, levels.eur),
            (foil, Market, Foil, Eur, levels.eur_foil),
            (stores, Retail, main, Usd, levels.retail),
            (stores, Buylist, main, Usd, levels.buylist),
        ];
        let quote = |(_, kind, finish, currency, level): (_, _, _, _, f64)| Quote {
            kind,
            finish,
            currency,
            // Far below 2^53.
            amount: (level.round() as i64).max(1),
        };
        all.into_iter().filter(|(has, ..)| *has).map(quote).collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::super::table::Table;
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn prices_are_positive_and_the_same_again() {
        let table = Table::read().unwrap();
        for printing in &table.printings {
            let market = Market::new(printing, false);
            let days = market.days(day("2025-10-01"), day("2026-11-01"));
            assert!(days.iter().all(|(_, quotes)| quotes.iter().all(|q| q.amount > 0)));
            let ratio =
                days.iter().map(|(_, quotes)| quotes[0].amount as f64).fold(0.0, f64::max) / printing.price;
            assert!((0.2..8.0).contains(&ratio), "{} {}: {ratio}", printing.set.code, printing.number);
            let part = market.days(day("2026-03-01"), day("2026-03-02"));
            assert!(part.iter().all(|one| days.contains(one)), "a part of the walk is the same walk");
        }
    }

    #[test]
    fn days_pass_into_each_other() {
        let table = Table::read().unwrap();
        let market = Market::new(&table.printings[0], true);
        let (begin, next) = (midnight(day("2026-11-01")), midnight(day("2026-11-02")));
        let opening = market.days(day("2026-11-01"), day("2026-11-02"));
        assert_eq!(market.moment(begin)[..2], opening[0].1[..2]);
        let (end, opens) = (market.moment(next - Duration::seconds(1))[0].amount, opening[1].1[0].amount);
        assert!((end - opens).abs() as f64 / (opens as f64) < 0.002, "{end} {opens}");
    }

    #[test]
    fn stores_ask_more_than_they_pay() {
        let table = Table::read().unwrap();
        for printing in &table.printings {
            for (_, quotes) in Market::new(printing, false).days(day("2026-01-01"), day("2026-11-01")) {
                let of = |kind| quotes.iter().find(|q| q.kind == kind).map(|q| q.amount);
                assert!(of(PriceKind::Retail) > of(PriceKind::Buylist), "{} {quotes:?}", printing.number);
            }
        }
    }
}
