//! The settings of a process: typed, from `dualcaster.toml` and the environment.

mod outside;
mod values;
mod watching;

use std::ffi::OsString;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use api::{Network, ProviderClient};
use domain::sources::OutsideSettings;
use stores::Search;

use crate::secret;
pub use outside::Named;
use values::Values;
pub use watching::Watching;

/// Read when it exists; `DUALCASTER_CONFIG` names another.
const FILE: &str = "dualcaster.toml";

/// Everything that can be set. `deploy/README.md` has the list with explanations.
#[derive(Clone, Debug)]
pub struct Config {
    /// A Postgres of one's own; without it a private one is started.
    pub database_url: Option<Secret>,
    /// A streaming replica of that Postgres, which queries may be read from.
    pub replica_url: Option<Secret>,
    /// A Redis of one's own; without it a private one is started.
    pub redis_url: Option<Secret>,
    /// Prefix of all Redis keys and channels.
    pub redis_prefix: String,
    /// Database connections of a process.
    pub pool_size: u32,
    /// Where the API listens.
    pub listen: SocketAddr,
    /// Origins whose pages may call the API with cookies, besides our own under loopback names.
    pub allowed_origins: Vec<Origin>,
    /// Proxies whose `X-Forwarded-For` is believed: addresses, or ranges such as `10.0.0.0/8`.
    pub trusted_proxies: Vec<Network>,
    /// Browsers reach us by TLS only.
    pub https_only: bool,
    /// The built web app.
    pub web_dir: PathBuf,
    /// The private databases, sockets and logs.
    pub state_dir: PathBuf,
    /// What to load at the first start.
    pub data: DataChoice,
    /// What is logged: a filter as of `RUST_LOG`.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// How long readiness says no before a role stops accepting.
    pub drain_wait: Duration,
    /// Where people reach us: links in mails, providers' ways back, the issuer of tokens.
    pub public_url: Option<PublicUrl>,
    /// The installation's secrets, newest first; without one a file is made in `state_dir`.
    pub secret_key: Vec<Secret>,
    /// A key of Resend, which mail goes through.
    pub resend_key: Option<Secret>,
    /// The server that mail goes through; without it and that key mail becomes files in `state_dir`.
    pub smtp_url: Option<Secret>,
    /// Whom mail is from.
    pub mail_from: String,
    /// Logins by Google.
    pub google: Option<ProviderClient>,
    /// Logins by Discord.
    pub discord: Option<ProviderClient>,
    /// The Discord bot.
    pub bot: Option<BotAccount>,
    /// Metrics and traces.
    pub watching: Watching,
    /// Outside services.
    pub outside: OutsideSettings,
    /// They are not visited by the clock.
    pub offline: bool,
    /// Where Postgres and Redis programs are.
    pub search: Search,
    /// The session's folder for sockets.
    pub runtime_dir: Option<PathBuf>,
}

impl Config {
    /// Reads the file and the environment; an error names everything that is wrong at once.
    pub fn load() -> anyhow::Result<Self> {
        let environment: Vec<(String, String)> = std::env::vars().collect();
        let plain =
            |name: &str| environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let named = plain("DUALCASTER_CONFIG").map(PathBuf::from);
        let file = named.or_else(|| Some(PathBuf::from(FILE)).filter(|file| file.exists()));
        let path = OsString::from(plain("PATH").unwrap_or_default());
        let runtime_dir = plain("XDG_RUNTIME_DIR").map(PathBuf::from);
        Self::read(file.as_deref(), environment.iter().cloned(), path, runtime_dir)
    }

