//! From the model's names to Rust's.

/// Words that look like several but are one.
const WORDS: [(&str, &str); 3] = [("OAuth", "Oauth"), ("URLs", "Urls"), ("ARNs", "Arns")];

const KEYWORDS: [&str; 12] =
    ["type", "match", "ref", "move", "use", "where", "in", "for", "loop", "static", "enum", "struct"];

/// `UserMFASettingList` becomes `user_mfa_setting_list`.
pub fn snake(name: &str) -> String {
    let name = WORDS.iter().fold(name.to_owned(), |name, (from, to)| name.replace(from, to));
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| chars.get(i));
        let starts = c.is_ascii_uppercase()
            && before.is_some_and(|b| {
                *b != '_' && (!b.is_ascii_uppercase() || chars.get(i + 1).is_some_and(char::is_ascii_lowercase))
            });
        if starts {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// A member as a field's name: `snake`, with `r#` before keywords.
pub fn field(name: &str) -> String {
    let name = snake(name);
    if KEYWORDS.contains(&name.as_str()) { format!("r#{name}") } else { name }
}

/// A shape as a static's name.
pub fn upper(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// An enum value as a variant: `USER_SRP_AUTH` becomes `UserSrpAuth`, `phone_number` `PhoneNumber`; `SignUp` stays.
pub fn variant(value: &str) -> String {
    let mut out = String::new();
    for part in value.split(['_', '-', '.']) {
        let shouted = !part.chars().any(|c| c.is_ascii_lowercase());
        if out.ends_with(|c: char| c.is_ascii_digit()) && part.starts_with(|c: char| c.is_ascii_digit()) {
            out.push('_');
        }
        for (i, c) in part.chars().enumerate() {
            out.push(match i {
                0 => c.to_ascii_uppercase(),
                _ if shouted => c.to_ascii_lowercase(),
                _ => c,
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_become_fields() {
        for (name, expected) in [
            ("UserMFASettingList", "user_mfa_setting_list"),
            ("SMSMfaSettings", "sms_mfa_settings"),
            ("KMSKeyID", "kms_key_id"),
            ("CSS", "css"),
            ("CallbackURLs", "callback_urls"),
            ("OpenIdConnectProviderARNs", "open_id_connect_provider_arns"),
            ("AllowedOAuthFlowsUserPoolClient", "allowed_oauth_flows_user_pool_client"),
            ("PrimaryRoute53HealthCheckId", "primary_route53_health_check_id"),
            ("S3Bucket", "s3_bucket"),
            ("SetUICustomization", "set_ui_customization"),
            ("headerName", "header_name"),
            ("Type", "r#type"),
        ] {
            assert_eq!(field(name), expected);
        }
        assert_eq!(upper("SMSMfaSettings"), "SMS_MFA_SETTINGS");
    }

    #[test]
    fn values_become_variants() {
        for (value, expected) in [
            ("USER_SRP_AUTH", "UserSrpAuth"),
            ("phone_number", "PhoneNumber"),
            ("SignUp", "SignUp"),
            ("V1_0", "V1_0"),
            ("TLS_V1_2_2021", "TlsV1_2_2021"),
            ("N_A", "NA"),
            ("userNotification", "UserNotification"),
            ("SAML2", "Saml2"),
        ] {
            assert_eq!(variant(value), expected);
        }
    }
}
