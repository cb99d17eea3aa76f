//! Connections and migrations.

use std::time::Duration;

use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::pooled_connection::bb8::Pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolableConnection, RecyclingMethod,
};
use diesel_async::{
    AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use tokio_postgres::{AsyncMessage, Client, NoTls, Notification};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");
/// A statement of a request may take this long; imports lift it for themselves.
const SESSION: &str = "SET statement_timeout = '5s'; SET lock_timeout = '2s'; \
     SET idle_in_transaction_session_timeout = '10s'; SET timezone = 'UTC'";
const ACQUIRE: Duration = Duration::from_secs(1);

/// A pool that connects when it is first used, so that a process starts while Postgres is away.
pub fn pool(url: &str, size: u32) -> Pool<AsyncPgConnection> {
    let mut config = ManagerConfig::default();
    config.custom_setup = Box::new(establish);
    // The driver notices by itself when the server hangs up: asking would cost a round trip each time.
    config.recycling_method = RecyclingMethod::CustomFunction(Box::new(still_open));
    let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(url, config);
    Pool::builder().max_size(size).connection_timeout(ACQUIRE).build_unchecked(manager)
}

fn still_open(conn: &mut AsyncPgConnection) -> BoxFuture<'_, diesel::QueryResult<()>> {
    let closed = conn.is_broken();
    async move { if closed { Err(diesel::result::Error::BrokenTransactionManager) } else { Ok(()) } }.boxed()
}

fn establish(url: &str) -> BoxFuture<'_, ConnectionResult<AsyncPgConnection>> {
    async {
        let bad = |error: tokio_postgres::Error| ConnectionError::BadConnection(error.to_string());
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.map_err(bad)?;
        let mut conn = AsyncPgConnection::try_from_client_and_connection(client, connection).await?;
        let setup = conn.batch_execute(SESSION).await;
        setup.map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        crate::spans::listen(&mut conn);
        Ok(conn)
    }
    .boxed()
}

/// A connection of its own for long work: imports, the relay. No statement timeout.
pub async fn dedicated(url: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(%error, "a dedicated database connection ended");
        }
    });
    client.batch_execute("SET timezone = 'UTC'").await?;
    Ok(client)
}

/// Notifications that wait for a listener; a lost one is made up for by polling.
const HEARD: usize = 64;

/// A connection of its own that hears what is said by NOTIFY. The receiver ends with the connection,
/// and the connection with the receiver.
pub async fn listen(
    url: &str,
    channels: &[&str],
) -> Result<(Client, mpsc::Receiver<Notification>), tokio_postgres::Error> {
    let (client, mut connection) = tokio_postgres::connect(url, NoTls).await?;
    let (said, heard) = mpsc::channel(HEARD);
    tokio::spawn(async move {
        loop {
            let message = tokio::select! {
                message = std::future::poll_fn(|cx| connection.poll_message(cx)) => message,
                () = said.closed() => return,
            };
            match message {
                Some(Ok(AsyncMessage::Notification(notification))) => {
                    // A listener that has so many to look at looks at everything anyway.
                    let _ = said.try_send(notification);
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            }
        }
    });
    for channel in channels {
        client.batch_execute(&format!("LISTEN {channel}")).await?;
    }
    Ok((client, heard))
}

/// Brings the schema up to date; several processes may do it at once. Returns how many migrations ran.
pub async fn migrate(url: &str) -> anyhow::Result<usize> {
    let lock = dedicated(url).await?;
    lock.batch_execute("SELECT pg_advisory_lock(823650001)").await?;
    let mut harness = AsyncMigrationHarness::new(AsyncPgConnection::establish(url).await?);
    let run =
        tokio::task::block_in_place(|| harness.run_pending_migrations(MIGRATIONS).map(|done| done.len()));
    run.map_err(|error| anyhow::anyhow!("migrations: {error}"))
}

/// How many migrations have not run yet.
pub async fn pending(url: &str) -> anyhow::Result<usize> {
    let mut harness = AsyncMigrationHarness::new(AsyncPgConnection::establish(url).await?);
    let known = tokio::task::block_in_place(|| harness.pending_migrations(MIGRATIONS).map(|list| list.len()));
    known.map_err(|error| anyhow::anyhow!("migrations: {error}"))
}

/// Whether the tables are those that this version of the program was made for.
pub async fn is_current(pool: &Pool<AsyncPgConnection>) -> crate::Result<bool> {
    let mut conn = pool.get().await.map_err(|_| crate::Error::Unavailable("the database"))?;
    let ran: Result<Vec<String>, _> =
        done::table.select(done::version).order(done::version).load(&mut conn).await;
    match ran {
        Ok(ran) => Ok(ran == known()?),
        // A database without the table was never migrated.
        Err(diesel::result::Error::DatabaseError(..)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

diesel::table! {
    #[sql_name = "__diesel_schema_migrations"]
    done (version) {
        version -> Text,
    }
}

/// How many migrations this version knows that have not run here.
pub(crate) async fn missing(conn: &mut AsyncPgConnection) -> crate::Result<usize> {
    let ran: Result<Vec<String>, _> = done::table.select(done::version).load(conn).await;
    let ran = match ran {
        Ok(ran) => ran,
        // A database without the table was never migrated.
        Err(diesel::result::Error::DatabaseError(diesel::result::DatabaseErrorKind::Unknown, _)) => {
            Vec::new()
        }
        Err(error) => return Err(error.into()),
    };
    Ok(known()?.iter().filter(|version| !ran.contains(version)).count())
}

fn known() -> crate::Result<Vec<String>> {
    let migrations = MigrationSource::<diesel::pg::Pg>::migrations(&MIGRATIONS);
    let migrations =
        migrations.map_err(|error| crate::Error::internal(anyhow::anyhow!("migrations: {error}")))?;
    let mut versions: Vec<_> =
        migrations.iter().map(|migration| migration.name().version().to_string()).collect();
    versions.sort();
    Ok(versions)
}

/// Takes every migration back, newest first: for tests of `down.sql`.
pub async fn revert_all(url: &str) -> anyhow::Result<usize> {
    let mut harness = AsyncMigrationHarness::new(AsyncPgConnection::establish(url).await?);
    let run =
        tokio::task::block_in_place(|| harness.revert_all_migrations(MIGRATIONS).map(|done| done.len()));
    run.map_err(|error| anyhow::anyhow!("migrations: {error}"))
}
