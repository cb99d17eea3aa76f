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
        topdeck: url("topdeck_url", usual.topdeck),
        edhrec: url("edhrec_url", usual.edhrec),
        newsapi: url("newsapi_url", usual.newsapi),
        press: values.take("press_url").map(|url: BaseUrl| url.0),
    };
    let tcgplayer = values.take_pair(["tcgplayer_public_key", "tcgplayer_private_key"]);
    let usual = Bounds::default();
    OutsideSettings {
        addresses,
        secrets: Secrets {
            tcgplayer: tcgplayer.map(|(public, private)| TcgplayerKeys { public, private }),
            cardtrader: values.take_secret("cardtrader_token", |_| Ok(())),
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
    }
}

/// A base of addresses, without a slash at its end.
struct BaseUrl(String);

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

/// The same services, on loopback.
pub fn with_fakes(settings: &OutsideSettings, fakes: &fakes::Fakes) -> OutsideSettings {
    let url = |service| fakes.url(service);
    OutsideSettings {
        addresses: Addresses {
            scryfall: url(fakes::Service::Scryfall),
            cardmarket: url(fakes::Service::Cardmarket),
            cardkingdom: url(fakes::Service::CardKingdom),
            manapool: url(fakes::Service::ManaPool),
            tcgcsv: url(fakes::Service::Tcgcsv),
            tcgplayer: url(fakes::Service::Tcgplayer),
            cardtrader: url(fakes::Service::CardTrader),
            topdeck: url(fakes::Service::TopDeck),
            edhrec: url(fakes::Service::Edhrec),
            newsapi: url(fakes::Service::NewsApi),
            press: Some(url(fakes::Service::Press)),
        },
        secrets: Secrets {
            tcgplayer: Some(TcgplayerKeys { public: fakes::KEY.to_owned(), private: fakes::KEY.to_owned() }),
            cardtrader: Some(fakes::KEY.to_owned()),
            topdeck: Some(fakes::KEY.to_owned()),
            newsapi: Some(fakes::KEY.to_owned()),
        },
        ..settings.clone()
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
