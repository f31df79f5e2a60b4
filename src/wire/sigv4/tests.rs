//! AWS's published vectors (the SigV4 test suite, service `service`, and the guide's IAM example), and what botocore
//! 1.43 signs for paths with escapes and for presigned queries.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::model::policy::{ADMIN, Policy};
use crate::model::{AccessKey, Grants};
use crate::secret::Secret;
use crate::wire::date;
use crate::wire::message::{Headers, Request};

const SUITE: &str = "20150830T123600Z";

fn key() -> AccessKey {
    AccessKey {
        id: "AKIDEXAMPLE".into(),
        secret: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        session_token: None,
        expires: None,
        enabled: true,
        arn: "arn:aws:iam::123456789012:user/test".into(),
        user_id: String::new(),
        grants: Grants::of(Policy::parse(ADMIN).unwrap()),
        session: None,
    }
}

fn request(line: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let (method, target) = line.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut all = Headers::default();
    headers.iter().for_each(|(name, value)| all.push(name, *value));
    Request {
        method: method.into(),
        path: path.into(),
        query: query.into(),
        headers: all,
        body: body.into(),
        secure: false,
    }
}

fn checked(request: &Request, key: &AccessKey, service: &str, now: Timestamp) -> Result<(), Fault> {
    verify(request, &Claim::read(request)?, key, Expected { service, now })
}

/// A request of the suite with this signature, verified at the suite's moment.
fn suite(line: &str, headers: &[(&str, &str)], body: &str, signed: &str, signature: &str) -> Result<(), Fault> {
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={signed}, Signature={signature}"
    );
    let mut all =
        vec![("Host", "example.amazonaws.com"), ("X-Amz-Date", SUITE), ("Authorization", authorization.as_str())];
    all.extend(headers);
    checked(&request(line, &all, body), &key(), "service", date::parse_basic(SUITE).unwrap())
}

