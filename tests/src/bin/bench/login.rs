//! What a login costs those who read meanwhile, and whether its time tells who has an account.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use domain::{Actor, App, Ctx, Roles, accounts};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::Size;
use crate::load::{self, Question};
use crate::platform::Platform;
use crate::report::{Figures, Report, percentile};

const LOGIN: &str = "mutation ($email: String!, $password: String!) { \
    login(input: { email: $email, password: $password }) { session { accessToken } errors { code } } }";
const RESET: &str =
    "mutation ($email: String!) { requestPasswordReset(email: $email) { done errors { code } } }";
const READ: &str = "query ($first: Int!) { cards(first: $first) { nodes { id name } } }";
const WRONG: &str = "not the password of anybody";

pub async fn run(platform: &Platform, size: &Size, report: &Report) -> anyhow::Result<()> {
    let password = people(platform, size.logins).await?;
    let mut figures = Figures::default();
    for (what, document) in [("login", LOGIN), ("reset", RESET)] {
        let [mut known, mut unknown] = compare(platform, document, size.tries).await?;
        let p = mann_whitney(&known, &unknown);
        for times in [&mut known, &mut unknown] {
            times.sort_by(f64::total_cmp);
        }
        let (known, unknown) = (percentile(&known, 0.5), percentile(&unknown, 0.5));
        figures.add(format!("{what}: half of those of an account within"), known, "ms");
        figures.add(format!("{what}: half of those of no account within"), unknown, "ms");
        figures.add(format!("{what}: they differ by"), (known - unknown).abs(), "ms (aim < 5)");
        figures.add(format!("{what}: the same by Mann-Whitney"), p, "p (aim > 0.01)");
    }
    let duration = Duration::from_secs(size.seconds);
    let question = Question { query: READ, variables: json!({ "first": 10 }), bearer: "" };
    let read = || load::run(platform.address(), &question, 1, duration);
    read().await?;
    let alone = read().await?;
    let crowd = Crowd::start(platform, size.logins, &password)?;
    let among = read().await?;
    let (entered, refused) = crowd.end().await?;
    figures.add("reads alone: 99 of 100 within", alone.percentile(0.99), "ms");
    figures.add("people who log in again and again", size.logins as f64, "");
    figures.add("reads while they log in: half of them within", among.percentile(0.5), "ms");
    figures.add("reads while they log in: 99 of 100 within", among.percentile(0.99), "ms (aim < 50)");
    // A read begins with a tenth of the time to warm up.
    figures.add("logins", entered as f64 / (duration.as_secs_f64() * 1.1), "/s");
    figures.add("logins that were sent away to come again (503)", refused as f64, "");
    report.write("login", &figures)
}

fn email(n: usize) -> String {
    format!("walker{n}@bench.example")
}

/// So many people with one password.
async fn people(platform: &Platform, count: usize) -> anyhow::Result<String> {
    let ctx = Ctx::new(App::start(&platform.settings())?, Actor::Service);
    let made = accounts::create_user(&ctx, &email(0), "Walker", Roles::default()).await?;
    let sql = platform.sql().await?;
    sql.batch_execute("UPDATE users SET password_expired = false").await?;
    let others: Vec<String> = (1..count).map(email).collect();
    let copy = "INSERT INTO users (email, name, password_hash, access_changed_at, created_at) \
                SELECT e, u.name, u.password_hash, now(), now() FROM users u, unnest($1::text[]) e WHERE u.email = $2";
    sql.execute(copy, &[&others, &email(0)]).await?;
    Ok(made.password)
}

async fn post(client: &Client, url: &str, document: &str, variables: &Value) -> anyhow::Result<Response> {
    let body = json!({ "query": document, "variables": variables }).to_string();
    Ok(client.post(url).header("content-type", "application/json").body(body).send().await?)
}

fn url(platform: &Platform) -> String {
    let (host, port) = platform.address();
    format!("http://{host}:{port}/graphql")
}

