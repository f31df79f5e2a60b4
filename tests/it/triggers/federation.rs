//! Triggers of sign-ins with other identity providers.

use super::*;
use poolhouse::store::pools;
use poolhouse::triggers::{EventContext, EventSubject, ProviderAttributes, SignUpOrigin, Texts};

const PROVIDER: &str = "CorpAD";
const NAME: &str = "CorpAD_ann@example.com";

fn pool_settings() -> Value {
    json!({"LambdaConfig": {"PreSignUp": arn("PreSignUp"), "InboundFederation": {"LambdaVersion": "V1_0", "LambdaArn": arn("InboundFederation")}}})
}

/// The attributes that the function returns.
async fn inbound(house: &House) -> Result<Option<Texts>, String> {
    let services = &house.app.services;
    let pool = pools::pool(&services.store, &house.pool).await.unwrap().unwrap();
    let client = pools::client(&services.store, &house.client).await.unwrap().unwrap();
    let metadata = Texts::new();
    let about = EventContext {
        pool: &pool,
        client: Some(&client),
        who: EventSubject::Unknown(NAME),
        metadata: &metadata,
        request_id: "test",
    };
    let attributes = json!({"samlResponse": {"email": "ann@example.com", "groups": "a,b"}});
    let inbound = ProviderAttributes { provider_name: PROVIDER, provider_type: "SAML", attributes };
    services.triggers.inbound_federation(about, inbound).await.map_err(|fault| fault.to_string())
}

#[tokio::test]
async fn a_function_says_which_attributes_count() {
    let (house, functions) = house(pool_settings(), json!({})).await;
    assert_eq!(inbound(&house).await, Ok(None), "an empty map leaves them");
    let event = functions.one();
    let request = json!({"providerName": PROVIDER, "providerType": "SAML", "attributes": {"samlResponse": {"email": "ann@example.com", "groups": "a,b"}}});
    let response = json!({"userAttributesToMap": {}});
    let (source, client) = ("InboundFederation_ExternalProvider", house.client.as_str());
    check(&house, &event, Golden { version: "1", source, user: NAME, client, request, response });

    functions.answer(
        "InboundFederation",
        json!({"userAttributesToMap": {"email": "a@b.example", "level": 3, "gone": null}}),
    );
    let texts = Texts::from([("email".to_owned(), "a@b.example".to_owned()), ("level".to_owned(), "3".to_owned())]);
    assert_eq!(inbound(&house).await, Ok(Some(texts)));
    for wrong in [json!({"userAttributesToMap": []}), json!({"userAttributesToMap": {"a": {}}})] {
        functions.answer("InboundFederation", wrong);
        assert_eq!(inbound(&house).await.unwrap_err(), "InvalidLambdaResponseException: Unrecognizable lambda output");
    }
    functions.refuse("InboundFederation");
    assert_eq!(
        inbound(&house).await.unwrap_err(),
        "UserLambdaValidationException: InboundFederation failed with error not today."
    );
}

#[tokio::test]
async fn a_first_sign_in_at_a_provider_is_a_sign_up_of_its_own_kind() {
    let (house, functions) = house(pool_settings(), json!({})).await;
    let services = &house.app.services;
    let pool = pools::pool(&services.store, &house.pool).await.unwrap().unwrap();
    let client = pools::client(&services.store, &house.client).await.unwrap().unwrap();
    let attributes = Texts::from([("email".to_owned(), "ann@example.com".to_owned())]);
    let metadata = Texts::new();
    let who = EventSubject::New(NAME, &attributes);
    let about = EventContext { pool: &pool, client: Some(&client), who, metadata: &metadata, request_id: "test" };
    services.triggers.pre_sign_up(about, SignUpOrigin::ExternalProvider, None).await.unwrap();
    let request = json!({"userAttributes": {"email": "ann@example.com"}, "validationData": null});
    let response = json!({"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false});
    let (source, client) = ("PreSignUp_ExternalProvider", house.client.as_str());
    check(&house, &functions.one(), Golden { version: "1", source, user: NAME, client, request, response });
}
