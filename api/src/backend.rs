use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Request, Response};
use domain::limits::{self, Budget, Intent, Payer, Rate, Refusal, Tier};
use domain::{Actor, App, Ctx, Reader};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use serde::Serialize;
use tokio_util::task::AbortOnDropHandle;

/// A readiness probe must be quick to say no.
const ACQUIRE: Duration = Duration::from_millis(500);

/// What the transport needs of what it carries. The platform is one; tests put a toy schema here.
pub trait Backend: Send + Sync + 'static {
    /// Executes a query or mutation.
    fn execute(&self, request: Request) -> BoxFuture<'_, Response>;
    /// Starts a subscription (or runs a query as a stream of one).
    fn subscribe(&self, request: Request) -> BoxStream<'static, Response>;
    /// The schema.
    fn sdl(&self) -> String;
    /// Takes the price of a request from the payer's budget; `None` when budgets are away and the
    /// request may run all the same.
    fn charge<'a>(
        &'a self,
        payer: &'a Payer,
        points: u64,
        intent: Intent,
    ) -> BoxFuture<'a, Result<Option<Budget>, Refusal>>;
    /// What a tier may spend.
    fn rate(&self, tier: Tier) -> Rate;
    /// Whether what the schema needs is there.
    fn health(&self) -> BoxFuture<'_, Health>;
}

/// State of the parts behind the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Health {
    /// A connection can be had.
    pub database: bool,
    /// The tables are those that this version was made for.
    pub migrations: bool,
    /// Live events flow. Without them the platform answers, but nothing moves.
    pub events: bool,
    /// Budgets can be had. Without them writes and expensive requests are refused.
    pub limits: bool,
}

impl Health {
    /// Requests can be answered.
    pub fn ready(&self) -> bool {
        self.database && self.migrations
    }

    /// They can, but not all of them, or not as well as they should.
    pub fn degraded(&self) -> bool {
        !self.events || !self.limits
    }
}

/// The real thing.
pub struct Platform {
    app: Arc<App>,
    schema: domain::root::Roots,
    _watch: AbortOnDropHandle<()>,
}

impl Platform {
    /// The domain's schema over a process. Watches over the budgets for as long as it lives.
    pub fn new(app: Arc<App>) -> Self {
        // Suggestions would make validation compare every unknown name with the whole schema.
        let schema = domain::root::schema().disable_suggestions().finish();
        let watch = tokio::spawn(limits::watch(app.clone()));
        Self { app, schema, _watch: AbortOnDropHandle::new(watch) }
    }
}

impl Backend for Platform {
    fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        let ctx = Ctx::new(self.app.clone(), Actor::Anonymous);
        let request = request.data(Reader::loader(ctx.clone())).data(ctx);
        Box::pin(self.schema.execute(request))
    }

    fn subscribe(&self, request: Request) -> BoxStream<'static, Response> {
        let ctx = Ctx::new(self.app.clone(), Actor::Anonymous);
        let request = request.data(Reader::live_loader(ctx.clone())).data(ctx);
        self.schema.execute_stream(request).boxed()
    }

    fn sdl(&self) -> String {
        self.schema.sdl()
    }

    fn charge<'a>(
        &'a self,
        payer: &'a Payer,
        points: u64,
        intent: Intent,
    ) -> BoxFuture<'a, Result<Option<Budget>, Refusal>> {
        Box::pin(limits::charge(&self.app, payer, points, intent))
    }

    fn rate(&self, tier: Tier) -> Rate {
        self.app.limiter.rate(tier)
    }

    fn health(&self) -> BoxFuture<'_, Health> {
        Box::pin(async {
            let check = domain::db::is_current(&self.app.db);
            let current = tokio::time::timeout(ACQUIRE, check).await.ok().and_then(Result::ok);
            Health {
                database: current.is_some(),
                migrations: current == Some(true),
                events: self.app.hub.connected(),
                limits: self.app.limiter.is_up(),
            }
        })
    }
}
