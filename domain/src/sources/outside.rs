use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use markets::SourceError;
use markets::http::{Client, Patience, Policy};
use markets::raw::{Bounds, Raw};
use markets::tcgplayer::Keys;
use serde::{Deserialize, Serialize};

use super::model::Service;
use crate::catalog::Origin;

/// Where the services are.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// Scryfall's API.
    pub scryfall: String,
    /// Cardmarket's product catalogue.
    pub cardmarket: String,
    /// Card Kingdom's API.
    pub cardkingdom: String,
    /// Mana Pool's API.
    pub manapool: String,
    /// The mirror of TCGplayer.
    pub tcgcsv: String,
    /// TCGplayer's API.
    pub tcgplayer: String,
    /// CardTrader's API.
    pub cardtrader: String,
    /// OpenAI's API.
    pub openai: String,
    /// TopDeck.gg's API.
    pub topdeck: String,
    /// EDHREC's pages.
    pub edhrec: String,
    /// NewsAPI.ai.
    pub newsapi: String,
    /// The exchange rates of the European Central Bank.
    pub ecb: String,
    /// What stands in for the feeds of all publishers, if something does.
    pub press: Option<String>,
}

impl Addresses {
    fn under(base: &str) -> Self {
        let at = |service: Service| format!("{base}/{}", service.name());
        Self {
            scryfall: at(Service::Scryfall),
            cardmarket: at(Service::Cardmarket),
            cardkingdom: at(Service::CardKingdom),
            manapool: at(Service::ManaPool),
            tcgcsv: at(Service::TcgplayerMirror),
            tcgplayer: at(Service::TcgplayerApi),
            cardtrader: at(Service::CardTrader),
            openai: at(Service::OpenAi),
            topdeck: at(Service::TopDeck),
            edhrec: at(Service::Edhrec),
            newsapi: at(Service::NewsApi),
            ecb: at(Service::Ecb),
            press: Some(format!("{base}/press")),
        }
    }
}

impl Default for Addresses {
    fn default() -> Self {
        Self {
            scryfall: "https://api.scryfall.com".to_owned(),
            cardmarket: "https://downloads.s3.cardmarket.com/productCatalog".to_owned(),
            cardkingdom: "https://api.cardkingdom.com".to_owned(),
            manapool: "https://manapool.com/api/v1".to_owned(),
            tcgcsv: "https://tcgcsv.com".to_owned(),
            tcgplayer: "https://api.tcgplayer.com".to_owned(),
            cardtrader: "https://api.cardtrader.com/api/v2".to_owned(),
            openai: "https://api.openai.com/v1".to_owned(),
            topdeck: "https://topdeck.gg/api/v2".to_owned(),
            edhrec: "https://json.edhrec.com/pages".to_owned(),
            newsapi: "https://eventregistry.org/api/v1".to_owned(),
            ecb: "https://www.ecb.europa.eu/stats/eurofxref".to_owned(),
            press: None,
        }
    }
}

/// Stand-ins of all services, on this machine, and the key that they let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandIns {
    /// Where they are, each in a folder of its own name.
    pub address: SocketAddr,
    /// The key, or both halves of a pair. It opens nothing else.
    pub key: String,
}

/// What some services want to know us by. Never printed.
#[derive(Clone, Default)]
pub struct Secrets {
    /// TCGplayer's pair of keys.
    pub tcgplayer: Option<Keys>,
    /// The token of a CardTrader profile.
    pub cardtrader: Option<String>,
    /// A key of OpenAI's.
    pub openai: Option<String>,
    /// TopDeck.gg's key.
    pub topdeck: Option<String>,
    /// NewsAPI.ai's key.
    pub newsapi: Option<String>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = |held: bool| if held { "(secret)" } else { "none" };
        let mut secrets = f.debug_struct("Secrets");
        secrets.field("tcgplayer", &known(self.tcgplayer.is_some()));
        secrets.field("cardtrader", &known(self.cardtrader.is_some()));
        secrets.field("openai", &known(self.openai.is_some()));
        secrets.field("topdeck", &known(self.topdeck.is_some()));
        secrets.field("newsapi", &known(self.newsapi.is_some())).finish()
    }
}

