// Two applications of one page each that sign in by redirects: one on oidc-client-ts, one on Amplify. Their settings come with
// the first address, and stay in the tab.
import { Amplify } from "aws-amplify";
import "aws-amplify/auth/enable-oauth-listener";
import { fetchAuthSession, getCurrentUser, signInWithRedirect, signOut } from "aws-amplify/auth";
import { Hub } from "aws-amplify/utils";
import { UserManager, WebStorageStateStore } from "oidc-client-ts";

const asked = new URLSearchParams(location.search);
if (asked.has("settings")) sessionStorage.settings = asked.get("settings");
const settings = JSON.parse(sessionStorage.settings);
const HERE = `${location.origin}/redirects.html`;

if (settings.amplify) {
  Hub.listen("auth", ({ payload }) => {
    window.heard = [...(window.heard ?? []), payload.event];
    if (payload.event.endsWith("_failure")) window.failure = String(payload.data?.error ?? payload.event);
  });
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId: settings.pool,
        userPoolClientId: settings.client,
        userPoolEndpoint: settings.server,
        loginWith: {
          oauth: { domain: settings.domain, scopes: ["openid", "email"], responseType: "code", redirectSignIn: [HERE], redirectSignOut: [HERE] },
        },
      },
    },
  });
  window.amplify = {
    signIn: () => void signInWithRedirect({ customState: "kept" }),
    signOut: () => void signOut(),
    user: async () => {
      if (window.failure) return { failure: window.failure };
      const { tokens } = await fetchAuthSession();
      if (!tokens) return null;
      return { name: (await getCurrentUser()).username, email: tokens.idToken.payload.email, access: tokens.accessToken.toString(), heard: window.heard };
    },
    renew: async () => (await fetchAuthSession({ forceRefresh: true })).tokens.accessToken.toString(),
  };
} else {
  const manager = new UserManager({
    authority: settings.issuer,
    client_id: settings.client,
    redirect_uri: HERE,
    post_logout_redirect_uri: HERE,
    response_type: "code",
    scope: "openid email",
    loadUserInfo: true,
    automaticSilentRenew: false,
    userStore: new WebStorageStateStore({ store: sessionStorage }),
  });
  window.oidc = {
    signIn: () => void manager.signinRedirect({ state: "kept", nonce: crypto.randomUUID() }),
    signOut: () => void manager.signoutRedirect({ state: "bye" }),
    back: async () => {
      const user = await manager.signinRedirectCallback();
      return { name: user.profile["cognito:username"], email: user.profile.email, username: user.profile.username, state: user.state };
    },
    renew: async () => {
      const [before, after] = [await manager.getUser(), await manager.signinSilent()];
      return { changed: before.access_token !== after.access_token, sub: before.profile.sub === after.profile.sub };
    },
    left: async () => (await manager.signoutRedirectCallback()).userState ?? "",
    user: async () => (await manager.getUser())?.profile.sub ?? null,
  };
}

document.getElementById("state").textContent = "ready";
