//! Users who sign in by identities that an administrator linked to them.

use super::*;

const LOCAL: &str = "lea";

impl Office {
    async fn local(&self) -> Value {
        let house = &self.site.house;
        house
            .done("AdminCreateUser", json!({"UserPoolId": house.pool, "Username": LOCAL, "MessageAction": "SUPPRESS"}))
            .await;
        self.user(LOCAL).await.unwrap().1["sub"].clone()
    }

    fn link(&self, attribute: &str, value: &str) -> Value {
        json!({"UserPoolId": self.site.house.pool, "DestinationUser": {"ProviderName": "Cognito", "ProviderAttributeValue": LOCAL},
            "SourceUser": {"ProviderName": NAME, "ProviderAttributeName": attribute, "ProviderAttributeValue": value}})
    }

    fn unlink(&self, provider: &str, attribute: &str, value: &str) -> Value {
        json!({"UserPoolId": self.site.house.pool, "User": {"ProviderName": provider, "ProviderAttributeName": attribute, "ProviderAttributeValue": value}})
    }

    async fn call(&self, operation: &str, asked: Value) -> Result<Value, String> {
        self.site.house.call(operation, asked).await
    }
}

#[tokio::test]
async fn a_linked_identity_signs_its_user_in() {
    let office = Office::new().await;
    let sub = office.local().await;
    office.call("AdminLinkProviderForUser", office.link("Cognito_Subject", "ann")).await.unwrap();
    let tokens = office.tokens().await;
    let id = claims(&tokens["id_token"]);
    assert_eq!((&id["sub"], &id["cognito:username"]), (&sub, &json!(LOCAL)));
    assert_eq!(id["identities"][0]["primary"], "false");
    assert_eq!(id.get("cognito:groups"), None, "the group is for users who came by the provider");
    assert!(office.user(USER).await.is_none());
    let (status, attributes) = office.user(LOCAL).await.unwrap();
    assert_eq!((status.as_str(), &attributes["email"]), ("FORCE_CHANGE_PASSWORD", &json!("ann@idp.example")));
    let again = office.call("AdminLinkProviderForUser", office.link("Cognito_Subject", "ann")).await.unwrap_err();
    assert!(again.contains("SourceUser is already linked to DestinationUser"), "{again}");
    // Unlinked, the next sign-in makes a user of its own.
    office.call("AdminDisableProviderForUser", office.unlink(NAME, "Cognito_Subject", "ann")).await.unwrap();
    assert_eq!(claims(&office.tokens().await["id_token"])["cognito:username"], USER);
    assert_eq!(office.user(LOCAL).await.unwrap().1.get("identities"), None);
}

#[tokio::test]
async fn a_link_by_an_attribute_holds_when_the_attribute_changes() {
    let office = Office::new().await;
    let sub = office.local().await;
    office.call("AdminLinkProviderForUser", office.link("email", "ann@idp.example")).await.unwrap();
    assert_eq!(claims(&office.tokens().await["id_token"])["sub"], sub);
    office.provider.change(|state| state.user_info["email"] = json!("married@idp.example"));
    let id = claims(&office.tokens().await["id_token"]);
    assert_eq!((&id["sub"], &id["email"]), (&sub, &json!("married@idp.example")));
    assert_eq!(id["identities"][0]["userId"], "ann");
    let by_attribute = office.unlink(NAME, "email", "ann@idp.example");
    assert!(
        office
            .call("AdminDisableProviderForUser", by_attribute)
            .await
            .unwrap_err()
            .starts_with("UserNotFoundException")
    );
    office.call("AdminDisableProviderForUser", office.unlink(NAME, "Cognito_Subject", "ann")).await.unwrap();
}

