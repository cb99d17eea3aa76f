use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::client::Network;
use crate::metrics::MetricsToken;

/// How a process serves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Origins (`https://host[:port]`) whose pages may call the API from a browser. The listening
    /// address under its loopback names is added by `serve`.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Directory of the built web app.
    pub web: PathBuf,
    /// Says that browsers reach us by TLS only, so that they may be told to insist on it.
    pub https_only: bool,
    /// How long an anonymous GET answer may be kept by caches.
    pub cache_for: Duration,
    /// Longest time of one query.
    pub timeout: Duration,
    /// Requests that execute at the same time; more are refused.
    pub in_flight: usize,
    /// How late tasks may run before requests are refused; strangers' first, those of others at twice
    /// the time.
    pub lag: Duration,
    /// How long readiness says no before the process stops accepting: the time a load balancer
    /// needs to notice.
    pub drain_wait: Duration,
    /// How long requests in flight may take to finish at shutdown.
    pub drain_limit: Duration,
    /// Limits of a GraphQL document.
    pub limits: Limits,
    /// Limits of a WebSocket.
    pub sockets: Sockets,
    /// Who may read the metrics.
    pub metrics_token: MetricsToken,
    /// Google, or another provider of OpenID Connect in its place.
    pub google: Option<ProviderClient>,
    /// Discord.
    pub discord: Option<ProviderClient>,
}

/// What a provider of logins knows us by.
#[derive(Clone)]
pub struct ProviderClient {
    /// Who we are there.
    pub client_id: String,
    /// That it is us.
    pub client_secret: String,
    /// Where the provider is: the issuer of OpenID Connect, or the site.
    pub url: String,
}

impl std::fmt::Debug for ProviderClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {}", self.client_id, self.url)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            web: PathBuf::from("web/dist"),
            https_only: false,
            cache_for: Duration::from_secs(10),
            timeout: Duration::from_secs(10),
            in_flight: 512,
            lag: Duration::from_millis(100),
            drain_wait: Duration::from_secs(3),
            drain_limit: Duration::from_secs(20),
            limits: Limits::default(),
            sockets: Sockets::default(),
            metrics_token: MetricsToken::default(),
            google: None,
            discord: None,
        }
    }
}

/// What a GraphQL document may cost us before a resolver runs. Each limit has its own error code.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body: usize,
    /// Bytes of the document.
    pub bytes: usize,
    /// Lexical tokens of the document.
    pub tokens: usize,
    /// Brackets open at once, of any kind: what the parser recurses over.
    pub nesting: usize,
    /// Aliases, fragments expanded.
    pub aliases: u64,
    /// Fields at the root of one operation, fragments expanded.
    pub root_fields: u64,
    /// Fields, fragments expanded.
    pub fields: u64,
    /// Directives on one field.
    pub directives_per_field: u64,
    /// Directives, fragments expanded.
    pub directives: u64,
    /// Fragment definitions.
    pub fragments: usize,
    /// Levels of fields.
    pub depth: u64,
    /// Levels of fields under `__schema` and `__type`, where types nest in wrappers.
    pub introspection_depth: u64,
    /// Lists of types within lists of types under `__schema` and `__type`.
    pub introspection_lists: u64,
    /// Points of one request, see `cost.rs`.
    pub cost: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 100 * 1024,
            bytes: 15_000,
            tokens: 2_000,
            nesting: 32,
            aliases: 30,
            root_fields: 10,
            fields: 500,
            directives_per_field: 5,
            directives: 50,
            fragments: 50,
            depth: 12,
            introspection_depth: 20,
            introspection_lists: 2,
            cost: 1_000,
        }
    }
}

/// What a WebSocket may do.
#[derive(Clone, Debug)]
pub struct Sockets {
    /// Sockets of the process.
    pub count: usize,
    /// Handshakes of one address each second, and at once. How many sockets a caller may hold is a
    /// matter of its tier.
    pub handshakes: u32,
    /// Operations at the same time on one socket.
    pub operations: usize,
    /// Bytes of a message from the client.
    pub message: usize,
    /// Time until `connection_init`.
    pub init: Duration,
    /// Time between the server's pings.
    pub ping: Duration,
    /// Time for the answer to a ping.
    pub pong: Duration,
    /// Time for a message to leave; a slower consumer is cut.
    pub write: Duration,
    /// At shutdown sockets close over this time, so that clients do not come back all at once.
    pub spread: Duration,
}

impl Default for Sockets {
    fn default() -> Self {
        Self {
            count: 10_000,
            handshakes: 20,
            operations: 32,
            message: 64 * 1024,
            init: Duration::from_secs(3),
            ping: Duration::from_secs(25),
            pong: Duration::from_secs(8),
            write: Duration::from_secs(10),
            spread: Duration::from_secs(5),
        }
    }
}
