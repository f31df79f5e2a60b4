//! The users who come by a provider: what becomes of claims, and which of the pool's functions run.

use super::*;

fn invalid(text: &str) -> (String, String) {
    ("invalid_request".to_owned(), text.to_owned())
}

fn required_email() -> Value {
    json!({"Schema": [{"Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": true}]})
}

fn mapping(more: Value) -> Value {
    json!({"AttributeMapping": merged(json!({"email": "email"}), more)})
}

#[tokio::test]
async fn values_are_refreshed_and_absent_ones_stay() {
    let office = Office::with(json!({}), mapping(json!({"nickname": "nickname", "name": "name"}))).await;
    office.provider.claim("name", json!("Ann"));
    office.tokens().await;
    office.provider.claim("name", json!("Anne"));
    office.provider.change(|state| state.user_info = json!({"sub": "ann"}));
    office.tokens().await;
    assert_eq!(office.attribute("name").await, "Anne");
    assert_eq!(office.attribute("email").await, "ann@idp.example", "absent: the old value stays");
    office.provider.claim("name", json!(" "));
    office.tokens().await;
    assert_eq!(office.attribute("name").await, Value::Null, "blank: the value is taken away");
    let sub = office.attribute("sub").await;
    office.tokens().await;
    assert_eq!(office.attribute("sub").await, sub);
}

#[tokio::test]
async fn required_attributes_must_be_delivered() {
    let office = Office::with(required_email(), json!({})).await;
    office.provider.change(|state| state.user_info = json!({"sub": "ann"}));
    assert_eq!(error(&office.arrive().await), invalid("attributes required: [email]"));
    assert!(office.user(USER).await.is_none());
    office.provider.claim("email", json!("ann@idp.example"));
    office.tokens().await;
    office.provider.claim("email", json!(""));
    assert_eq!(error(&office.arrive().await), invalid("Required attribute cannot be deleted "));
    assert_eq!(office.attribute("email").await, "ann@idp.example");
}

#[tokio::test]
async fn an_address_is_verified_only_where_the_provider_says_so() {
    let office = Office::with(json!({}), mapping(json!({"email_verified": "email_verified"}))).await;
    for (said, kept) in
        [(json!("True"), "true"), (json!(false), "false"), (json!(true), "true"), (json!("false"), "false")]
    {
        office.provider.claim("email_verified", said);
        office.tokens().await;
        assert_eq!(office.attribute("email_verified").await, kept);
    }
    office.provider.claim("email_verified", json!("perhaps"));
    assert_eq!(error(&office.arrive().await).0, "invalid_request");
}

