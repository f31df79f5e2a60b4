//! The basic and the enhanced flow, guests, Amplify's habit, developer users, role mappings.

use super::{DEVELOPER, Session, Town, role};
use crate::house::{claims, merged, text};
use poolhouse::store::{identities, sweep};
use serde_json::{Value, json};

#[tokio::test]
async fn a_pool_is_made_changed_listed_and_deleted_with_its_identities() {
    let town = Town::new(json!({"IdentityPoolTags": {"a": "b"}})).await;
    let described = town.done("DescribeIdentityPool", json!({"IdentityPoolId": town.pool})).await;
    assert_eq!(
        (&described["IdentityPoolName"], &described["DeveloperProviderName"]),
        (&json!("shop"), &json!(DEVELOPER))
    );
    let guest = town.guest().await;
    let update =
        json!({"IdentityPoolId": town.pool, "IdentityPoolName": "new", "AllowUnauthenticatedIdentities": false});
    let updated = town.done("UpdateIdentityPool", update.clone()).await;
    let gone = (&updated["AllowClassicFlow"], &updated["CognitoIdentityProviders"]);
    assert_eq!(gone, (&Value::Null, &Value::Null), "what is left out goes back to its default");
    assert_eq!(
        (&updated["IdentityPoolTags"]["a"], &updated["DeveloperProviderName"]),
        (&json!("b"), &json!(DEVELOPER))
    );
    let other = town.refused("UpdateIdentityPool", merged(update, json!({"DeveloperProviderName": "other"}))).await;
    assert!(other.starts_with("InvalidParameterException"), "{other}");
    let told = town.open("GetId", json!({"IdentityPoolId": town.pool})).await.unwrap_err();
    let words = "NotAuthorizedException: Unauthenticated access is not supported for this identity pool.";
    assert_eq!(told, words);
    assert_eq!(town.credentials(&guest, json!({})).await.unwrap_err(), words);
    town.another_pool(json!({})).await;
    let first = town.done("ListIdentityPools", json!({"MaxResults": 1})).await;
    let second = town.done("ListIdentityPools", json!({"MaxResults": 1, "NextToken": first["NextToken"]})).await;
    assert_ne!(first["IdentityPools"][0]["IdentityPoolId"], second["IdentityPools"][0]["IdentityPoolId"]);
    assert!(second.get("NextToken").is_none());
    let listed = town.done("ListIdentities", json!({"IdentityPoolId": town.pool, "MaxResults": 60})).await;
    assert_eq!(listed["Identities"][0]["IdentityId"], json!(guest));
    town.done("DeleteIdentityPool", json!({"IdentityPoolId": town.pool})).await;
    let told = town.refused("DescribeIdentity", json!({"IdentityId": guest})).await;
    assert_eq!(told, format!("ResourceNotFoundException: Identity '{guest}' not found."));
    let told = town.refused("DescribeIdentityPool", json!({"IdentityPoolId": town.pool})).await;
    assert_eq!(told, format!("ResourceNotFoundException: IdentityPool '{}' not found.", town.pool));
    let store = &town.house.app.services.store;
    assert!(identities::get(store, &guest).await.unwrap().is_some(), "the sweeper has not come yet");
    while sweep::purge_some(store, 100).await.unwrap() > 0 {}
    assert!(identities::get(store, &guest).await.unwrap().is_none(), "no record stays");
}

#[tokio::test]
async fn guests_sign_in_and_come_back_as_amplify_does() {
    let town = Town::new(json!({})).await;
    town.house.user("u1").await;
    town.house.user("u2").await;
    let first = town.guest().await;
    assert_ne!(first, town.guest().await, "each guest is new");
    // Amplify names the provider by the token's issuer.
    let login = |user: &'static str| {
        let town = &town;
        async move { json!({town.issuer(): town.house.tokens(user).await["IdToken"]}) }
    };
    let become_user = async |guest: &str, user: &'static str| {
        let answer = town.credentials(guest, login(user).await).await.unwrap();
        text(&answer["IdentityId"])
    };
    assert_eq!(become_user(&first, "u1").await, first, "a guest's identity becomes the user's");
    assert_eq!(town.providers(&first).await, json!([town.provider()]));
    let second = town.guest().await;
    assert_eq!(become_user(&second, "u1").await, first, "the user's own identity comes back");
    assert_eq!(become_user(&second, "u1").await, first, "also for a guest id that was merged away");
    let third = town.guest().await;
    assert_eq!(become_user(&third, "u2").await, third);
    assert_eq!(town.id_of(&login("u1").await).await.unwrap(), first);
}

