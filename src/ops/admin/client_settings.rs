//! What `poolhouse show CLIENT_ID` and the pages of development mode say of a client.

use serde_json::Value;

/// Where a client's programs find what they need, and settings to paste: from what DescribeClient answers.
pub fn client_settings(client: &Value) -> String {
    let of = |name: &str| client.get(name).and_then(Value::as_str).unwrap_or_default();
    let (id, pool, region, endpoint) = (of("ClientId"), of("UserPoolId"), of("Region"), of("Endpoint"));
    let (issuer, keys, pages) = (of("Issuer"), of("JwksUri"), of("PagesUrl"));
    let secret = match client.get("HasSecret") {
        Some(Value::Bool(true)) => "yes; describe-user-pool-client shows it",
        _ => "no",
    };
    format!(
        "client      {id} ({})\n\
         secret      {secret}\n\
         pool        {pool}\n\
         region      {region}\n\
         endpoint    {endpoint}\n\
         issuer      {issuer}\n\
         keys        {keys}\n\
         discovery   {issuer}/.well-known/openid-configuration\n\
         pages       {pages}\n\n\
         # Amplify v6\n\
         Amplify.configure({{ Auth: {{ Cognito: {{\n  userPoolId: \"{pool}\", userPoolClientId: \"{id}\", userPoolEndpoint: \"{endpoint}\"\n}} }} }})\n\n\
         # Amplify's adapter for Next.js checks tokens at AWS's name: poolhouse tls aws-names --region {region}\n\
         createServerRunner({{ config: {{ auth: {{ user_pool_id: \"{pool}\", user_pool_client_id: \"{id}\", aws_region: \"{region}\" }} }} }})\n\n\
         # passport-jwt and jwks-rsa (Express, Nest)\n\
         {{ issuer: \"{issuer}\", algorithms: [\"RS256\"], jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),\n  \
         secretOrKeyProvider: passportJwtSecret({{ jwksUri: \"{keys}\", cache: true, rateLimit: true }}) }}\n\n\
         # aws-jwt-verify\n\
         JwtVerifier.create({{ issuer: \"{issuer}\", audience: null, jwksUri: \"{keys}\" }})  // then validateCognitoJwtFields\n\n\
         # FastAPI, Flask and others with PyJWT\n\
         key = jwt.PyJWKClient(\"{keys}\").get_signing_key_from_jwt(token)\n\
         claims = jwt.decode(token, key.key, algorithms=[\"RS256\"], issuer=\"{issuer}\", options={{\"verify_aud\": False}})\n\
         assert claims[\"client_id\"] == \"{id}\"  # access tokens; of ID tokens it is claims[\"aud\"]\n\n\
         # Django REST framework with djangorestframework-simplejwt\n\
         SIMPLE_JWT = {{\"ALGORITHM\": \"RS256\", \"JWK_URL\": \"{keys}\", \"ISSUER\": \"{issuer}\", \"USER_ID_CLAIM\": \"sub\", \"TOKEN_TYPE_CLAIM\": \"token_use\"}}\n\n\
         # Spring Boot\n\
         spring.security.oauth2.resourceserver.jwt.issuer-uri={issuer}\n\n\
         # API gateways: Envoy's jwt_authn, Kong, Traefik, APISIX take these two\n\
         issuer: {issuer}\n\
         jwks_uri: {keys}\n",
        of("ClientName"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_name_what_the_server_told() {
        let client = json!({
            "ClientId": "abc", "ClientName": "web", "UserPoolId": "eu-west-1_a", "Region": "eu-west-1", "HasSecret": true,
            "Endpoint": "https://id.example.org", "Issuer": "https://id.example.org/eu-west-1_a",
            "JwksUri": "https://id.example.org/eu-west-1_a/.well-known/jwks.json", "PagesUrl": "https://login.example.org",
        });
        let text = client_settings(&client);
        for expected in [
            "userPoolEndpoint: \"https://id.example.org\"",
            "jwt.issuer-uri=https://id.example.org/eu-west-1_a\n",
            "PyJWKClient(\"https://id.example.org/eu-west-1_a/.well-known/jwks.json\")",
            "pages       https://login.example.org",
        ] {
            assert!(text.contains(expected), "{expected}\n{text}");
        }
    }
}
