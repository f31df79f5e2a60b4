//! What sessions may do: roles' policies with variables and conditions, tags, session policies, bounds of guests.

use super::{Session, Town, allow, role};
use crate::house::claims;
use serde_json::{Value, json};

const DESCRIBE: (&str, &str) = ("cognito-identity", "DescribeIdentityPool");

#[tokio::test]
async fn a_session_may_do_what_its_role_says_at_the_moment_of_the_call() {
    let town = Town::new(json!({})).await;
    town.house.user("alice").await;
    let own = "arn:aws:cognito-identity:eu-west-1:123456789012:identitypool/${cognito-identity.amazonaws.com:aud}";
    town.put_role("web-auth", &[allow(json!("cognito-identity:DescribeIdentityPool"), json!(own))]).await;
    let login = town.login("alice").await;
    let session = town.session(&town.id_of(&login).await.unwrap(), login.clone()).await;
    let other = town.another_pool(json!({})).await;
    let describe = async |pool: &str| town.send(Some(&session), DESCRIBE, json!({"IdentityPoolId": pool})).await;
    describe(&town.pool).await.unwrap();
    let told = describe(&other).await.unwrap_err();
    let caller = "User: arn:aws:sts::123456789012:assumed-role/web-auth/CognitoIdentityCredentials is not authorized";
    assert!(told.starts_with("AccessDeniedException") && told.contains(caller), "{told}");
    // Every signed operation takes the session, within what the role allows.
    let list = async || town.send(Some(&session), ("cognito-idp", "ListUserPools"), json!({"MaxResults": 1})).await;
    assert!(list().await.is_err());
    town.put_role("web-auth", &[allow(json!("cognito-idp:ListUserPools"), json!("*"))]).await;
    list().await.unwrap();
    assert!(describe(&town.pool).await.is_err(), "a change of the role holds at once");
    let denies = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"StringLike": {"cognito-identity.amazonaws.com:sub": "eu-west-1:*"}}}]});
    town.put_role("web-auth", &[allow(json!("*"), json!("*")), denies]).await;
    assert!(list().await.unwrap_err().contains("explicit deny"));
}

#[tokio::test]
async fn a_role_is_for_those_whom_its_trust_policy_lets_in() {
    let town = Town::new(json!({})).await;
    let guest = town.guest().await;
    town.put_role("web-guest", &[allow(json!("*"), json!("*"))]).await;
    let told = town.credentials(&guest, json!({})).await.unwrap_err();
    let words = "Invalid identity pool configuration. Check assigned IAM roles for this pool.";
    assert_eq!(told, format!("InvalidIdentityPoolConfigurationException: {words}"), "it is for authenticated ones");
    town.put_trusting("web-guest", (town.trust("unauthenticated"), &[allow(json!("*"), json!("*"))])).await.unwrap();
    let session = town.session(&guest, json!({})).await;
    town.send(Some(&session), DESCRIBE, json!({"IdentityPoolId": town.pool})).await.unwrap();
    let keys = town.send(Some(&session), ("sts", "GetCallerIdentity"), json!({})).await.unwrap();
    assert!(keys.as_str().unwrap().contains("web-guest"));
    let elsewhere = town.another_pool(json!({})).await;
    let stranger = town.open("GetId", json!({"IdentityPoolId": elsewhere})).await.unwrap();
    let told = town.open("GetCredentialsForIdentity", json!({"IdentityId": stranger["IdentityId"]})).await.unwrap_err();
    assert!(told.starts_with("InvalidIdentityPoolConfiguration"), "a role of another pool: {told}");
}

