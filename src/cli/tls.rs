//! `poolhouse tls aws-names`: certificates under AWS's host names, for programs that take no other endpoint.

use super::{Failure, print};
use crate::clock::Clock;
use crate::keys::local_authority::{self, VALIDITY_DAYS};
use crate::outgoing::system_bundle;
use clap::Subcommand;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(super) enum TlsCommand {
    /// Makes an authority and a certificate for AWS's host names of regions, and prints how programs are led here
    AwsNames {
        /// A region whose names the certificate has; may be repeated
        #[arg(long, value_name = "REGION", required = true)]
        region: Vec<String>,
        /// The directory for ca.pem, cert.pem, key.pem and bundle.pem
        #[arg(long, value_name = "DIR", default_value = "poolhouse-tls")]
        out: PathBuf,
    },
}

pub(super) fn run(command: &TlsCommand) -> Result<(), Failure> {
    let TlsCommand::AwsNames { region, out } = command;
    if let Some(bad) = region.iter().find(|region| !is_region(region)) {
        return Err(Failure::usage(format!("--region {bad}: a region looks like eu-west-1")));
    }
    let names = names(region);
    let made = local_authority::issue(&names, Clock::System.now()).map_err(Failure::failed)?;
    std::fs::create_dir_all(out).map_err(|error| Failure::failed(format!("{}: {error}", out.display())))?;
    let dir = std::fs::canonicalize(out).unwrap_or_else(|_| out.clone());
    write(&dir.join("ca.pem"), 0o644, &made.authority)?;
    write(&dir.join("cert.pem"), 0o644, &made.certificate)?;
    write(&dir.join("key.pem"), 0o600, &made.key)?;
    let mut bundle = system_bundle().and_then(|path| std::fs::read(path).ok()).unwrap_or_default();
    bundle.extend_from_slice(&made.authority);
    write(&dir.join("bundle.pem"), 0o644, &bundle)?;
    print(&instructions(&dir, &names))
}

fn is_region(text: &str) -> bool {
    (2..=32).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn names(regions: &[String]) -> Vec<String> {
    let services = ["cognito-idp", "cognito-identity", "cognito-sync", "sts"];
    let of = |region: &String| services.map(|service| format!("{service}.{region}.amazonaws.com"));
    regions.iter().flat_map(of).collect()
}

/// Files that are there stay: programs may trust them already.
fn write(path: &Path, mode: u32, bytes: &[u8]) -> Result<(), Failure> {
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    file.and_then(|mut file| file.write_all(bytes)).map_err(|error| {
        Failure::failed(format!(
            "{}: {error}; name another directory with --out, or remove the old files",
            path.display()
        ))
    })
}

fn instructions(dir: &Path, names: &[String]) -> String {
    let dir = dir.display();
    let hosts = names.join(" ");
    format!(
        "ca.pem, cert.pem, key.pem and bundle.pem are in {dir}, good for {VALIDITY_DAYS} days.\n\
         The authority's own key was not kept: it can vouch for nothing else.\n\n\
         1. The server's settings (poolhouse.toml); port 443 needs the right to it, e.g.\n   \
         setcap cap_net_bind_service=+ep poolhouse\n\n\
         [identity]\n\
         issuer_base = \"https://cognito-idp.{{region}}.amazonaws.com\"\n\n\
         [[server.listeners]]\n\
         listen = \"127.0.0.1:443\"\n\
         tls_cert = \"{dir}/cert.pem\"\n\
         tls_key = \"{dir}/key.pem\"\n\n\
         2. /etc/hosts where programs run, with the server's address in place of 127.0.0.1:\n\n\
         127.0.0.1 {hosts}\n\n\
         3. The environment of programs. NODE_EXTRA_CA_CERTS adds an authority; the others replace the usual ones,\n   \
         so they get the bundle, which has both:\n\n\
         export NODE_EXTRA_CA_CERTS={dir}/ca.pem\n\
         export REQUESTS_CA_BUNDLE={dir}/bundle.pem\n\
         export SSL_CERT_FILE={dir}/bundle.pem\n\
         export AWS_CA_BUNDLE={dir}/bundle.pem\n"
    )
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use openssl::x509::X509;

    fn command(out: &Path, region: &str) -> TlsCommand {
        TlsCommand::AwsNames { region: vec![region.into()], out: out.to_path_buf() }
    }

    #[test]
    fn a_certificate_for_awss_names_is_made_once() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("tls");
        run(&command(&out, "eu-west-1")).unwrap();
        let read = |name: &str| std::fs::read(out.join(name)).unwrap();
        let authority = X509::from_pem(&read("ca.pem")).unwrap();
        let certificate = X509::from_pem(&read("cert.pem")).unwrap();
        assert!(certificate.verify(&authority.public_key().unwrap()).unwrap());
        assert_eq!(authority.issued(&certificate), openssl::x509::X509VerifyResult::OK);
        let names: Vec<String> =
            certificate.subject_alt_names().unwrap().iter().filter_map(|n| n.dnsname().map(str::to_owned)).collect();
        assert!(names.contains(&"cognito-idp.eu-west-1.amazonaws.com".to_owned()) && names.len() == 4, "{names:?}");
        assert!(read("bundle.pem").ends_with(&read("ca.pem")));
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(out.join("key.pem")).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(run(&command(&out, "eu-west-1")).is_err(), "files that are there stay");
        assert!(run(&command(&out, "evil.example")).is_err());
    }

    #[test]
    fn the_lines_are_ready_to_paste() {
        let text = instructions(Path::new("/x"), &names(&["eu-west-1".into()]));
        for line in [
            "issuer_base = \"https://cognito-idp.{region}.amazonaws.com\"",
            "export NODE_EXTRA_CA_CERTS=/x/ca.pem",
            "export AWS_CA_BUNDLE=/x/bundle.pem",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
        assert!(text.contains("127.0.0.1 cognito-idp.eu-west-1.amazonaws.com cognito-identity.eu-west-1"));
    }
}
