//! `AttributeMapping`: which claim of the provider becomes which attribute of the user.

use crate::fault::Fault;
use crate::model::Pool;
use crate::shapes::idp::IdentityProviderTypeType as Kind;
use std::collections::BTreeMap;

/// The key that says which claim names the subject.
const SUBJECT: &str = "username";
/// The longest name of a claim.
const LONGEST: usize = 2048;

/// The mapping with the claim that names the subject, where it was not given.
pub(super) fn with_default(kind: Kind, mut given: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let claim = match kind {
        Kind::Google | Kind::Oidc | Kind::SignInWithApple => "sub",
        Kind::Facebook => "id",
        Kind::LoginWithAmazon => "user_id",
        // The subject of an assertion is its NameID.
        Kind::Saml => return given,
    };
    given.entry(SUBJECT.to_owned()).or_insert_with(|| claim.to_owned());
    given
}

/// Checks that every target is an attribute of the pool that a provider may fill.
pub(super) fn check(pool: &Pool, mapping: &BTreeMap<String, String>) -> Result<(), Fault> {
    for (target, claim) in mapping {
        let wrong = |why: &str| Err(Fault::invalid(format!("Invalid user attributes: {target}: {why}")));
        if claim.trim().is_empty() || claim.len() > LONGEST {
            return wrong("The name of the claim is empty or too long.");
        }
        if target == SUBJECT {
            continue;
        }
        match pool.attribute(target) {
            None => return wrong("Attribute does not exist in the schema."),
            Some(_) if matches!(target.as_str(), "sub" | "identities") => return wrong("Attribute cannot be mapped."),
            Some(_) => {}
        }
    }
    Ok(())
}