#[tokio::test]
async fn who_signed_up_already_cannot_be_linked() {
    let office = Office::new().await;
    office.local().await;
    office.tokens().await;
    let error = office.call("AdminLinkProviderForUser", office.link("Cognito_Subject", "ann")).await.unwrap_err();
    assert!(
        error.starts_with("InvalidParameterException") && error.contains("Merging is not currently supported"),
        "{error}"
    );
    let unknown = json!({"UserPoolId": office.site.house.pool, "DestinationUser": {"ProviderName": "Cognito", "ProviderAttributeValue": "nobody"},
        "SourceUser": {"ProviderName": NAME, "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "x"}});
    assert!(office.call("AdminLinkProviderForUser", unknown).await.unwrap_err().starts_with("UserNotFoundException"));
    for n in 0..5 {
        office.call("AdminLinkProviderForUser", office.link("Cognito_Subject", &format!("s{n}"))).await.unwrap();
    }
    let sixth = office.call("AdminLinkProviderForUser", office.link("Cognito_Subject", "s5")).await.unwrap_err();
    assert!(sixth.starts_with("LimitExceededException"), "{sixth}");
}

#[tokio::test]
async fn an_identity_that_was_taken_from_its_own_user_does_not_come_back() {
    let office = Office::new().await;
    office.tokens().await;
    office.call("AdminDisableProviderForUser", office.unlink(NAME, "Cognito_Subject", "ann")).await.unwrap();
    let told = error(&office.arrive().await);
    assert_eq!(told, ("invalid_request".into(), format!("Already found an entry for username {USER}")));
}

#[tokio::test]
async fn a_local_user_whose_provider_cognito_is_disabled_has_no_password_any_more() {
    let office = Office::new().await;
    office.local().await;
    let house = &office.site.house;
    let password =
        json!({"UserPoolId": house.pool, "Username": LOCAL, "Password": crate::house::PASSWORD, "Permanent": true});
    house.done("AdminSetUserPassword", password).await;
    office.call("AdminLinkProviderForUser", office.link("Cognito_Subject", "ann")).await.unwrap();
    let sign_in = json!({"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": house.client,
        "AuthParameters": {"USERNAME": LOCAL, "PASSWORD": crate::house::PASSWORD}});
    house.done("InitiateAuth", sign_in.clone()).await;
    office.call("AdminDisableProviderForUser", office.unlink("Cognito", "Cognito_Subject", LOCAL)).await.unwrap();
    let error = house.call("InitiateAuth", sign_in).await.unwrap_err();
    assert_eq!(error, "NotAuthorizedException: Incorrect username or password.");
    office.tokens().await;
}

#[tokio::test]
async fn an_address_that_both_sides_have_verified_links_where_the_pool_says_so() {
    let policy =
        |value: &str| json!({"UsernameAttributes": ["email"], "UserPoolTags": {"poolhouse:federated-linking": value}});
    let mapping = json!({"AttributeMapping": {"email": "email", "email_verified": "email_verified"}});
    for (chosen, ours, theirs, links) in [
        ("verified-email", "true", true, true),
        ("verified-email", "true", false, false),
        ("verified-email", "false", true, false),
        ("never", "true", true, false),
    ] {
        let office = Office::with(policy(chosen), mapping.clone()).await;
        let house = &office.site.house;
        let address = json!([{"Name": "email", "Value": "ann@idp.example"}, {"Name": "email_verified", "Value": ours}]);
        let asked = json!({"UserPoolId": house.pool, "Username": "ann@idp.example", "UserAttributes": address, "MessageAction": "SUPPRESS"});
        let local = house.done("AdminCreateUser", asked).await["User"]["Username"].clone();
        office.provider.claim("email_verified", json!(theirs));
        for _ in 0..2 {
            let id = claims(&office.tokens().await["id_token"]);
            assert_eq!(id["cognito:username"] == local, links, "{chosen} {ours} {theirs}");
        }
    }
    let house = House::new(json!({}), json!({})).await;
    let wrong = house.call("CreateUserPool", merged(json!({"PoolName": "x"}), policy("always"))).await.unwrap_err();
    assert!(wrong.contains("must be never or verified-email"), "{wrong}");
}
