// Every page works without this file. It adds a countdown, sends a complete code, sets the focus after
// a swap, and shows a message when the network fails.
"use strict";

const byId = (id) => document.getElementById(id);

// --- Steps: after a swap the focus goes to the first thing to do, and another step begins at its top.

const nameOf = (step) => step?.firstElementChild?.id;

let stepShown = nameOf(byId("step"));

function showTop(step) {
  if (nameOf(step) !== stepShown) scrollTo(0, 0);
  stepShown = nameOf(step);
}

function focusStep(step) {
  const heading = step.querySelector("h1");
  if (heading) heading.tabIndex = -1;
  const broken = step.querySelector(".summary") ?? step.querySelector('[aria-invalid="true"]');
  (broken ?? step.querySelector("[autofocus]") ?? heading)?.focus();
}

// A form that was out of date comes back with a fresh token, which the rest of the page takes over.
function renewTokens(step) {
  const fresh = step.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!fresh) return;
  for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = fresh;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh }));
}

// --- Sending a code again: the buttons are disabled, and a countdown beside them says how long. It is
// hidden from screen readers, which would read it out each second.

const UNITS = [[5400, 3600, "hour"], [90, 60, "minute"], [0, 1, "second"]];

function inWords(seconds) {
  const [, length, unit] = UNITS.find(([more]) => seconds > more) ?? UNITS[2];
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
  return words.format(Math.ceil(seconds / length), unit);
}

function placeOf(countdown) {
  const place = countdown.querySelector("[data-countdown]") ?? document.createElement("span");
  if (place.isConnected) return place;
  place.setAttribute("aria-hidden", "true");
  countdown.after(place);
  return place;
}

function countDown(waiting) {
  const buttons = waiting.matches("button") ? [waiting] : [...waiting.querySelectorAll("button")];
  const end = Date.now() + Number(waiting.dataset.resendAfter) * 1000;
  delete waiting.dataset.resendAfter;
  const place = placeOf(waiting);
  const tick = () => {
    const seconds = Math.ceil((end - Date.now()) / 1000);
    for (const button of buttons) button.disabled = seconds > 0;
    place.textContent = seconds > 0 ? inWords(seconds) : "";
    if (seconds > 0 && waiting.isConnected) setTimeout(tick, 250);
  };
  tick();
}

function countDownAll() {
  document.querySelectorAll("[data-resend-after]").forEach(countDown);
}

// --- The code: a pasted text is cleaned, and a complete code is sent. The server also understands what
// this script does not, such as digits of other scripts.

const GAPS = /[\s\u2010-\u2015\u2212-]/g;
const ONLY_DIGITS = /^\p{Nd}+$/u;

let codeSent = null;

// The code in a text: digits with gaps, or the only run of so many digits in a whole message.
function codeIn(text, length) {
  const together = text.replace(GAPS, "");
  if (ONLY_DIGITS.test(together)) return together;
  const runs = new Set((text.match(/\p{Nd}+/gu) ?? []).filter((run) => [...run].length === length));
  return runs.size === 1 ? [...runs][0] : null;
}

// Only a code for signing in is sent without the button: deleting an account and changing its number wait
// for it. A code that was refused is not sent again until it is edited.
function submitWhenComplete(input) {
  const code = input.value.replace(GAPS, "");
  const isComplete = ONLY_DIGITS.test(code) && [...code].length === Number(input.dataset.codeLength);
  const isBusy = document.querySelector("#step .htmx-request") !== null;
  if (!isComplete || isBusy || code === codeSent) return;
  if (input.form.dataset.submitWhenComplete === undefined) return;
  codeSent = code;
  input.form.requestSubmit();
}

document.addEventListener("paste", (event) => {
  const input = event.target;
  const length = Number(input.dataset?.codeLength);
  const code = length ? codeIn(event.clipboardData.getData("text"), length) : null;
  if (code === null) return;
  event.preventDefault();
  input.value = code;
  submitWhenComplete(input);
});

