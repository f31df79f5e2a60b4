//! Reading published secrets.

use crate::context::Context;
use crate::domain::pools::published_secrets::{self, Entry, ROTATION};
use crate::fault::Fault;
use crate::shapes::secrets_manager::{
    DescribeSecretRequest, DescribeSecretResponse, GetSecretValueRequest, GetSecretValueResponse, RotationRulesType,
};

const SECONDS_OF_A_DAY: u64 = 86_400;

async fn find(cx: &Context, secret_id: &str) -> Result<Entry, Fault> {
    let found = published_secrets::find(cx, secret_id).await?;
    found.ok_or_else(|| Fault::not_found("Secrets Manager can't find the specified secret."))
}

/// `GetSecretValue`: the current version, or the one that is asked for.
pub async fn get_secret_value(cx: &Context, input: GetSecretValueRequest) -> Result<GetSecretValueResponse, Fault> {
    let entry = find(cx, &input.secret_id).await?;
    let stage = match (&input.version_stage, &input.version_id) {
        (None, None) => Some("AWSCURRENT"),
        (stage, _) => stage.as_deref(),
    };
    let fitting = entry.versions.iter().find(|version| {
        stage.is_none_or(|stage| version.stage == stage) && input.version_id.as_ref().is_none_or(|id| *id == version.id)
    });
    let version = fitting.ok_or_else(|| {
        Fault::not_found("Secrets Manager can't find the specified secret value for this version or staging label.")
    })?;
    Ok(GetSecretValueResponse {
        secret_string: Some(entry.text(cx, version)?.reveal().to_owned()),
        version_id: Some(version.id.clone()),
        version_stages: Some(vec![version.stage.to_owned()]),
        created_date: Some(version.created),
        arn: Some(entry.arn),
        name: Some(entry.name),
    })
}

/// `DescribeSecret`: everything but the secret.
pub async fn describe_secret(cx: &Context, input: DescribeSecretRequest) -> Result<DescribeSecretResponse, Fault> {
    let entry = find(cx, &input.secret_id).await?;
    let changed = entry.versions.first().map(|version| version.created);
    let days = i64::try_from(ROTATION.as_secs() / SECONDS_OF_A_DAY).map_err(Fault::internal)?;
    let stages = entry.versions.iter().map(|version| (version.id.clone(), vec![version.stage.to_owned()]));
    Ok(DescribeSecretResponse {
        description: Some(format!(
            "The secret of app client {} of user pool {}",
            entry.client.id, entry.client.pool_id
        )),
        rotation_enabled: Some(true),
        rotation_rules: Some(RotationRulesType { automatically_after_days: Some(days) }),
        last_rotated_date: changed,
        last_changed_date: changed,
        next_rotation_date: Some(entry.published.rotates),
        version_ids_to_stages: Some(stages.collect()),
        owning_service: Some("cognito-idp".into()),
        created_date: Some(entry.published.since),
        arn: Some(entry.arn),
        name: Some(entry.name),
    })
}
