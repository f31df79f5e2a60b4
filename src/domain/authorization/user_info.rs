//! What an access token lets see of its user (OpenID Connect Core 5.3).

use crate::domain::access_token::VerifiedAccessToken;
use crate::domain::pools::clients::may_read;
use crate::domain::tokens::Grant;

/// The user's claims: those that the scopes show and the client may read.
pub fn claims(token: &VerifiedAccessToken) -> Vec<(String, String)> {
    let grant = Grant { scopes: token.scopes.clone(), oauth: true, ..Grant::self_service() };
    let mut claims = vec![("sub".to_owned(), token.user.sub.clone())];
    for (name, value) in &token.user.attributes {
        if may_read(&token.client, name) && grant.shows(name) {
            claims.push((name.clone(), value.clone()));
        }
    }
    claims.push(("username".to_owned(), token.user.username.clone()));
    claims
}
