//! Where the commands that speak to a running server find it and the keys to sign with: the environment and the profile
//! files of the AWS command line, in their simple forms.

use crate::secret::Secret;
use std::collections::HashMap;
use std::path::PathBuf;

/// The endpoint that is asked when none is named.
const DEFAULT_ENDPOINT: &str = "http://127.0.0.1:9229";
/// The largest profile file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Whom to call, and as whom.
#[derive(Debug)]
pub(super) struct Profile {
    /// The server's base URL.
    pub endpoint: String,
    pub region: String,
    pub access_key_id: String,
    pub secret: Secret,
    /// The session token of a temporary key.
    pub session_token: Option<Secret>,
}

/// One section of a profile file.
type Section = HashMap<String, String>;

impl Profile {
    /// From the process's environment and the files it names. `endpoint` wins over both.
    pub fn find(endpoint: Option<&str>) -> Result<Self, String> {
        let env = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self::from(endpoint, &env, &|path| read(&path))
    }

    fn from(
        endpoint: Option<&str>,
        env: &dyn Fn(&str) -> Option<String>,
        read: &dyn Fn(PathBuf) -> Option<String>,
    ) -> Result<Self, String> {
        let name = env("AWS_PROFILE").unwrap_or_else(|| "default".into());
        let file = |variable: &str, usual: &str| {
            env(variable).map(PathBuf::from).or_else(|| Some(PathBuf::from(env("HOME")?).join(".aws").join(usual)))
        };
        let config = file("AWS_CONFIG_FILE", "config").and_then(read).unwrap_or_default();
        let credentials = file("AWS_SHARED_CREDENTIALS_FILE", "credentials").and_then(read).unwrap_or_default();
        let heading = if name == "default" { name.clone() } else { format!("profile {name}") };
        let mut section = section(&config, &heading);
        section.extend(self::section(&credentials, &name));
        let from_profile = |key: &str| section.get(key).cloned().filter(|value| !value.is_empty());

        let endpoint =
            endpoint.map(str::to_owned).or_else(|| env("AWS_ENDPOINT_URL")).or_else(|| from_profile("endpoint_url"));
        let region = env("AWS_REGION").or_else(|| env("AWS_DEFAULT_REGION")).or_else(|| from_profile("region"));
        // Keys of the environment and of a profile are never mixed.
        let (id, secret, token) = match (env("AWS_ACCESS_KEY_ID"), env("AWS_SECRET_ACCESS_KEY")) {
            (Some(id), Some(secret)) => (Some(id), Some(secret), env("AWS_SESSION_TOKEN")),
            (None, None) => (
                from_profile("aws_access_key_id"),
                from_profile("aws_secret_access_key"),
                from_profile("aws_session_token"),
            ),
            _ => return Err("only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set; set both".into()),
        };
        let (Some(access_key_id), Some(secret)) = (id, secret) else {
            return Err(format!(
                "no access key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (the server's first start showed them), or put them into the profile `{name}`"
            ));
        };
        Ok(Self {
            endpoint: endpoint.unwrap_or_else(|| DEFAULT_ENDPOINT.into()).trim_end_matches('/').to_owned(),
            region: region.unwrap_or_else(|| "us-east-1".into()),
            access_key_id,
            secret: Secret::new(secret),
            session_token: token.map(Secret::new),
        })
    }
}

fn read(path: &PathBuf) -> Option<String> {
    let length = std::fs::metadata(path).ok()?.len();
    if length > MAX_FILE_BYTES { None } else { std::fs::read_to_string(path).ok() }
}

/// The settings under `[heading]`: lines of `key = value`; comments start with `#` or `;`; nested settings (indented)
/// are passed over.
fn section(text: &str, heading: &str) -> Section {
    let mut found = Section::new();
    let mut inside = false;
    for line in text.lines() {
        let bare = line.trim();
        if let Some(name) = bare.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(name, _)| name) {
            inside = name.split_whitespace().eq(heading.split_whitespace());
        } else if inside
            && !bare.starts_with(['#', ';'])
            && !line.starts_with([' ', '\t'])
            && let Some((key, value)) = bare.split_once('=')
        {
            let value = value.split_once(" #").map_or(value, |(value, _)| value);
            found.insert(key.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    const CONFIG: &str = "[default]\nregion = eu-west-1\n\n[profile ph]\nendpoint_url=http://127.0.0.1:1/\nregion = eu-west-2 # near\ns3 =\n  region = no\n";
    const CREDENTIALS: &str = "[default]\naws_access_key_id = A\naws_secret_access_key = B\n; [ph]\n[ph]\naws_access_key_id = C\naws_secret_access_key = D==\n";

    fn find(env: &[(&str, &str)]) -> Result<Profile, String> {
        let env = |name: &str| env.iter().find(|(k, _)| *k == name).map(|(_, v)| (*v).to_owned());
        Profile::from(None, &env, &|path| Some(if path.ends_with("config") { CONFIG } else { CREDENTIALS }.to_owned()))
    }

    #[test]
    fn profiles_are_read_as_the_aws_command_line_reads_them() {
        let profile = find(&[("HOME", "/h"), ("AWS_PROFILE", "ph")]).unwrap();
        assert_eq!((profile.endpoint.as_str(), profile.region.as_str()), ("http://127.0.0.1:1", "eu-west-2"));
        assert_eq!((profile.access_key_id.as_str(), profile.secret.reveal()), ("C", "D=="));
        let profile = find(&[("HOME", "/h")]).unwrap();
        assert_eq!((profile.endpoint.as_str(), profile.region.as_str()), (DEFAULT_ENDPOINT, "eu-west-1"));
        assert_eq!((profile.access_key_id.as_str(), profile.secret.reveal()), ("A", "B"));
    }

    #[test]
    fn the_environment_wins_and_is_not_mixed_with_the_profile() {
        let keys = [
            ("HOME", "/h"),
            ("AWS_ACCESS_KEY_ID", "E"),
            ("AWS_SECRET_ACCESS_KEY", "F"),
            ("AWS_ENDPOINT_URL", "http://x:2"),
        ];
        let profile = find(&keys).unwrap();
        assert_eq!((profile.access_key_id.as_str(), profile.endpoint.as_str()), ("E", "http://x:2"));
        assert!(find(&[("HOME", "/h"), ("AWS_ACCESS_KEY_ID", "E")]).unwrap_err().contains("set both"));
        assert!(find(&[("HOME", "/h"), ("AWS_PROFILE", "none")]).unwrap_err().contains("no access key"));
    }

    proptest! {
        #[test]
        fn any_file_is_read(text in "[\\[\\]a-z=# ;\n\\PC]{0,80}", heading in ".{0,8}") {
            section(&text, &heading);
        }
    }
}
