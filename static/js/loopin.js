// Every page works without this file. It adds a countdown, looks after the focus, and says kindly
// when the network fails.
"use strict";

const byId = (id) => document.getElementById(id);

// --- Steps: after a swap the reader goes on where something is to be done.

function focusStep(step) {
  const heading = step.querySelector("h1");
  if (heading) heading.tabIndex = -1;
  const broken = step.querySelector(".summary") ?? step.querySelector('[aria-invalid="true"]');
  (broken ?? step.querySelector("[autofocus]") ?? heading)?.focus();
}

// --- Numbers: most begin alike. Filled in here and not by the server, to leave the caret behind it.

function offerPrefix(input) {
  const prefix = input.dataset?.prefix;
  if (!prefix || (input.value && input.value !== prefix)) return;
  input.value = prefix;
  input.setSelectionRange(prefix.length, prefix.length);
}

// --- Sending a code again: the button says how long to wait.

function inWords(seconds) {
  if (seconds > 5400) return `${Math.ceil(seconds / 3600)} h`;
  return seconds > 90 ? `${Math.ceil(seconds / 60)} min` : `${seconds} s`;
}

function countDown(button) {
  const words = button.textContent;
  const end = Date.now() + Number(button.dataset.resendAfter) * 1000;
  delete button.dataset.resendAfter;
  const tick = () => {
    const seconds = Math.ceil((end - Date.now()) / 1000);
    button.disabled = seconds > 0;
    button.textContent = seconds > 0 ? `${words} in ${inWords(seconds)}` : words;
    if (seconds > 0 && button.isConnected) setTimeout(tick, 250);
  };
  tick();
}

function countDownAll() {
  document.querySelectorAll("[data-resend-after]").forEach(countDown);
}

// --- The code: a phone that received it fills it in, if its owner agrees (WebOTP).

let waitingForCode = new AbortController();

async function receiveCode() {
  waitingForCode.abort();
  const input = document.querySelector('[autocomplete="one-time-code"]');
  if (!input || !("OTPCredential" in window)) return;
  waitingForCode = new AbortController();
  try {
    const otp = { transport: ["sms"] };
    const { code } = await navigator.credentials.get({ otp, signal: waitingForCode.signal });
    input.value = code;
    // Signing in goes on by itself; deleting an account, or changing its number, waits for its owner.
    if (byId("verify")) input.form.requestSubmit();
  } catch {
    // Not agreed, not supported, or typed by hand meanwhile.
  }
}

// --- What no answer of ours can say.

// Nobody waits for what a page asks by itself.
const isAutomatic = (element) => element?.dataset?.automatic !== undefined;

function notify(kind) {
  const notice = byId("notice");
  notice.textContent = kind ? notice.dataset[kind] : "";
}

// --- Wiring.

document.addEventListener("htmx:beforeRequest", ({ detail }) => isAutomatic(detail.elt) || notify(null));
for (const [event, kind] of [
  ["htmx:sendError", "offline"],
  ["htmx:timeout", "offline"],
  ["htmx:responseError", "failure"],
]) {
  document.addEventListener(event, ({ detail }) => isAutomatic(detail.elt) || notify(kind));
}
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target.id !== "step") return;
  countDownAll();
  receiveCode();
  focusStep(detail.target);
});

document.addEventListener("focusin", ({ target }) => offerPrefix(target));

offerPrefix(document.activeElement);
countDownAll();
receiveCode();
