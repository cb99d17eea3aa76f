//! The installation's secret and what is made of it: sealed keys, tokens that only we can derive.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{Error, Result};

/// The installation's secrets, newest first: the first one seals, every one opens, so that one can
/// be replaced while processes with the old one still run.
#[derive(Clone)]
pub struct Secrets(Vec<String>);

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({} secrets)", self.0.len())
    }
}

impl Secrets {
    /// The most bytes of randomness that a person could not guess.
    pub const SHORTEST: usize = 32;

    /// At least one secret, each of at least 32 characters.
    pub fn new(secrets: Vec<String>) -> Option<Self> {
        let good = !secrets.is_empty() && secrets.iter().all(|secret| secret.len() >= Self::SHORTEST);
        good.then_some(Self(secrets))
    }

    /// A new one, for this process or for a file.
    pub fn random() -> Self {
        Self(vec![random_text()])
    }

    /// The first one, for the file that it is kept in.
    pub fn newest(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// Encrypts what only we may read again.
    pub(super) fn seal(&self, plain: &[u8]) -> Result<Vec<u8>> {
        let key = RandomizedNonceKey::new(&AES_256_GCM, &derive(self.newest(), b"seal")).map_err(opaque)?;
        let mut sealed = plain.to_vec();
        let nonce = key.seal_in_place_append_tag(Aad::empty(), &mut sealed).map_err(opaque)?;
        let mut whole = nonce.as_ref().to_vec();
        whole.append(&mut sealed);
        Ok(whole)
    }

    /// Decrypts what one of the secrets sealed.
    pub(super) fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        self.0.iter().find_map(|secret| {
            let key = RandomizedNonceKey::new(&AES_256_GCM, &derive(secret, b"seal")).ok()?;
            let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
            let mut buffer = sealed.to_vec();
            let length = key.open_in_place(nonce, Aad::empty(), &mut buffer).ok()?.len();
            buffer.truncate(length);
            Some(buffer)
        })
    }

    /// What follows a token, the same each time it is asked: by each secret, newest first.
    pub(super) fn successors(&self, token: &str) -> impl Iterator<Item = String> {
        self.0.iter().map(|secret| sign(secret, b"refresh", token))
    }

    /// A proof that a text is from us, for one purpose.
    pub(crate) fn vouch(&self, purpose: &[u8], text: &str) -> String {
        sign(self.newest(), purpose, text)
    }

    /// Whether a proof is from us, by any of the secrets. It takes as long whatever is wrong with it.
    pub(crate) fn vouched(&self, purpose: &[u8], text: &str, proof: &str) -> bool {
        let Ok(proof) = URL_SAFE_NO_PAD.decode(proof) else { return false };
        self.0.iter().any(|secret| hmac::verify(&key(secret, purpose), text.as_bytes(), &proof).is_ok())
    }
}

fn key(secret: &str, purpose: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &derive(secret, purpose))
}

fn sign(secret: &str, purpose: &[u8], text: &str) -> String {
    URL_SAFE_NO_PAD.encode(hmac::sign(&key(secret, purpose), text.as_bytes()))
}

fn derive(secret: &str, purpose: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::sign(&key, purpose).as_ref().to_vec()
}

fn opaque(_: aws_lc_rs::error::Unspecified) -> Error {
    Error::internal(anyhow::anyhow!("encryption failed"))
}

/// 256 random bits as text that fits in a header, a URL and a cookie.
pub(crate) fn random_text() -> String {
    random::<32>()
}

/// 128 random bits as text that fits in a URL: enough for what is no login.
pub(crate) fn random_link() -> String {
    random::<16>()
}

fn random<const BYTES: usize>() -> String {
    let mut bytes = [0; BYTES];
    // The system's generator; a machine without one cannot serve.
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system gives random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is stored of a token. The tokens are random, so that a plain hash is enough.
pub(crate) fn hash(token: &str) -> Vec<u8> {
    digest(&SHA256, token.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_old_secret_sealed_opens_after_a_rotation() {
        let old = Secrets::random();
        let sealed = old.seal(b"key").unwrap();
        let both = Secrets::new(vec![random_text(), old.newest().to_owned()]).unwrap();
        assert_eq!(both.open(&sealed).as_deref(), Some(&b"key"[..]));
        assert_eq!(Secrets::random().open(&sealed), None);
        let mut bent = sealed;
        *bent.last_mut().unwrap() ^= 1;
        assert_eq!(both.open(&bent), None);
    }

    #[test]
    fn a_proof_is_good_for_one_text_and_one_purpose() {
        let old = Secrets::random();
        let proof = old.vouch(b"one", "text");
        let both = Secrets::new(vec![random_text(), old.newest().to_owned()]).unwrap();
        assert!(both.vouched(b"one", "text", &proof));
        let wrong = [("other", proof.as_str()), ("text", ""), ("text", "?"), ("text", &proof[1..])];
        assert!(wrong.iter().all(|(text, proof)| !both.vouched(b"one", text, proof)));
        assert!(!both.vouched(b"two", "text", &proof) && !Secrets::random().vouched(b"one", "text", &proof));
    }

    #[test]
    fn a_successor_is_the_same_each_time_and_by_each_secret_another() {
        let secrets = Secrets::new(vec![random_text(), random_text()]).unwrap();
        let (one, again): (Vec<_>, Vec<_>) =
            (secrets.successors("a").collect(), secrets.successors("a").collect());
        assert_eq!(one, again);
        assert_ne!(one[0], one[1]);
        assert_eq!(Secrets::new(vec!["short".to_owned()]).map(|_| ()), None);
        assert!(!format!("{secrets:?}").contains(secrets.newest()));
    }
}