/// How the outside is reached.
#[derive(Clone, Debug)]
pub struct OutsideSettings {
    /// Where the services are.
    pub addresses: Addresses,
    /// What they know us by.
    pub secrets: Secrets,
    /// Where services may complain about us: an address that is sent with every request.
    pub contact: Option<String>,
    /// How long we wait and how often we ask again.
    pub patience: Patience,
    /// Where what they gave us is kept.
    pub raw: PathBuf,
    /// How much of it.
    pub bounds: Bounds,
    /// Feeds may be in a private network: for stand-ins of single ones.
    pub private_feeds: bool,
}

/// The outside, as one process knows it: a client for each service, which keeps its pace.
pub struct Outside {
    pub(super) addresses: Addresses,
    pub(super) secrets: Secrets,
    /// What comes from stand-ins is for a demo market.
    pub(super) origin: Origin,
    pub(super) raw: Raw,
    clients: Vec<(Service, Client)>,
}

/// How each service wants to be asked.
const fn policy(service: Service) -> Policy {
    let name = service.name();
    match service {
        Service::Scryfall => Policy::api("Scryfall", Duration::from_millis(110)),
        Service::Cardmarket => Policy::files("Cardmarket"),
        Service::CardKingdom => Policy::files("Card Kingdom"),
        Service::ManaPool => Policy::files("Mana Pool"),
        Service::TcgplayerMirror => Policy::api(name, Duration::from_millis(150)),
        Service::TcgplayerApi => Policy::api("TCGplayer", Duration::from_millis(125)),
        Service::CardTrader => Policy::api("CardTrader", Duration::from_millis(110)),
        Service::OpenAi => Policy::api("OpenAI", Duration::from_millis(25)),
        // A hundred a minute.
        Service::TopDeck => Policy::api("TopDeck.gg", Duration::from_millis(700)),
        // It publishes no limit and no terms: as a person who reads.
        Service::Edhrec => Policy::api("EDHREC", Duration::from_millis(1_100)),
        Service::Feeds => Policy::feed("a feed"),
        Service::NewsApi => Policy::api("NewsAPI.ai", Duration::from_millis(500)),
        Service::Ecb => Policy::small("the ECB"),
    }
}

impl Outside {
    /// Makes the clients; nothing is asked yet.
    pub fn new(settings: &OutsideSettings) -> Result<Self, SourceError> {
        let client = |service| {
            let policy = match service {
                Service::Feeds if settings.private_feeds || settings.addresses.press.is_some() => {
                    policy(service).anywhere()
                }
                _ => policy(service),
            };
            let client = Client::new(policy, settings.patience, settings.contact.as_deref())?;
            Ok((service, client))
        };
        Ok(Self {
            addresses: settings.addresses.clone(),
            secrets: settings.secrets.clone(),
            origin: Origin::Real,
            raw: Raw::new(settings.raw.clone(), settings.bounds),
            clients: Service::ALL.into_iter().map(client).collect::<Result<_, SourceError>>()?,
        })
    }

    /// The same with stand-ins in place of all services, none of which is visited by mistake.
    pub fn of(settings: &OutsideSettings, stand_ins: &StandIns) -> Result<Self, SourceError> {
        let key = || stand_ins.key.clone();
        let settings = OutsideSettings {
            addresses: Addresses::under(&format!("http://{}", stand_ins.address)),
            secrets: Secrets {
                tcgplayer: Some(Keys { public: key(), private: key() }),
                cardtrader: Some(key()),
                // What costs money is not put on by itself, and our own model needs nobody.
                openai: settings.secrets.openai.as_ref().map(|_| key()),
                topdeck: Some(key()),
                newsapi: Some(key()),
            },
            ..settings.clone()
        };
        Ok(Self { origin: Origin::Demo, ..Self::new(&settings)? })
    }

    /// Whether a service can be asked: some want a key.
    pub fn may_ask(&self, service: Service) -> bool {
        match service {
            Service::TcgplayerApi => self.secrets.tcgplayer.is_some(),
            Service::CardTrader => self.secrets.cardtrader.is_some(),
            Service::OpenAi => self.secrets.openai.is_some(),
            Service::TopDeck => self.secrets.topdeck.is_some(),
            Service::NewsApi => self.secrets.newsapi.is_some(),
            Service::Scryfall
            | Service::Cardmarket
            | Service::CardKingdom
            | Service::ManaPool
            | Service::TcgplayerMirror
            | Service::Edhrec
            | Service::Ecb
            | Service::Feeds => true,
        }
    }

    pub(super) fn client(&self, service: Service) -> &Client {
        // Every service has one: they are made from the same list.
        &self.clients[Service::ALL.iter().position(|known| *known == service).unwrap_or_default()].1
    }
}
