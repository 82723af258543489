"use strict";
// Passkeys (WebAuthn Level 3): asks the browser for one, or to make one, and sends what it says with the form.
// The only script of the office pages. It fetches nothing and stores nothing; without it the one-time code does everything.
(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const key = (id) => ({ type: "public-key", id: bytes(id) });

  const answer = (made, parts) =>
    JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response: Object.fromEntries(parts
      .filter((part) => made.response[part]).map((part) => [part, text(made.response[part])])) });

  const ask = async (box) => answer(await navigator.credentials.get({ publicKey: {
    challenge: bytes(box.dataset.passkey), rpId: box.dataset.host, userVerification: "required" } }),
  ["clientDataJSON", "authenticatorData", "signature", "userHandle"]);

  const make = async (box) => answer(await navigator.credentials.create({ publicKey: {
    challenge: bytes(box.dataset.new),
    rp: { id: box.dataset.host, name: box.dataset.host },
    user: { id: bytes(box.dataset.user), name: box.dataset.name, displayName: box.dataset.name },
    pubKeyCredParams: box.dataset.algorithms.split(" ").map((one) => ({ type: "public-key", alg: Number(one) })),
    excludeCredentials: box.dataset.known.split(" ").filter(Boolean).map(key),
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    attestation: "none" } }),
  ["clientDataJSON", "attestationObject"]);

  // Ask the device, put what it says into the hidden field and send the form; or say why not.
  const go = async (box, device) => {
    const field = box.querySelector("input"), button = box.querySelector("button"), said = box.querySelector("p");
    if (performance.now() > box.dataset.seconds * 1000) {
      said.textContent = box.dataset.old;
      return;
    }
    said.textContent = "";
    button.disabled = true;
    try {
      field.value = await device(box);
    } catch {
      said.textContent = box.dataset.failed;
      return;
    } finally {
      button.disabled = false;
    }
    box.closest("form").requestSubmit();
  };

  if (!window.PublicKeyCredential || !HTMLFormElement.prototype.requestSubmit) {
    return;
  }
  for (const box of document.querySelectorAll("[data-passkey]")) {
    box.hidden = false;
    box.querySelector("button").addEventListener("click", () => {
      const needed = [...box.closest("form").querySelectorAll("input[aria-required], select[aria-required]")];
      const empty = needed.find((one) => !one.value && one.name !== "otp");
      if (empty) {
        box.querySelector("p").textContent = box.dataset.first;
        empty.focus();
      } else {
        go(box, ask);
      }
    });
  }
  for (const box of document.querySelectorAll("[data-new]")) {
    const form = box.closest("form"), field = box.querySelector("input");
    form.addEventListener("submit", (event) => {
      const given = form.elements.name.value && (form.elements.otp.value || form.elements.passkey?.value);
      if (given && !field.value) {
        event.preventDefault();
        go(box, make);
      }
    });
  }
  for (const one of document.querySelectorAll("[data-with], [data-without]")) {
    one.hidden = "without" in one.dataset;
  }
})();
