use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bb8_redis::RedisConnectionManager;
use bb8_redis::bb8::{ManageConnection, Pool};
use redis::RedisError;
use redis::aio::MultiplexedConnection;

/// Each carries one command at a time, which takes well below a millisecond.
const CONNECTIONS: u32 = 8;

/// Makes connections that know which life of the server they belong to. A connection does not notice
/// by itself that its server went away, and asking it before each use would double the traffic.
pub(super) struct Manager {
    redis: RedisConnectionManager,
    life: Arc<AtomicU64>,
}

/// A connection of one life.
pub(super) struct Connection {
    pub(super) redis: MultiplexedConnection,
    life: u64,
}

/// A pool that connects when it is first used, and the counter that declares its connections dead.
pub(super) fn pool(url: &str, patience: Duration) -> redis::RedisResult<(Pool<Manager>, Arc<AtomicU64>)> {
    let life = Arc::new(AtomicU64::new(0));
    let manager = Manager { redis: RedisConnectionManager::new(url)?, life: life.clone() };
    let pool = Pool::builder().max_size(CONNECTIONS).connection_timeout(patience).retry_connection(false);
    Ok((pool.build_unchecked(manager), life))
}

impl ManageConnection for Manager {
    type Connection = Connection;
    type Error = RedisError;

    async fn connect(&self) -> Result<Connection, RedisError> {
        let life = self.life.load(Ordering::Relaxed);
        Ok(Connection { redis: self.redis.connect().await?, life })
    }

    async fn is_valid(&self, connection: &mut Connection) -> Result<(), RedisError> {
        match self.has_broken(connection) {
            false => Ok(()),
            true => Err((redis::ErrorKind::Io, "the connection is of an earlier life of the server").into()),
        }
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        connection.life != self.life.load(Ordering::Relaxed)
    }
}
