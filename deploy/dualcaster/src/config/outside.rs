//! The settings of outside services.

use std::path::Path;

use domain::sources::{Addresses, Bounds, OutsideSettings, Patience, Secrets, Service, TcgplayerKeys};

use super::values::Values;

const MIB: u64 = 1024 * 1024;

/// Where the services are, what they know us by, and how much of what they gave us is kept.
pub(super) fn take(values: &mut Values, state_dir: &Path) -> OutsideSettings {
    let usual = Addresses::default();
    let mut url = |key, usual: String| {
        let given: Option<BaseUrl> = values.take(key);
        given.map_or(usual, |url| url.0)
    };
    let addresses = Addresses {
        scryfall: url("scryfall_url", usual.scryfall),
        cardmarket: url("cardmarket_url", usual.cardmarket),
        cardkingdom: url("cardkingdom_url", usual.cardkingdom),
        manapool: url("manapool_url", usual.manapool),
        tcgcsv: url("tcgcsv_url", usual.tcgcsv),
        tcgplayer: url("tcgplayer_url", usual.tcgplayer),
        cardtrader: url("cardtrader_url", usual.cardtrader),
        openai: url("openai_url", usual.openai),
        topdeck: url("topdeck_url", usual.topdeck),
        edhrec: url("edhrec_url", usual.edhrec),
        newsapi: url("newsapi_url", usual.newsapi),
        ecb: url("ecb_url", usual.ecb),
        press: values.take("press_url").map(|url: BaseUrl| url.0),
    };
    let tcgplayer = values.take_pair(["tcgplayer_public_key", "tcgplayer_private_key"]);
    let usual = Bounds::default();
    OutsideSettings {
        addresses,
        secrets: Secrets {
            tcgplayer: tcgplayer.map(|(public, private)| TcgplayerKeys { public, private }),
            cardtrader: values.take_secret("cardtrader_token", |_| Ok(())),
            openai: values.take_secret("openai_api_key", |_| Ok(())),
            topdeck: values.take_secret("topdeck_key", |_| Ok(())),
            newsapi: values.take_secret("newsapi_key", |_| Ok(())),
        },
        contact: values.take("contact"),
        patience: Patience::default(),
        raw: state_dir.join("raw"),
        bounds: Bounds {
            runs: values.take("raw_visits").unwrap_or(usual.runs),
            bytes: values.take("raw_megabytes").map_or(usual.bytes, |megabytes: u64| megabytes * MIB),
        },
        private_feeds: false,
    }
}

/// A base of addresses, without a slash at its end.
pub(super) struct BaseUrl(pub(super) String);

impl std::str::FromStr for BaseUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        match host {
            Some(host) if !host.is_empty() && !host.contains(['?', '#', '@', ' ']) => {
                Ok(Self(text.trim_end_matches('/').to_owned()))
            }
            _ => Err("must be an address such as https://api.example.org/v1"),
        }
    }
}

/// A service, by its short name.
#[derive(Clone, Copy, Debug)]
pub struct Named(pub Service);

impl std::str::FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || Service::ALL.map(Service::name).join(", ");
        Service::named(text).map(Self).ok_or_else(|| format!("must be one of {}", names()))
    }
}
