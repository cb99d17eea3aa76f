use async_graphql::{Context, ID, InputObject, Object, OneofObject, Result, SimpleObject};

use super::super::model::{Share, Thing};
use super::super::ops;
use crate::inventory::{InventoryError, settle};
use crate::{BinderId, Ctx, ShareId, WantListId};

/// An id that is nobody's: what is no id of its kind is treated like one that is somebody else's.
const NOBODYS: i32 = 0;

/// What is to be shared: one of them.
#[derive(OneofObject)]
pub(super) enum ShareOfInput {
    /// A binder, by its public id.
    BinderId(ID),
    /// A list of wants, by its public id.
    WantListId(ID),
}

impl From<ShareOfInput> for Thing {
    fn from(input: ShareOfInput) -> Self {
        match input {
            ShareOfInput::BinderId(id) => {
                Self::Binder(BinderId::from_public(&id).unwrap_or(BinderId(NOBODYS)))
            }
            ShareOfInput::WantListId(id) => {
                Self::WantList(WantListId::from_public(&id).unwrap_or(WantListId(NOBODYS)))
            }
        }
    }
}

/// How something is shared.
#[derive(InputObject)]
pub(super) struct ShareInput {
    /// What is shared.
    of: ShareOfInput,
    /// Whether prices are shown, and what a binder comes to.
    #[graphql(default)]
    shows_prices: bool,
}

/// A link after a change.
#[derive(SimpleObject)]
pub(super) struct SharePayload {
    /// The link; null when nothing was done.
    share: Option<Share>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

/// A link that is gone.
#[derive(SimpleObject)]
pub(super) struct UnsharePayload {
    /// Its public id; null when nothing was done.
    id: Option<ID>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

/// How people show what they have and look for. API keys need the scope `WRITE_OWN`.
#[derive(Default)]
pub struct Mutation;

#[Object(name = "ShareMutation")]
impl Mutation {
    /// Lets everybody who has the link see a binder or a list of wants. What is shared already keeps its link, and
    /// shows prices or not as this says; for another link, unshare it first. Copies that are `hidden` are never
    /// shown.
    async fn share(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is shared, and how.")] input: ShareInput,
    ) -> Result<SharePayload> {
        let ctx: &Ctx = ctx.data_unchecked();
        let (share, errors) = settle(ops::share(ctx, input.of.into(), input.shows_prices).await)?;
        Ok(SharePayload { share, errors })
    }

    /// Takes a link back: it leads nowhere from now on, and never does again.
    async fn unshare(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Public id of the link.")] id: ID,
    ) -> Result<UnsharePayload> {
        let ctx: &Ctx = ctx.data_unchecked();
        let share = ShareId::from_public(&id).unwrap_or(ShareId(NOBODYS));
        let (id, errors) = settle(ops::unshare(ctx, share).await)?;
        Ok(UnsharePayload { id: id.map(|id| id.public().into()), errors })
    }
}
