//! Which addresses are on the public internet. A feed's address comes from an admin's form, and a name can
//! lead anywhere: so it is looked at when it is given, and what its name means when it is asked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Ends of names that are nobody's on the public internet.
const OURS: [&str; 6] = ["localhost", "local", "internal", "intranet", "lan", "home.arpa"];
const LONGEST: usize = 500;

/// An address of the web as it is kept, or why it is none that is asked.
pub fn address(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    let mut url = Url::parse(text).map_err(|_| "is no address")?;
    if text.len() > LONGEST {
        return Err("is too long");
    }
    if !["http", "https"].contains(&url.scheme()) {
        return Err("must begin with https:// or http://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not have a name and a password in it");
    }
    if url.port().is_some() {
        return Err("must not name a port");
    }
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
    let named =
        host.contains('.') && !OURS.iter().any(|end| host == *end || host.ends_with(&format!(".{end}")));
    if !literal.map_or(named, is_public) {
        return Err("must lead to the public internet");
    }
    url.set_fragment(None);
    Ok(url.into())
}

/// Looks names up, and forgets what leads into a private network. What it answers is what is connected to:
/// there is no second look-up that could say something else.
pub(super) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|found| is_public(found.ip())).collect();
            if public.is_empty() {
                return Err(format!("{} does not lead to the public internet", name.as_str()).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether an address may be one of anybody's.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let ours = address.is_private() || address.is_loopback() || address.is_link_local();
    let nobodys = address.is_broadcast() || address.is_documentation() || address.is_multicast();
    // This network; carriers' own; protocols' own; for measurements; reserved.
    let reserved = a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240;
    !(ours || nobodys || reserved)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    // What stands for an address of the older kind is as public as that.
    let inner = match segments {
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] => Some(v4(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(v4(high, low)),
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    };
    match inner {
        Some(inner) => !address.is_loopback() && is_public_v4(inner),
        // Only this part is given to anybody; the documentation's is a part of it.
        None => segments[0] & 0xe000 == 0x2000 && (segments[0], segments[1]) != (0x2001, 0xdb8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_asked() {
        for (given, kept) in [
            (" https://example.org/feed#top ", "https://example.org/feed"),
            ("http://EXAMPLE.org", "http://example.org/"),
            ("https://example.org:443/feed?x=1", "https://example.org/feed?x=1"),
            ("https://1.1.1.1/feed", "https://1.1.1.1/feed"),
            ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
        ] {
            assert_eq!(address(given).as_deref(), Ok(kept), "{given}");
        }
        for bad in [
            "nonsense",
            "file:///etc/passwd",
            "gopher://example.org/",
            "https://me:secret@example.org/",
            "https://example.org:6379/",
            "https://localhost/",
            "https://localhost./",
            "https://redis/",
            "https://db.internal/",
            "https://printer.local/feed",
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://10.0.0.8/",
            "http://172.16.3.4/",
            "http://192.168.1.1/",
            "http://169.254.169.254/latest/meta-data",
            "http://100.64.0.1/",
            "http://0.0.0.0/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[64:ff9b::a00:1]/",
            "http://[2002:a00:1::]/",
            "http://[fe80::1]/",
            "http://[fd00::1]/",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_home_leads_nowhere() {
        let found = Resolver.resolve("localhost".parse().unwrap()).await;
        assert!(found.err().unwrap().to_string().contains("public internet"));
    }
}
