// Passkeys on the pages: calls the browser's credentials with the options in the form, and sends the form with what comes.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  const button = document.getElementById("passkey-button");
  const failed = document.getElementById("passkey-failed");
  const conditional = form && form.dataset.passkey === "conditional";
  if (!form || !window.PublicKeyCredential || (!button && !conditional)) return;

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (character) => character.charCodeAt(0)).buffer;
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withIds = (list) => (list || []).map((item) => ({ ...item, id: bytes(item.id) }));

  const ask = async () => {
    const options = JSON.parse(form.dataset.options);
    options.challenge = bytes(options.challenge);
    if (form.dataset.passkey === "create") {
      options.user.id = bytes(options.user.id);
      options.excludeCredentials = withIds(options.excludeCredentials);
      return navigator.credentials.create({ publicKey: options });
    }
    options.allowCredentials = withIds(options.allowCredentials);
    return navigator.credentials.get({ publicKey: options, mediation: conditional ? "conditional" : "optional" });
  };

  const described = (credential) => {
    const { response } = credential;
    const members = { clientDataJSON: text(response.clientDataJSON) };
    if (response.attestationObject) {
      members.attestationObject = text(response.attestationObject);
      members.transports = response.getTransports ? response.getTransports() : [];
      if (response.getAuthenticatorData) members.authenticatorData = text(response.getAuthenticatorData());
    } else {
      members.authenticatorData = text(response.authenticatorData);
      members.signature = text(response.signature);
      if (response.userHandle) members.userHandle = text(response.userHandle);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: members,
    });
  };

  // The browser offers passkeys where the name is typed, and nothing happens unless one is picked.
  const offer = async () => {
    const can = PublicKeyCredential.isConditionalMediationAvailable;
    if (!can || !(await can.call(PublicKeyCredential))) return;
    try {
      form.elements.credential.value = described(await ask());
      form.submit();
    } catch (error) {
      console.info(error);
    }
  };
  if (conditional) {
    offer();
    return;
  }

  const run = async (quietly) => {
    failed.hidden = true;
    button.disabled = true;
    try {
      form.elements.credential.value = described(await ask());
      form.submit();
    } catch (error) {
      console.info(error);
      failed.hidden = quietly;
      button.disabled = false;
    }
  };

  button.addEventListener("click", () => run(false));
  // Some browsers want a click first; there the button stays.
  run(true);
})();