#[test]
fn the_published_vectors_verify() {
    let plain = "host;x-amz-date";
    for (name, line, headers, body, signed, signature) in [
        (
            "get-vanilla",
            "GET /",
            &[][..],
            "",
            plain,
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            "get-vanilla-query-order-key-case",
            "GET /?Param2=value2&Param1=value1",
            &[],
            "",
            plain,
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        ("get-utf8", "GET /ሴ", &[], "", plain, "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
        (
            "get-vanilla-utf8-query",
            "GET /?ሴ=bar",
            &[],
            "",
            plain,
            "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
        ),
        (
            "get-header-value-trim",
            "GET /",
            &[("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
            "",
            "host;my-header1;my-header2;x-amz-date",
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        ),
        (
            "get-header-key-duplicate",
            "GET /",
            &[("My-Header1", "value2"), ("My-Header1", "value2"), ("My-Header1", "value1")],
            "",
            "host;my-header1;x-amz-date",
            "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        ),
        ("get-slash", "GET //", &[], "", plain, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        (
            "get-relative",
            "GET /example/..",
            &[],
            "",
            plain,
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        ("post-vanilla", "POST /", &[], "", plain, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        (
            "post-x-www-form-urlencoded",
            "POST /",
            &[("Content-Type", "application/x-www-form-urlencoded")],
            "Param1=value1",
            "content-type;host;x-amz-date",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
    ] {
        suite(line, headers, body, signed, signature).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert!(suite(line, headers, "other", signed, signature).is_err(), "{name} with another body");
    }
}

#[test]
fn the_guides_example_verifies_and_sign_makes_it() {
    let mut request = request(
        "GET /?Action=ListUsers&Version=2010-05-08",
        &[("Host", "iam.amazonaws.com"), ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
        "",
    );
    let key = key();
    let signer = Signer {
        key: key.id.clone(),
        secret: key.secret.clone(),
        token: None,
        region: "us-east-1".into(),
        service: "iam".into(),
    };
    let now = date::parse_basic(SUITE).unwrap();
    let added = sign(&mut request, &signer, now);
    assert!(
        added.contains(&(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, \
         Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
                .into()
        ))
    );
    checked(&request, &key, "iam", now).unwrap();
}

#[test]
fn escaped_paths_are_encoded_twice() {
    let request = request(
        "GET /identitypools/us-east-1%3Aabc/identities/us-east-1%3Adef/datasets?maxResults=2&nextToken=a%2Fb%3D%3D",
        &[
            ("Host", "localhost:9229"),
            ("X-Amz-Date", "20260101T000000Z"),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/cognito-sync/aws4_request,SignedHeaders=host;x-amz-date,\
                 Signature=cc0f41ecadb51479b5cd47acd7982c3efc2d94a718e8c9b3856fab04447c8f5a",
            ),
        ],
        "",
    );
    checked(&request, &key(), "cognito-sync", date::parse_basic("20260101T000000Z").unwrap()).unwrap();
}

const PRESIGNED: &str = "GET /?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260101%2F\
    us-east-1%2Fsts%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&\
    X-Amz-Security-Token=tok%2Fen%2B%3D&X-Amz-Signature=fc51ec39ee0449469777b9439739221e79385863377ccda5e3250f0ab64d0120";

#[test]
fn presigned_requests_verify_until_they_expire() {
    let request = request(PRESIGNED, &[("Host", "localhost:9229"), ("x-k8s-aws-id", "c1")], "");
    let key = AccessKey { session_token: Some(Secret::new("tok/en+=")), ..key() };
    let at = |time: &str| date::parse_basic(time).unwrap();
    checked(&request, &key, "sts", at("20260101T000000Z")).unwrap();
    checked(&request, &key, "sts", at("20260101T000100Z")).unwrap();
    let expired = checked(&request, &key, "sts", at("20260101T000101Z")).unwrap_err();
    assert!(
        expired.message().starts_with("Signature expired: 20260101T000000Z is now earlier than 20260101T000001Z"),
        "{expired}"
    );
}

#[test]
fn session_tokens_must_fit_their_keys() {
    let request = request(PRESIGNED, &[("Host", "localhost:9229"), ("x-k8s-aws-id", "c1")], "");
    let now = date::parse_basic("20260101T000000Z").unwrap();
    let other = AccessKey { session_token: Some(Secret::new("another")), ..key() };
    let ended = AccessKey { session_token: Some(Secret::new("tok/en+=")), expires: Some(now), ..key() };
    let off = AccessKey { session_token: Some(Secret::new("tok/en+=")), enabled: false, ..key() };
    for (key, name) in [
        (key(), "UnrecognizedClientException"),
        (other, "UnrecognizedClientException"),
        (off, "UnrecognizedClientException"),
        (ended, "ExpiredTokenException"),
    ] {
        assert_eq!(checked(&request, &key, "sts", now).unwrap_err().name(), name);
    }
}

fn told(authorization: &str, extra: &[(&str, &str)]) -> String {
    let mut headers = vec![("Host", "localhost"), ("Authorization", authorization)];
    headers.extend(extra);
    checked(&request("POST /", &headers, ""), &key(), "service", date::parse_basic(SUITE).unwrap())
        .unwrap_err()
        .to_string()
}

#[test]
fn each_failure_has_awss_words() {
    let dated = [("X-Amz-Date", SUITE)];
    let scope = |scope: &str| {
        format!("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders=host;x-amz-date, Signature=00")
    };
    assert_eq!(
        told("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request", &[]),
        "IncompleteSignatureException: Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. \
         Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
    );
    let bearer = told("Bearer very-secret", &dated);
    assert!(bearer.starts_with("IncompleteSignatureException") && !bearer.contains("very-secret"));
    assert!(told(&scope("20150830/us-east-1/service"), &dated).contains("exactly 5 slash-delimited"));
    assert!(told(&scope("20150830/us-east-1/service/aws5"), &dated).contains("valid terminator"));
    assert!(told(&scope("20150829/us-east-1/service/aws4_request"), &dated).contains(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != '20150830', from '20150830T123600Z'."
    ));
    assert_eq!(
        told(&scope("20150830/us-east-1/iam/aws4_request"), &dated),
        "InvalidSignatureException: Credential should be scoped to correct service: 'service'. "
    );
    assert!(
        told(&scope("20150830/us-east-1/service/aws4_request"), &dated)
            .contains("The request signature we calculated does not match")
    );
    assert!(told(&scope("20150830/us-east-1/service/aws4_request"), &[("X-Amz-Date", "20150830T124101Z")]).contains(
        "Signature not yet current: 20150830T124101Z is still later than 20150830T124100Z (20150830T123600Z + 5 min.)"
    ));
    let unsigned_host = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=x-amz-date, Signature=00";
    assert!(told(unsigned_host, &dated).contains("must be a 'SignedHeader'"));
}

#[test]
fn a_stated_payload_hash_must_be_true_and_unsigned_payloads_need_tls() {
    let now = date::parse_basic(SUITE).unwrap();
    let key = key();
    let signer = Signer {
        key: key.id.clone(),
        secret: key.secret.clone(),
        token: None,
        region: "us-east-1".into(),
        service: "service".into(),
    };
    let hash = sha256(b"body");
    let mut honest = request("POST /", &[("Host", "localhost"), ("x-amz-content-sha256", &hash)], "body");
    sign(&mut honest, &signer, now);
    checked(&honest, &key, "service", now).unwrap();
    honest.body = b"other".to_vec();
    assert!(checked(&honest, &key, "service", now).is_err());
    let mut open = request("POST /", &[("Host", "localhost"), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")], "body");
    sign(&mut open, &signer, now);
    assert!(checked(&open, &key, "service", now).unwrap_err().message().contains("TLS only"));
}
