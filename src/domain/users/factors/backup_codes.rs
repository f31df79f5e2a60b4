//! Backup codes (an extension: Cognito has none): ten of them, shown once, each good once where a code of MFA is asked
//! for.

use super::software_token::change;
use super::{is_on, usable};
use crate::context::Context;
use crate::domain::access_token::VerifiedAccessToken;
use crate::fault::Fault;
use crate::keys::seal::Purpose;
use crate::model::{Pool, User};
use crate::secret::same;
use serde_bytes::ByteBuf;

/// How many are made at a time.
const COUNT: usize = 10;
/// Characters that are not mixed up when they are written down: five bits each, fifty in a code.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
/// Characters of a code, without the hyphen.
const LENGTH: usize = 10;

fn mac(cx: &Context, pool: &Pool, user: &User, code: &str) -> [u8; 32] {
    cx.services.keys.sealer.mac(Purpose::BackupCode, &[pool.id.as_bytes(), user.sub.as_bytes(), code.as_bytes()])
}

/// A code as it was made, from how it was typed; `None` for what cannot be one.
fn normal(typed: &str) -> Option<String> {
    if typed.len() > 2 * LENGTH {
        return None;
    }
    let text: String = typed.chars().filter(|c| !matches!(c, '-' | ' ')).map(|c| c.to_ascii_lowercase()).collect();
    (text.len() == LENGTH && text.bytes().all(|b| ALPHABET.contains(&b))).then_some(text)
}

/// Makes new codes for a user who has a second factor; earlier ones are dead. Shown now and never again: only their
/// hashes are kept.
pub async fn renew(cx: &Context, session: &VerifiedAccessToken) -> Result<Vec<String>, Fault> {
    let (pool, user) = (&session.pool, &session.user);
    if !is_on(pool) || usable(pool, user).is_empty() {
        return Err(Fault::invalid("Set up a second factor first: backup codes stand in for it."));
    }
    let codes = (0..COUNT).map(|_| crate::rng::text(ALPHABET, LENGTH)).collect::<Result<Vec<_>, _>>()?;
    let hashes: Vec<ByteBuf> = codes.iter().map(|code| ByteBuf::from(mac(cx, pool, user, code).to_vec())).collect();
    change(cx, pool, user, async |after, _| {
        after.factors.backup_codes.clone_from(&hashes);
        Ok(())
    })
    .await?;
    Ok(codes
        .iter()
        .map(|code| code.split_at_checked(LENGTH / 2).map_or_else(|| code.clone(), |(a, b)| format!("{a}-{b}")))
        .collect())
}

/// The hash of a code that the user has, if what was typed is one.
pub fn matches(cx: &Context, pool: &Pool, user: &User, typed: &str) -> Option<ByteBuf> {
    let hash = mac(cx, pool, user, &normal(typed)?);
    // All are compared, so that time does not tell which fits.
    user.factors
        .backup_codes
        .iter()
        .fold(None, |found, kept| if same(kept, &hash) { Some(kept.clone()) } else { found })
}

/// Uses a code up in a user's record. `false` if it was used meanwhile.
pub fn spend(user: &mut User, hash: &ByteBuf) -> bool {
    let before = user.factors.backup_codes.len();
    user.factors.backup_codes.retain(|kept| kept != hash);
    user.factors.backup_codes.len() < before
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn codes_may_be_typed_with_or_without_what_is_for_the_eye() {
        let code = Some("abcde23456".to_owned());
        assert_eq!(
            (normal("abcde-23456"), normal("ABCDE 23456"), normal("abcde23456")),
            (code.clone(), code.clone(), code)
        );
        for wrong in ["", "123456", "abcde-2345", "abcde-234567", "abcde-2345i", "a-b-c-d-e-2-3-4-5-6-7-8-9"] {
            assert_eq!(normal(wrong), None, "{wrong}");
        }
    }
}
