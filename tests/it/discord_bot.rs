//! The bot, at a Discord on loopback.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::discord::{FakeDiscord, Seen};
use tests::{OwnRedis, TestApp};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

const COMMAND: u8 = 2;
const TYPING: u8 = 4;
const SITE: &str = "https://deals.example";

struct Bot {
    app: TestApp,
    discord: FakeDiscord,
    commands: Value,
    stop: CancellationToken,
    running: AbortOnDropHandle<anyhow::Result<()>>,
}

impl Bot {
    async fn over(app: TestApp) -> Self {
        let discord = FakeDiscord::start("token").await.unwrap();
        let settings = bot::Settings {
            token: "token".to_owned(),
            discord: Some(discord.url.clone()),
            site: SITE.to_owned(),
        };
        let stop = CancellationToken::new();
        let running = AbortOnDropHandle::new(tokio::spawn(bot::run(app.app.clone(), settings, stop.clone())));
        let commands = match discord.seen().await {
            Seen::Commands(commands) => commands,
            other => panic!("no commands: {other:?}"),
        };
        Self { app, discord, commands, stop, running }
    }

    async fn demo() -> Self {
        let app = TestApp::new().await;
        domain::demo::load(&app.ctx(), |_, _| {}).await.unwrap();
        Self::over(app).await
    }

    /// Uses a command; what is answered, and that the first sign came in time.
    async fn command(&self, name: &str, user: u64, options: &[(&str, &str)]) -> Value {
        let began = Instant::now();
        self.discord.interact(COMMAND, name, user, values(options, None));
        let Seen::Callback(sign) = self.discord.seen().await else { panic!("no sign") };
        assert_eq!(sign["type"], 5);
        assert!(began.elapsed() < Duration::from_secs(3));
        let Seen::Edit(answer) = self.discord.seen().await else { panic!("no answer") };
        answer
    }

    async fn complete(&self, name: &str, options: &[(&str, &str)], focused: &str) -> Vec<Value> {
        self.discord.interact(TYPING, name, 1, values(options, Some(focused)));
        let Seen::Callback(answer) = self.discord.seen().await else { panic!("no choices") };
        assert_eq!(answer["type"], 8);
        let choices = answer["data"]["choices"].as_array().cloned().unwrap_or_default();
        assert!(choices.len() <= 25);
        assert!(choices.iter().all(|choice| choice["name"].as_str().unwrap().chars().count() <= 100));
        choices
    }
}

