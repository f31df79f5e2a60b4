//! Triggers of a sign-in: PreAuthentication, PostAuthentication and the three of CUSTOM_AUTH.

use super::Texts;
use super::dispatch::{Event, Triggers};
use super::event_context::EventContext;
use super::trigger::Trigger;
use crate::fault::Fault;
use serde_json::{Map, Value, json};

/// One call in a CUSTOM_AUTH sign-in.
pub enum CustomAuthStep<'a> {
    /// DefineAuthChallenge, with the `session` array of the rounds so far.
    Define(Value),
    /// CreateAuthChallenge, with the challenge name and the `session` array.
    Create(&'a str, Value),
    /// VerifyAuthChallengeResponse, with `privateChallengeParameters` and the user's answer.
    Verify(&'a Texts, &'a str),
}

impl Triggers {
    /// Runs before any credential is checked. `validation` is `ClientMetadata` of InitiateAuth.
    pub async fn pre_authentication(&self, context: EventContext<'_>, validation: Option<&Texts>) -> Result<(), Fault> {
        if !Trigger::PreAuthentication.is_configured(context.pool) {
            return Ok(());
        }
        let mut request = context.request(json!({ "validationData": validation }));
        context.add_not_found(&mut request);
        let event = Event::new(Trigger::PreAuthentication, "PreAuthentication_Authentication", request, json!({}));
        self.call(&context, event).await.map(|_| ())
    }

    /// Runs after all factors are verified and before tokens are issued.
    pub async fn post_authentication(&self, context: EventContext<'_>, new_device: bool) -> Result<(), Fault> {
        if !Trigger::PostAuthentication.is_configured(context.pool) {
            return Ok(());
        }
        let request = context.request(json!({ "newDeviceUsed": new_device }));
        let event = Event::new(Trigger::PostAuthentication, "PostAuthentication_Authentication", request, json!({}));
        self.call(&context, event).await.map(|_| ())
    }

    /// Invokes one of the three CUSTOM_AUTH functions; `None` where the pool has no such function.
    pub async fn custom_auth(
        &self,
        context: EventContext<'_>,
        asked: CustomAuthStep<'_>,
    ) -> Result<Option<Map<String, Value>>, Fault> {
        let (trigger, source, own, response) = match asked {
            CustomAuthStep::Define(rounds) => (
                Trigger::DefineAuthChallenge,
                "DefineAuthChallenge_Authentication",
                json!({ "session": rounds }),
                json!({ "challengeName": null, "issueTokens": null, "failAuthentication": null }),
            ),
            CustomAuthStep::Create(name, rounds) => (
                Trigger::CreateAuthChallenge,
                "CreateAuthChallenge_Authentication",
                json!({ "challengeName": name, "session": rounds }),
                json!({ "publicChallengeParameters": {}, "privateChallengeParameters": {}, "challengeMetadata": null }),
            ),
            CustomAuthStep::Verify(private, answer) => (
                Trigger::VerifyAuthChallengeResponse,
                "VerifyAuthChallengeResponse_Authentication",
                json!({ "privateChallengeParameters": private, "challengeAnswer": answer }),
                json!({ "answerCorrect": null }),
            ),
        };
        let mut request = context.request(own);
        context.add_not_found(&mut request);
        self.call(&context, Event::new(trigger, source, request, response)).await
    }
}
