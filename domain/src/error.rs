use std::sync::Arc;

use crate::sources::Failure;

/// Result of every domain operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong in a domain operation. `Clone` because a dataloader hands
/// one failure to every field that waited for the batch.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Nobody in particular asks for what belongs to somebody.
    #[error("log in first")]
    Unauthenticated,
    /// The actor is known and may not.
    #[error("{0}")]
    Forbidden(&'static str),
    /// Nothing with that id, or nothing the actor may see.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// An argument that a person or a program can correct.
    #[error("{field}: {reason}")]
    Invalid {
        /// The argument's name as the caller knows it.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The state does not allow the operation.
    #[error("{0}")]
    Conflict(String),
    /// So much of this work waits that no more is taken.
    #[error("too much work of the kind {0} is waiting, try again later")]
    QueueFull(String),
    /// A part that the operation needs is away for the moment.
    #[error("{0} is not available, try again shortly")]
    Unavailable(&'static str),
    /// A service outside did not give what it should.
    #[error("{0}")]
    Outside(Arc<Failure>),
    /// A fault of ours; its cause is for the log only.
    #[error("internal error")]
    Internal(Arc<anyhow::Error>),
}

impl Error {
    /// The stable `extensions.code` of the GraphQL error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden(_) => "FORBIDDEN",
            Self::NotFound(_) => "NOT_FOUND",
            Self::Invalid { .. } => "BAD_USER_INPUT",
            Self::Conflict(_) => "CONFLICT",
            Self::QueueFull(_) => "QUEUE_FULL",
            Self::Unavailable(_) => "UNAVAILABLE",
            Self::Outside(_) => "UPSTREAM",
            Self::Internal(_) => "INTERNAL",
        }
    }

    /// A fault of ours.
    pub fn internal(error: impl Into<anyhow::Error>) -> Self {
        Self::Internal(Arc::new(error.into()))
    }

    /// A service outside failed.
    pub fn outside(failure: Failure) -> Self {
        Self::Outside(Arc::new(failure))
    }

    /// The database went away in the middle of a statement.
    fn lost(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::warn!(error, "a database connection was lost");
        Self::Unavailable("the database")
    }

    /// A wrong argument.
    pub fn invalid(field: &'static str, reason: impl Into<String>) -> Self {
        Self::Invalid { field, reason: reason.into() }
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::DatabaseErrorKind::{ClosedConnection, UnableToSendCommand};
        use diesel::result::Error::DatabaseError;
        let lost = match &error {
            DatabaseError(ClosedConnection | UnableToSendCommand, _) => true,
            // A server that ends says so with its last breath, in a class that diesel has no name for.
            DatabaseError(_, information) => {
                let said = information.message();
                // A replica ends what stands in the way of what it must replay.
                said.starts_with("terminating connection") || said.contains("conflict with recovery")
            }
            _ => false,
        };
        if lost { Self::lost(&error) } else { Self::internal(error) }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        let ended = [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW];
        let lost = error.is_closed() || error.code().is_some_and(|code| ended.contains(code));
        if lost { Self::lost(&error) } else { Self::internal(error) }
    }
}

/// Turns the failure of a nullable field into `null` plus an error at the field's path, so that
/// its siblings survive: the executor would drop the whole parent.
pub(crate) fn soft<T>(ctx: &async_graphql::Context<'_>, result: Result<Option<T>>) -> Option<T> {
    result.unwrap_or_else(|error| {
        let error = async_graphql::Error::from(error).into_server_error(ctx.item.pos);
        ctx.add_error(ctx.set_error_path(error));
        None
    })
}
