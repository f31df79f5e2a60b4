//! Sessions of roles: temporary keys (`ASIA...`) whose session token is sealed state, so that checking one needs no
//! record but the role's.

use super::keys::{ALNUM, CAPITALS};
use super::roles;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::fault::Fault;
use crate::keys::seal::Purpose;
use crate::model::policy::{Facts, IDENTITY_POOLS, Policy, TrustPolicy, Verdict};
use crate::model::{AccessKey, Grants, Role, RoleSession};
use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};

/// The longest session token: headers must hold it.
const MAX_TOKEN: usize = 6 * 1024;

/// The services that AWS lets guests use at most in the enhanced flow, whatever their role allows.
static GUESTS: LazyLock<Option<Arc<Policy>>> = LazyLock::new(|| Policy::parse_of_role(GUEST_POLICY).ok().map(Arc::new));
const GUEST_POLICY: &str = concat!(
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":["#,
    r#""rum:PutRumEvents","firehose:*","kinesisanalytics:*","sqs:*","ses:*","mobileanalytics:*","lambda:*","#,
    r#""kms:Encrypt","kms:Decrypt","kms:ReEncryptTo","kms:ReEncryptFrom","kms:GenerateDataKey","dynamodb:*","sdb:*","#,
    r#""appsync:*","geo:*","sns:*","gamelift:*","iot:*","comprehend:*","lex:*","machinelearning:*","personalize:*","#,
    r#""polly:*","rekognition:*","sagemaker:InvokeEndpoint","textract:DetectDocumentText","textract:AnalyzeDocument","#,
    r#""transcribe:*","translate:*","cloudwatch:*","logs:*","execute-api:*","cognito-identity:*","cognito-idp:*","#,
    r#""cognito-sync:*","s3:*"]}]}"#
);

/// A temporary key, just made.
#[derive(Debug)]
pub struct SessionKey {
    pub access_key_id: String,
    pub secret_access_key: Secret,
    pub session_token: String,
    pub until: Timestamp,
}

/// What a session token seals.
#[derive(Serialize, Deserialize)]
struct Sealed {
    key: String,
    secret: String,
    session: RoleSession,
}

/// The condition keys of a token: `<provider>:aud`, `:sub` and `:amr`.
pub fn token_facts(session: &RoleSession) -> Facts {
    let mut facts = Facts::default();
    let provider = &session.provider;
    facts.put(&format!("{provider}:aud"), session.audience.clone());
    facts.put(&format!("{provider}:sub"), session.subject.clone());
    if !session.amr.is_empty() {
        facts.put_all(&format!("{provider}:amr"), session.amr.clone());
    }
    facts
}

/// Whether a role's trust policy lets the holder of a token take it, with the tags of the session.
pub fn is_trusted(role: &Role, session: &RoleSession) -> bool {
    let Ok(trust) = TrustPolicy::parse(&role.trust) else {
        tracing::error!(role = role.name, "the trust policy of this role is not understood: nobody may take it");
        return false;
    };
    let mut facts = token_facts(session);
    for (tag, value) in &session.tags {
        facts.put(&format!("aws:RequestTag/{tag}"), value.clone());
    }
    let allows = |action| trust.judge(&session.provider, action, &facts) == Verdict::Allowed;
    allows("sts:AssumeRoleWithWebIdentity") && (session.tags.is_empty() || allows("sts:TagSession"))
}

/// Makes the keys of a session. `ValidationException` if its token would not fit into a header.
pub fn issue(cx: &Context, session: RoleSession) -> Result<SessionKey, Fault> {
    let access_key_id = format!("ASIA{}", crate::rng::text(CAPITALS, 16)?);
    let secret = crate::rng::text(ALNUM, 40)?;
    let until = session.until;
    let sealed = Sealed { key: access_key_id.clone(), secret: secret.clone(), session };
    let session_token = cx.services.keys.sealer.seal_text(Purpose::RoleSession, b"", &sealed)?;
    if session_token.len() > MAX_TOKEN {
        return Err(Fault::Protocol {
            name: "ValidationException",
            status: 400,
            message: "The logins, tags and policy of this session are too long for a session token.".into(),
        });
    }
    Ok(SessionKey { access_key_id, secret_access_key: Secret::new(secret), session_token, until })
}

