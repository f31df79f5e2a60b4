//! One login never leads to two identities, and none is lost: by sequences of link, merge and unlink against a model,
//! and by calls at once.

use super::{DEVELOPER, Town};
use crate::house::{merged, text};
use futures::future::join_all;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[tokio::test]
async fn calls_at_once_for_one_new_login_leave_one_identity() {
    let town = Town::new(json!({})).await;
    town.house.user("alice").await;
    let login = town.login("alice").await;
    let guests = join_all((0..4).map(|_| town.guest())).await;
    let ids = join_all((0..8).map(|_| town.id_of(&login)));
    let links = join_all(guests.iter().map(|guest| town.credentials(guest, login.clone())));
    let (ids, links) = tokio::join!(ids, links);
    let now = town.id_of(&login).await.unwrap();
    for id in ids {
        assert_eq!(id.unwrap(), now);
    }
    for link in links {
        assert_eq!(text(&link.unwrap()["IdentityId"]), now);
    }
    let listed = json!({"IdentityPoolId": town.pool, "MaxResults": 60, "HideDisabled": true});
    let listed = town.done("ListIdentities", listed).await;
    let with_login: Vec<&Value> =
        listed["Identities"].as_array().unwrap().iter().filter(|identity| !identity["Logins"].is_null()).collect();
    assert_eq!(with_login.len(), 1, "{listed}");
}

#[derive(Debug, Clone)]
enum Step {
    /// The back end signs a developer user in, alone or to the identity of another.
    Token {
        user: usize,
        with: Option<usize>,
    },
    /// The same, together with the public login.
    TokenWithLogin {
        user: usize,
    },
    Merge {
        from: usize,
        into: usize,
    },
    Unlink {
        user: usize,
    },
    UnlinkLogin,
    Login,
    /// A guest who signs in.
    Guest,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let user = 0..3usize;
    let step = prop_oneof![
        3 => (user.clone(), prop::option::of(user.clone())).prop_map(|(user, with)| Step::Token { user, with }),
        1 => user.clone().prop_map(|user| Step::TokenWithLogin { user }),
        2 => (user.clone(), user.clone()).prop_map(|(from, into)| Step::Merge { from, into }),
        2 => user.prop_map(|user| Step::Unlink { user }),
        1 => Just(Step::UnlinkLogin),
        1 => Just(Step::Login),
        1 => Just(Step::Guest),
    ];
    prop::collection::vec(step, 1..14)
}

/// Which identity each login should lead to. `public` is the login of the user pool.
type Expected = BTreeMap<String, String>;

async fn take(town: &Town, login: &Value, (expected, step): (&mut Expected, &Step)) {
    let name = |user: &usize| format!("d{user}");
    let token = async |logins: Value, more: Value| {
        let body = merged(json!({"IdentityPoolId": town.pool, "Logins": logins}), more);
        town.call("GetOpenIdTokenForDeveloperIdentity", body).await.map(|answer| text(&answer["IdentityId"]))
    };
    let moves = |expected: &mut Expected, from: &str, into: &str| {
        expected.values_mut().filter(|id| *id == from).for_each(|id| *id = into.to_owned());
    };
    match step {
        Step::Token { user, with } => {
            let into = with.and_then(|with| expected.get(&name(&with)).cloned());
            let more = into.as_ref().map_or(json!({}), |id| json!({"IdentityId": id}));
            match (token(json!({DEVELOPER: name(user)}), more).await, expected.get(&name(user)), into) {
                (Ok(id), known, into) => {
                    assert!(known.is_none_or(|known| *known == id) && into.is_none_or(|into| into == id));
                    expected.insert(name(user), id);
                }
                (Err(told), known, Some(into)) => {
                    let is_elsewhere = known.is_some_and(|known| *known != into);
                    let has_public = expected.get("public") == Some(&into) && known != Some(&into);
                    assert!(is_elsewhere || has_public, "{told}");
                }
                (Err(told), ..) => panic!("{told}"),
            }
        }
        Step::TokenWithLogin { user } => {
            let id = token(merged(json!({DEVELOPER: name(user)}), login.clone()), json!({})).await.unwrap();
            for known in [expected.get(&name(user)).cloned(), expected.get("public").cloned()].into_iter().flatten() {
                moves(expected, &known, &id);
            }
            expected.insert(name(user), id.clone());
            expected.insert("public".into(), id);
        }
        Step::Merge { from, into } => {
            let body = json!({"IdentityPoolId": town.pool, "DeveloperProviderName": DEVELOPER,
                "SourceUserIdentifier": name(from), "DestinationUserIdentifier": name(into)});
            let done = town.call("MergeDeveloperIdentities", body).await;
            let (source, target) = (expected.get(&name(from)).cloned(), expected.get(&name(into)).cloned());
            match (done, source, target) {
                (Ok(answer), Some(source), Some(target)) => {
                    assert_eq!(text(&answer["IdentityId"]), target);
                    moves(expected, &source, &target);
                }
                (Err(_), source, target) => assert!(source.is_none() || target.is_none()),
                (Ok(answer), ..) => panic!("merged what is not there: {answer}"),
            }
        }
        Step::Unlink { user } => {
            let Some(id) = expected.remove(&name(user)) else { return };
            let body = json!({"IdentityPoolId": town.pool, "DeveloperProviderName": DEVELOPER, "IdentityId": id,
                "DeveloperUserIdentifier": name(user)});
            town.done("UnlinkDeveloperIdentity", body).await;
        }
        Step::UnlinkLogin => {
            let Some(id) = expected.remove("public") else { return };
            let body = json!({"IdentityId": id, "Logins": login, "LoginsToRemove": [town.provider()]});
            town.open("UnlinkIdentity", body).await.unwrap();
        }
        Step::Login => {
            let id = town.id_of(login).await.unwrap();
            assert_eq!(expected.entry("public".into()).or_insert_with(|| id.clone()), &id);
        }
        Step::Guest => {
            let guest = town.guest().await;
            let got = text(&town.credentials(&guest, login.clone()).await.unwrap()["IdentityId"]);
            assert_eq!(expected.entry("public".into()).or_insert_with(|| guest), &got);
        }
    }
}

/// Every login leads where the model says, and the identity knows of it.
async fn check(town: &Town, expected: &Expected) {
    for (login, id) in expected {
        let provider = if login == "public" { town.provider() } else { DEVELOPER.to_owned() };
        assert!(town.providers(id).await.as_array().unwrap().contains(&json!(provider)), "{login} of {id}");
        if login != "public" {
            let body = json!({"IdentityPoolId": town.pool, "DeveloperUserIdentifier": login});
            assert_eq!(town.done("LookupDeveloperIdentity", body).await["IdentityId"], json!(id));
        }
    }
}

#[test]
fn logins_lead_where_a_model_says() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let town = runtime.block_on(Town::new(json!({})));
    runtime.block_on(town.house.user("alice"));
    let login = runtime.block_on(town.login("alice"));
    let mut runner = TestRunner::new(Config { cases: 48, ..Config::default() });
    runner
        .run(&steps(), |steps| {
            runtime.block_on(async {
                let pool = town.another_pool(json!({})).await;
                let town = Town { house: town.house.clone(), pool };
                let mut expected = Expected::new();
                for step in &steps {
                    take(&town, &login, (&mut expected, step)).await;
                    check(&town, &expected).await;
                }
            });
            Ok(())
        })
        .unwrap();
}
