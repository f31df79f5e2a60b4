//! Events of a sign-in: before and after it, and those of sign-ins that functions lead.

use super::call::Event;
use super::{EventContext, Texts, Trigger, Triggers};
use crate::fault::Fault;
use serde_json::{Map, Value, json};

/// What a sign-in that functions lead asks of them.
pub enum Custom<'a> {
    /// `DefineAuthChallenge_Authentication`: the rounds so far.
    Define(Value),
    /// `CreateAuthChallenge_Authentication`: the challenge's name, and the rounds so far.
    Create(&'a str, Value),
    /// `VerifyAuthChallengeResponse_Authentication`: the private parameters, and the answer.
    Verify(&'a Texts, &'a str),
}

impl Triggers {
    /// Before anything is proven. `validation` is `ClientMetadata` of InitiateAuth.
    pub async fn pre_authentication(&self, about: EventContext<'_>, validation: Option<&Texts>) -> Result<(), Fault> {
        if !Trigger::PreAuthentication.is_configured(about.pool) {
            return Ok(());
        }
        let mut request = about.request(json!({ "validationData": validation }));
        about.add_not_found(&mut request);
        let event = Event::new(Trigger::PreAuthentication, "PreAuthentication_Authentication", request, json!({}));
        self.call(&about, event).await.map(|_| ())
    }

    /// After everything is proven, before there are tokens.
    pub async fn post_authentication(&self, about: EventContext<'_>, new_device: bool) -> Result<(), Fault> {
        if !Trigger::PostAuthentication.is_configured(about.pool) {
            return Ok(());
        }
        let request = about.request(json!({ "newDeviceUsed": new_device }));
        let event = Event::new(Trigger::PostAuthentication, "PostAuthentication_Authentication", request, json!({}));
        self.call(&about, event).await.map(|_| ())
    }

    /// Asks one of the three functions of a custom sign-in; nothing where the pool names none.
    pub async fn custom(
        &self,
        about: EventContext<'_>,
        asked: Custom<'_>,
    ) -> Result<Option<Map<String, Value>>, Fault> {
        let (trigger, source, own, response) = match asked {
            Custom::Define(rounds) => (
                Trigger::DefineAuthChallenge,
                "DefineAuthChallenge_Authentication",
                json!({ "session": rounds }),
                json!({ "challengeName": null, "issueTokens": null, "failAuthentication": null }),
            ),
            Custom::Create(name, rounds) => (
                Trigger::CreateAuthChallenge,
                "CreateAuthChallenge_Authentication",
                json!({ "challengeName": name, "session": rounds }),
                json!({ "publicChallengeParameters": {}, "privateChallengeParameters": {}, "challengeMetadata": null }),
            ),
            Custom::Verify(private, answer) => (
                Trigger::VerifyAuthChallengeResponse,
                "VerifyAuthChallengeResponse_Authentication",
                json!({ "privateChallengeParameters": private, "challengeAnswer": answer }),
                json!({ "answerCorrect": null }),
            ),
        };
        let mut request = about.request(own);
        about.add_not_found(&mut request);
        self.call(&about, Event::new(trigger, source, request, response)).await
    }
}