#[tokio::test]
async fn a_merge_that_would_give_two_users_of_a_pool_is_refused_whole() {
    let town = Town::new(json!({})).await;
    town.house.user("u1").await;
    town.house.user("u2").await;
    let (one, two) = (town.login("u1").await, town.login("u2").await);
    let (first, second) = (town.id_of(&one).await.unwrap(), town.id_of(&two).await.unwrap());
    assert_ne!(first, second);
    let told = town.credentials(&second, one.clone()).await.unwrap_err();
    assert!(told.starts_with("NotAuthorizedException: Logins don't match."), "{told}");
    assert_eq!((town.id_of(&one).await.unwrap(), town.id_of(&two).await.unwrap()), (first, second));
    let both = json!({town.provider(): one[town.provider()], town.issuer(): two[town.provider()]});
    assert!(town.id_of(&both).await.unwrap_err().starts_with("ResourceConflictException"));
}

#[tokio::test]
async fn the_enhanced_flow_names_role_and_session_and_ends_exactly() {
    let town = Town::new(json!({})).await;
    town.house.user("alice").await;
    let login = town.login("alice").await;
    let identity = town.id_of(&login).await.unwrap();
    assert_eq!(town.id_of(&login).await.unwrap(), identity);
    let answer = town.credentials(&identity, login).await.unwrap();
    let credentials = &answer["Credentials"];
    let now = town.house.app.context().unwrap().now.secs();
    assert_eq!(credentials["Expiration"].as_f64().unwrap() as i64, now + 3600);
    let session = Session::of(credentials);
    assert!(session.id.starts_with("ASIA") && session.id.len() == 20 && session.secret.len() == 40);
    let who = async || town.send(Some(&session), ("sts", "GetCallerIdentity"), json!({})).await;
    let told = text(&who().await.unwrap());
    let arn = "arn:aws:sts::123456789012:assumed-role/web-auth/CognitoIdentityCredentials";
    assert!(told.contains(arn) && told.contains("AROA") && told.contains(":CognitoIdentityCredentials<"), "{told}");
    let told =
        town.send(Some(&session), ("cognito-identity", "DescribeIdentity"), json!({"IdentityId": identity})).await;
    assert!(told.unwrap_err().starts_with("AccessDeniedException"), "a role without a record may do nothing else");
    town.house.app.advance(std::time::Duration::from_secs(3599));
    who().await.unwrap();
    town.house.app.advance(std::time::Duration::from_secs(1));
    assert!(who().await.unwrap_err().contains("<Code>ExpiredToken</Code>"));
}

#[tokio::test]
async fn the_basic_flow_gives_a_token_that_says_who_it_is() {
    let town = Town::new(json!({})).await;
    town.house.user("alice").await;
    let login = town.login("alice").await;
    let identity = town.id_of(&login).await.unwrap();
    let token = town.open("GetOpenIdToken", json!({"IdentityId": identity, "Logins": login})).await.unwrap();
    let said = claims(&token["Token"]);
    let provider = town.provider();
    let sub = claims(&login[&provider])["sub"].clone();
    assert_eq!((&said["sub"], &said["aud"]), (&json!(identity), &json!(town.pool)));
    assert_eq!(said["amr"], json!(["authenticated", provider, format!("{provider}:CognitoSignIn:{}", text(&sub))]));
    assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 600);
    let guest = town.guest().await;
    let token = town.open("GetOpenIdToken", json!({"IdentityId": guest})).await.unwrap();
    assert_eq!(claims(&token["Token"])["amr"], json!(["unauthenticated"]));
    let off = town.another_pool(json!({"AllowClassicFlow": false})).await;
    let guest = town.open("GetId", json!({"IdentityPoolId": off})).await.unwrap();
    let told = town.open("GetOpenIdToken", json!({"IdentityId": guest["IdentityId"]})).await.unwrap_err();
    let words = "InvalidParameterException: Basic (classic) flow is not enabled, please use enhanced flow.";
    assert_eq!(told, words);
}

