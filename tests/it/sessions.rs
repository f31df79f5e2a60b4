//! Tracked sessions: seen, counted, and ended one by one.

use crate::house::{By, HOUR, House, PASSWORD, merged, text};
use poolhouse::model::{SessionKind, UserSession};
use poolhouse::store::sessions::{self, SessionSlot};
use serde_json::{Value, json};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

async fn tracking(max: u8) -> House {
    let house =
        House::new(json!({}), json!({"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}))
            .await;
    track(&house, "ENABLED", max).await;
    house.user("alice").await;
    house
}

async fn track(house: &House, tracking: &str, max: u8) {
    let asked = json!({"UserPoolId": house.pool, "UserSessionTracking": tracking, "TokenSession": {"MaxPerUser": max}});
    assert_eq!(house.done("SetUserPoolSessionConfiguration", asked.clone()).await, asked);
}

async fn listed(house: &House, name: &str) -> Vec<Value> {
    let answer = house.done("AdminListUserSessions", house.admin(name)).await;
    assert_eq!(answer["NextToken"], Value::Null);
    answer["Sessions"].as_array().unwrap().clone()
}

async fn own(house: &House, tokens: &Value) -> Vec<Value> {
    house.unsigned("ListUserSessions", json!({"AccessToken": tokens["AccessToken"]})).await.unwrap()["Sessions"]
        .as_array()
        .unwrap()
        .clone()
}

/// The id of the session that tokens belong to.
async fn id_of(house: &House, tokens: &Value) -> String {
    let mut current = own(house, tokens).await;
    current.retain(|session| session["IsCurrentSession"] == true);
    assert_eq!(current.len(), 1);
    text(&current[0]["SessionId"])
}

async fn refresh(house: &House, tokens: &Value) -> Result<Value, String> {
    let body = json!({"ClientId": house.client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": tokens["RefreshToken"]}});
    house.call("InitiateAuth", body).await
}

async fn is_dead(house: &House, tokens: &Value) -> bool {
    let access = house.call("GetUser", json!({"AccessToken": tokens["AccessToken"]})).await;
    let refreshed = refresh(house, tokens).await;
    assert_eq!(access.is_err(), refreshed.is_err(), "{access:?} {refreshed:?}");
    if let Err(why) = &refreshed {
        assert_eq!(why, "NotAuthorizedException: Refresh Token has been revoked");
    }
    access.is_err()
}

#[tokio::test]
async fn configurations_are_kept_and_sleep() {
    let house = House::new(json!({}), json!({})).await;
    let pool = json!({"UserPoolId": house.pool});
    let client = json!({"UserPoolId": house.pool, "ClientId": house.client});
    let found = house.done("GetUserPoolSessionConfiguration", pool.clone()).await;
    assert_eq!(
        found,
        merged(pool.clone(), json!({"UserSessionTracking": "DISABLED", "TokenSession": {"MaxPerUser": 20}}))
    );
    let found = house.done("GetUserPoolClientSessionConfiguration", client.clone()).await;
    assert_eq!(found, merged(client.clone(), json!({"SSOSession": {"MaxValidityMinutes": 60}})));
    let hour = merged(client.clone(), json!({"SSOSession": {"MaxValidityMinutes": 0}}));
    assert!(
        house
            .refused("SetUserPoolClientSessionConfiguration", hour.clone())
            .await
            .starts_with("InvalidParameterException")
    );
    track(&house, "ENABLED", 3).await;
    house.done("SetUserPoolClientSessionConfiguration", hour.clone()).await;
    track(&house, "DISABLED", 5).await;
    // UpdateUserPool and UpdateUserPoolClient replace settings, not these.
    house.done("UpdateUserPool", pool.clone()).await;
    house.done("UpdateUserPoolClient", client.clone()).await;
    assert_eq!(house.done("GetUserPoolClientSessionConfiguration", client).await, hour);
    assert_eq!(house.done("GetUserPoolSessionConfiguration", pool).await["TokenSession"]["MaxPerUser"], 5);
    let unknown = json!({"UserPoolId": house.pool, "ClientId": "nobody"});
    assert!(
        house.refused("GetUserPoolClientSessionConfiguration", unknown).await.starts_with("ResourceNotFoundException")
    );
}

#[tokio::test]
async fn a_sign_in_is_a_session_that_renewals_keep_alive() {
    let house = tracking(20).await;
    assert!(listed(&house, "alice").await.is_empty());
    let tokens = house.tokens("alice").await;
    let [session] = &own(&house, &tokens).await[..] else { panic!("not one session") };
    let id = text(&session["SessionId"]);
    assert!(
        id.len() == 28 && id.starts_with("tkn") && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()),
        "{id}"
    );
    assert_eq!((&session["SessionType"], &session["ClientId"]), (&json!("TOKEN"), &json!(house.client)));
    assert_eq!((&session["IsCurrentSession"], &session["DeviceType"]), (&json!(true), &json!("unknown")));
    assert_eq!(listed(&house, "alice").await[0]["IsCurrentSession"], false);
    house.app.advance(HOUR / 2);
    refresh(&house, &tokens).await.unwrap();
    let [renewed] = &own(&house, &tokens).await[..] else { panic!("not one session") };
    assert_eq!((&renewed["SessionId"], &renewed["CreateDate"]), (&session["SessionId"], &session["CreateDate"]));
    assert_eq!(renewed["LastActiveDate"].as_f64().unwrap() - session["LastActiveDate"].as_f64().unwrap(), 1800.0);
    house.app.advance(31 * 24 * HOUR);
    assert!(listed(&house, "alice").await.is_empty(), "its refresh tokens have expired");
}

#[tokio::test]
async fn rotation_stays_in_the_session() {
    let house = tracking(20).await;
    let rotation = json!({"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}});
    let client =
        house.another_client(merged(json!({"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}), rotation)).await;
    let house = House { client, ..house };
    let tokens = house.tokens("alice").await;
    let body = json!({"ClientId": house.client, "RefreshToken": tokens["RefreshToken"]});
    let next = house.done("GetTokensFromRefreshToken", body).await["AuthenticationResult"].clone();
    assert_eq!(listed(&house, "alice").await.len(), 1);
    let id = id_of(&house, &next).await;
    house.done("AdminRevokeUserSession", merged(house.admin("alice"), json!({"SessionId": id}))).await;
    let body = json!({"ClientId": house.client, "RefreshToken": next["RefreshToken"]});
    assert_eq!(
        house.refused("GetTokensFromRefreshToken", body).await,
        "NotAuthorizedException: Refresh Token has been revoked"
    );
}

#[tokio::test]
async fn a_revoked_session_is_dead_and_others_are_not() {
    let house = tracking(20).await;
    let (here, there) = (house.tokens("alice").await, house.tokens("alice").await);
    let body = json!({"AccessToken": here["AccessToken"], "SessionId": id_of(&house, &there).await});
    house.unsigned("RevokeUserSession", body.clone()).await.unwrap();
    assert!(is_dead(&house, &there).await && !is_dead(&house, &here).await);
    assert_eq!(own(&house, &here).await.len(), 1);
    assert!(house.refused("RevokeUserSession", body).await.starts_with("ResourceNotFoundException"), "twice");
}

#[tokio::test]
async fn clients_without_revocation_lose_their_sessions_too() {
    let house = tracking(20).await;
    let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    let client = house.another_client(json!({"EnableTokenRevocation": false, "ExplicitAuthFlows": flows})).await;
    let house = House { client, ..house };
    let tokens = house.tokens("alice").await;
    let id = id_of(&house, &tokens).await;
    house.done("AdminRevokeUserSession", merged(house.admin("alice"), json!({"SessionId": id}))).await;
    assert!(is_dead(&house, &tokens).await);
}

#[tokio::test]
async fn nobody_revokes_their_own_or_anothers_session_by_token() {
    let house = tracking(20).await;
    house.user("mallory").await;
    let (alice, mallory) = (house.tokens("alice").await, house.tokens("mallory").await);
    let (of_alice, of_mallory) = (id_of(&house, &alice).await, id_of(&house, &mallory).await);
    let revoke = |tokens: &Value, id: &str| json!({"AccessToken": tokens["AccessToken"], "SessionId": id, "RevokeAssociatedSessions": "LINKED"});
    assert!(
        house.refused("RevokeUserSession", revoke(&alice, &of_alice)).await.starts_with("InvalidParameterException")
    );
    assert!(
        house.refused("RevokeUserSession", revoke(&mallory, &of_alice)).await.starts_with("ResourceNotFoundException")
    );
    let wrong = merged(house.admin("mallory"), json!({"SessionId": of_alice}));
    assert!(house.refused("AdminRevokeUserSession", wrong).await.starts_with("ResourceNotFoundException"));
    let nobody = house.call_by(
        By::default(),
        "AdminRevokeUserSession",
        merged(house.admin("mallory"), json!({"SessionId": of_mallory})),
    );
    assert!(nobody.await.unwrap_err().starts_with("MissingAuthenticationTokenException"));
    assert!(!is_dead(&house, &alice).await && !is_dead(&house, &mallory).await);
    // The same user name in another pool is another user.
    let elsewhere = house.another_pool(json!({})).await;
    let other = House { pool: elsewhere, client: String::new(), app: house.app };
    track(&other, "ENABLED", 20).await;
    other.user("alice").await;
    assert!(listed(&other, "alice").await.is_empty());
    let wrong = merged(other.admin("alice"), json!({"SessionId": of_alice}));
    assert!(other.refused("AdminRevokeUserSession", wrong).await.starts_with("ResourceNotFoundException"));
}

#[tokio::test]
async fn the_least_recently_used_session_makes_room() {
    let house = tracking(2).await;
    let first = house.tokens("alice").await;
    house.app.advance(5 * MINUTE);
    let second = house.tokens("alice").await;
    house.app.advance(5 * MINUTE);
    refresh(&house, &first).await.unwrap();
    house.app.advance(5 * MINUTE);
    let third = house.tokens("alice").await;
    assert_eq!(listed(&house, "alice").await.len(), 2);
    assert!(is_dead(&house, &second).await, "it was older than the first one's renewal");
    assert!(!is_dead(&house, &first).await && !is_dead(&house, &third).await);
    track(&house, "ENABLED", 1).await;
    assert_eq!(listed(&house, "alice").await.len(), 2, "a lower limit ends nothing by itself");
    house.app.advance(MINUTE);
    house.user("bob").await;
    house.tokens("bob").await;
    let last = house.tokens("alice").await;
    assert_eq!(listed(&house, "alice").await.len(), 1);
    assert!(is_dead(&house, &first).await && is_dead(&house, &third).await && !is_dead(&house, &last).await);
    assert_eq!(listed(&house, "bob").await.len(), 1, "each user has their own count");
}

#[tokio::test]
async fn sign_ins_at_once_do_not_pass_the_limit() {
    let house = tracking(3).await;
    let tokens = futures::future::join_all((0..12).map(|_| house.tokens("alice"))).await;
    assert_eq!(listed(&house, "alice").await.len(), 3);
    let mut alive = 0;
    for tokens in &tokens {
        alive += usize::from(!is_dead(&house, tokens).await);
    }
    assert_eq!(alive, 3);
}

#[tokio::test]
async fn what_ends_tokens_ends_sessions() {
    let house = tracking(20).await;
    let tokens = house.tokens("alice").await;
    house
        .done(
            "RevokeToken",
            json!({"Token": tokens["RefreshToken"], "ClientId": house.client, "RevokeAssociatedSessions": "NONE"}),
        )
        .await;
    assert!(listed(&house, "alice").await.is_empty() && is_dead(&house, &tokens).await);
    for (operation, undo) in [
        ("AdminUserGlobalSignOut", None),
        ("AdminDisableUser", Some("AdminEnableUser")),
        ("AdminResetUserPassword", None),
    ] {
        let tokens = house.tokens("alice").await;
        assert_eq!(listed(&house, "alice").await.len(), 1, "{operation}");
        house.app.advance(MINUTE);
        house.done(operation, house.admin("alice")).await;
        if operation == "AdminResetUserPassword" {
            let told = house.refused("GetUser", json!({"AccessToken": tokens["AccessToken"]})).await;
            assert_eq!(told, "PasswordResetRequiredException: Password reset required for the user");
        }
        if let Some(undo) = undo {
            house.done(undo, house.admin("alice")).await;
        }
        assert!(listed(&house, "alice").await.is_empty(), "{operation}");
        house.set_password("alice").await;
        assert!(is_dead(&house, &tokens).await, "{operation}");
        house.app.advance(MINUTE);
    }
    house.tokens("alice").await;
    house.done("AdminDeleteUser", house.admin("alice")).await;
    house.user("alice").await;
    assert!(listed(&house, "alice").await.is_empty(), "another user of that name");
}

#[tokio::test]
async fn nothing_is_tracked_where_tracking_is_off() {
    let house = House::new(json!({}), json!({})).await;
    house.user("alice").await;
    let tokens = house.tokens("alice").await;
    let off = "InvalidParameterException: User session tracking is not enabled for the user pool.";
    assert_eq!(house.refused("AdminListUserSessions", house.admin("alice")).await, off);
    assert_eq!(house.refused("ListUserSessions", json!({"AccessToken": tokens["AccessToken"]})).await, off);
    let id = "tkn0123456789abcdefghijklmno";
    assert_eq!(
        house.refused("AdminRevokeUserSession", merged(house.admin("alice"), json!({"SessionId": id}))).await,
        off
    );
    assert_eq!(
        house.refused("RevokeUserSession", json!({"AccessToken": tokens["AccessToken"], "SessionId": id})).await,
        off
    );
    track(&house, "ENABLED", 20).await;
    assert!(listed(&house, "alice").await.is_empty(), "that sign-in was not written down");
}

#[tokio::test]
async fn linked_sessions_end_together() {
    let house = tracking(20).await;
    let (tokens, other) = (house.tokens("alice").await, house.tokens("alice").await);
    let (mine, others) = (id_of(&house, &tokens).await, id_of(&house, &other).await);
    let user = house.done("AdminGetUser", house.admin("alice")).await;
    let sub = user["UserAttributes"].as_array().unwrap().iter().find(|attribute| attribute["Name"] == "sub").unwrap();
    let sub = text(&sub["Value"]);
    let now = house.app.context().unwrap().now;
    let sso = UserSession {
        id: "sso0123456789abcdefghijklmno".into(),
        kind: SessionKind::Sso,
        client_id: house.client.clone(),
        origin: None,
        parent: None,
        created: now,
        active: now,
        address: "192.0.2.1".into(),
        agent: "unknown".into(),
        until: now.plus(HOUR),
    };
    // Browsers sign in through the hosted pages; here one is put beside the API's sessions.
    let store = &house.app.app.services.store;
    let join = async |id: &str| {
        store
            .transact(async |tx| {
                sessions::put(tx, &house.pool, &sub, &SessionSlot { slot: 200, session: sso.clone() })?;
                let all = sessions::of_user(tx, &house.pool, &sub, now).await?;
                let found = all.into_iter().find(|placed| placed.session.id == id).unwrap();
                let session = UserSession { parent: Some(sso.id.clone()), ..found.session };
                sessions::put(tx, &house.pool, &sub, &SessionSlot { session, ..found })?;
                Ok(())
            })
            .await
            .unwrap();
    };
    join(&mine).await;
    let linked =
        |id: &str| merged(house.admin("alice"), json!({"SessionId": id, "RevokeAssociatedSessions": "LINKED"}));
    let ids = async || {
        let mut ids: Vec<String> =
            listed(&house, "alice").await.iter().map(|session| text(&session["SessionId"])).collect();
        ids.sort_by_key(|id| (*id != mine, *id != others));
        ids
    };
    assert_eq!(ids().await, [mine.clone(), others.clone(), sso.id.clone()]);
    let mut shown = listed(&house, "alice").await;
    shown.retain(|session| session["OriginSessionId"] == json!(sso.id));
    assert_eq!((shown.len(), &shown[0]["SessionId"]), (1, &json!(mine)));
    house.done("AdminRevokeUserSession", merged(house.admin("alice"), json!({"SessionId": sso.id}))).await;
    assert_eq!(ids().await, [mine.clone(), others.clone()], "NONE: the SSO session alone");
    join(&mine).await;
    house.done("AdminRevokeUserSession", linked(&sso.id)).await;
    assert_eq!(ids().await, std::slice::from_ref(&others), "LINKED: with the token session that came through it");
    assert!(is_dead(&house, &tokens).await && !is_dead(&house, &other).await);
    join(&others).await;
    let body = json!({"Token": other["RefreshToken"], "ClientId": house.client, "RevokeAssociatedSessions": "LINKED"});
    house.done("RevokeToken", body).await;
    assert!(ids().await.is_empty(), "LINKED: with the SSO session it came through");
}

#[tokio::test]
async fn tokens_of_hidden_clients_are_not_listed() {
    let house = tracking(20).await;
    let client = house.another_client(json!({})).await;
    let asked = merged(house.sign_in_body("alice", PASSWORD), json!({"ClientId": client}));
    house.done("InitiateAuth", asked).await;
    assert_eq!(listed(&house, "alice").await.len(), 1);
    house.done("DeleteUserPoolClient", json!({"UserPoolId": house.pool, "ClientId": client})).await;
    assert!(listed(&house, "alice").await.is_empty(), "with its client gone, nothing of a session works");
}