    fn read(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
        path: OsString,
        runtime_dir: Option<PathBuf>,
    ) -> anyhow::Result<Self> {
        let mut values = Values::collect(file, environment);
        let listen = values.take("listen").unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let port = values.take("port").unwrap_or(listen.port());
        let state_dir: PathBuf = values.take("state_dir").unwrap_or(PathBuf::from(".data"));
        let config = Self {
            database_url: values.take_secret("database_url", check_postgres).map(Secret),
            replica_url: values.take_secret("replica_url", check_postgres).map(Secret),
            redis_url: values.take_secret("redis_url", check_redis).map(Secret),
            redis_prefix: values.take("redis_prefix").unwrap_or("dualcaster".to_owned()),
            pool_size: values.take::<PoolSize>("pool_size").map_or(16, |size| size.0),
            listen: SocketAddr::new(listen.ip(), port),
            allowed_origins: values.take_list("allowed_origins").unwrap_or_default(),
            trusted_proxies: values.take_list("trusted_proxies").unwrap_or_default(),
            https_only: values.take("https_only").unwrap_or(false),
            web_dir: values.take("web_dir").unwrap_or(PathBuf::from("web/dist")),
            watching: watching::take(&mut values),
            outside: outside::take(&mut values, &state_dir),
            offline: values.take("offline").unwrap_or(false),
            state_dir,
            data: values.take("data").unwrap_or_default(),
            log: values.take("log").unwrap_or(LOG.to_owned()),
            log_format: values.take("log_format").unwrap_or(LogFormat::Human),
            drain_wait: Duration::from_secs(values.take("drain_wait").unwrap_or(3)),
            public_url: values.take("public_url"),
            secret_key: values
                .take_secret("secret_key", check_secrets)
                .map_or_else(Vec::new, |text| secret::split(&text)),
            resend_key: values.take_secret("resend_key", check_key).map(Secret),
            smtp_url: values.take_secret("smtp_url", check_smtp).map(Secret),
            mail_from: values.take("mail_from").unwrap_or("Dualcaster Deals <noreply@localhost>".to_owned()),
            google: values.take_provider(
                ["google_client_id", "google_client_secret", "google_url"],
                "https://accounts.google.com",
            ),
            discord: values.take_provider(
                ["discord_client_id", "discord_client_secret", "discord_url"],
                "https://discord.com",
            ),
            bot: values
                .take_secret("discord_bot_token", |_| Ok(()))
                .map(|token| BotAccount { token: Secret(token), discord: values.take("discord_api_url") }),
            search: Search {
                postgres: values.take("pg_bin"),
                redis: values.take("redis_bin"),
                path,
                tools: PathBuf::from(".tools"),
            },
            runtime_dir,
        };
        values.finish()?;
        Ok(config)
    }

    /// Where people reach us: what is set, else this machine.
    pub fn public_url(&self) -> String {
        self.public_url.as_ref().map_or_else(|| self.url(), |url| url.0.clone())
    }

    /// The address that a person on this machine types.
    pub fn url(&self) -> String {
        let port = self.listen.port();
        match self.listen.ip() {
            ip if ip.is_loopback() || ip.is_unspecified() => format!("http://localhost:{port}"),
            _ => format!("http://{}", self.listen),
        }
    }
}

/// Something that is never printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// From here on it is not printed.
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// What it is.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// Who the bot is.
#[derive(Clone, Debug)]
pub struct BotAccount {
    /// Its token.
    pub token: Secret,
    /// Where Discord is, when not where it always is.
    pub discord: Option<String>,
}

/// What the catalogue is filled from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DataChoice {
    /// What is there; else Scryfall; else, without a network, the demo.
    #[default]
    Auto,
    /// Files in the vendors' own formats.
    Folder(PathBuf),
    /// Scryfall's bulk file.
    Scryfall,
    /// The built-in demo market.
    Demo,
    /// Nothing: what is there stays as it is.
    Keep,
}

impl FromStr for DataChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "scryfall" => Ok(Self::Scryfall),
            "demo" => Ok(Self::Demo),
            "keep" => Ok(Self::Keep),
            folder if Path::new(folder).is_dir() => Ok(Self::Folder(PathBuf::from(folder))),
            _ => Err("is neither a folder nor one of auto, scryfall, demo, keep".to_owned()),
        }
    }
}

/// What is logged unless somebody wants more or less. The scheduler's library tells of its own making.
const LOG: &str = "info,tokio_cron_scheduler=warn";

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For eyes.
    Human,
    /// One object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "human" => Ok(Self::Human),
            "json" => Ok(Self::Json),
            _ => Err("must be human or json"),
        }
    }
}

/// `scheme://host[:port]`, as browsers send it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(pub String);

impl FromStr for Origin {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        match host {
            Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', '*']) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err("must be an origin such as https://deals.example.org, without a path"),
        }
    }
}

/// An origin, where people reach us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(pub String);

impl FromStr for PublicUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim_end_matches('/').parse::<Origin>().map(|origin| Self(origin.0))
    }
}

struct PoolSize(u32);

