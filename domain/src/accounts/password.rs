//! Passwords: which ones are taken, and their hashes. Hashing is made to be expensive, so it runs on
//! threads of its own behind a short queue, and whoever does not fit in is sent away.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

use super::model::{Problem, ProblemCode};
use super::workers::Workers;
use crate::{Error, Result};

/// The parameters of the OWASP sheet: one lane, one pass, 46 MiB.
const MEMORY_KIB: u32 = 47_104;
const PASSES: u32 = 1;
const LANES: u32 = 1;
/// Who may be at it or wait for it.
const QUEUE: usize = 32;
const SHORTEST: usize = 8;
const LONGEST: usize = 128;

/// Checks and makes hashes, a few at a time.
#[derive(Clone)]
pub(crate) struct Hasher {
    workers: Arc<Workers>,
    inside: Arc<AtomicUsize>,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Wrong,
    Right,
    /// Right, but the hash is of another time: bcrypt, or other parameters.
    Outdated,
}

impl Hasher {
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self { workers: Arc::new(Workers::start()?), inside: Arc::default() })
    }

    /// The hash of a password, in the PHC form.
    pub(super) async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.run(move || argon2()?.hash_password(password.as_bytes()).map(|hash| hash.to_string()))
            .await?
            .map_err(|error| Error::internal(anyhow::anyhow!("argon2: {error}")))
    }

    /// Holds a password against a hash. Without a hash it takes as long and finds nothing, so that
    /// the time does not tell who has an account.
    pub(super) async fn verify(&self, password: &str, hash: Option<String>) -> Result<Verdict> {
        let password = password.to_owned();
        self.run(move || match hash {
            Some(hash) => verdict(&password, &hash),
            None => {
                let made = argon2().and_then(|argon2| argon2.hash_password(password.as_bytes()));
                // The outcome does not matter, the work does.
                drop(made);
                Verdict::Wrong
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _place = Place::take(&self.inside).ok_or(Error::Unavailable("the login"))?;
        self.workers.run(work).await
    }
}

/// A place in the queue or at work.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(inside: &Arc<AtomicUsize>) -> Option<Self> {
        let step = |n: usize| (n < QUEUE).then_some(n + 1);
        inside.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step).ok()?;
        Some(Self(inside.clone()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn argon2() -> argon2::password_hash::Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(argon2::password_hash::Error::from)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn verdict(password: &str, hash: &str) -> Verdict {
    if hash.starts_with("$2") {
        // bcrypt reads 72 bytes; a longer password was cut when its hash was made.
        return match bcrypt::verify(password, hash) {
            Ok(true) => Verdict::Outdated,
            Ok(false) | Err(_) => Verdict::Wrong,
        };
    }
    let Ok(parsed) = PasswordHash::new(hash) else {
        tracing::error!("a stored password hash is of no known form");
        return Verdict::Wrong;
    };
    if Argon2::default().verify_password(password.as_bytes(), &parsed).is_err() {
        return Verdict::Wrong;
    }
    let current = hash.starts_with(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$"));
    if current { Verdict::Right } else { Verdict::Outdated }
}

/// Whether a new password is taken: its length, and that it is not one of those that are tried
/// first. Nothing is said about which characters it must have.
pub(super) fn check(password: &str, of: &[&str], field: &'static str) -> Result<(), Problem> {
    let refuse = |code, message: &str| Err(Problem::at(field, code, message));
    match password.chars().count() {
        0..SHORTEST => refuse(ProblemCode::PasswordTooShort, "A password has at least 8 characters."),
        SHORTEST..=LONGEST if is_guessed_first(password, of) => refuse(
            ProblemCode::PasswordTooCommon,
            "This password is among the first that are guessed. Take a longer or rarer one.",
        ),
        SHORTEST..=LONGEST => Ok(()),
        _ => refuse(ProblemCode::PasswordTooLong, "A password has at most 128 characters."),
    }
}

/// In the lists of commonest passwords (30,000) and names, or a small change of what is in them,
/// or of the person's own name and address.
fn is_guessed_first(password: &str, of: &[&str]) -> bool {
    zxcvbn::zxcvbn(password, of).score() < zxcvbn::Score::Two
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMON: [&str; 20] = [
        "password",
        "12345678",
        "123456789",
        "1234567890",
        "qwertyuiop",
        "iloveyou",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "superman",
        "trustno1",
        "starwars",
        "computer",
        "corvette",
        "mercedes",
        "P@ssw0rd",
        "password1",
        "11111111",
        "qwerty123",
    ];

    fn long(length: usize) -> String {
        (0..)
            .map(|n: u32| char::from(b'a' + u8::try_from((n * n * 7 + n * 3 + n / 5) % 26).unwrap()))
            .take(length)
            .collect()
    }

    #[test]
    fn the_commonest_are_refused_and_no_others() {
        for common in COMMON {
            let refused = check(common, &[], "password").unwrap_err();
            assert_eq!(refused.code, ProblemCode::PasswordTooCommon, "{common}");
        }
        for good in ["vexing lotus tundra", "Ümläut-Bogenschütze", &long(128)] {
            assert!(check(good, &[], "password").is_ok(), "{good}");
        }
        let own = ["jace.beleren@ravnica.example", "Jace Beleren"];
        assert!(check("Jace Beleren", &own, "password").is_err());
    }

    #[test]
    fn lengths() {
        let code = |password: &str| check(password, &[], "password").map_err(|problem| problem.code);
        assert_eq!(code("k2#xQ!z"), Err(ProblemCode::PasswordTooShort));
        assert_eq!(code(&long(128)), Ok(()));
        assert_eq!(code(&format!("{}x", long(128))), Err(ProblemCode::PasswordTooLong));
    }

    #[tokio::test]
    async fn a_hash_takes_its_password_and_every_byte_of_it() {
        let hasher = Hasher::new().unwrap();
        let long = "k".repeat(100);
        let hash = hasher.hash(&long).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{hash}");
        assert_eq!(hasher.verify(&long, Some(hash.clone())).await.unwrap(), Verdict::Right);
        assert_eq!(hasher.verify(&"k".repeat(99), Some(hash)).await.unwrap(), Verdict::Wrong);
        assert_eq!(hasher.verify("anything", None).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn hashes_of_other_times_are_known_and_outdated() {
        let hasher = Hasher::new().unwrap();
        let bcrypt = bcrypt::hash("correct horse", 4).unwrap();
        assert_eq!(hasher.verify("correct horse", Some(bcrypt.clone())).await.unwrap(), Verdict::Outdated);
        assert_eq!(hasher.verify("wrong horse", Some(bcrypt)).await.unwrap(), Verdict::Wrong);
        let weak = Argon2::default().hash_password(b"correct horse").unwrap().to_string();
        assert_eq!(hasher.verify("correct horse", Some(weak)).await.unwrap(), Verdict::Outdated);
        assert_eq!(hasher.verify("x", Some("garbage".to_owned())).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn whoever_does_not_fit_in_is_sent_away() {
        let hasher = Hasher::new().unwrap();
        let all = (0..40).map(|_| hasher.verify("anything", None));
        let done = futures_util::future::join_all(all).await;
        assert_eq!(done.iter().filter(|one| one.is_ok()).count(), QUEUE);
        assert!(matches!(done.last(), Some(Err(Error::Unavailable(_)))));
        assert!(hasher.verify("anything", None).await.is_ok(), "the places are free again");
    }
}
