//! Time, place and purpose of an assertion (SAML profiles 4.1.4.3).

use super::assertion::{Assertion, Confirmation};
use super::refusal::Refusal;
use super::response::{Envelope, Received};
use crate::clock::Timestamp;
use std::time::Duration;

/// How far clocks may differ.
pub const SKEW: Duration = Duration::from_secs(60);
/// The age at which an assertion that nobody asked for is too old.
const UNSOLICITED: Duration = Duration::from_secs(6 * 60);
/// The age at which any assertion is too old, whatever it says of itself; used ones are remembered for as long.
const OLDEST: Duration = Duration::from_secs(24 * 3600);

/// What a message must fit.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The entity id of the provider that was asked, or that the message is said to come from.
    pub provider: &'a str,
    /// Our entity id.
    pub audience: &'a str,
    /// Where the message was received.
    pub address: &'a str,
    /// The id of our request; `None` for a sign-in that began at the provider.
    pub request: Option<&'a str>,
    pub now: Timestamp,
}

impl Expected<'_> {
    /// Checks a response. Answers until when the id of its assertion must be remembered as used.
    pub fn check(&self, received: &Received) -> Result<Timestamp, Refusal> {
        self.check_envelope(&received.envelope)?;
        self.check_assertion(&received.assertion)
    }

    pub fn check_envelope(&self, envelope: &Envelope) -> Result<(), Refusal> {
        if envelope.issuer.as_deref().is_some_and(|issuer| issuer != self.provider) {
            return Err(Refusal::Issuer);
        }
        // A message that is signed and posted must say where to (SAML bindings 3.5.5.2).
        let fits = match envelope.destination.as_deref() {
            Some(destination) => destination == self.address,
            None => !envelope.signed,
        };
        if !fits || envelope.in_response_to.as_deref() != self.request {
            return Err(Refusal::Binding);
        }
        self.check_age(envelope.issued)
    }

    fn check_assertion(&self, assertion: &Assertion) -> Result<Timestamp, Refusal> {
        if assertion.issuer != self.provider {
            return Err(Refusal::Issuer);
        }
        self.check_age(assertion.issued)?;
        let for_us = |audiences: &Vec<String>| audiences.iter().any(|audience| audience == self.audience);
        if assertion.audiences.is_empty() || !assertion.audiences.iter().all(for_us) || assertion.unknown_condition {
            return Err(Refusal::Audience);
        }
        let ends = [
            assertion.not_on_or_after,
            assertion.session.as_ref().and_then(|session| session.not_on_or_after),
            Some(self.confirmed_until(&assertion.confirmations)?),
        ];
        self.check_begin(assertion.not_before)?;
        for end in ends {
            self.check_end(end)?;
        }
        Ok(assertion.issued.plus(OLDEST).plus(SKEW))
    }

    /// Until when one of the confirmations lets us use the assertion.
    fn confirmed_until(&self, confirmations: &[Confirmation]) -> Result<Timestamp, Refusal> {
        let here = |data: &&Confirmation| {
            data.recipient.as_deref() == Some(self.address) && data.in_response_to.as_deref() == self.request
        };
        // The profile forbids NotBefore here, and demands NotOnOrAfter.
        let mut usable = confirmations.iter().filter(here).filter(|data| data.not_before.is_none()).peekable();
        if usable.peek().is_none() {
            return Err(Refusal::Binding);
        }
        usable.filter_map(|data| data.not_on_or_after).max().ok_or(Refusal::Time)
    }

    fn check_age(&self, issued: Timestamp) -> Result<(), Refusal> {
        let most = if self.request.is_none() { UNSOLICITED } else { OLDEST };
        if issued > self.now.plus(SKEW) || self.now.since(issued) > most {
            return Err(Refusal::Time);
        }
        Ok(())
    }

    fn check_begin(&self, begin: Option<Timestamp>) -> Result<(), Refusal> {
        if begin.is_some_and(|begin| begin > self.now.plus(SKEW)) { Err(Refusal::Time) } else { Ok(()) }
    }

    fn check_end(&self, end: Option<Timestamp>) -> Result<(), Refusal> {
        if end.is_some_and(|end| end <= self.now.minus(SKEW)) { Err(Refusal::Time) } else { Ok(()) }
    }
}
