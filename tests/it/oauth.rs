//! Logins by a provider, as a browser makes them.

use std::collections::{BTreeMap, HashMap};

use domain::accounts::Provider;
use reqwest::{Response, Url};
use serde_json::{Value, json};
use tests::providers::{CLIENT, FakeProvider, Issued, SECRET};

use crate::http::Served;
use crate::people::{PASSWORD, Person, mailed_token};

pub const BOTH: [&str; 2] = ["google", "discord"];

pub struct World {
    pub served: Served,
    pub provider: FakeProvider,
    /// Follows nobody, so that each step is seen.
    client: reqwest::Client,
}

/// What a browser remembers of us.
#[derive(Default)]
pub struct Browser(pub BTreeMap<String, String>);

impl Browser {
    fn learn(&mut self, response: &Response) {
        for cookie in response.headers().get_all("set-cookie") {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            match rest.contains("Max-Age=0") {
                true => drop(self.0.remove(name)),
                false => drop(self.0.insert(name.to_owned(), value.to_owned())),
            }
        }
    }

    /// Where it is sent.
    pub async fn end(&mut self, world: &World, path: &str) -> String {
        let response = self.open(world, path).await;
        assert_eq!(response.status(), 303, "{path}");
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    pub async fn open(&mut self, world: &World, path: &str) -> Response {
        let cookies: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = world.client.get(format!("http://{}{path}", world.served.address));
        let response = request.header("cookie", cookies.join("; ")).send().await.unwrap();
        self.learn(&response);
        response
    }
}

/// A login that has reached the provider.
pub struct AtProvider {
    pub state: String,
    nonce: String,
    pub challenge: String,
}

impl AtProvider {
    pub fn of(given: &HashMap<String, String>) -> Self {
        Self {
            state: given["state"].clone(),
            nonce: given.get("nonce").cloned().unwrap_or_default(),
            challenge: given["code_challenge"].clone(),
        }
    }
}

impl World {
    pub async fn new() -> Self {
        let provider = FakeProvider::start().await.unwrap();
        let url = provider.url.clone();
        let client = api::ProviderClient { client_id: CLIENT.into(), client_secret: SECRET.into(), url };
        let set_up = |settings: &mut api::Settings| {
            settings.google = Some(client.clone());
            settings.discord = Some(client);
        };
        let known = |settings: &mut domain::Settings| settings.auth.providers = Provider::ALL.to_vec();
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let client = client.build().unwrap();
        Self { served: Served::set_up(known, set_up).await, provider, client }
    }

    /// What the provider is asked.
    pub async fn asked(&self, browser: &mut Browser, path: &str) -> HashMap<String, String> {
        let url = Url::parse(&browser.end(self, path).await).unwrap();
        url.query_pairs().into_owned().collect()
    }

    pub async fn start(&self, browser: &mut Browser, path: &str) -> AtProvider {
        let given = self.asked(browser, path).await;
        assert_eq!((given["response_type"].as_str(), given["client_id"].as_str()), ("code", CLIENT));
        assert_eq!(given["code_challenge_method"], "S256");
        assert!(given["state"].len() >= 43 && given["code_challenge"].len() == 43);
        AtProvider::of(&given)
    }

    /// What the provider says of somebody: `Some(true)` is a verified e-mail.
    pub fn about(
        &self,
        provider: &str,
        at: &AtProvider,
        subject: &str,
        email: Option<(&str, bool)>,
    ) -> Value {
        let (address, verified) = email.unzip();
        if provider == "discord" {
            return json!({ "id": subject, "username": "walker", "global_name": "Walker", "email": address, "verified": verified });
        }
        let now = self.served.app.visitor().now().timestamp();
        let mut claims = json!({ "iss": self.provider.url, "aud": CLIENT, "sub": subject, "iat": now,
            "exp": now + 600, "nonce": at.nonce, "name": "Walker" });
        if let Some(address) = address {
            claims["email"] = address.into();
            claims["email_verified"] = verified.into();
        }
        claims
    }

