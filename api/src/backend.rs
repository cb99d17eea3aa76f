use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Request, Response};
use domain::{Actor, App, Ctx, Reader};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use serde::Serialize;

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
}

impl Health {
    /// Requests can be answered.
    pub fn ready(&self) -> bool {
        self.database && self.migrations
    }
}

/// The real thing.
pub struct Platform {
    app: Arc<App>,
    schema: domain::root::Roots,
}

impl Platform {
    /// The domain's schema over a process.
    pub fn new(app: Arc<App>) -> Self {
        // Suggestions would make validation compare every unknown name with the whole schema.
        Self { app, schema: domain::root::schema().disable_suggestions().finish() }
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

    fn health(&self) -> BoxFuture<'_, Health> {
        Box::pin(async {
            let check = domain::db::is_current(&self.app.db);
            let current = tokio::time::timeout(ACQUIRE, check).await.ok().and_then(Result::ok);
            Health {
                database: current.is_some(),
                migrations: current == Some(true),
                events: self.app.hub.connected(),
            }
        })
    }
}