#[tokio::test]
async fn developer_users_are_found_linked_merged_and_unlinked() {
    let town = Town::new(json!({})).await;
    town.house.user("alice").await;
    let call =
        |user: &str, more: Value| merged(json!({"IdentityPoolId": town.pool, "Logins": {DEVELOPER: user}}), more);
    let name = "GetOpenIdTokenForDeveloperIdentity";
    let made = town.done(name, call("d1", json!({"TokenDuration": 60, "PrincipalTags": {"team": "x"}}))).await;
    let said = claims(&made["Token"]);
    assert_eq!(said["https://aws.amazon.com/tags"], json!({"principal_tags": {"team": ["x"]}}));
    assert_eq!(said["amr"], json!(["authenticated", DEVELOPER, format!("{DEVELOPER}:{}:d1", town.pool)]));
    let identity = text(&made["IdentityId"]);
    assert_eq!(text(&town.done(name, call("d1", json!({}))).await["IdentityId"]), identity);
    // The client's leg.
    let key = json!({"cognito-identity.amazonaws.com": made["Token"]});
    assert_eq!(town.credentials(&identity, key.clone()).await.unwrap()["IdentityId"], json!(identity));
    let told = town.id_of(&key).await.unwrap_err();
    assert_eq!(told, "NotAuthorizedException: Invalid login token. Can't pass in a Cognito token.");
    town.done(name, call("d2", json!({"IdentityId": identity}))).await;
    let lookup = |more: Value| merged(json!({"IdentityPoolId": town.pool}), more);
    let page = town.done("LookupDeveloperIdentity", lookup(json!({"IdentityId": identity, "MaxResults": 1}))).await;
    let again = json!({"IdentityId": identity, "MaxResults": 1, "NextToken": page["NextToken"]});
    let rest = town.done("LookupDeveloperIdentity", lookup(again)).await;
    let users = [&page["DeveloperUserIdentifierList"][0], &rest["DeveloperUserIdentifierList"][0]];
    assert_eq!(users, [&json!("d1"), &json!("d2")]);
    let other = text(&town.done(name, call("d3", json!({}))).await["IdentityId"]);
    let told = town.refused(name, call("d3", json!({"IdentityId": identity}))).await;
    assert!(told.starts_with("DeveloperUserAlreadyRegisteredException"), "{told}");
    let both = json!({"IdentityId": identity, "DeveloperUserIdentifier": "d3"});
    assert!(town.refused("LookupDeveloperIdentity", lookup(both)).await.starts_with("ResourceConflictException"));
    let merge = lookup(
        json!({"SourceUserIdentifier": "d3", "DestinationUserIdentifier": "d1", "DeveloperProviderName": DEVELOPER}),
    );
    assert_eq!(town.done("MergeDeveloperIdentities", merge).await["IdentityId"], json!(identity));
    let found = town.done("LookupDeveloperIdentity", lookup(json!({"DeveloperUserIdentifier": "d3"}))).await;
    assert_eq!(found["IdentityId"], json!(identity));
    let told = town.credentials(&other, json!({})).await.unwrap_err();
    assert_eq!(told, format!("NotAuthorizedException: Access to Identity '{other}' is forbidden."));
    let gone = json!({"IdentityId": identity, "DeveloperProviderName": DEVELOPER, "DeveloperUserIdentifier": "d3"});
    town.done("UnlinkDeveloperIdentity", lookup(gone.clone())).await;
    assert!(town.refused("UnlinkDeveloperIdentity", lookup(gone)).await.starts_with("ResourceNotFoundException"));
    // A client cannot speak for developer users.
    let told = town.id_of(&json!({DEVELOPER: "d1"})).await.unwrap_err();
    assert_eq!(told, "InvalidParameterException: Please provide a valid public provider.");
    // A public login joins by the back end's call.
    let login = town.login("alice").await;
    let with_login = merged(json!({DEVELOPER: "d1"}), login.clone());
    town.done(name, json!({"IdentityPoolId": town.pool, "Logins": with_login})).await;
    assert_eq!(town.id_of(&login).await.unwrap(), identity);
}

#[tokio::test]
async fn an_unlinked_login_is_new_and_the_last_one_takes_the_identity_with_it() {
    let town = Town::new(json!({})).await;
    town.house.user("alice").await;
    let login = town.login("alice").await;
    let identity = town.id_of(&login).await.unwrap();
    let unlink = |logins: &Value| json!({"IdentityId": identity, "Logins": logins, "LoginsToRemove": [town.issuer()]});
    assert!(town.open("UnlinkIdentity", unlink(&json!({}))).await.is_err());
    town.open("UnlinkIdentity", unlink(&login)).await.unwrap();
    let told = town.credentials(&identity, login.clone()).await.unwrap_err();
    assert_eq!(told, format!("NotAuthorizedException: Access to Identity '{identity}' is forbidden."));
    assert!(town.credentials(&identity, json!({})).await.is_err(), "it never turns back into a guest");
    assert_ne!(town.id_of(&login).await.unwrap(), identity);
    let hidden = json!({"IdentityPoolId": town.pool, "MaxResults": 60, "HideDisabled": true});
    assert_eq!(town.done("ListIdentities", hidden).await["Identities"].as_array().unwrap().len(), 1);
    town.done("DeleteIdentities", json!({"IdentityIdsToDelete": [identity]})).await;
    assert!(town.refused("DescribeIdentity", json!({"IdentityId": identity})).await.starts_with("ResourceNotFound"));
}

