mod admin;
mod credentials;
mod devices;
mod email;
mod keys;
mod leaving;
mod login;
mod oauth;
mod refresh;
mod register;
mod sessions;

pub use admin::{
    CreatedUser, any_admin, create_user, grant_role, revoke_role, set_disabled, sweep, user_by_email,
};
pub use credentials::{change_password, reauthenticate, request_password_reset, reset_password};
pub(super) use devices::known as known_device;
pub use devices::remember_device;
pub use email::{confirm_email, request_email_change};
pub use keys::{CreatedKey, KeyWanted, api_keys, create_api_key, revoke_api_key};
pub use leaving::{EraseAccount, ExportAccount, close, erase, export, make_export, request_export};
pub use login::login;
pub use oauth::{Ticket, begin, finish, identities, link_ticket, proof_ticket, take_flow, unlink};
pub use refresh::refresh;
pub use register::{register, verify_email};
pub use sessions::{account, end_session, logout, logout_everywhere, rename, sessions};

use super::model::{Outcome, Problem, ProblemCode};
use crate::{Ctx, Error, Result};

const LONGEST_EMAIL: usize = 254;
const LONGEST_NAME: usize = 60;

/// An e-mail as we keep it: lower case. What the mail server makes of the part before the @ is its
/// own business; that a person types it the same way twice is not to be expected.
fn email(text: &str) -> std::result::Result<String, Problem> {
    let text = text.trim().to_lowercase();
    let wrong = || Problem::at("email", ProblemCode::EmailInvalid, "That is not an e-mail address.");
    let (local, domain) = text.rsplit_once('@').ok_or_else(wrong)?;
    let plain =
        |part: &str| part.chars().all(|c| !c.is_whitespace() && !c.is_control() && !",;<>\"()".contains(c));
    let hosts = domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-'));
    let good = !local.is_empty()
        && !local.contains('@')
        && plain(local)
        && plain(domain)
        && hosts
        && domain.contains('.')
        && text.len() <= LONGEST_EMAIL;
    if good { Ok(text) } else { Err(wrong()) }
}

fn name(text: &str) -> std::result::Result<String, Problem> {
    let text = text.trim();
    let good = (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    let wrong = || Problem::at("name", ProblemCode::NameInvalid, "A name has 1 to 60 characters.");
    if good { Ok(text.to_owned()) } else { Err(wrong()) }
}

/// A page of the web app.
fn page(ctx: &Ctx, path: &str, token: &str) -> String {
    // Behind the #, so that no server and no log on the way sees the token.
    format!("{}/{path}#token={token}", ctx.auth().settings.public_url)
}

/// The account of the one who asks, which must still be there.
async fn own(ctx: &Ctx, conn: &mut diesel_async::AsyncPgConnection) -> Result<super::model::UserRow> {
    let id = ctx.signed_in()?.id;
    let user = super::queries::users::by_id(conn, id).await?;
    user.filter(|user| user.is_active()).ok_or(Error::Unauthenticated)
}

/// Refuses when it is longer than ten minutes ago that the person proved who they are.
async fn require_recent(ctx: &Ctx) -> Outcome<()> {
    let signed_in = ctx.signed_in()?;
    let session =
        super::queries::sessions::live(&mut *ctx.conn().await?, signed_in.session, ctx.now()).await?;
    let (session, _) = session.ok_or(Error::Unauthenticated)?;
    if session.authenticated_at + RECENT > ctx.now() {
        return Ok(());
    }
    let message = "Please confirm that it is you: enter your password again, or log in anew.";
    Err(Problem::new(ProblemCode::ReauthenticationRequired, message).into())
}

const RECENT: chrono::TimeDelta = chrono::TimeDelta::minutes(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(email(" Jace@Ravnica.Example ").unwrap(), "jace@ravnica.example");
        for bad in [
            "",
            "@x.y",
            "a@",
            "a@b",
            "a b@c.d",
            "a@b..c",
            "a@@b.c",
            "a@-b.c",
            "a\n@b.c",
            "<a@b.c>",
            "a@b.c,d@e.f",
        ] {
            assert!(email(bad).is_err(), "{bad:?}");
        }
        assert!(email(&format!("{}@b.example", "a".repeat(250))).is_err());
    }

    #[test]
    fn names() {
        assert_eq!(name("  Jace ").unwrap(), "Jace");
        for bad in ["", "  ", "a\u{7}b", &"x".repeat(61)] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }
}
