//! Exchange rates: what a day's rate is, what becomes of files good and bad, and what money comes to.

use domain::fx::{self, Amount, Code, Converted, Exchange};
use domain::jobs::{self as queue, Job, JobRow, JobState};
use domain::sources::{Outside, Reason, Service, StandIns, refresh, reread};
use domain::{Error, Reader};
use fakes::{KEY, Mood};
use jobs::tasks::FxCollection;
use jobs::{Doors, Registry};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tests::TestApp;

use crate::fx_bank::{FRIDAY, daily, platform};
use crate::sources_stage::Stage;
use crate::world::number;

fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

/// All that is stored, with what tells whether a row was written again.
async fn written(app: &TestApp) -> String {
    let sql = "SELECT md5(coalesce((SELECT string_agg(concat_ws(',', xmin, currency, day, micros), ';' ORDER BY currency, day) \
               FROM fx_rates), '') || coalesce((SELECT string_agg(concat_ws(',', xmin, day), ';' ORDER BY day) FROM fx_days), '') \
               || coalesce((SELECT string_agg(concat_ws(',', xmin, currency, day), ';' ORDER BY currency, day) FROM fx_quarantine), ''))";
    app.sql(sql, &[]).await[0].get(0)
}

/// The rate and the day that it is of, as the API says them.
async fn rate(app: &TestApp, from: &str, to: &str, on: &str) -> Value {
    let query = "query ($from: String!, $to: String!, $on: Date) { exchangeRate(from: $from, to: $to, on: $on) { rate day source } }";
    let answer = app.gql(query, json!({ "from": from, "to": to, "on": on })).await;
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["exchangeRate"].clone()
}