#[tokio::test]
async fn mappings_choose_among_roles() {
    let town = Town::new(json!({})).await;
    town.house.user_with("alice", json!({"email": "alice@gold.example", "email_verified": "true"})).await;
    let key = format!("{}:{}", town.provider(), town.house.client);
    let roles = json!({"authenticated": role("web-auth")});
    let set = async |mapping: Value| {
        let body = json!({"IdentityPoolId": town.pool, "Roles": roles, "RoleMappings": {key.as_str(): mapping}});
        town.call("SetIdentityPoolRoles", body).await
    };
    let rule =
        |kind: &str, value: &str| json!({"Claim": "email", "MatchType": kind, "Value": value, "RoleARN": role("gold")});
    let rules = |kind: &str, value: &str, resolution: &str| json!({"Type": "Rules", "AmbiguousRoleResolution": resolution, "RulesConfiguration": {"Rules": [rule(kind, value)]}});
    let login = town.login("alice").await;
    let identity = town.id_of(&login).await.unwrap();
    let role_of = async |custom: Option<String>| {
        let mut body = json!({"IdentityId": identity, "Logins": login});
        if let Some(custom) = custom {
            body["CustomRoleArn"] = json!(custom);
        }
        let answer = town.open("GetCredentialsForIdentity", body).await?;
        let session = Session::of(&answer["Credentials"]);
        town.send(Some(&session), ("sts", "GetCallerIdentity"), json!({})).await.map(|answer| text(&answer))
    };
    assert!(role_of(Some(role("gold"))).await.unwrap_err().starts_with("NotAuthorizedException"), "no mapping");
    set(rules("Contains", "@gold.", "Deny")).await.unwrap();
    assert!(role_of(None).await.unwrap().contains("assumed-role/gold/"));
    assert!(role_of(Some(role("gold"))).await.unwrap().contains("assumed-role/gold/"));
    assert!(role_of(Some(role("admin"))).await.is_err(), "a role that no rule names");
    set(rules("Equals", "x", "AuthenticatedRole")).await.unwrap();
    assert!(role_of(None).await.unwrap().contains("assumed-role/web-auth/"));
    assert!(role_of(Some(role("gold"))).await.is_err(), "the rule does not hold");
    set(rules("Equals", "x", "Deny")).await.unwrap();
    let told = role_of(None).await.unwrap_err();
    let words = format!("NotAuthorizedException: The ambiguous role mapping rules for: {key} denied this request.");
    assert_eq!(told, words);
    // Roles of groups, by the token.
    for (group, precedence) in [("g1", 1), ("g2", 1)] {
        let made = json!({"UserPoolId": town.house.pool, "GroupName": group, "Precedence": precedence, "RoleArn": role(group)});
        town.house.done("CreateGroup", made).await;
        town.house.done("AdminAddUserToGroup", merged(town.house.admin("alice"), json!({"GroupName": group}))).await;
    }
    set(json!({"Type": "Token", "AmbiguousRoleResolution": "Deny"})).await.unwrap();
    let login = town.login("alice").await;
    let with = async |custom: Value| {
        let body = merged(json!({"IdentityId": identity, "Logins": login}), custom);
        town.open("GetCredentialsForIdentity", body).await
    };
    assert!(with(json!({})).await.unwrap_err().contains("ambiguous"));
    with(json!({"CustomRoleArn": role("g2")})).await.unwrap();
    assert!(with(json!({"CustomRoleArn": role("admin")})).await.is_err());
    // What cannot be a mapping.
    for (mapping, what) in [
        (json!({"Type": "Token"}), "AmbiguousRoleResolution"),
        (json!({"Type": "Rules", "AmbiguousRoleResolution": "Deny"}), "RulesConfiguration"),
    ] {
        let told = set(mapping).await.unwrap_err();
        assert!(told.starts_with("InvalidParameterException") && told.contains(what), "{told}");
    }
    let token = json!({"Type": "Token", "AmbiguousRoleResolution": "Deny"});
    let odd = json!({"IdentityPoolId": town.pool, "Roles": roles, "RoleMappings": {"graph.facebook.com": token}});
    let told = town.refused("SetIdentityPoolRoles", odd).await;
    let words = "graph.facebook.com is not a valid RoleMapping ProviderName or is not a configured provider.";
    assert_eq!(told, format!("InvalidParameterException: {words}"));
    let odd = json!({"IdentityPoolId": town.pool, "Roles": {"authenticated": "arn:aws:iam::1:role/short-account"}});
    assert!(town.refused("SetIdentityPoolRoles", odd).await.starts_with("NotAuthorizedException: Access to Role"));
}