document.addEventListener("input", ({ target }) => {
  if (!target.dataset?.codeLength) return;
  if (target.value.replace(GAPS, "") !== codeSent) codeSent = null;
  submitWhenComplete(target);
});

// A phone that received the code fills it in, if its owner agrees (WebOTP).

let waitingForCode = new AbortController();

async function receiveCode() {
  waitingForCode.abort();
  const input = document.querySelector("[data-code-length]");
  if (!input || !("OTPCredential" in window)) return;
  waitingForCode = new AbortController();
  try {
    const otp = { transport: ["sms"] };
    const { code } = await navigator.credentials.get({ otp, signal: waitingForCode.signal });
    input.value = code;
    submitWhenComplete(input);
  } catch {
    // The reader declined, the browser does not support it, or the code was typed meanwhile.
  }
}

// --- A proof of work: a form that was given a challenge is sent again with its solution. A browser that
// cannot solve it lets the reader wait, as the message says.

let challenges = 0;
const MOST_CHALLENGES = 3;

function solveChallenge() {
  const field = document.querySelector("[data-challenge]");
  if (!field || !window.isSecureContext || challenges === MOST_CHALLENGES) return;
  challenges += 1;
  const note = field.form.querySelector("[role=alert]");
  const wait = note.textContent;
  const solver = new Worker(field.dataset.solver);
  note.textContent = field.dataset.solving;
  solver.onerror = () => (note.textContent = wait);
  solver.onmessage = ({ data: solution }) => {
    solver.terminate();
    if (!field.isConnected) return;
    field.value = solution;
    field.form.requestSubmit();
  };
  solver.postMessage(JSON.parse(field.dataset.challenge));
}

// --- Messages for requests without an answer.

// Automatic requests show no message, because nobody waits for them.
const isAutomatic = (element) => element?.dataset?.automatic !== undefined;

// A message lies over the page, so that it can be put away.
function showDismissals() {
  document.querySelectorAll("[data-dismiss][hidden]").forEach((button) => (button.hidden = false));
}

document.addEventListener("click", ({ target }) => target.closest("[data-dismiss]")?.parentElement.remove());

function notify(kind) {
  const notice = byId("notice");
  notice.textContent = kind ? notice.dataset[kind] : "";
}

// Whoever asks for the next thing has read what was said of the last one. Not every answer brings
// messages that would take its place: a lead beside the list says by itself what was done. A page that
// asks again each second has no event that started it.
function onRequest({ elt, requestConfig }) {
  if (isAutomatic(elt)) return;
  notify(null);
  const messages = byId("messages");
  if (requestConfig.triggeringEvent && messages.firstElementChild) messages.replaceChildren();
}

// --- The offline page (templates/sw.js) reloads once there is a network.

const { worker } = document.body.dataset;
// Registered after the page has loaded, so that the page comes first on a slow network.
if (worker && navigator.serviceWorker) {
  addEventListener("load", () => navigator.serviceWorker.register(worker).catch(() => {}));
}
if (byId("offline")) addEventListener("online", () => location.reload());

// --- Event listeners.

document.addEventListener("htmx:beforeRequest", ({ detail }) => onRequest(detail));
for (const [event, kind] of [
  ["htmx:sendError", "offline"],
  ["htmx:timeout", "offline"],
  ["htmx:responseError", "failure"],
]) {
  document.addEventListener(event, ({ detail }) => isAutomatic(detail.elt) || notify(kind));
}
// Before the page is painted, so that nobody sees it move.
document.addEventListener("htmx:afterSwap", ({ detail }) => detail.target.id === "step" && showTop(detail.target));
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  showDismissals();
  renewTokens(detail.target);
  if (detail.target.id !== "step") return;
  countDownAll();
  receiveCode();
  solveChallenge();
  focusStep(detail.target);
});

countDownAll();
receiveCode();
solveChallenge();
showDismissals();
