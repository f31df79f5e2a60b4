//! What a user who came by a provider, and has no password here, can and cannot do in the API.

use super::*;
use crate::house::PASSWORD;

async fn refused(office: &Office, operation: &str, asked: Value) -> String {
    office.site.house.call(operation, asked).await.expect_err(operation)
}

#[tokio::test]
async fn passwords_and_factors_are_the_providers_matter() {
    let mail = json!({"AutoVerifiedAttributes": ["email"], "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]}});
    let office =
        Office::with(mail, json!({"AttributeMapping": {"email": "email", "email_verified": "email_verified"}})).await;
    office.provider.claim("email_verified", json!(true));
    office.client(json!({"AllowedOAuthScopes": ["openid", "aws.cognito.signin.user.admin"]})).await;
    let mut browser = office.browser();
    let query = office.site.query().replace("scope=openid+email", "scope=openid+aws.cognito.signin.user.admin");
    let away = browser.get(&format!("/oauth2/authorize?{query}&identity_provider={NAME}")).await;
    let back = office.provider.approve(away.location().unwrap());
    let page = browser.send(Method::Get, &format!("/oauth2/idpresponse?{back}"), &[]).await;
    let tokens = office.redeem(&page).await;
    let (house, access) = (&office.site.house, &tokens["access_token"]);
    let client = &house.client;
    let set_up = json!({"UserPoolId": house.pool, "SoftwareTokenMfaConfiguration": {"Enabled": true}, "MfaConfiguration": "OPTIONAL"});
    house.done("SetUserPoolMfaConfig", set_up).await;

    let password = json!({"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client, "AuthParameters": {"USERNAME": USER, "PASSWORD": PASSWORD}});
    assert_eq!(
        refused(&office, "InitiateAuth", password.clone()).await,
        "NotAuthorizedException: Incorrect username or password."
    );
    // A reset looks as for an unknown user, and nothing is sent.
    let sent = house.done("ForgotPassword", json!({"ClientId": client, "Username": USER})).await;
    assert!(sent["CodeDeliveryDetails"].is_object());
    house.app.services.delivery.drain().await.unwrap();
    assert!(house.app.services.delivery.inbox().unwrap().messages().is_empty());
    for (operation, asked) in [
        (
            "ChangePassword",
            json!({"AccessToken": access, "PreviousPassword": PASSWORD, "ProposedPassword": "An0ther!pass"}),
        ),
        ("ChangePassword", json!({"AccessToken": access, "ProposedPassword": "An0ther!pass"})),
        ("SetUserMFAPreference", json!({"AccessToken": access, "SoftwareTokenMfaSettings": {"Enabled": true}})),
        ("AssociateSoftwareToken", json!({"AccessToken": access})),
        ("AdminResetUserPassword", json!({"UserPoolId": house.pool, "Username": USER})),
    ] {
        let error = refused(&office, operation, asked).await;
        assert!(error.starts_with("NotAuthorizedException"), "{operation}: {error}");
    }
    let confirm = refused(&office, "AdminConfirmSignUp", json!({"UserPoolId": house.pool, "Username": USER})).await;
    assert_eq!(confirm, "NotAuthorizedException: User cannot be confirmed. Current status is EXTERNAL_PROVIDER");

    let shown = house.done("GetUser", json!({"AccessToken": access})).await;
    assert!(shown["UserAttributes"].as_array().unwrap().iter().any(|pair| pair["Name"] == "identities"));
    let write = |name: &str| json!({"AccessToken": access, "UserAttributes": [{"Name": name, "Value": "x"}]});
    house.done("UpdateUserAttributes", write("nickname")).await;
    assert!(house.call("UpdateUserAttributes", write("identities")).await.is_err());
    let refresh = json!({"AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": client, "AuthParameters": {"REFRESH_TOKEN": tokens["refresh_token"]}});
    let asked = office.provider.state.lock().unwrap().asked.len();
    house.done("InitiateAuth", refresh.clone()).await;
    assert_eq!(office.provider.state.lock().unwrap().asked.len(), asked, "the provider is not asked");
    // Tokens go on when the provider is gone, until they end.
    house.done("DeleteIdentityProvider", json!({"UserPoolId": house.pool, "ProviderName": NAME})).await;
    house.done("InitiateAuth", refresh).await;

    // With a password from an administrator both ways lead in.
    house
        .done(
            "AdminSetUserPassword",
            json!({"UserPoolId": house.pool, "Username": USER, "Password": PASSWORD, "Permanent": true}),
        )
        .await;
    assert_eq!(office.user(USER).await.unwrap().0, "CONFIRMED");
    let own = house.done("InitiateAuth", password).await["AuthenticationResult"]["AccessToken"].clone();
    house
        .done(
            "ChangePassword",
            json!({"AccessToken": own, "PreviousPassword": PASSWORD, "ProposedPassword": "An0ther!pass"}),
        )
        .await;
    house.done("GlobalSignOut", json!({"AccessToken": own})).await;
}

#[tokio::test]
async fn a_token_without_the_scope_opens_no_operation() {
    let office = Office::new().await;
    let tokens = office.tokens().await;
    let error = refused(&office, "GetUser", json!({"AccessToken": tokens["access_token"]})).await;
    assert_eq!(error, "NotAuthorizedException: Access Token does not have required scopes");
}

#[tokio::test]
async fn a_user_of_a_provider_is_unknown_to_the_local_form() {
    let office = Office::new().await;
    office.tokens().await;
    let mut browser = office.browser();
    browser.login().await;
    let page = browser.submit(&[("username", USER), ("password", PASSWORD)]).await;
    page.is_at("/login").shows("Incorrect username or password.");
}