impl FromStr for PoolSize {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let size = text.parse().ok().filter(|size| (1..=500).contains(size));
        size.map(Self).ok_or("must be a number from 1 to 500")
    }
}

fn check_postgres(url: &str) -> Result<(), String> {
    // The parser's message does not repeat the value.
    url.parse::<tokio_postgres::Config>().map(drop).map_err(|error| error.to_string())
}

fn check_secrets(text: &str) -> Result<(), String> {
    secret::split(text).iter().try_for_each(|secret| secret::check(secret.expose()))
}

fn check_key(key: &str) -> Result<(), String> {
    let fits = key.starts_with("re_") && key.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then_some(()).ok_or_else(|| "is not a key of Resend".to_owned())
}

fn check_smtp(url: &str) -> Result<(), String> {
    jobs::Mailer::smtp(url, "check <check@localhost>").map(drop).map_err(|error| error.to_string())
}

fn check_redis(url: &str) -> Result<(), String> {
    let schemes = ["redis://", "redis+unix://", "unix://"];
    let known = schemes.iter().any(|scheme| url.starts_with(scheme));
    known.then_some(()).ok_or_else(|| format!("must begin with one of {}", schemes.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(environment: &[(&str, &str)]) -> anyhow::Result<Config> {
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::read(None, environment, OsString::new(), None)
    }

    #[test]
    fn everything_wrong_is_said_at_once_and_no_secret_with_it() {
        let wrong = read(&[
            ("DATABASE_URL", "postgres://me:hunter2@localhost:notaport/db"),
            ("REDIS_URL", "http://:hunter2@localhost"),
            ("DUALCASTER_REPLICA_URL", "postgres://me:hunter2@replica:notaport/db"),
            ("DUALCASTER_POOL_SIZE", "0"),
            ("DUALCASTER_LOG_FROMAT", "json"),
            ("DUALCASTER_ALLOWED_ORIGINS", "https://ok.example, https://not.example/path"),
            ("DATA", "/no/such/folder"),
        ]);
        let message = wrong.unwrap_err().to_string();
        for name in [
            "DATABASE_URL",
            "REDIS_URL",
            "DUALCASTER_REPLICA_URL",
            "DUALCASTER_POOL_SIZE",
            "DUALCASTER_ALLOWED_ORIGINS",
            "DATA",
        ] {
            assert!(message.contains(&format!("{name}: ")), "{name} is missing in {message}");
        }
        assert!(
            message.contains("DUALCASTER_LOG_FROMAT: there is no such setting; did you mean log_format?")
        );
        assert!(!message.contains("hunter2"), "{message}");
    }

    #[test]
    fn our_names_win_over_general_ones_and_empty_means_unset() {
        let config = read(&[
            ("DUALCASTER_LISTEN", "0.0.0.0:9000"),
            ("PORT", "9001"),
            ("DUALCASTER_REDIS_URL", "redis://ours"),
            ("REDIS_URL", "redis://theirs"),
            ("DATA", ""),
            ("DUALCASTER_TARGET", "/elsewhere"),
        ])
        .unwrap();
        assert_eq!(config.listen, "0.0.0.0:9001".parse().unwrap());
        assert_eq!(config.url(), "http://localhost:9001");
        assert_eq!(config.redis_url.as_ref().map(Secret::expose), Some("redis://ours"));
        assert_eq!(config.data, DataChoice::Auto);
        assert!(!format!("{config:?}").contains("ours"));
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let folder = std::env::temp_dir().join(format!("dualcaster-config-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("dualcaster.toml");
        std::fs::write(
            &file,
            "pool_size = 4\nhttps_only = true\nallowed_origins = ['https://a.example']\nlodge = 1\n",
        )
        .unwrap();
        let environment = || [("DUALCASTER_POOL_SIZE".to_owned(), "8".to_owned())].into_iter();
        let wrong = Config::read(Some(&file), environment(), OsString::new(), None).unwrap_err().to_string();
        assert!(wrong.contains("lodge in ") && wrong.contains("no such setting"), "{wrong}");

        std::fs::write(&file, "pool_size = 4\nhttps_only = true\nallowed_origins = ['https://a.example']\n")
            .unwrap();
        let config = Config::read(Some(&file), environment(), OsString::new(), None).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!((config.pool_size, config.https_only), (8, true));
        assert_eq!(config.allowed_origins, [Origin("https://a.example".to_owned())]);
    }
}