#[tokio::test]
async fn guests_may_use_at_most_what_aws_lets_guests_use() {
    let town = Town::new(json!({})).await;
    let everything = [allow(json!("*"), json!("*"))];
    town.put_trusting("web-guest", (town.trust("*authenticated"), &everything)).await.unwrap();
    town.put_trusting("web-auth", (town.trust("*authenticated"), &everything)).await.unwrap();
    town.house.user("alice").await;
    let guest = town.session(&town.guest().await, json!({})).await;
    let login = town.login("alice").await;
    let user = town.session(&town.id_of(&login).await.unwrap(), login).await;
    let secret = ("cognito-idp", "ListUserPools");
    town.send(Some(&guest), secret, json!({"MaxResults": 1})).await.unwrap();
    let grants = |session: &Session| {
        let (id, token) = (session.id.clone(), session.token.clone());
        let town = &town;
        async move {
            let cx = town.house.app.context().unwrap();
            poolhouse::domain::access::find(&cx, &id, Some(&token)).await.unwrap().unwrap().grants
        }
    };
    use poolhouse::model::policy::Verdict::{Allowed, NotAllowed};
    for (action, of_guest) in
        [("s3:GetObject", Allowed), ("poolhouse:CreateAccessKey", NotAllowed), ("iam:PassRole", NotAllowed)]
    {
        assert_eq!(grants(&guest).await.judge(action, "*"), of_guest, "{action}");
        assert_eq!(grants(&user).await.judge(action, "*"), Allowed, "{action}");
    }
}

#[tokio::test]
async fn claims_become_tags_that_policies_see_as_plain_text() {
    let town = Town::new(json!({})).await;
    let map = json!({"IdentityPoolId": town.pool, "IdentityProviderName": town.provider(), "PrincipalTags": {"team": "profile"}});
    town.done("SetPrincipalTagAttributeMap", map).await;
    let asked = json!({"IdentityPoolId": town.pool, "IdentityProviderName": town.issuer()});
    let kept = town.done("GetPrincipalTagAttributeMap", asked).await;
    assert_eq!((&kept["UseDefaults"], &kept["PrincipalTags"]), (&json!(false), &json!({"team": "profile"})));
    let resource = "arn:aws:cognito-identity:eu-west-1:123456789012:identitypool/${aws:PrincipalTag/team}";
    town.put_role("web-auth", &[allow(json!("cognito-identity:DescribeIdentityPool"), json!(resource))]).await;
    // The users choose their own claim: one the pool's id, one a wildcard, one a way up.
    let up = format!("x/../{}", town.pool);
    for (user, value, may) in [("own", town.pool.as_str(), true), ("star", "*", false), ("up", up.as_str(), false)] {
        town.house.user_with(user, json!({"profile": value})).await;
        let login = town.login(user).await;
        let session = town.session(&town.id_of(&login).await.unwrap(), login).await;
        let done = town.send(Some(&session), DESCRIBE, json!({"IdentityPoolId": town.pool})).await;
        assert_eq!(done.is_ok(), may, "{user}: {done:?}");
    }
    let token_tags = async |user: &str| {
        let login = town.login(user).await;
        let identity = town.id_of(&login).await.unwrap();
        let token = town.open("GetOpenIdToken", json!({"IdentityId": identity, "Logins": login})).await.unwrap();
        claims(&token["Token"])["https://aws.amazon.com/tags"].clone()
    };
    assert_eq!(token_tags("star").await, json!({"principal_tags": {"team": ["*"]}}));
    let no_tagging = town.trust("authenticated").to_string().replace(r#","sts:TagSession""#, "");
    town.put_trusting("web-auth", (serde_json::from_str(&no_tagging).unwrap(), &[])).await.unwrap();
    let login = town.login("own").await;
    let told = town.credentials(&town.id_of(&login).await.unwrap(), login).await.unwrap_err();
    assert!(told.starts_with("InvalidIdentityPoolConfiguration"), "tags need sts:TagSession: {told}");
}

#[tokio::test]
async fn giving_a_pool_a_role_needs_the_right_to_pass_it() {
    let town = Town::new(json!({})).await;
    let set = json!({"IdentityPoolId": town.pool, "Roles": {"unauthenticated": role("admin")}});
    let key = async |policy: Value| Session::from(town.house.key(&policy.to_string()).await);
    let manager = key(allow(json!("cognito-identity:*"), json!("*"))).await;
    let told = town.send(Some(&manager), ("cognito-identity", "SetIdentityPoolRoles"), set.clone()).await.unwrap_err();
    assert_eq!(told, format!("NotAuthorizedException: Access to Role '{}' is forbidden.", role("admin")));
    let passes = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "cognito-identity:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": role("admin")}]});
    town.send(Some(&key(passes).await), ("cognito-identity", "SetIdentityPoolRoles"), set).await.unwrap();
}
