use domain::App;
use domain::limits::{Intent, Payer, Refusal, Tier, charge};
use serenity::all::UserId;

/// Points of a completion: as a small query costs.
pub(crate) const COMPLETION: u64 = 10;
/// Points of a command: as the queries cost that would ask the same.
pub(crate) const COMMAND: u64 = 100;

/// Takes the price from the budget of the person at Discord; what they are told if it does not hold it.
pub(crate) async fn pay(app: &App, user: UserId, points: u64) -> Result<(), String> {
    let payer = Payer { bucket: format!("discord:{user}"), tier: Tier::Anonymous };
    match charge(app, &payer, points, Intent::Read).await {
        Ok(_) => Ok(()),
        Err(Refusal::Exhausted(_, wait)) => {
            Err(format!("That was a lot of commands. Try again in {} s.", wait.as_secs() + 1))
        }
        Err(Refusal::Unknown) => Err("I cannot answer right now. Try again shortly.".to_owned()),
    }
}
