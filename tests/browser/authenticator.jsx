// The Authenticator of Amplify UI as applications have it: `pool`, `client` and `server` come with the address.
import { Authenticator } from "@aws-amplify/ui-react";
import { Amplify } from "aws-amplify";
import { fetchAuthSession } from "aws-amplify/auth";
import { createRoot } from "react-dom/client";

const asked = new URLSearchParams(location.search);

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: asked.get("pool"),
      userPoolClientId: asked.get("client"),
      userPoolEndpoint: asked.get("server"),
      loginWith: { username: true },
      signUpVerificationMethod: "code",
      userAttributes: { email: { required: true } },
    },
  },
});

// What the test reads when somebody is signed in.
window.accessToken = async () => (await fetchAuthSession()).tokens?.accessToken?.toString() ?? null;

// With `passkeys` in the address: users are invited to make one, and may sign in with it.
const passwordless = asked.has("passkeys")
  ? { hiddenAuthMethods: ["EMAIL_OTP", "SMS_OTP"], preferredAuthMethod: "WEB_AUTHN", passkeyRegistrationPrompts: true }
  : undefined;

createRoot(document.getElementById("root")).render(
  <Authenticator signUpAttributes={["email"]} passwordless={passwordless}>
    {({ signOut, user }) => (
      <main>
        <h1>Hello {user.username}</h1>
        <button type="button" onClick={signOut}>Leave</button>
      </main>
    )}
  </Authenticator>,
);