#[tokio::test]
async fn several_values_objects_and_tokens_become_text() {
    let custom = |name: &str| json!({"Name": name, "AttributeDataType": "String", "Mutable": true});
    let pool = json!({"Schema": [custom("roles"), custom("place"), custom("access")]});
    let map = json!({"custom:roles": "roles", "custom:place": "place", "custom:access": "access_token"});
    let office = Office::with(pool, mapping(map)).await;
    office.provider.claim("roles", json!(["a b", "c,d", "e"]));
    office.provider.claim("place", json!({"city": "Bonn"}));
    office.tokens().await;
    assert_eq!(office.attribute("custom:roles").await, "[a+b,c%2Cd,e]");
    assert_eq!(office.attribute("custom:place").await, r#"{"city":"Bonn"}"#);
    assert_eq!(office.attribute("custom:access").await, "access");
    office.provider.claim("place", json!("x".repeat(2049)));
    let (code, text) = error(&office.arrive().await);
    assert_eq!((code.as_str(), text.contains("custom:place")), ("invalid_request", true), "{text}");
    assert_eq!(office.attribute("custom:place").await, r#"{"city":"Bonn"}"#);
}

#[tokio::test]
async fn what_the_client_may_not_write_is_passed_over() {
    let office = Office::new().await;
    office.client(json!({"WriteAttributes": ["email"]})).await;
    office.tokens().await;
    assert_eq!(office.attribute("nickname").await, Value::Null);
    assert_eq!(office.attribute("email").await, "ann@idp.example");
}

#[tokio::test]
async fn an_immutable_attribute_may_come_again_and_not_change() {
    let pool = json!({"Schema": [{"Name": "badge", "AttributeDataType": "String", "Mutable": false}]});
    let office = Office::with(pool, mapping(json!({"custom:badge": "badge"}))).await;
    office.provider.claim("badge", json!("7"));
    office.tokens().await;
    office.tokens().await;
    office.provider.claim("badge", json!("8"));
    assert_eq!(error(&office.arrive().await), invalid("user.custom:badge: Attribute cannot be updated.\n"));
    assert_eq!(office.attribute("custom:badge").await, "7");
}

#[tokio::test]
async fn functions_run_in_cognitos_order() {
    let names = ["PreSignUp", "PostConfirmation", "PreAuthentication", "PostAuthentication", "PreTokenGeneration"];
    let mut pool = crate::triggers::lambdas(&names);
    pool["LambdaConfig"]["InboundFederation"] =
        json!({"LambdaVersion": "V1_0", "LambdaArn": crate::triggers::arn("InboundFederation")});
    let office = Office::with(pool, json!({})).await;
    office.tokens().await;
    let events = office.functions.take();
    let sources: Vec<&str> = events.iter().map(|event| event["triggerSource"].as_str().unwrap()).collect();
    assert_eq!(
        sources,
        [
            "InboundFederation_ExternalProvider",
            "PreSignUp_ExternalProvider",
            "PostConfirmation_ConfirmSignUp",
            "TokenGeneration_HostedAuth"
        ]
    );
    let told = &events[0]["request"]["attributes"];
    assert_eq!(told["idToken"]["sub"], "ann");
    assert_eq!(told["userInfo"]["email"], "ann@idp.example");
    assert_eq!(told["tokenResponse"]["expires_in"], "300");
    assert!(events.iter().all(|event| event["userName"] == USER));
    assert_eq!(events[1]["request"]["userAttributes"]["email"], "ann@idp.example");
    office.tokens().await;
    assert_eq!(
        office.functions.sources(),
        [
            "InboundFederation_ExternalProvider",
            "PreAuthentication_Authentication",
            "PostAuthentication_Authentication",
            "TokenGeneration_HostedAuth"
        ]
    );
    // What the first function answers stands for all that the provider said, except for who it is.
    office.functions.answer("InboundFederation", json!({"userAttributesToMap": {"email": "new@idp.example"}}));
    office.tokens().await;
    assert_eq!(office.attribute("email").await, "new@idp.example");
    for (function, told) in [
        ("PreAuthentication", "PreAuthentication failed with error not today. "),
        ("InboundFederation", "InboundFederation failed with error not today. "),
    ] {
        office.functions.refuse(function);
        assert_eq!(error(&office.arrive().await), invalid(told));
    }
}

#[tokio::test]
async fn a_function_may_keep_new_users_out() {
    let office = Office::with(crate::triggers::lambdas(&["PreSignUp"]), json!({})).await;
    office.functions.refuse("PreSignUp");
    assert_eq!(error(&office.arrive().await), invalid("PreSignUp failed with error not today. "));
    assert!(office.user(USER).await.is_none());
    office
        .functions
        .answer("PreSignUp", json!({"autoVerifyEmail": true, "autoConfirmUser": false, "autoVerifyPhone": false}));
    office.tokens().await;
    assert_eq!(office.attribute("email_verified").await, "true");
}

#[tokio::test]
async fn a_disabled_user_stays_out() {
    let office = Office::new().await;
    office.tokens().await;
    let named = json!({"UserPoolId": office.site.house.pool, "Username": USER});
    office.site.house.done("AdminDisableUser", named.clone()).await;
    assert_eq!(error(&office.arrive().await), invalid("User is disabled. "));
    office.site.house.done("AdminEnableUser", named.clone()).await;
    office.tokens().await;
    let sub = office.attribute("sub").await;
    office.site.house.done("AdminDeleteUser", named).await;
    office.tokens().await;
    assert_ne!(office.attribute("sub").await, sub, "after deletion it is another user");
}

#[tokio::test]
async fn names_are_lowered_where_case_does_not_count_and_apart_where_it_does() {
    let office = Office::with(json!({"UsernameConfiguration": {"CaseSensitive": false}}), json!({})).await;
    office.provider.claim("sub", json!("ANN"));
    office.provider.change(|state| state.user_info["sub"] = json!("ANN"));
    let id = claims(&office.tokens().await["id_token"]);
    assert_eq!(id["cognito:username"], "mock_ann");
    assert_eq!(id["identities"][0]["userId"], "ANN");
}

#[tokio::test]
async fn one_address_at_two_providers_and_here_is_three_users() {
    let pool = json!({"UsernameAttributes": ["email"]});
    let office = Office::with(pool, json!({})).await;
    office.add_provider("Second", json!({})).await;
    office.offer(json!(["COGNITO", NAME, "Second"])).await;
    let (house, address) = (&office.site.house, "ann@idp.example");
    let local = json!({"UserPoolId": house.pool, "Username": address, "MessageAction": "SUPPRESS"});
    house.done("AdminCreateUser", local).await;
    let first = claims(&office.tokens().await["id_token"]);
    let page = office.come_back(&mut office.browser(), "Second").await;
    let second = claims(&office.redeem(&page).await["id_token"]);
    assert_ne!(first["sub"], second["sub"]);
    assert_eq!((&first["email"], &second["email"]), (&json!(address), &json!(address)));
    let list = async |filter: String| {
        let found = house.done("ListUsers", json!({"UserPoolId": house.pool, "Filter": filter})).await;
        found["Users"].as_array().unwrap().len()
    };
    assert_eq!(list(format!("email = \"{address}\"")).await, 3);
    assert_eq!(list("cognito:user_status = \"EXTERNAL_PROVIDER\"".into()).await, 2);
    assert_eq!(list(format!("sub = {}", first["sub"])).await, 1);
    // The address still means the pool's own user.
    let found = house.done("AdminGetUser", json!({"UserPoolId": house.pool, "Username": address})).await;
    assert_eq!(found["UserStatus"], "FORCE_CHANGE_PASSWORD");
}

#[tokio::test]
async fn levels_and_methods_of_the_provider_are_in_the_tokens() {
    let office = Office::with(json!({}), json!({"AcrMapping": {"Level3": "urn:idp:strong"}})).await;
    let sign_in = async || {
        let mut browser = office.browser();
        let target = format!("{}&acr_values=urn:cognito:loa:3", office.target(NAME));
        let away = browser.get(&target).await;
        let back = office.provider.approve(away.location().unwrap());
        let page = browser.send(Method::Get, &format!("/oauth2/idpresponse?{back}"), &[]).await;
        claims(&office.redeem(&page).await["id_token"])
    };
    let id = sign_in().await;
    assert_eq!((&id["acr"], &id["amr"]), (&json!("urn:cognito:loa:1"), &json!(["fed"])));
    office.provider.claim("acr", json!("urn:idp:strong"));
    office.provider.claim("amr", json!(["pwd", "otp", "unheard-of"]));
    let id = sign_in().await;
    assert_eq!((&id["acr"], &id["amr"]), (&json!("urn:cognito:loa:3"), &json!(["pwd", "otp", "mfa"])));
}
