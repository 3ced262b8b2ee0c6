// Passkeys: a form with data-passkey asks the browser for one and sends its answer; data-options is what the server asks.
const words = {
  none: "这个浏览器不能用通行密钥。请用动态口令。",
  again: "没有完成。请再试一次；设备没有反应，请用动态口令。",
  known: "这台设备已经添加过了，不用再添加。",
};

/** The bytes of a base64url text. */
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

/** The base64url text of bytes. */
function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** What the server asks, with bytes where the browser wants bytes. */
function question(form) {
  const asked = JSON.parse(form.dataset.options);
  asked.challenge = bytes(asked.challenge);
  if (asked.user) asked.user.id = bytes(asked.user.id);
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    for (const one of asked[list] ?? []) one.id = bytes(one.id);
  }
  return { publicKey: asked };
}

/** What the device answered, as the server reads it. */
function answer(credential) {
  const said = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) said[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response: said });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const kind = form.dataset?.passkey;
  if (!kind || form.elements.passkey.value) return;
  event.preventDefault();
  const said = form.querySelector("[data-said]");
  said.hidden = true;
  try {
    if (!window.PublicKeyCredential) throw new DOMException("", "NotSupportedError");
    form.elements.passkey.value = answer(await navigator.credentials[kind](question(form)));
    form.requestSubmit();
  } catch (error) {
    said.textContent = { NotSupportedError: words.none, InvalidStateError: words.known }[error.name] ?? words.again;
    said.hidden = false;
  }
});
