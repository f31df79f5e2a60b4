//! The route table.

use super::{assets, call, dev, discovery, domain_checks, import_upload, metrics, pages, pool_pages, preview, verify};
use actix_web::guard::{Any, Get, Head};
use actix_web::{Route, web};

/// All routes, most particular first.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/healthz", get().to(pages::healthz))
        .route("/metrics", get().to(metrics::metrics))
        .route("/_imports/{pool}/{job}", web::put().to(import_upload::put))
        .route("/_assets/{pool}/{id}", get().to(assets::asset))
        .route("/.well-known/acme-challenge/{token}", get().to(domain_checks::challenge))
        .route("/.well-known/poolhouse-domain/{token}", get().to(domain_checks::proof))
        .route("/readyz", get().to(pages::readyz))
        .route("/.well-known/jwks_uri", get().to(discovery::identity_jwks))
        .route("/cognito-identity/.well-known/jwks_uri", get().to(discovery::identity_jwks))
        .route("/cognito-identity/.well-known/jwks.json", get().to(discovery::identity_jwks))
        .route("/cognito-identity/.well-known/openid-configuration", get().to(discovery::identity_configuration))
        .route("/.well-known/jwks.json", get().to(discovery::jwks))
        .route("/.well-known/openid-configuration", get().to(discovery::configuration))
        .route("/.well-known/oauth-authorization-server", get().to(discovery::configuration))
        // RFC 8414 section 3.1 puts an issuer's path after the well-known one, OpenID Connect Discovery before it.
        .route("/.well-known/oauth-authorization-server/{pool}", get().to(discovery::configuration))
        .route("/.well-known/openid-configuration/{pool}", get().to(discovery::configuration))
        .route("/{pool}/.well-known/oauth-authorization-server", get().to(discovery::configuration))
        .route("/{pool}/.well-known/jwks.json", get().to(discovery::jwks))
        .route("/{pool}/.well-known/openid-configuration", get().to(discovery::configuration))
        .service(web::resource("/").route(get().to(pages::front)).default_service(web::to(call::api)))
        .service(web::resource(["/_poolhouse/verify", "/_poolhouse/verify/{path:.*}"]).route(web::to(verify::verify)))
        .route("/_poolhouse/preview", get().to(preview::preview))
        .route("/_poolhouse/preview", web::post().to(preview::preview))
        .service(web::scope("/_poolhouse").default_service(web::to(call::api)))
        .service(web::scope("/_dev").default_service(web::to(dev::dev)))
        .service(web::scope("/identitypools").default_service(web::to(call::api)))
        .default_service(web::to(pool_pages::pool_page));
}

/// `HEAD` is answered wherever `GET` is, without a body: monitors and `curl -I` ask that way.
fn get() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}
