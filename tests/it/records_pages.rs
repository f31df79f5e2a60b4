//! Looks and links of a pool's own pages: classic customization, styles of managed login, terms.

use crate::house::{House, merged, text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poolhouse::config::server::ServerConfig;
use poolhouse::http;
use serde_json::{Value, json};
use std::net::SocketAddr;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and the rest of a picture";

async fn house() -> House {
    House::new(json!({}), json!({})).await
}

async fn with_domain() -> House {
    let house = house().await;
    house.done("CreateUserPoolDomain", json!({"UserPoolId": house.pool, "Domain": "shop"})).await;
    house
}

fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// What a browser gets at an address of this server: status, headers and body.
async fn browse(house: &House, url: &str) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
    let any = ServerConfig { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..ServerConfig::default() };
    let listeners = http::bind(&any).unwrap();
    let base = format!("http://{}", listeners.main_address().unwrap());
    let path = url.find("/_assets").map(|at| &url[at..]).unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = http::serve(house.app.services.clone(), listeners, |_| {}, async {
        let _ = stopped.await;
    });
    let guest = async {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let response = client.get(format!("{base}{path}")).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap().to_vec();
        stop.send(()).unwrap();
        (status, headers, body)
    };
    let (served, answer) = futures::future::join(server, guest).await;
    served.unwrap();
    answer
}

#[tokio::test]
async fn the_classic_look_needs_a_domain_and_a_client_falls_back_to_all() {
    let bare = house().await;
    let fault = bare.refused("SetUICustomization", json!({"UserPoolId": bare.pool, "CSS": ""})).await;
    assert_eq!(fault, "InvalidParameterException: There has to be an existing domain associated with this user pool");

    let house = with_domain().await;
    let of_all = json!({"UserPoolId": house.pool});
    let of_client = merged(of_all.clone(), json!({"ClientId": house.client}));
    assert_eq!(house.done("GetUICustomization", of_client.clone()).await, json!({"UICustomization": {}}));
    let css = ".logo-customizable { max-width: 60%; }";
    let set =
        house.done("SetUICustomization", merged(of_all.clone(), json!({"CSS": css, "ImageFile": base64(PNG)}))).await;
    assert_eq!(
        (&set["UICustomization"]["ClientId"], &set["UICustomization"]["CSSVersion"]),
        (&json!("ALL"), &json!("20260101000000"))
    );
    let seen = house.done("GetUICustomization", of_client.clone()).await;
    assert_eq!((&seen["UICustomization"]["CSS"], &seen["UICustomization"]["ClientId"]), (&json!(css), &json!("ALL")));

    let url = text(&set["UICustomization"]["ImageUrl"]);
    let (status, headers, body) = browse(&house, &url).await;
    assert_eq!((status, body.as_slice()), (200, PNG));
    assert_eq!(headers["content-type"], "image/png");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert!(headers["content-security-policy"].to_str().unwrap().contains("sandbox"));

    let own = ".submitButton-customizable:hover { color: #fff; }";
    house.done("SetUICustomization", merged(of_client.clone(), json!({"CSS": own}))).await;
    assert_eq!(house.done("GetUICustomization", of_client.clone()).await["UICustomization"]["CSS"], own);
    house.done("SetUICustomization", of_client.clone()).await;
    assert_eq!(
        house.done("GetUICustomization", of_client.clone()).await["UICustomization"]["CSS"],
        css,
        "the own look is gone"
    );
    house.done("SetUICustomization", of_all).await;
    assert_eq!(browse(&house, &url).await.0, 404, "the image went with the look");
}

#[tokio::test]
async fn looks_that_load_run_or_lie_are_refused() {
    let house = with_domain().await;
    let other = house.another_pool(json!({})).await;
    for (asked, words) in [
        (json!({"CSS": ".other { color: red }"}), "not a class"),
        (json!({"CSS": ".logo-customizable { background: url(https://x.example/) }"}), "not allowed"),
        (json!({"CSS": "@import 'x';"}), "only rules for classes"),
        (json!({"CSS": ".logo-customizable { color: red } </style>"}), "not allowed"),
        (json!({"ImageFile": base64(b"<svg onload='x'/>")}), "PNG"),
        (json!({"ImageFile": base64(b"GIF89a")}), "PNG"),
    ] {
        let fault = house.refused("SetUICustomization", merged(json!({"UserPoolId": house.pool}), asked)).await;
        assert!(fault.starts_with("InvalidParameterException") && fault.contains(words), "{fault}");
    }
    for operation in ["SetUICustomization", "GetUICustomization"] {
        let foreign = json!({"UserPoolId": house.pool, "ClientId": "nobody"});
        assert!(house.refused(operation, foreign).await.starts_with("ResourceNotFoundException"));
    }
    let foreign = house.refused("GetUICustomization", json!({"UserPoolId": other, "ClientId": house.client})).await;
    assert!(foreign.starts_with("ResourceNotFoundException"), "a client of another pool");
}

