//! The route table.

use super::{assets, call, confirm, dev, discovery, metrics, pages};
use actix_web::web;

/// All routes, most particular first.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/healthz", web::get().to(pages::healthz))
        .route("/metrics", web::get().to(metrics::metrics))
        .route("/confirmUser", web::get().to(confirm::confirm))
        .route("/{pool}/confirmUser", web::get().to(confirm::confirm))
        .route("/_assets/{pool}/{id}", web::get().to(assets::asset))
        .route("/readyz", web::get().to(pages::readyz))
        .route("/.well-known/jwks.json", web::get().to(discovery::jwks))
        .route("/.well-known/openid-configuration", web::get().to(discovery::configuration))
        .route("/{pool}/.well-known/jwks.json", web::get().to(discovery::jwks))
        .route("/{pool}/.well-known/openid-configuration", web::get().to(discovery::configuration))
        .service(web::resource("/").route(web::get().to(pages::front)).default_service(web::to(call::api)))
        .service(web::scope("/_poolhouse").default_service(web::to(call::api)))
        .service(web::scope("/_dev").default_service(web::to(dev::dev)))
        .service(web::scope("/identitypools").default_service(web::to(call::api)))
        .default_service(web::to(pages::not_found));
}