fn of_bank(rate: &str, day: &str) -> Value {
    json!({ "rate": rate, "day": day, "source": "EUROPEAN_CENTRAL_BANK" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_without_rates_has_those_of_the_last_day_before() {
    let (app, _bank) = platform().await;
    for on in [FRIDAY, "2026-11-21", "2026-11-22", "2026-11-23"] {
        assert_eq!(rate(&app, "EUR", "USD", on).await, of_bank("1.057", FRIDAY), "{on}");
    }
    assert_eq!(rate(&app, "usd", "eur", FRIDAY).await, of_bank("0.9460737938", FRIDAY));
    assert_eq!(rate(&app, "JPY", "USD", FRIDAY).await, of_bank("0.0064810841", FRIDAY), "by way of the euro");
    assert_eq!(rate(&app, "EUR", "CYP", "1999-01-04").await, of_bank("0.58231", "1999-01-04"));
    for (from, on) in [("CYP", "1999-01-03"), ("USD", "1998-12-31"), ("USD", "0001-01-01")] {
        assert_eq!(rate(&app, from, "EUR", on).await, Value::Null, "{on} is before the first rate");
    }
    assert_eq!(rate(&app, "BGN", "EUR", "2026-01-05").await["day"], "2025-12-31");
    assert_eq!(rate(&app, "BGN", "EUR", FRIDAY).await, Value::Null, "what was given up has no rate for ever");
    for none in ["TIX", "XXX"] {
        assert_eq!(rate(&app, none, "EUR", FRIDAY).await, Value::Null, "{none}");
    }
    let same = json!({ "rate": "1", "day": "1990-01-01", "source": null });
    assert_eq!(rate(&app, "GBP", "GBP", "1990-01-01").await, same, "what needs no rate needs no bank");
    // The bank's silence does not take away its last word.
    app.sql("DELETE FROM fx_rates WHERE day > '2026-11-06'", &[]).await;
    app.sql("DELETE FROM fx_days WHERE day > '2026-11-06'", &[]).await;
    assert_eq!(rate(&app, "EUR", "USD", FRIDAY).await["day"], "2026-11-06");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_rates_of_a_day_are_told_in_any_currency() {
    let (app, _bank) = platform().await;
    let query = "query ($base: String!, $on: Date) { exchangeRates(base: $base, on: $on) { from to rate on day source } }";
    let answer = app.gql(query, json!({ "base": "USD", "on": "2026-11-22" })).await;
    let rates = answer["data"]["exchangeRates"].as_array().unwrap();
    let codes: Vec<&str> = rates.iter().map(|rate| rate["to"].as_str().unwrap()).collect();
    assert_eq!(codes.len(), 29, "twenty-nine of the bank and the euro, without itself: {codes:?}");
    assert!(codes.is_sorted() && codes.contains(&"EUR") && !codes.contains(&"USD"));
    for told in rates {
        let alone = rate(&app, "USD", told["to"].as_str().unwrap(), "2026-11-22").await;
        assert_eq!((&told["rate"], &told["day"]), (&alone["rate"], &alone["day"]));
        assert_eq!((&told["from"], &told["on"]), (&json!("USD"), &json!("2026-11-22")));
    }
    for (base, on) in [("TIX", FRIDAY), ("USD", "1998-01-01")] {
        let answer = app.gql(query, json!({ "base": base, "on": on })).await;
        assert_eq!(answer["data"]["exchangeRates"], json!([]), "{base} {on}");
    }
    for (base, on, wrong) in
        [("DOLLAR", FRIDAY, "base: "), ("U$D", FRIDAY, "base: "), ("USD", "2999-01-01", "on: ")]
    {
        let answer = app.gql(query, json!({ "base": base, "on": on })).await;
        let told = answer["errors"][0]["message"].as_str().unwrap();
        assert!(told.starts_with(wrong), "{base} {on}: {answer}");
        let alone = format!(
            "{{ exchangeRate(from: \"{base}\", to: \"EUR\", on: \"{on}\") {{ rate }} dataStatus {{ origin }} }}"
        );
        let answer = app.gql(&alone, json!({})).await;
        assert_eq!(answer["data"], json!({ "exchangeRate": null, "dataStatus": { "origin": "REAL" } }));
        assert_eq!(answer["errors"].as_array().unwrap().len(), 1, "{base} {on}");
    }
}

/// Amounts of any sign and size, in and into currencies with and without rates, on days with and without.
fn exchanges() -> Vec<Exchange> {
    let codes = || {
        prop::sample::select(vec!["EUR", "USD", "JPY", "GBP", "IDR", "BGN", "AAA", "TIX", "XXX"])
            .prop_map(code)
    };
    let amounts =
        prop_oneof![-1_000_000_000_000_i64..1_000_000_000_000, -500_i64..500, Just(i64::MAX), Just(i64::MIN)];
    let days = prop_oneof![0_i64..18, 9_000_i64..10_300]
        .prop_map(|ago| day("2026-11-22") - chrono::TimeDelta::days(ago));
    let one = (amounts, codes(), codes(), days).prop_map(|(hundredths, currency, to, on)| Exchange {
        amount: Amount { hundredths, currency },
        to,
        on,
    });
    let mut runner = TestRunner::deterministic();
    prop::collection::vec(one, 4_000).new_tree(&mut runner).unwrap().current()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_converted_holds_its_worth() {
    let (app, _bank) = platform().await;
    // Halves come of this one.
    app.sql("INSERT INTO fx_rates SELECT 'AAA', day, 2000000 FROM fx_days", &[]).await;
    let (all, reader) = (exchanges(), Reader::loader(app.visitor()));
    let (together, statements) =
        app.statements(async { fx::convert_all(&app.ctx(), &all).await.unwrap() }).await.unwrap();
    assert_eq!(statements.len(), 1, "{statements:#?}");
    let (mut changed, mut none) = (0, 0);
    for (one, converted) in all.iter().zip(together) {
        let alone = fx::convert(&reader, one.amount, one.to, one.on).await.unwrap();
        assert_eq!(converted, alone, "the database and the program agree on {one:?}");
        if one.amount.currency == one.to {
            let same = Converted { amount: one.amount, rate_day: one.on };
            assert_eq!(converted, Some(same), "nothing happens to what is that already");
            continue;
        }
        let tix = [one.amount.currency, one.to].contains(&code("TIX"));
        assert!(!(tix && converted.is_some()), "a ticket is no money");
        let Some(converted) = converted else {
            none += 1;
            continue;
        };
        assert!(converted.rate_day <= one.on && converted.amount.currency == one.to);
        let hundredths = converted.amount.hundredths;
        assert!(hundredths == 0 || hundredths.signum() == one.amount.hundredths.signum());
        let back = fx::convert(&reader, converted.amount, one.amount.currency, one.on).await.unwrap();
        let Some(back) = back else { continue };
        let off = (i128::from(back.amount.hundredths) - i128::from(one.amount.hundredths)).unsigned_abs();
        let rate = fx::rate(&reader, one.to, one.amount.currency, one.on).await.unwrap().unwrap();
        let a_half: f64 = rate.decimal().parse().unwrap();
        assert!(off as f64 <= a_half / 2.0 + 0.51, "{one:?} came back as {back:?}");
        changed += 1;
    }
    assert!(changed > 500 && none > 500, "{changed} {none}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_over_many_rows_reads_rates_from_the_index() {
    let (app, _bank) = platform().await;
    let sql = "EXPLAIN SELECT c.converted FROM inventory_items i \
               LEFT JOIN LATERAL fx_convert(i.cost, i.cost_currency, 'EUR', i.acquired_on) c ON true";
    let plan: Vec<String> = app.sql(sql, &[]).await.iter().map(|row| row.get(0)).collect();
    let plan = plan.join("\n");
    assert!(!plan.contains("Function Scan"), "{plan}");
    assert!(plan.contains("using fx_rates_pkey"), "{plan}");
    let halves = "SELECT string_agg(c.converted::text, ' ' ORDER BY a) FROM unnest(ARRAY[1, 3, 5, -1, -3]::bigint[]) a, \
                  fx_convert(a, 'AAA', 'EUR', '2026-11-20') c";
    app.sql("INSERT INTO fx_rates VALUES ('AAA', '2026-11-20', 2000000)", &[]).await;
    assert_eq!(app.sql(halves, &[]).await[0].get::<_, &str>(0), "-2 0 0 2 2", "halves go to the even side");
}

/// What was asked of the stand-in, by file.
fn asked(stage: &Stage) -> Vec<String> {
    let of_bank = stage.fakes.hits().into_iter().filter(|hit| hit.service == fakes::Service::Ecb);
    of_bank.map(|hit| format!("{} {}", hit.path.trim_start_matches("/eurofxref-"), hit.status)).collect()
}

fn later(stage: &Stage, hours: u32) {
    (0..hours).for_each(|_| stage.fakes.advance());
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_fetched_once_and_then_what_is_new() {
    let stage = Stage::new().await;
    let first = stage.refresh(Service::Ecb).await.unwrap();
    assert!(first.rows > 20_000 && first.changed == first.rows && first.degraded.is_none(), "{first:?}");
    assert_eq!(asked(&stage), ["hist.zip 200"]);
    let stored = written(&stage.app).await;
    let again = stage.refresh(Service::Ecb).await.unwrap();
    assert_eq!((again.rows, again.changed), (29, 0), "the last day, which is known");
    assert!(stage.refresh(Service::Ecb).await.unwrap().not_modified);
    assert_eq!(asked(&stage), ["daily.xml 200", "daily.xml 304"]);
    assert_eq!(written(&stage.app).await, stored, "not one row was written");

    // From Sunday noon to Monday afternoon: nothing lies between Friday and Monday.
    later(&stage, 28);
    assert_eq!(stage.refresh(Service::Ecb).await.unwrap().changed, 29);
    assert_eq!(asked(&stage), ["daily.xml 200"]);
    // Tuesday and Wednesday were missed.
    later(&stage, 72);
    assert_eq!(stage.refresh(Service::Ecb).await.unwrap().changed, 3 * 29);
    assert_eq!(asked(&stage), ["daily.xml 200", "hist-90d.xml 200"]);
    let days = "SELECT count(*) FROM fx_days WHERE day BETWEEN '2026-11-02' AND '2026-11-05' AND source = 1";
    assert_eq!(number(&stage.app, days).await, 4);
    // Of months that were missed only the whole file tells.
    stage.app.sql("DELETE FROM fx_rates WHERE day > '2026-06-01'", &[]).await;
    stage.app.sql("DELETE FROM fx_days WHERE day > '2026-06-01'", &[]).await;
    stage.app.sql("UPDATE source_states SET validators = '{}'", &[]).await;
    stage.refresh(Service::Ecb).await.unwrap();
    assert_eq!(asked(&stage), ["daily.xml 200", "hist.zip 200"]);
    let gone = "SELECT count(*) FROM generate_series('2026-06-02'::date, '2026-11-05', '1 day') d (day) \
                WHERE extract(isodow FROM d.day) < 6 AND NOT EXISTS (SELECT FROM fx_days f WHERE f.day = d.day)";
    assert_eq!(number(&stage.app, gone).await, 0);

    let all = written(&stage.app).await;
    stage.app.sql("TRUNCATE fx_rates, fx_days", &[]).await;
    let kept = reread(&stage.app.ctx(), &stage.outside, Service::Ecb).await.unwrap();
    assert!(!kept.is_empty() && written(&stage.app).await != all);
    assert_eq!(number(&stage.app, days).await, 4, "what was kept can be read again");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mood_of_the_bank_ends_in_a_clear_state() {
    let stage = Stage::new().await;
    let moods = [
        (Mood::Unauthorized, "auth"),
        (Mood::Throttled(45), "rate_limited"),
        (Mood::Broken, "unavailable"),
        (Mood::Truncated, "garbage"),
        (Mood::Html, "garbage"),
        (Mood::Changed, "contract"),
    ];
    for first in [true, false] {
        if !first {
            stage.fakes.mood(fakes::Service::Ecb, Mood::Good, None);
            stage.refresh(Service::Ecb).await.unwrap();
            later(&stage, 28);
        }
        let stored = written(&stage.app).await;
        for (mood, fault) in moods {
            stage.app.sql("UPDATE source_states SET failures = 0, answers = 0, open_until = NULL", &[]).await;
            stage.fakes.mood(fakes::Service::Ecb, mood, None);
            let failure = stage.fails(Service::Ecb).await;
            assert_eq!(failure.fault.word(), fault, "{mood:?}, first {first}: {failure}");
            assert_eq!(written(&stage.app).await, stored, "{mood:?} changes nothing");
            let state = &stage.app.sql("SELECT fault FROM source_states WHERE service = 12", &[]).await[0];
            assert_eq!(state.get::<_, Option<&str>>(0), Some(fault), "{mood:?}");
        }
    }
    stage.app.sql("UPDATE source_states SET failures = 0, answers = 0, open_until = NULL", &[]).await;
    let stored = written(&stage.app).await;
    stage.fakes.mood(fakes::Service::Ecb, Mood::Half, None);
    let half = stage.refresh(Service::Ecb).await.unwrap();
    assert!(matches!(half.degraded, Some(Reason::Shrunk(_))), "{half:?}");
    assert_eq!(written(&stage.app).await, stored, "half a day is none");
    assert_eq!(rate(&stage.app, "EUR", "USD", "2026-11-02").await["day"], "2026-10-30", "with its age");
    stage.fakes.mood(fakes::Service::Ecb, Mood::Good, None);
    assert_eq!(stage.refresh(Service::Ecb).await.unwrap().changed, 29);
    assert_eq!(rate(&stage.app, "EUR", "USD", "2026-11-02").await["day"], "2026-11-02");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_that_jumps_is_set_aside_and_the_last_good_one_stays() {
    let (app, bank) = platform().await;
    bank.put("eurofxref-daily.xml", &daily("2026-11-23", &[("USD", "1.6000")]));
    let came = refresh(&app.ctx(), &bank.outside, Service::Ecb, &()).await.unwrap();
    assert_eq!((came.rows, came.matched, came.unmatched), (29, 28, 1));
    let told = came.degraded.unwrap().to_string();
    assert_eq!(told, "rates that jump are set aside: USD on 2026-11-23");
    assert_eq!(rate(&app, "EUR", "USD", "2026-11-23").await, of_bank("1.057", FRIDAY));
    assert_eq!(rate(&app, "EUR", "GBP", "2026-11-23").await["day"], "2026-11-23");
    let aside = "SELECT micros FROM fx_quarantine WHERE currency = 'USD' AND before_micros = 1057000";
    assert_eq!(number(&app, aside).await, 1_600_000);

    let stored = written(&app).await;
    let again = refresh(&app.ctx(), &bank.outside, Service::Ecb, &()).await.unwrap();
    assert!(matches!(again.degraded, Some(Reason::SetAside(_))), "as long as it is the last word");
    assert_eq!(written(&app).await, stored, "and nothing is written");

    bank.put("eurofxref-daily.xml", &daily("2026-11-23", &[("USD", "1.0600")]));
    let mended = refresh(&app.ctx(), &bank.outside, Service::Ecb, &()).await.unwrap();
    assert_eq!((mended.changed, mended.degraded), (1, None));
    assert_eq!(rate(&app, "EUR", "USD", "2026-11-23").await, of_bank("1.06", "2026-11-23"));
    assert_eq!(number(&app, "SELECT count(*) FROM fx_quarantine").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_changes_nothing_at_all() {
    let (app, bank) = platform().await;
    let stored = written(&app).await;
    let good = String::from_utf8(daily("2026-11-23", &[])).unwrap();
    let bad = [
        ("", "contract"),
        ("<html><body>Maintenance</body></html>", "garbage"),
        (&good[..good.len() / 2], "garbage"),
        (&good.replace("rate=", "value="), "contract"),
        (&good.replace("'GBP' rate='0.83650'", "'GBP' rate='N/A'"), "contract"),
        (&good.replace("'GBP' rate='0.83650'", "'GBP' rate='0'"), "contract"),
        (&good.replace("2026-11-23", "2999-11-23"), "contract"),
        (&good.replace("2026-11-23", "yesterday"), "contract"),
        // The longer file does not have that day yet, and Friday's is not the one before.
        (&good.replace("2026-11-23", "2026-11-24"), "unavailable"),
    ];
    for (file, fault) in bad {
        app.sql("UPDATE source_states SET failures = 0, answers = 0, open_until = NULL", &[]).await;
        bank.put("eurofxref-daily.xml", file.as_bytes());
        let ended = refresh(&app.ctx(), &bank.outside, Service::Ecb, &()).await;
        let Err(Error::Outside(failure)) = ended else { panic!("{file}: {ended:?}") };
        assert_eq!(failure.fault.word(), fault, "{file}: {failure}");
        assert_eq!(written(&app).await, stored, "{file}");
    }
}

async fn ended(app: &TestApp, registry: Registry, job: JobRow) -> (JobState, Option<i64>, String) {
    jobs::run_due(app.app.clone(), registry).await.unwrap();
    let job = queue::job(&app.ctx(), job.id).await.unwrap().unwrap();
    let failed = job.failures().pop().map(|failed| failed.chain.join(": "));
    (job.standing(), job.rows, job.note.clone().or(failed).unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_visits_the_bank_on_working_days() {
    let stage = Stage::new().await;
    let registry = || Registry::all().reaching(Doors::new(stage.settings.clone(), true).unwrap());
    queue::announce(&stage.app.ctx(), &registry().announced()).await.unwrap();
    let all = queue::schedules(&stage.app.ctx()).await.unwrap();
    let one = all.iter().find(|one| one.row.name == FxCollection::KIND).unwrap();
    assert!(one.built);
    let trigger = || async { queue::trigger(&stage.app.ctx(), FxCollection::KIND).await.unwrap() };
    let (state, rows, _) = ended(&stage.app, registry(), trigger().await).await;
    assert!(state == JobState::Succeeded && rows > Some(20_000), "{state:?} {rows:?}");
    ended(&stage.app, registry(), trigger().await).await;
    let (state, _, note) = ended(&stage.app, registry(), trigger().await).await;
    assert_eq!((state, note.as_str()), (JobState::NothingToDo, "nothing new since the last visit"));
    stage.fakes.mood(fakes::Service::Ecb, Mood::Half, None);
    later(&stage, 28);
    let (state, _, note) = ended(&stage.app, registry(), trigger().await).await;
    assert!(state == JobState::Degraded && note.contains("not believed"), "{state:?} {note}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_market_has_simulated_rates_and_no_others() {
    let stage = Stage::empty().await;
    let app = &stage.app;
    let refused = stage.refresh(Service::Ecb).await.unwrap_err();
    assert_eq!(refused.code(), "CONFLICT", "of an empty database nobody knows what it will be");
    domain::demo::load(&app.ctx(), |_, _| ()).await.unwrap();
    let stored = written(app).await;
    domain::demo::load(&app.ctx(), |_, _| ()).await.unwrap();
    assert_eq!(written(app).await, stored, "loaded again it has the same rates");
    let told = app.gql("{ exchangeRate(from: \"EUR\", to: \"USD\") { rate source } }", json!({})).await;
    let told = &told["data"]["exchangeRate"];
    assert_eq!(told["source"], "SIMULATED");
    let rate: f64 = told["rate"].as_str().unwrap().parse().unwrap();
    assert!((1.0..1.2).contains(&rate), "{rate}");

    let refused = stage.refresh(Service::Ecb).await.unwrap_err();
    assert_eq!(refused.code(), "CONFLICT", "what is real is not for it");
    let stand_ins = StandIns { address: stage.fakes.address(), key: KEY.to_owned() };
    queue::announce(&app.ctx(), &Registry::all().announced()).await.unwrap();
    let job = queue::trigger_with(&app.ctx(), FxCollection::KIND, &stand_ins).await.unwrap();
    let registry = Registry::all().reaching(Doors::new(stage.settings.clone(), false).unwrap());
    let (state, rows, note) = ended(app, registry, job).await;
    assert_eq!((state, rows), (JobState::Succeeded, Some(29)), "{note}");
    assert_eq!(number(app, "SELECT count(*) FROM fx_days WHERE source <> 2").await, 0);

    let real = Stage::new().await;
    let outside = Outside::of(&real.settings, &stand_ins).unwrap();
    let refused = refresh(&real.app.ctx(), &outside, Service::Ecb, &()).await.unwrap_err();
    assert_eq!(refused.code(), "CONFLICT", "what is simulated is not for a real one");
    assert_eq!(number(&real.app, "SELECT count(*) FROM fx_days").await, 0);
}
