//! Browsers that are known: there nobody is kept out by what a stranger does.

use reqwest::Response;
use serde_json::{Value, json};

use crate::http::Served;
use crate::people::{PASSWORD, Person};

const LOGIN: &str = "mutation ($email: String!, $password: String!) {
    login(input: { email: $email, password: $password, delivery: COOKIE }) { session { accessToken } errors { code } } }";

/// A login in a browser that shows a device, or none.
pub async fn login(served: &Served, email: &str, password: &str, device: Option<&str>) -> Response {
    let request = served.post(LOGIN, &json!({ "email": email, "password": password }));
    let own = format!("http://{}", served.address);
    let request = match device {
        Some(device) => request.header("cookie", format!("a=b; dd_device={device}")),
        None => request,
    };
    request.header("origin", own).header("x-dualcaster-csrf", "1").send().await.unwrap()
}

/// The device that an answer gives.
fn given(response: &Response) -> String {
    let cookies = response.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let device = cookies.filter_map(|cookie| cookie.strip_prefix("dd_device=")).next().expect("a device");
    let (token, rest) = device.split_once(';').unwrap();
    assert_eq!(rest, " Path=/; Max-Age=15552000; HttpOnly; SameSite=Strict");
    token.to_owned()
}

async fn outcome(response: Response) -> String {
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    let payload = &body["data"]["login"];
    match payload["session"].is_object() {
        true => "in".to_owned(),
        false => payload["errors"][0]["code"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned(),
    }
}

/// Closes the account and the address, and lets nobody be known by their address.
async fn attacked(served: &Served, email: &str) {
    served.app.sql("UPDATE sessions SET address = '203.0.113.9'", &[]).await;
    served.app.sql("DELETE FROM throttles", &[]).await;
    for _ in 0..11 {
        assert_eq!(outcome(login(served, email, "a wrong guess", None).await).await, "INVALID_CREDENTIALS");
    }
    served.app.sql("UPDATE throttles SET until = now() + interval '512 s'", &[]).await;
    assert_eq!(outcome(login(served, email, PASSWORD, None).await).await, "TOO_MANY_ATTEMPTS");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_browser_is_not_kept_out_by_strangers() {
    let served = Served::new().await;
    let (jace, chandra) = (Person::new(&served, "jace").await, Person::new(&served, "chandra").await);
    let mine = given(&login(&served, &jace.email, PASSWORD, None).await);
    let other = given(&login(&served, &chandra.email, PASSWORD, None).await);
    let stored = served.app.sql("SELECT encode(hash, 'hex') FROM known_devices", &[]).await;
    assert!(stored.len() == 2 && stored.iter().all(|row| row.get::<_, String>(0) != mine), "only hashes");

    // It stands for nobody, so an answer to it is as public as one to a stranger.
    let read =
        served.client.get(format!("http://{}/graphql", served.address)).query(&[("query", "{ __typename }")]);
    for (cookie, status, kept) in
        [(format!("dd_device={mine}"), 200, true), (format!("dd_device={mine}; other=x"), 403, false)]
    {
        let answer = read.try_clone().unwrap().header("cookie", cookie).send().await.unwrap();
        let cached = answer.headers()["cache-control"].to_str().unwrap().contains("public");
        assert_eq!((answer.status().as_u16(), cached), (status, kept));
    }
    attacked(&served, &jace.email).await;
    assert_eq!(outcome(login(&served, &jace.email, PASSWORD, Some(&mine)).await).await, "in");
    for unknown in [other.as_str(), "nonsense", ""] {
        let answer = login(&served, &jace.email, PASSWORD, Some(unknown)).await;
        assert_eq!(outcome(answer).await, "TOO_MANY_ATTEMPTS", "{unknown:?}");
    }
    // It is slowed down by its own failures.
    for _ in 0..11 {
        let answer = login(&served, &jace.email, "a wrong guess", Some(&mine)).await;
        assert_eq!(outcome(answer).await, "INVALID_CREDENTIALS");
    }
    let answer = login(&served, &jace.email, PASSWORD, Some(&mine)).await;
    assert_eq!(outcome(answer).await, "TOO_MANY_ATTEMPTS");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_shared_and_a_secret_that_is_not_ours_is_replaced() {
    let served = Served::new().await;
    let (jace, chandra) = (Person::new(&served, "jace").await, Person::new(&served, "chandra").await);
    let first = given(&login(&served, &jace.email, PASSWORD, None).await);
    assert_eq!(given(&login(&served, &chandra.email, PASSWORD, Some(&first)).await), first);
    attacked(&served, &jace.email).await;
    assert_eq!(outcome(login(&served, &jace.email, PASSWORD, Some(&first)).await).await, "in");
    let planted = "planted-by-somebody-who-knows-it";
    served.app.sql("DELETE FROM throttles", &[]).await;
    assert_ne!(given(&login(&served, &jace.email, PASSWORD, Some(planted)).await), planted);

    // Twenty of one user, the oldest goes.
    served.app.sql("INSERT INTO known_devices SELECT sha256(n::text::bytea), (SELECT id FROM users WHERE name = 'jace'), \
        now() - interval '1 d' * n, now() - interval '1 d' * n FROM generate_series(1, 30) n", &[]).await;
    login(&served, &jace.email, PASSWORD, None).await;
    let left = "SELECT count(*), min(last_used_at) > now() - interval '20 d' FROM known_devices d JOIN users u ON u.id = d.user_id \
        WHERE u.name = 'jace'";
    let left = &served.app.sql(left, &[]).await[0];
    assert_eq!((left.get::<_, i64>(0), left.get::<_, bool>(1)), (20, true));
    let later = served.app.ctx().at(served.app.ctx().now() + chrono::TimeDelta::days(181));
    domain::accounts::sweep(&later).await.unwrap();
    assert_eq!(served.app.sql("SELECT FROM known_devices", &[]).await.len(), 0, "unused for half a year");
}

/// A program that wants its token in the body is no browser.
#[tokio::test(flavor = "multi_thread")]
async fn what_replaces_the_password_or_ends_all_sessions_forgets_the_browsers() {
    const NEW: &str = "ornate thopter 1999";
    let served = Served::new().await;
    let jace = Person::new(&served, "jace").await;
    let devices = async || served.app.sql("SELECT FROM known_devices", &[]).await.len();
    assert_eq!(devices().await, 0);
    let (mut password, mut person) = (PASSWORD, jace);
    for what in ["everywhere", "password", "reset"] {
        let device = given(&login(&served, &person.email, password, None).await);
        assert_eq!(devices().await, 1, "{what}");
        match what {
            "everywhere" => drop(person.ask(&served, "mutation { logoutEverywhere { ended } }").await),
            "password" => {
                let change = format!(
                    "mutation {{ changePassword(input: {{ currentPassword: \"{password}\", newPassword: \"{NEW}\" }}) {{ done }} }}"
                );
                person.ask(&served, &change).await;
                password = NEW;
            }
            _ => {
                served
                    .ask(&format!(
                        "mutation {{ requestPasswordReset(email: \"{}\") {{ done }} }}",
                        person.email
                    ))
                    .await;
                let token = crate::people::mailed_token(&served.app, &person.email).await;
                let reset = format!(
                    "mutation {{ resetPassword(input: {{ token: \"{token}\", newPassword: \"{PASSWORD}\" }}) {{ done }} }}"
                );
                served.ask(&reset).await;
                password = PASSWORD;
            }
        }
        assert_eq!(devices().await, 0, "{what}");
        let again = login(&served, &person.email, password, Some(&device)).await;
        assert_ne!(given(&again), device, "{what}");
        served.app.sql("DELETE FROM known_devices", &[]).await;
        if what == "everywhere" {
            person = person.again(&served).await;
        }
    }
}
