//! The skin of accounts: what the viewer sees of themselves, and what they can do about it.

mod cookie;
mod leaving;
mod linked;
mod mutation;
mod payloads;
mod security;
mod types;

pub use cookie::{DEVICE_COOKIES, device_cookie, device_in, expired_cookie, refresh_cookie, token_in};
pub(crate) use security::SecurityMutation;
pub(crate) use types::Query;

use async_graphql::MergedObject;

/// Everything that changes an account.
#[derive(Default, MergedObject)]
#[graphql(name = "AccountsMutation")]
pub(crate) struct Mutation(
    mutation::AccountMutation,
    SecurityMutation,
    linked::LinkedMutation,
    leaving::LeavingMutation,
);
