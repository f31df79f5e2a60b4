//! Signing keys of pools.

use crate::context::Context;
use crate::domain::tokens::key_rotation::{Rotation, rotate};
use crate::fault::Fault;
use crate::shapes::admin::*;

/// `RotateSigningKeys` (signed): gives a pool new signing keys.
pub async fn rotate_signing_keys(
    cx: &Context,
    input: RotateSigningKeysRequest,
) -> Result<RotateSigningKeysResponse, Fault> {
    let rotation = match input.mode {
        None | Some(RotationModeType::Announced) => Rotation::Announced,
        Some(RotationModeType::AtOnce) => Rotation::AtOnce,
        Some(RotationModeType::Revoking) => Rotation::Revoking,
    };
    let rotated = rotate(cx, &input.user_pool_id, rotation).await?;
    Ok(RotateSigningKeysResponse { key_ids: rotated.key_ids, signs_from: rotated.signs_from })
}
