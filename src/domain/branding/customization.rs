//! The look of the classic pages: a style sheet and a logo, for one client or for all of a pool.

use super::{css, image};
use crate::context::Context;
use crate::domain::pools;
use crate::fault::Fault;
use crate::model::{Asset, Customization, Pool};
use crate::shapes::idp::AssetExtensionType as Extension;
use crate::store::{Read, branding as store};

/// The name that stands for all clients.
pub const ALL: &str = "ALL";
/// The largest logo, in bytes.
const LARGEST: usize = 128 * 1024;

/// Sets the look for a client or all; nothing given takes it away.
pub async fn set(
    cx: &Context,
    pool_id: &str,
    client: &str,
    css: Option<String>,
    image: Option<Vec<u8>>,
) -> Result<Customization, Fault> {
    let css = css.filter(|css| !css.trim().is_empty());
    if let Some(css) = &css {
        css::check(css)?;
    }
    let image = image.filter(|bytes| !bytes.is_empty()).map(logo).transpose()?;
    let id = crate::rng::uuid()?;
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            if pool.domain.is_none() && pool.custom_domain.is_none() {
                return Err(Fault::invalid("There has to be an existing domain associated with this user pool"));
            }
            check_client(tx, &pool, client).await?;
            let before = store::customization(tx, &pool.id, client).await?;
            if let Some(old) = before.as_ref().and_then(|before| before.image.as_ref()) {
                store::delete_asset(tx, &pool.id, old);
            }
            let look = Customization {
                client: client.to_owned(),
                css: css.clone(),
                image: image.as_ref().map(|_| id.clone()),
                created: before.map_or(cx.now, |before| before.created),
                modified: cx.now,
            };
            if let Some(image) = &image {
                store::put_asset(tx, &pool.id, &id, image)?;
            }
            match (&look.css, &look.image) {
                (None, None) => store::delete_customization(tx, &pool.id, client),
                _ => store::put_customization(tx, &pool.id, &look)?,
            }
            Ok(look)
        })
        .await
}

/// The look for a client: its own, else that of all; `None` where nothing was set.
pub async fn get(read: &impl Read, pool: &Pool, client: &str) -> Result<Option<Customization>, Fault> {
    check_client(read, pool, client).await?;
    match store::customization(read, &pool.id, client).await? {
        None if client != ALL => Ok(store::customization(read, &pool.id, ALL).await?),
        found => Ok(found),
    }
}

async fn check_client(read: &impl Read, pool: &Pool, client: &str) -> Result<(), Fault> {
    if client == ALL { Ok(()) } else { pools::client_of(read, pool, client).await.map(drop) }
}

fn logo(bytes: Vec<u8>) -> Result<Asset, Fault> {
    if bytes.len() > LARGEST {
        return Err(Fault::invalid(format!("The image is larger than {LARGEST} bytes.")));
    }
    let kind = [Extension::Png, Extension::Jpeg].into_iter().find_map(|kind| image::content_type(kind, &bytes));
    let content_type = kind.ok_or_else(|| Fault::invalid("The image must be a PNG or a JPEG."))?.to_owned();
    Ok(Asset { content_type, bytes })
}