fn values(options: &[(&str, &str)], focused: Option<&str>) -> Value {
    let value = |(name, value): &(&str, &str)| json!({"name": name, "type": 3, "value": value, "focused": focused == Some(*name)});
    options.iter().map(value).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_is_found_by_completion_or_by_name() {
    let bot = Bot::demo().await;
    let names: Vec<_> = bot.commands.as_array().unwrap().iter().map(|c| c["name"].clone()).collect();
    assert_eq!(names, ["price", "top-gainers", "top-losers", "status", "help"]);
    assert_eq!(bot.commands[0]["contexts"], json!([0, 1, 2]));

    let cards = bot.complete("price", &[("card", "lightning bo")], "card").await;
    assert_eq!(cards[0]["name"], "Lightning Bolt");
    let id = cards[0]["value"].as_str().unwrap();
    let printings = bot.complete("price", &[("card", id), ("printing", "")], "printing").await;
    let printing = printings.last().unwrap();
    let answer =
        bot.command("price", 1, &[("card", id), ("printing", printing["value"].as_str().unwrap())]).await;
    let embed = &answer["embeds"][0];
    assert_eq!(embed["title"], "Lightning Bolt");
    assert_eq!(embed["url"], format!("{SITE}/cards/{id}"));
    let number = printing["name"].as_str().unwrap().rsplit_once('#').unwrap().1;
    assert!(embed["description"].as_str().unwrap().contains(&format!("#{number}")), "{embed}");

    let data = bot.app.gql(
        "query ($id: ID!) { printing(id: $id) { latestPrices { money { amount currency } finish } } }",
        json!({ "id": printing["value"] }),
    );
    let data = data.await;
    let prices = data["data"]["printing"]["latestPrices"].as_array().unwrap();
    let dollars =
        prices.iter().find(|p| p["money"]["currency"] == "USD" && p["finish"] == "NONFOIL").unwrap();
    let shown = embed["fields"][0]["value"].as_str().unwrap().replace(',', "");
    assert!(
        shown.contains(&format!("Nonfoil **${}**", dollars["money"]["amount"].as_str().unwrap())),
        "{shown}"
    );

    let by_name = bot.command("price", 1, &[("card", "lightnig bolt")]).await;
    assert_eq!(by_name["embeds"][0]["title"], "Lightning Bolt");
    let unknown = bot.command("price", 1, &[("card", "no such card at all")]).await;
    assert_eq!(unknown["content"], "I know no card like “no such card at all”.");
    let foreign = bot.command("price", 1, &[("card", "Counterspell"), ("printing", id)]).await;
    assert!(foreign["content"].as_str().unwrap().contains("not the id of a printing"), "{foreign}");
}

#[tokio::test(flavor = "multi_thread")]
async fn movers_and_status_are_those_of_the_market() {
    let bot = Bot::demo().await;
    domain::demo::tick(&bot.app.ctx()).await.unwrap();
    let asked = "{ topMovers(currency: USD, window: MONTH, floor: \"1\", first: 10) \
                 { printing { card { id name } } price { money { amount } } } }";
    let ups = bot.app.gql(asked, json!({})).await;
    let ups = ups["data"]["topMovers"].as_array().unwrap();
    let answer = bot.command("top-gainers", 1, &[("currency", "USD"), ("window", "month")]).await;
    let embed = &answer["embeds"][0];
    assert_eq!(embed["title"], "Largest rises over 30 days, USD");
    let lines: Vec<_> = embed["description"].as_str().unwrap().lines().collect();
    assert!(!ups.is_empty() && lines.len() == ups.len(), "{ups:?} {lines:?}");
    for (line, up) in lines.iter().zip(ups) {
        let link = format!("{SITE}/cards/{})", up["printing"]["card"]["id"].as_str().unwrap());
        let now = format!("**${}**", up["price"]["money"]["amount"].as_str().unwrap());
        assert!(line.contains(&link) && line.replace(',', "").contains(&now) && line.contains('▲'), "{line}");
    }
    let none = bot.command("top-gainers", 1, &[("currency", "TIX")]).await;
    assert_eq!(none["embeds"][0]["description"], "Nothing moved.");
    let falls = bot.command("top-losers", 1, &[]).await;
    assert_eq!(falls["embeds"][0]["title"], "Largest falls over 7 days, USD");

    let status = bot.command("status", 1, &[]).await;
    let count = bot.app.sql("SELECT count(*) FROM printings", &[]).await[0].get::<_, i64>(0);
    assert_eq!(status["embeds"][0]["fields"][0]["value"], count.to_string());
    let help = bot.command("help", 1, &[]).await;
    assert!(help["embeds"][0]["description"].as_str().unwrap().contains("/top-losers"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_commands_is_one_persons_and_redis_away_is_said() {
    let mut redis = OwnRedis::start();
    let app = TestApp::with_redis(&redis).await;
    let _watch = AbortOnDropHandle::new(tokio::spawn(domain::limits::watch(app.app.clone())));
    app.sql("UPDATE rate_tiers SET burst = 150, per_second = 1 WHERE tier = 'anonymous'", &[]).await;
    domain::limits::refresh(&app.app).await.unwrap();
    let bot = Bot::over(app).await;
    assert!(bot.command("help", 7, &[]).await["embeds"].is_array());
    let refused = bot.command("help", 7, &[]).await;
    assert!(refused["content"].as_str().unwrap().starts_with("That was a lot of commands."), "{refused}");
    assert!(bot.command("help", 8, &[]).await["embeds"].is_array());

    redis.stop();
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        // Cheap reads of the whole process have a small budget of their own; beyond it all is refused.
        let answer = bot.command("help", 9, &[]).await;
        if answer["content"].as_str().is_some_and(|said| said.starts_with("I cannot answer")) {
            break;
        }
        assert!(Instant::now() < deadline, "{answer}");
    }
    bot.stop.cancel();
    bot.running.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_said() {
    let app = TestApp::new().await;
    let discord = FakeDiscord::start("token").await.unwrap();
    let settings = bot::Settings {
        token: "stolen".to_owned(),
        discord: Some(discord.url.clone()),
        site: SITE.to_owned(),
    };
    let ran = bot::run(app.app.clone(), settings, CancellationToken::new()).await;
    let error = format!("{:#}", ran.unwrap_err());
    assert!(error.contains("Discord") && !error.contains("stolen"), "{error}");
}