/// The key of a session token, with what its role allows now; `None` for a token that is not of this key.
pub(super) async fn open(cx: &Context, id: &str, token: &str) -> Result<Option<AccessKey>, Fault> {
    let opened: Option<Sealed> = cx.services.keys.sealer.open_text(Purpose::RoleSession, b"", token).ok();
    let Some(Sealed { key, secret, session }) = opened.filter(|sealed| sealed.key == id) else { return Ok(None) };
    let role = roles::of_arn(cx, &session.role).await?;
    let (arn, user_id) = (session_arn(&session), format!("{}:{}", roles::role_id(cx, &session.role), session.name));
    Ok(Some(AccessKey {
        id: key,
        secret: Secret::new(secret),
        session_token: Some(Secret::new(token)),
        expires: Some(session.until),
        enabled: true,
        grants: grants(cx, role.as_deref(), &session, (&arn, &user_id))?,
        arn,
        user_id,
        session: Some(Arc::new(session)),
    }))
}

/// `arn:aws:sts::<account>:assumed-role/<role>/<session>`.
pub fn session_arn(session: &RoleSession) -> String {
    let (account, role) = roles::parts_of_arn(&session.role).unwrap_or_default();
    format!("arn:aws:sts::{account}:assumed-role/{role}/{}", session.name)
}

fn grants(
    cx: &Context,
    role: Option<&Role>,
    session: &RoleSession,
    (arn, user_id): (&str, &str),
) -> Result<Grants, Fault> {
    let mut facts = token_facts(session);
    for (tag, value) in &session.tags {
        facts.put(&format!("aws:PrincipalTag/{tag}"), value.clone());
    }
    facts.put("aws:PrincipalArn", session.role.clone());
    facts.put("aws:PrincipalType", "AssumedRole");
    facts.put("aws:userid", user_id);
    facts.put("aws:FederatedProvider", session.provider.clone());
    facts.put("aws:SourceIp", cx.source_ip.to_string());
    facts.put("aws:EpochTime", cx.now.secs().to_string());
    facts.put("aws:CurrentTime", cx.now.secs().to_string());
    facts.put("aws:TokenIssueTime", session.began.secs().to_string());
    if let Some(account) = arn.split(':').nth(4) {
        facts.put("aws:PrincipalAccount", account);
    }
    let mut bounds = Vec::new();
    if let Some(policy) = &session.policy {
        // It was checked when the session began; rules that have become stricter since end what it allows.
        bounds.push(Arc::new(Policy::parse_of_role(policy).unwrap_or_else(|_| Policy::nothing())));
    }
    if session.is_bounded_guest {
        let guests = GUESTS.clone().ok_or_else(|| Fault::internal("the bounds of guests are no policy"))?;
        bounds.push(guests);
    }
    Ok(Grants { policies: role.map(roles::policies).unwrap_or_default(), bounds, facts: Arc::new(facts) })
}

impl RoleSession {
    /// The identity pool and the identity that the session is of; `None` for sessions of other providers.
    pub fn identity(&self) -> Option<(&str, &str)> {
        (self.provider == IDENTITY_POOLS).then_some((self.audience.as_str(), self.subject.as_str()))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn guests_are_bounded_as_at_aws() {
        let guests = GUESTS.clone().unwrap();
        let judge = |action| guests.judge(action, "*", &Facts::default());
        for action in ["s3:GetObject", "dynamodb:Query", "cognito-sync:ListRecords", "rum:PutRumEvents"] {
            assert_eq!(judge(action), Verdict::Allowed, "{action}");
        }
        for action in ["iam:CreateUser", "poolhouse:CreateAccessKey", "sts:AssumeRole", "rum:DeleteAppMonitor"] {
            assert_eq!(judge(action), Verdict::NotAllowed, "{action}");
        }
    }
}
