//! Sends the mail that waits: through a server or a service, or into files where neither is set.

mod resend;

use std::path::{Path, PathBuf};

use anyhow::Context;
use domain::mail::{self, Mail};
use domain::notifications;
use domain::{Ctx, Result};
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

pub use resend::{RESEND, Resend};

/// Mails of one round; then the others of the background work have their turn.
const ROUND: usize = 20;

/// The way out.
#[derive(Clone)]
pub enum Mailer {
    /// A server.
    Smtp {
        /// The connection to it.
        transport: Box<AsyncSmtpTransport<Tokio1Executor>>,
        /// Whom mail is from.
        from: Mailbox,
    },
    /// The service Resend.
    Resend(Resend),
    /// A folder: one file a mail.
    Folder(PathBuf),
}

impl Mailer {
    /// Through a server: `smtps://user:password@host`, or `smtp://host:25?tls=opportunistic`.
    pub fn smtp(url: &str, from: &str) -> anyhow::Result<Self> {
        let from = from.parse().context("mail_from is not an address")?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
        // The error of a wrong URL may quote it, and it holds a password.
        let transport = transport.map_err(|_| anyhow::anyhow!("is not the URL of a mail server"))?.build();
        Ok(Self::Smtp { transport: Box::new(transport), from })
    }

    /// Through Resend, at its address or a stand-in's, by a key of its.
    pub fn resend(url: &str, key: &str, from: &str) -> anyhow::Result<Self> {
        let _: Mailbox = from.parse().context("mail_from is not an address")?;
        Ok(Self::Resend(Resend::open(url, key, from)?))
    }

    /// Into files.
    pub fn folder(folder: &Path) -> Self {
        Self::Folder(folder.to_owned())
    }

    /// Whether mail reaches people.
    fn reaches_people(&self) -> bool {
        !matches!(self, Self::Folder(_))
    }

    /// Sends a mail; says what whoever took it calls it, if anything.
    async fn send(&self, mail: &Mail) -> std::result::Result<Option<String>, Failure> {
        match self {
            Self::Smtp { transport, from } => {
                let message = message(mail, from).map_err(|error| Failure::of(true, &error))?;
                let sent = transport.send(message).await;
                sent.map(|_| None).map_err(|error| {
                    // The server's own words may hold an address: they go to the mail's row only.
                    let status = error.status().map(|status| format!("the server answers {status}"));
                    let why = error.to_string();
                    Failure {
                        for_good: error.is_permanent(),
                        told: status.unwrap_or_else(|| why.clone()),
                        why,
                    }
                })
            }
            Self::Resend(resend) => resend.send(mail).await.map(Some),
            Self::Folder(folder) => {
                let written = write(folder, mail).await;
                written.map(|()| None).map_err(|error| Failure::of(false, &error))
            }
        }
    }
}

struct Failure {
    for_good: bool,
    why: String,
    /// The same for the log.
    told: String,
}

impl Failure {
    fn of(for_good: bool, error: &anyhow::Error) -> Self {
        let why = format!("{error:#}");
        Self { for_good, told: why.clone(), why }
    }
}

/// How a mail program ends such mails (RFC 2369, RFC 8058).
fn ends(mail: &Mail) -> impl Iterator<Item = (&'static str, String)> + use<> {
    let headers = mail.unsubscribe.as_ref().map(|link| {
        [
            ("List-Unsubscribe", format!("<{link}>")),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
        ]
    });
    headers.into_iter().flatten()
}

fn message(mail: &Mail, from: &Mailbox) -> anyhow::Result<Message> {
    let id = format!("<{}@dualcaster>", mail.id);
    let mut message = Message::builder()
        .from(from.clone())
        .to(mail.recipient.parse().context("the address")?)
        .subject(&mail.subject)
        .message_id(Some(id))
        .header(ContentType::TEXT_PLAIN)
        .body(mail.body.clone())?;
    for (name, value) in ends(mail) {
        let name = HeaderName::new_from_ascii_str(name);
        message.headers_mut().insert_raw(HeaderValue::new(name, value));
    }
    Ok(message)
}

async fn write(folder: &Path, mail: &Mail) -> anyhow::Result<()> {
    tokio::fs::create_dir_all(folder).await.with_context(|| folder.display().to_string())?;
    let path = folder.join(format!("{:06}.txt", mail.id));
    let mut head = format!("To: {}\nSubject: {}\n", mail.recipient, mail.subject);
    for (name, value) in ends(mail) {
        head.push_str(&format!("{name}: {value}\n"));
    }
    let text = format!("{head}\n{}", mail.body);
    let mut options = tokio::fs::OpenOptions::new();
    // It holds a link that lets somebody in.
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&path).await?;
    tokio::io::AsyncWriteExt::write_all(&mut file, text.as_bytes()).await?;
    tokio::io::AsyncWriteExt::flush(&mut file).await?;
    tracing::info!(file = %path.display(), subject = mail.subject, "no mail server is set: the mail is in a file");
    Ok(())
}

/// Makes mails of the notifications that are due.
pub(crate) async fn gather(ctx: &Ctx, mailer: &Mailer) -> Result<()> {
    for _ in 0..ROUND {
        if !notifications::deliver_next(&ctx.renewed(), mailer.reaches_people()).await? {
            break;
        }
    }
    Ok(())
}

/// Sends what is due.
pub(crate) async fn send_due(ctx: &Ctx, mailer: &Mailer) -> Result<()> {
    for _ in 0..ROUND {
        let ctx = ctx.renewed();
        let Some(mail) = mail::next(&ctx).await? else { return Ok(()) };
        match mailer.send(&mail).await {
            Ok(provider) => mail::sent(&ctx, &mail, provider).await?,
            Err(failure) => {
                tracing::warn!(
                    mail = mail.id,
                    attempt = mail.attempts,
                    failure = failure.told,
                    "a mail did not go out"
                );
                mail::failed(&ctx.renewed(), &mail, &failure.why, failure.for_good).await?;
            }
        }
    }
    Ok(())
}