    pub fn code(&self, at: &AtProvider, about: Value) -> String {
        self.provider.issue(Issued { challenge: at.challenge.clone(), about, forged: false })
    }

    /// The whole way; where it ends.
    pub async fn login(
        &self,
        browser: &mut Browser,
        provider: &str,
        subject: &str,
        email: Option<(&str, bool)>,
    ) -> String {
        let at = self.start(browser, &format!("/auth/{provider}/start?next=/cards")).await;
        let code = self.code(&at, self.about(provider, &at, subject, email));
        let response =
            browser.open(self, &format!("/auth/{provider}/callback?code={code}&state={}", at.state)).await;
        assert_eq!(response.status(), 303, "{}", response.text().await.unwrap());
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    pub async fn sessions(&self) -> usize {
        self.served.app.sql("SELECT FROM sessions", &[]).await.len()
    }

    /// The account that a browser is logged in to.
    pub async fn me(&self, browser: &mut Browser, query: &str) -> Value {
        let own = format!("http://{}", self.served.address);
        let cookies: Vec<String> = browser.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request =
            self.served.client.post(format!("{own}/auth/refresh")).header("cookie", cookies.join("; "));
        let response = request.header("origin", own).header("x-dualcaster-csrf", "1").send().await.unwrap();
        browser.learn(&response);
        let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        let Some(access) = body["accessToken"].as_str() else { return Value::Null };
        self.served.ask_as(Some(access), query, json!({})).await["data"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_comes_by_a_provider_and_comes_again() {
    let world = World::new().await;
    let providers = world.served.ask("{ loginProviders }").await;
    assert_eq!(providers["data"]["loginProviders"], json!(["GOOGLE", "DISCORD"]));
    for provider in BOTH {
        let email = format!("walker@{provider}.example");
        let mut browser = Browser::default();
        assert_eq!(world.login(&mut browser, provider, "77", Some((&email, true))).await, "/cards");
        let query = "{ viewer { account { id email name hasPassword } linkedAccounts { provider } } }";
        let first = world.me(&mut browser, query).await;
        assert_eq!(first["viewer"]["account"]["email"], json!(email), "{first}");
        assert_eq!(first["viewer"]["linkedAccounts"][0]["provider"], json!(provider.to_uppercase()));
        // Another e-mail there is the same person here.
        let mut other = Browser::default();
        world.login(&mut other, provider, "77", Some(("new@elsewhere.example", true))).await;
        assert_eq!(world.me(&mut other, query).await["viewer"]["account"], first["viewer"]["account"]);
    }
}

/// Three answers of a provider × what is here already. Nobody gets an account by an e-mail.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_never_taken_over_by_an_address() {
    let world = World::new().await;
    let mut cells = 0;
    for provider in BOTH {
        let other = if provider == "google" { "discord" } else { "google" };
        for (said, verified) in [("verified", Some(true)), ("unverified", Some(false)), ("absent", None)] {
            for here in ["nothing", "account", "registration", "other"] {
                let name = format!("{provider}{said}{here}");
                let email = format!("{name}@ravnica.example");
                let mut token = String::new();
                match here {
                    "account" => drop(Person::new(&world.served, &name).await),
                    "registration" => {
                        let register = format!(
                            "mutation {{ register(input: {{ email: \"{email}\", password: \"{PASSWORD}\", name: \"attacker\" }}) {{ done }} }}"
                        );
                        world.served.app.sql("DELETE FROM throttles", &[]).await;
                        world.served.ask(&register).await;
                        token = mailed_token(&world.served.app, &email).await;
                    }
                    "other" => {
                        drop(world.login(&mut Browser::default(), other, &name, Some((&email, true))).await)
                    }
                    _ => {}
                }
                let mut browser = Browser::default();
                let end =
                    world.login(&mut browser, provider, &name, verified.map(|is| (email.as_str(), is))).await;
                let me = world.me(&mut browser, "{ viewer { account { email hasPassword } } }").await;
                let got = &me["viewer"]["account"]["email"];
                match (verified, here) {
                    (Some(true), "account" | "other") => {
                        let told = format!("/login?error=email-known&provider={provider}&next=%2Fcards");
                        assert_eq!(end, told, "{name}");
                        assert_eq!(me, Value::Null, "{name}");
                    }
                    (Some(true), _) => assert_eq!((end.as_str(), got), ("/cards", &json!(email)), "{name}"),
                    _ => assert_eq!(
                        (end.as_str(), got),
                        ("/cards", &Value::Null),
                        "{name}: the address is blanked"
                    ),
                }
                if (verified, here) == (Some(true), "registration") {
                    let verify = format!(
                        "mutation {{ verifyEmail(input: {{ token: \"{token}\", password: \"{PASSWORD}\" }}) {{ session {{ accessToken }} errors {{ code }} }} }}"
                    );
                    let late = world.served.ask(&verify).await;
                    assert_eq!(late["data"]["verifyEmail"]["errors"][0]["code"], "TOKEN_INVALID", "{name}");
                    assert_eq!(me["viewer"]["account"]["hasPassword"], false);
                }
                cells += 1;
            }
        }
    }
    assert_eq!(cells, 24);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_linked_by_the_browser_that_is_logged_in() {
    let world = World::new().await;
    let jace = Person::new(&world.served, "jace").await;
    let login = format!(
        "mutation {{ login(input: {{ email: \"{}\", password: \"{PASSWORD}\", delivery: COOKIE }}) {{ session {{ accessToken }} }} }}",
        jace.email
    );
    let response = world.served.post(&login, &json!({})).send().await.unwrap();
    let mut browser = Browser::default();
    browser.learn(&response);
    let ticket = async |browser: &mut Browser| {
        let link =
            world.me(browser, "mutation { linkAccount(provider: DISCORD) { url errors { code } } }").await;
        link["linkAccount"]["url"].as_str().unwrap_or_else(|| panic!("{link}")).to_owned()
    };
    let url = ticket(&mut browser).await;
    let broken = "/settings/linked?error=broken&provider=discord";
    assert_eq!(Browser::default().end(&world, &url).await, broken, "somebody else's browser");
    assert_eq!(browser.end(&world, &url).await, broken, "a ticket is good once");
    let url = ticket(&mut browser).await;
    let at = world.start(&mut browser, &url).await;
    let code = world.code(&at, world.about("discord", &at, "4711", Some((&jace.email, true))));
    let back = browser.open(&world, &format!("/auth/discord/callback?code={code}&state={}", at.state)).await;
    assert_eq!(back.headers()["location"], "/settings/linked");

    let query = "{ viewer { account { id } linkedAccounts { id provider } } }";
    let mine = world.me(&mut browser, query).await;
    assert_eq!(mine["viewer"]["linkedAccounts"][0]["provider"], "DISCORD");
    let mut elsewhere = Browser::default();
    assert_eq!(world.login(&mut elsewhere, "discord", "4711", None).await, "/cards");
    assert_eq!(world.me(&mut elsewhere, query).await["viewer"]["account"]["id"], json!(jace.id));

    // Somebody who came by the provider alone keeps their only way in.
    let mut only = Browser::default();
    world.login(&mut only, "google", "9", None).await;
    let unlink = |me: &Value| {
        format!(
            "mutation {{ unlinkAccount(id: {}) {{ done errors {{ code }} }} }}",
            me["viewer"]["linkedAccounts"][0]["id"]
        )
    };
    let theirs = world.me(&mut only, query).await;
    assert_eq!(
        world.me(&mut only, &unlink(&theirs)).await["unlinkAccount"]["errors"][0]["code"],
        "LAST_WAY_IN"
    );
    assert_eq!(world.me(&mut only, &unlink(&mine)).await, Value::Null, "another's is not there");
    assert_eq!(world.me(&mut browser, &unlink(&mine)).await["unlinkAccount"]["done"], true);
    let mut again = Browser::default();
    world.login(&mut again, "discord", "4711", None).await;
    assert_ne!(world.me(&mut again, query).await["viewer"]["account"]["id"], json!(jace.id));
}