/// Milliseconds of tries for an account and for none, by turns, so that what else the machine does is
/// fair to both. What slows guessing down is forgotten before each.
async fn compare(platform: &Platform, document: &str, tries: usize) -> anyhow::Result<[Vec<f64>; 2]> {
    let (client, url, sql) = (Client::builder().no_proxy().build()?, url(platform), platform.sql().await?);
    let mut times = [Vec::new(), Vec::new()];
    // The first of each warm up.
    for n in 0..tries + 5 {
        // By turns which of them is the first, too.
        for turn in [n % 2, 1 - n % 2] {
            sql.batch_execute("DELETE FROM throttles").await?;
            let email = if turn == 0 { email(0) } else { format!("nobody{n}@bench.example") };
            let began = Instant::now();
            let answer = post(&client, &url, document, &json!({ "email": email, "password": WRONG })).await?;
            let text = answer.text().await?;
            let took = began.elapsed().as_secs_f64() * 1e3;
            ensure!(text.contains("INVALID_CREDENTIALS") || text.contains("\"done\":true"), "{text}");
            if n >= 5 {
                times[turn].push(took);
            }
        }
    }
    Ok(times)
}

/// The chance that two samples differ at least so much though they are of one kind: two-sided, by the
/// normal approximation, with ties shared.
fn mann_whitney(one: &[f64], other: &[f64]) -> f64 {
    let (n, m) = (one.len() as f64, other.len() as f64);
    let below = |a: &f64, b: &f64| match a.total_cmp(b) {
        std::cmp::Ordering::Greater => 1.0,
        std::cmp::Ordering::Equal => 0.5,
        std::cmp::Ordering::Less => 0.0,
    };
    let u: f64 = one.iter().map(|a| other.iter().map(|b| below(a, b)).sum::<f64>()).sum();
    let z = (u - n * m / 2.0).abs() / (n * m * (n + m + 1.0) / 12.0).sqrt();
    erfc(z / std::f64::consts::SQRT_2)
}

/// By Abramowitz and Stegun 7.1.26, to seven places.
fn erfc(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let terms = [0.254_829_592, -0.284_496_736, 1.421_413_741, -1.453_152_027, 1.061_405_429];
    terms.iter().rev().fold(0.0, |sum, term| (sum + term) * t) * (-x * x).exp()
}

/// People who log in, and when they are in, log in again.
struct Crowd {
    over: Arc<AtomicBool>,
    entered: Arc<AtomicU64>,
    refused: Arc<AtomicU64>,
    people: JoinSet<anyhow::Result<()>>,
}

impl Crowd {
    fn start(platform: &Platform, count: usize, password: &str) -> anyhow::Result<Self> {
        let mut crowd = Self {
            over: Arc::default(),
            entered: Arc::default(),
            refused: Arc::default(),
            people: JoinSet::new(),
        };
        for n in 0..count {
            let client = Client::builder().no_proxy().build()?;
            let (url, variables) = (url(platform), json!({ "email": email(n), "password": password }));
            let (over, entered, refused) = (crowd.over.clone(), crowd.entered.clone(), crowd.refused.clone());
            crowd.people.spawn(async move {
                while !over.load(Ordering::Relaxed) {
                    let answer = post(&client, &url, LOGIN, &variables).await?;
                    if answer.status() == StatusCode::SERVICE_UNAVAILABLE {
                        refused.fetch_add(1, Ordering::Relaxed);
                        let wait = answer.headers().get("retry-after").context("no time to come again")?;
                        tokio::time::sleep(Duration::from_secs(wait.to_str()?.parse()?)).await;
                        continue;
                    }
                    let text = answer.text().await?;
                    if !text.contains("accessToken") {
                        bail!("{text}");
                    }
                    entered.fetch_add(1, Ordering::Relaxed);
                }
                Ok(())
            });
        }
        Ok(crowd)
    }

    /// Logins that were let in and that were sent away until now.
    async fn end(mut self) -> anyhow::Result<(u64, u64)> {
        let counts = (self.entered.load(Ordering::Relaxed), self.refused.load(Ordering::Relaxed));
        self.over.store(true, Ordering::Relaxed);
        while let Some(person) = self.people.join_next().await {
            person??;
        }
        Ok(counts)
    }
}
