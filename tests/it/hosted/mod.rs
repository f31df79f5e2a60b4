//! The hosted pages, as a browser without JavaScript sees them: journeys, forged requests, what pages must not tell.

pub mod browser;
mod challenges;
mod codes;
mod contract;
mod device;
mod forgery;
mod languages;
mod passkeys;
mod sign_in;
mod sign_up;
mod step_up;
mod unknown_users;

use crate::house::{House, merged};
pub use browser::Browser;
use serde_json::{Value, json};

pub const CALLBACK: &str = "https://app.example.com/callback?from=pool";

/// Which pages a pool has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Classic,
    Managed,
}

pub const BOTH: [Look; 2] = [Look::Classic, Look::Managed];

/// A server with a pool that has a domain, and a client for its pages.
pub struct Site {
    pub house: House,
    pub look: Look,
}

impl Site {
    pub async fn new(look: Look, pool: Value, client: Value) -> Self {
        Self::over(House::new(pool, web_client(client)).await, look).await
    }

    pub async fn over(house: House, look: Look) -> Self {
        let version = if look == Look::Managed { 2 } else { 1 };
        let domain = json!({"UserPoolId": house.pool, "Domain": "shop", "ManagedLoginVersion": version});
        house.done("CreateUserPoolDomain", domain).await;
        let site = Self { house, look };
        site.style(&site.house.client).await;
        site
    }

    /// Gives a client the default style, without which managed login shows nothing.
    pub async fn style(&self, client: &str) {
        let style = json!({"UserPoolId": self.house.pool, "ClientId": client, "UseCognitoProvidedValues": true});
        self.house.done("CreateManagedLoginBranding", style).await;
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// The query of an authorization request.
    pub fn query(&self) -> String {
        self.query_of(&self.house.client)
    }

    pub fn query_of(&self, client: &str) -> String {
        format!(
            "response_type=code&client_id={client}&scope=openid+email&state=a%2Bb&\
             redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback%3Ffrom%3Dpool"
        )
    }
}

/// The settings of a client for the pages, and these.
pub fn web_client(settings: Value) -> Value {
    let web = json!({
        "AllowedOAuthFlows": ["code"], "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthScopes": ["openid", "email"], "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"], "PreventUserExistenceErrors": "ENABLED",
    });
    merged(web, settings)
}

/// A pool whose users sign up with a mail address that is verified.
pub fn mail_pool() -> Value {
    json!({"AutoVerifiedAttributes": ["email"],
        "Schema": [{"Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": true}]})
}