fn asset(category: &str, extension: &str, bytes: &[u8]) -> Value {
    json!({"Category": category, "ColorMode": "LIGHT", "Extension": extension, "Bytes": base64(bytes)})
}

#[tokio::test]
async fn styles_come_change_and_go_with_their_images() {
    let house = house().await;
    let of = json!({"UserPoolId": house.pool, "ClientId": house.client});
    let settings =
        json!({"components": {"primaryButton": {"lightMode": {"defaults": {"backgroundColor": "ff0000ff"}}}}});
    let asked = merged(of.clone(), json!({"Settings": settings, "Assets": [asset("FORM_LOGO", "PNG", PNG)]}));
    let made = house.done("CreateManagedLoginBranding", asked.clone()).await["ManagedLoginBranding"].clone();
    assert_eq!((&made["Settings"], &made["Assets"][0]["Bytes"]), (&settings, &json!(base64(PNG))));
    assert!(
        house.refused("CreateManagedLoginBranding", asked).await.starts_with("ManagedLoginBrandingExistsException")
    );

    let by_id = json!({"UserPoolId": house.pool, "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]});
    let merged_look = merged(of.clone(), json!({"ReturnMergedResources": true}));
    let whole = house.done("DescribeManagedLoginBrandingByClient", merged_look.clone()).await["ManagedLoginBranding"]["Settings"].clone();
    let button = &whole["components"]["primaryButton"]["lightMode"]["defaults"];
    assert_eq!((&button["backgroundColor"], &button["textColor"]), (&json!("ff0000ff"), &json!("ffffffff")));
    let plain = house.done("DescribeManagedLoginBranding", by_id.clone()).await["ManagedLoginBranding"].clone();
    assert_eq!(plain["Settings"], settings);

    // An image that is named by its id stays; one that is not named goes.
    let id = text(&made["Assets"][0]["ResourceId"]);
    let url = format!("/_assets/{}/{id}", house.pool);
    let kept = json!({"Category": "FORM_LOGO", "ColorMode": "DARK", "Extension": "PNG", "ResourceId": id});
    let both = json!({"Assets": [kept, asset("FAVICON_SVG", "SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>")]});
    let changed =
        house.done("UpdateManagedLoginBranding", merged(by_id.clone(), both)).await["ManagedLoginBranding"].clone();
    assert_eq!(changed["Assets"].as_array().unwrap().len(), 2);
    assert_eq!(changed["Settings"], settings, "what is left out stays");
    assert_eq!(browse(&house, &url).await.0, 200);
    let defaults = json!({"UseCognitoProvidedValues": true});
    let reset =
        house.done("UpdateManagedLoginBranding", merged(by_id.clone(), defaults)).await["ManagedLoginBranding"].clone();
    assert_eq!((&reset["UseCognitoProvidedValues"], &reset["Assets"]), (&json!(true), &json!([])));
    assert!(reset.get("Settings").is_none());
    assert_eq!(browse(&house, &url).await.0, 404);

    house.done("DeleteManagedLoginBranding", by_id.clone()).await;
    for operation in ["DescribeManagedLoginBranding", "DeleteManagedLoginBranding"] {
        assert!(house.refused(operation, by_id.clone()).await.starts_with("ResourceNotFoundException"));
    }
    assert!(house.refused("DescribeManagedLoginBrandingByClient", of).await.starts_with("ResourceNotFoundException"));
}

#[tokio::test]
async fn styles_that_are_no_styles_are_refused_and_their_number_is_bounded() {
    let house = house().await;
    let of = json!({"UserPoolId": house.pool, "ClientId": house.client});
    let big = [PNG, &[0; 900_000]].concat();
    for (asked, words) in [
        (json!({}), "required"),
        (json!({"UseCognitoProvidedValues": true, "Settings": {"components": {}}}), "together"),
        (json!({"Settings": {"colour": "red"}}), "colour"),
        (json!({"Assets": [asset("FORM_LOGO", "PNG", b"GIF89a")]}), "not what its extension"),
        (json!({"Assets": [asset("FORM_LOGO", "SVG", b"<svg><script>1</script></svg>")]}), "not what its extension"),
        (json!({"Assets": [asset("FAVICON_ICO", "PNG", PNG)]}), "extension"),
        (json!({"Assets": [asset("FORM_LOGO", "PNG", PNG), asset("FORM_LOGO", "PNG", PNG)]}), "more than once"),
        (
            json!({"Assets": [{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "ResourceId": "x"}]}),
            "does not have",
        ),
        (json!({"Assets": [{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG"}]}), "needs"),
        (
            json!({"Assets": [asset("FORM_LOGO", "PNG", &big), asset("PAGE_BACKGROUND", "PNG", &big), asset("EMAIL_GRAPHIC", "PNG", &big)]}),
            "together",
        ),
    ] {
        let fault = house.refused("CreateManagedLoginBranding", merged(of.clone(), asked)).await;
        assert!(fault.starts_with("InvalidParameterException") && fault.contains(words), "{fault}");
    }
    assert!(
        house
            .refused("UpdateManagedLoginBranding", json!({"UseCognitoProvidedValues": true}))
            .await
            .contains("required")
    );
    for _ in 0..20 {
        let client = house.another_client(json!({})).await;
        let asked = json!({"UserPoolId": house.pool, "ClientId": client, "UseCognitoProvidedValues": true});
        house.done("CreateManagedLoginBranding", asked).await;
    }
    let more = house.refused("CreateManagedLoginBranding", merged(of, json!({"UseCognitoProvidedValues": true}))).await;
    assert!(more.starts_with("LimitExceededException"), "{more}");
}

fn terms(house: &House, name: &str, url: &str) -> Value {
    json!({"UserPoolId": house.pool, "ClientId": house.client, "TermsName": name, "TermsSource": "LINK", "Enforcement": "NONE",
        "Links": {"cognito:default": url}})
}

#[tokio::test]
async fn terms_come_change_and_go() {
    let house = house().await;
    let made =
        house.done("CreateTerms", terms(&house, "terms-of-use", "https://example.com/terms")).await["Terms"].clone();
    let of = json!({"UserPoolId": house.pool, "TermsId": made["TermsId"]});
    let again = house.refused("CreateTerms", terms(&house, "terms-of-use", "https://example.com/other")).await;
    assert!(again.starts_with("TermsExistsException"), "{again}");
    house.done("CreateTerms", terms(&house, "privacy-policy", "https://example.com/privacy")).await;
    let taken = house.refused("UpdateTerms", merged(of.clone(), json!({"TermsName": "privacy-policy"}))).await;
    assert!(taken.starts_with("TermsExistsException"), "{taken}");
    for url in ["javascript:alert(1)", "example.com", "https://", "https:///x"] {
        assert!(
            house
                .refused("UpdateTerms", merged(of.clone(), json!({"Links": {"cognito:default": url}})))
                .await
                .starts_with("Invalid")
        );
    }
    let spanish = json!({"Links": {"cognito:spanish": "https://example.com/es"}});
    assert!(house.refused("UpdateTerms", merged(of.clone(), spanish)).await.contains("cognito:default"));

    let links = json!({"cognito:default": "https://example.com/new", "cognito:spanish": "https://example.com/es"});
    house.done("UpdateTerms", merged(of.clone(), json!({"Links": links}))).await;
    let by_client = json!({"UserPoolId": house.pool, "ClientId": house.client, "TermsName": "terms-of-use"});
    let found = house.done("DescribeTermsByClient", by_client.clone()).await["Terms"].clone();
    assert_eq!((&found["Links"], &found["TermsId"]), (&links, &made["TermsId"]));
    let (mut seen, mut token) = (0, Value::Null);
    loop {
        let page =
            house.done("ListTerms", json!({"UserPoolId": house.pool, "MaxResults": 1, "NextToken": token})).await;
        seen += page["Terms"].as_array().unwrap().len();
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen, 2);
    house.done("DeleteTerms", of.clone()).await;
    for operation in ["DescribeTerms", "DeleteTerms", "UpdateTerms"] {
        assert!(house.refused(operation, of.clone()).await.starts_with("ResourceNotFoundException"));
    }
    assert!(house.refused("DescribeTermsByClient", by_client).await.starts_with("ResourceNotFoundException"));
}

#[tokio::test]
async fn what_was_said_for_a_client_goes_with_it() {
    let house = with_domain().await;
    let of = json!({"UserPoolId": house.pool, "ClientId": house.client});
    let look = house.done("SetUICustomization", merged(of.clone(), json!({"ImageFile": base64(PNG)}))).await;
    let asked = merged(of.clone(), json!({"UseCognitoProvidedValues": true}));
    let style =
        house.done("CreateManagedLoginBranding", asked).await["ManagedLoginBranding"]["ManagedLoginBrandingId"].clone();
    house.done("CreateTerms", terms(&house, "terms-of-use", "https://example.com/terms")).await;
    house.done("DeleteUserPoolClient", of).await;
    let style = json!({"UserPoolId": house.pool, "ManagedLoginBrandingId": style});
    assert!(house.refused("DescribeManagedLoginBranding", style).await.starts_with("ResourceNotFoundException"));
    assert_eq!(house.done("ListTerms", json!({"UserPoolId": house.pool})).await["Terms"], json!([]));
    assert_eq!(browse(&house, &text(&look["UICustomization"]["ImageUrl"])).await.0, 404);
}
