//! What the start of the server tells the person who started it.

use crate::certificates::authority_file;
use crate::config::Config;
use crate::domain::access::RootKey;
use std::path::Path;

/// The text on standard output. Its last line is for programs: `listening on <url>`.
pub(super) fn text(config: &Config, root: &RootKey, data_dir: &Path) -> String {
    let url = config.server.url_of(config.server.listen);
    let mut out = format!("Poolhouse {}, data in {}\n", env!("CARGO_PKG_VERSION"), data_dir.display());
    if config.server.dev {
        out.push_str(&format!(
            "\nDevelopment mode: any signature is accepted, so only programs on this machine may connect. Never use it for real users.\n\
             Mails and SMS are not sent but shown at {url}/_dev/inbox\n"
        ));
    }
    if config.server.dev && config.server.tls {
        out.push_str(&trust(data_dir, &url));
    }
    match root {
        RootKey::Made { id, secret } => out.push_str(&format!(
            "\nThis is the first start. The root access key is shown only this once; paste these lines into another terminal:\n\n\
             export AWS_ACCESS_KEY_ID={id}\n\
             export AWS_SECRET_ACCESS_KEY={}\n\
             export AWS_ENDPOINT_URL={}\n\
             export AWS_REGION={region}\n\
             export AWS_DEFAULT_REGION={region}\n\n\
             and make a first user pool there:\n\n\
             aws cognito-idp create-user-pool --pool-name demo\n\n",
            secret.reveal(),
            config.server.public_url,
            region = config.identity.default_region
        )),
        RootKey::Given { id, .. } => out.push_str(&format!("\nThe root access key {id} comes from the environment.\n\n")),
        RootKey::Known => out.push_str(
            "\nAccess keys were made before. If none is left: start once with POOLHOUSE_ROOT_ACCESS_KEY_ID and \
             POOLHOUSE_ROOT_SECRET_ACCESS_KEY set.\n\n",
        ),
    }
    out.push_str(&format!("listening on {url}\n"));
    out
}

/// How programs are told to trust the authority of development mode.
fn trust(data_dir: &Path, url: &str) -> String {
    let file = authority_file(data_dir);
    let file = file.display();
    format!(
        "\nThe certificate is signed by an authority of this data directory, which vouches for localhost, names under it and\n\
         loopback addresses only. Browsers trust it once this file is imported as an authority, programs by these lines:\n\n\
         export NODE_EXTRA_CA_CERTS={file}\n\
         export AWS_CA_BUNDLE={file}\n\
         export REQUESTS_CA_BUNDLE={file}\n\
         export SSL_CERT_FILE={file}\n\
         curl --cacert {file} {url}/healthz\n\n\
         The first adds to what a program trusts; the next three replace it, for programs that call this server alone.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn programs_find_the_address_once_and_people_the_key_once() {
        let mut config = Config::default();
        config.settle(config.server.listen);
        let made = RootKey::Made { id: "AKIA1".into(), secret: Secret::new("s3cret") };
        let text = text(&config, &made, Path::new("/data"));
        assert_eq!(text.matches("listening on http://127.0.0.1:9229").count(), 1);
        assert!(text.ends_with("listening on http://127.0.0.1:9229\n"));
        assert!(
            text.contains("export AWS_SECRET_ACCESS_KEY=s3cret\n")
                && text.contains("export AWS_ENDPOINT_URL=http://127.0.0.1:9229\n")
        );
        assert!(!super::text(&config, &RootKey::Known, Path::new("/data")).contains("export"));
        (config.server.dev, config.server.tls) = (true, true);
        let secure = super::text(&config, &RootKey::Known, Path::new("/data"));
        assert!(secure.contains("export NODE_EXTRA_CA_CERTS=/data/dev-tls/ca.pem\n"), "{secure}");
        assert!(secure.ends_with("listening on https://127.0.0.1:9229\n"), "{secure}");
    }
}
