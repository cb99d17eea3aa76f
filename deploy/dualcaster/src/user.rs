//! The operator's commands about accounts, and the first admin.

use std::sync::Arc;

use clap::{Subcommand, ValueEnum};
use domain::accounts::{self, CreatedUser};
use domain::{Actor, App, Ctx, Role, Roles};

use crate::config::Config;
use crate::link::Link;

/// Of the account that the first start makes.
const FIRST: &str = "admin@dualcaster.localhost";

/// What can be done about an account.
#[derive(Subcommand)]
pub enum UserCommand {
    /// Make an account and print its one-time password
    Create {
        /// Its e-mail
        email: String,
        /// The name that others see
        #[arg(long)]
        name: Option<String>,
        /// What it is besides a user's
        #[arg(long)]
        role: Option<RoleName>,
    },
    /// Give an account a role
    Promote {
        /// Its e-mail
        email: String,
        /// The role
        role: RoleName,
        /// Take the role back
        #[arg(long)]
        undo: bool,
    },
    /// Block an account: its logins end, its keys are refused
    Disable {
        /// Its e-mail
        email: String,
        /// Lift the block
        #[arg(long)]
        undo: bool,
    },
}

/// A role by its name.
#[derive(Clone, Copy, ValueEnum)]
pub enum RoleName {
    /// Keeps order among users
    Moderator,
    /// Runs the platform
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Moderator => Self::Moderator,
            RoleName::Admin => Self::Admin,
        }
    }
}

/// Does it.
pub async fn run(config: &Config, command: UserCommand) -> anyhow::Result<()> {
    let link = Link::join(config).await?;
    domain::db::migrate(&link.database_url).await?;
    let ctx = Ctx::new(App::start(&link.settings(config)?)?, Actor::Service);
    match command {
        UserCommand::Create { email, name, role } => {
            let roles: Roles = role.into_iter().map(Role::from).collect();
            let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
            let made = accounts::create_user(&ctx, &email, &name, roles).await?;
            println!("{email} can log in once with the password {}", made.password);
            println!("and chooses another one then.");
        }
        UserCommand::Promote { email, role, undo } => {
            let id = accounts::user_by_email(&ctx, &email).await?;
            match undo {
                false => accounts::grant_role(&ctx, id, role.into()).await?,
                true => accounts::revoke_role(&ctx, id, role.into()).await?,
            }
            println!("done; it counts from the next request on");
        }
        UserCommand::Disable { email, undo } => {
            let id = accounts::user_by_email(&ctx, &email).await?;
            accounts::set_disabled(&ctx, id, !undo).await?;
            println!("{email} is {}", if undo { "free again" } else { "blocked" });
        }
    }
    Ok(())
}

/// Makes an admin where there is none; the lines that tell the person in front of it.
pub async fn first_admin(app: &Arc<App>) -> anyhow::Result<Vec<String>> {
    let ctx = Ctx::new(app.clone(), Actor::Service);
    if accounts::any_admin(&ctx).await? {
        return Ok(Vec::new());
    }
    let roles = Roles::default().with(Role::Admin);
    let CreatedUser { password, .. } = accounts::create_user(&ctx, FIRST, "Admin", roles).await?;
    Ok(vec![
        format!("  Admin     {FIRST}, password {password}"),
        "            shown this once; another one is chosen at the first login".to_owned(),
    ])
}
