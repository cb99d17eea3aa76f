//! 200 queries with what they find. A line of `golden.tsv`: the query; how many it finds in the
//! fixture; the first of them; how many it finds in the real catalogue.

use std::fmt::Write;
use std::time::{Duration, Instant};

use domain::search::{SearchRequest, search};
use tests::{TestApp, variable};

use crate::search_data::{fixture, labels, real};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/search/golden.tsv");
/// How many of the results are compared one by one.
const SHOWN: i32 = 8;

struct Line {
    query: String,
    fixture: String,
    real: String,
}

fn golden() -> Vec<Line> {
    let file = std::fs::read_to_string(GOLDEN).expect("the golden file");
    let lines = file.lines().map(|line| {
        let mut parts = line.split('\t');
        let mut next = || parts.next().unwrap_or_default().to_owned();
        let query = next();
        let (count, found) = (next(), next());
        Line { query, fixture: format!("{count}\t{found}"), real: next() }
    });
    lines.collect()
}

/// Rewrites the file when the run is told to, after which its changes are to be read.
fn rewrite(lines: &[Line], column: &str, found: &[String]) -> bool {
    if variable("GOLDEN").ok().as_deref() != Some("rewrite") {
        return false;
    }
    let mut file = String::new();
    for (line, found) in lines.iter().zip(found) {
        let (fixture, real) = if column == "fixture" { (found, &line.real) } else { (&line.fixture, found) };
        writeln!(file, "{}\t{fixture}\t{real}", line.query).expect("a string grows");
    }
    std::fs::write(GOLDEN, file).expect("the golden file");
    true
}

fn compare(lines: &[Line], column: &str, expected: impl Fn(&Line) -> &str, found: &[String]) {
    if rewrite(lines, column, found) {
        return;
    }
    let mut wrong = String::new();
    for (line, found) in lines.iter().zip(found).filter(|(line, found)| expected(line) != found.as_str()) {
        writeln!(wrong, "{}\n  expected {}\n  found    {found}", line.query, expected(line))
            .expect("a string grows");
    }
    assert!(wrong.is_empty(), "{wrong}");
}

async fn find(app: &TestApp, query: &str, first: i32) -> domain::search::SearchPage {
    let request = SearchRequest { query: query.to_owned(), first, count: true, ..SearchRequest::default() };
    let page = search(&app.visitor(), &request).await.unwrap_or_else(|error| panic!("{query}: {error:?}"));
    assert_eq!(page.warnings, [], "{query}");
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn golden_queries_on_the_fixture() {
    let app = fixture().await;
    let lines = golden();
    assert!(lines.len() >= 200, "{} queries", lines.len());
    let mut found = Vec::new();
    for line in &lines {
        let page = find(&app, &line.query, SHOWN).await;
        found.push(format!("{}\t{}", page.total.unwrap_or(-1), labels(&app, &page).await));
    }
    compare(&lines, "fixture", |line| &line.fixture, &found);
}

#[tokio::test(flavor = "multi_thread")]
async fn golden_queries_on_the_real_catalogue() {
    let Some(app) = real().await else { return };
    let lines = golden();
    let mut found = Vec::new();
    let mut times = Vec::new();
    for line in &lines {
        let begun = Instant::now();
        found.push(find(&app, &line.query, 20).await.total.unwrap_or(-1).to_string());
        times.push((begun.elapsed(), &line.query));
    }
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].0;
    eprintln!("with totals: median {:?}, 95 % {:?}, slowest {:?}", at(50), at(95), &times[times.len() - 5..]);
    compare(&lines, "real", |line| &line.real, &found);
    // Bars for a quiet machine are in the benchmarks; this one holds on a busy one too.
    assert!(at(95) < Duration::from_secs(1), "{:?}", at(95));
}
