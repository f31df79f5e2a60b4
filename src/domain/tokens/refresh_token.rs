//! Refresh tokens: state that is sealed into the token, so that a sign-in writes nothing.

use super::{Grant, SignIn};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::fault::Fault;
use crate::keys::seal::Purpose;
use crate::model::{Client, User};
use serde::{Deserialize, Serialize};

/// What a refresh token holds, sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshToken {
    /// This token's own id, which rotation uses up.
    pub id: String,
    pub pool_id: String,
    pub client_id: String,
    pub username: String,
    /// Tells the user from a later one of the same name.
    pub sub: String,
    pub sign_in: SignIn,
    /// What renewed tokens are for. Tokens from before it was kept are for self-service, like all of their time.
    #[serde(default, skip_serializing_if = "Grant::is_self_service")]
    pub grant: Grant,
    /// When the token ends; rotation does not move it.
    pub until: Timestamp,
}

impl RefreshToken {
    /// The refresh token of a new sign-in.
    pub fn new(client: &Client, user: &User, sign_in: &SignIn, grant: &Grant) -> Result<Self, Fault> {
        Ok(Self {
            id: crate::rng::uuid()?,
            pool_id: client.pool_id.clone(),
            client_id: client.id.clone(),
            username: user.username.clone(),
            sub: user.sub.clone(),
            sign_in: sign_in.clone(),
            grant: grant.clone(),
            until: sign_in.at.plus(client.refresh_validity()),
        })
    }

    /// The token that takes this one's place in a rotation.
    pub fn next(&self) -> Result<Self, Fault> {
        Ok(Self { id: crate::rng::uuid()?, ..self.clone() })
    }

    /// The token's text: a five-part JWE.
    pub fn seal(&self, cx: &Context) -> Result<String, Fault> {
        cx.services.keys.sealer.seal_token(Purpose::RefreshToken, b"", self)
    }

    /// The state in a token's text; `None` if it is not a refresh token of this server.
    pub fn open(cx: &Context, token: &str) -> Option<Self> {
        cx.services.keys.sealer.open_token(Purpose::RefreshToken, b"", token).ok()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_token_from_before_scopes_were_kept_is_for_self_service() {
        let old = serde_json::json!({
            "id": "i", "pool_id": "p", "client_id": "c", "username": "u", "sub": "s",
            "sign_in": {"origin": "o", "at": 1}, "until": 2,
        });
        let token: RefreshToken = serde_json::from_value(old).unwrap();
        assert_eq!(token.grant, Grant::self_service());
    }
}
