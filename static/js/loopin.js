// Every page works without this file. It adds a countdown, looks after the focus, says kindly when
// the network fails, and keeps the sales desk up to date.
"use strict";

const byId = (id) => document.getElementById(id);

// --- Steps: after a swap the reader goes on where something is to be done.

function focusStep(step) {
  const heading = step.querySelector("h1");
  if (heading) heading.tabIndex = -1;
  const broken = step.querySelector('[aria-invalid="true"]');
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

function notify(kind) {
  const notice = byId("notice");
  notice.textContent = kind ? notice.dataset[kind] : "";
}

// --- The desk: asks every second while somebody looks, and rarely while nobody does or can answer.

const VISIBLE_MS = 1000;
const HIDDEN_MS = 15000;
const LOST_MS = 5000;
let pollTimer;

const isDesk = (element) => element?.dataset?.etag !== undefined;
const rowsOfDesk = () => new Set([...document.querySelectorAll("#list tbody tr")].map((row) => row.id));

function pollLater(delay = document.hidden ? HIDDEN_MS : VISIBLE_MS) {
  const jitter = 0.9 + Math.random() * 0.2;
  clearTimeout(pollTimer);
  pollTimer = setTimeout(poll, delay * jitter);
}

function poll() {
  htmx.trigger("#list", "poll");
  pollLater();
}

function showLive(isLive) {
  const live = byId("live");
  const words = isLive ? live.dataset.live : live.dataset.lost;
  live.hidden = false;
  live.classList.toggle("lost", !isLive);
  if (live.textContent !== words) live.textContent = words;
}

function tellNews(known) {
  const arrived = [...rowsOfDesk()].filter((id) => !known.has(id));
  arrived.forEach((id) => byId(id).classList.add("arrived"));
  if (arrived.length) byId("news").textContent = arrived.length === 1 ? "One new lead" : `${arrived.length} new leads`;
}

function startDesk() {
  let known = rowsOfDesk();
  document.addEventListener("visibilitychange", () => (document.hidden ? pollLater() : poll()));
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (isDesk(detail.elt)) detail.headers["If-None-Match"] = detail.elt.dataset.etag;
  });
  // An error of one poll is no reason to take the leads off the screen.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    known = rowsOfDesk();
    if (detail.target.id === "list" && detail.xhr.status >= 400) detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (isDesk(detail.requestConfig.elt)) tellNews(known);
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!isDesk(detail.elt)) return;
    const isLive = detail.xhr.status === 200 || detail.xhr.status === 304;
    showLive(isLive);
    if (!isLive) pollLater(LOST_MS);
  });
  showLive(true);
  pollLater();
}

// --- Wiring.

document.addEventListener("htmx:beforeRequest", ({ detail }) => isDesk(detail.elt) || notify(null));
for (const [event, kind] of [
  ["htmx:sendError", "offline"],
  ["htmx:timeout", "offline"],
  ["htmx:responseError", "failure"],
]) {
  document.addEventListener(event, ({ detail }) => isDesk(detail.elt) || notify(kind));
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
if (byId("list")) startDesk();
