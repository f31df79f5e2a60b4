//! Limits on the number of resources in a pool hold under concurrency, and deleting a pool removes everything.

use crate::house::{House, merged, text};
use futures::future::join_all;
use poolhouse::model::Client;
use poolhouse::store::{Key, Read as _, pools, tags};
use serde_json::{Value, json};
use std::cell::Cell;

impl House {
    /// Makes several calls at the same time and returns the number of successes.
    async fn at_once(&self, operation: &str, bodies: Vec<Value>) -> usize {
        join_all(bodies.into_iter().map(|body| self.call(operation, body)))
            .await
            .iter()
            .filter(|made| made.is_ok())
            .count()
    }

    fn servers(&self, numbers: std::ops::Range<usize>) -> Vec<Value> {
        numbers
            .map(|n| json!({"UserPoolId": self.pool, "Identifier": format!("https://{n}.example"), "Name": "x"}))
            .collect()
    }

    /// Adds copies of the client directly to the store.
    async fn more_clients(&self, numbers: std::ops::Range<usize>) {
        let store = &self.app.services.store;
        let client = pools::client(store, &self.client).await.unwrap().unwrap();
        let write = store.transact(async |tx| {
            for n in numbers.clone() {
                pools::put_client(tx, &Client { id: format!("copy{n:04}"), ..Client::clone(&client) })?;
            }
            Ok(())
        });
        write.await.unwrap();
    }
}

#[tokio::test]
async fn the_last_place_is_given_once() {
    let house = House::new(json!({}), json!({})).await;
    assert_eq!(house.at_once("CreateResourceServer", house.servers(0..24)).await, 24);
    assert_eq!(house.at_once("CreateResourceServer", house.servers(24..30)).await, 1);
    let name = |name: &str| json!({"UserPoolId": house.pool, "ClientName": name});
    house.more_clients(0..998).await;
    assert_eq!(house.at_once("CreateUserPoolClient", ["a", "b", "c"].map(name).into()).await, 1);
}

#[tokio::test]
async fn whoever_counts_counts_again_if_another_added_meanwhile() {
    let house = House::new(json!({}), json!({})).await;
    let store = &house.app.services.store;
    let tries = Cell::new(0);
    let outer = store.transact(async |tx| {
        pools::insert_serialised(tx, &house.pool, tags::PAGES).await?;
        tries.set(tries.get() + 1);
        if tries.get() == 1 {
            store.transact(async |tx| Ok(pools::insert_serialised(tx, &house.pool, tags::PAGES).await?)).await?;
        }
        Ok(())
    });
    outer.await.unwrap();
    assert_eq!(tries.get(), 2);
}

#[tokio::test]
async fn everything_with_a_limit_is_added_in_turn() {
    let house = House::new(json!({}), json!({})).await;
    let of_client = json!({"UserPoolId": house.pool, "ClientId": house.client});
    let terms = json!({"TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE", "Links": {"cognito:default": "https://a.example"}});
    let provider = json!({"UserPoolId": house.pool, "ProviderName": "Google", "ProviderType": "Google",
        "ProviderDetails": {"client_id": "a", "client_secret": "b", "authorize_scopes": "email"}});
    for (operation, body, table) in [
        ("CreateResourceServer", house.servers(0..1).remove(0), tags::RESOURCE_SERVER),
        ("CreateUserPoolClient", json!({"UserPoolId": house.pool, "ClientName": "x"}), tags::CLIENT_OF_POOL),
        ("CreateTerms", merged(of_client.clone(), terms), tags::PAGES),
        ("CreateManagedLoginBranding", merged(of_client, json!({"UseCognitoProvidedValues": true})), tags::PAGES),
        ("CreateIdentityProvider", provider, tags::PROVIDER),
    ] {
        let turns = Key::new(tags::ADDED).part(&house.pool).part([table]);
        let store = &house.app.services.store;
        let before = store.counter(&turns).await.unwrap();
        house.done(operation, body).await;
        assert_eq!(store.counter(&turns).await.unwrap(), before + 1, "{operation}");
    }
}

#[tokio::test]
async fn a_pool_goes_with_all_of_its_clients() {
    let house = House::new(json!({}), json!({})).await;
    let another = house.another_pool(json!({})).await;
    let kept = house.another_client(json!({"UserPoolId": another})).await;
    house.more_clients(0..1100).await;
    house.done("DeleteUserPool", json!({"UserPoolId": house.pool})).await;
    let left = house.app.services.store.scan(&Key::new(tags::CLIENT), None, 2000).await.unwrap().entries;
    assert_eq!(left.len(), 1);
    let shown = house.done("DescribeUserPoolClient", json!({"UserPoolId": another, "ClientId": kept})).await;
    assert_eq!(text(&shown["UserPoolClient"]["ClientId"]), kept);
}
