// The sales desk. It works without this file. With it the list stays up to date by itself, rows do
// not move while somebody works with them, and keys do what the mouse does.

const VISIBLE_MS = 1000;
const HIDDEN_MS = 15000;
const LOST_MS = 5000;
const LOST_MAX_MS = 60000;
const QUIET_FAILURES = 1; // a restart of the server goes unnoticed
const SLEPT_MS = 10000;
const VIEWS_MS = 60000;
const SCROLLED_PX = 120;

const byId = (id) => document.getElementById(id);
const list = () => byId("list");
const rows = () => [...document.querySelectorAll("#list tbody tr")];
const linkOf = (row) => row?.querySelector(".number a");
const checkboxes = () => [...document.querySelectorAll('#list tbody input[name="lead"]')];
const checked = () => checkboxes().filter((box) => box.checked);
// A search that is refused is answered with a list, too: an empty one that says why.
const isList = (xhr) => xhr.status === 429 && xhr.getResponseHeader("ETag") !== null;
const isDesk = (element) => element?.id === "list";

let isPaused = false;
let failures = 0;
let pollTimer;
let mayMove = false; // the reader asked for the new leads: true for one poll
let shownIds = new Set(); // the rows before the list was swapped
let opener = "";

function announce(words) {
  byId("news").textContent = words;
}

// The page has the sentences in its reader's language: one for a single thing, one for several.
function counted(count, one, many) {
  return count === 1 ? one : many.replace("{count}", count);
}

// --- While somebody works with the list, rows may change but do not move, so that nobody loses their
// place.

function isBusy() {
  if (!rows().length) return false;
  const selection = getSelection();
  return (
    (matchMedia("(hover: hover)").matches && list().matches(":hover")) ||
    list().contains(document.activeElement) ||
    checked().length > 0 ||
    scrollY > SCROLLED_PX ||
    isDrawerOpen() ||
    (!selection.isCollapsed && list().contains(selection.anchorNode))
  );
}

function configurePoll(request) {
  const { headers } = request;
  const { etag, frozen, url } = list().dataset;
  // htmx goes on with the address of before for a moment after the list was swapped.
  request.path = url;
  const isFrozen = isBusy() && !mayMove;
  headers["Desk-Rows"] = rows().map((row) => row.id.slice("lead-".length)).join(",");
  if (isFrozen) headers["Desk-Hold"] = "1";
  // Without its ETag, a desk that was frozen gets the rows of its view though nothing has happened since.
  if (isFrozen || frozen === undefined) headers["If-None-Match"] = etag;
  mayMove = false;
}

// --- Polling: every second while the page is visible, rarely while it is hidden or the server is down.

function pause() {
  if (failures > QUIET_FAILURES) {
    return Math.min(LOST_MAX_MS, LOST_MS * 2 ** (failures - QUIET_FAILURES - 1));
  }
  return document.hidden ? HIDDEN_MS : VISIBLE_MS;
}

function pollLater() {
  clearTimeout(pollTimer);
  if (!isPaused) pollTimer = setTimeout(poll, pause() * (0.9 + Math.random() * 0.2));
}

function poll() {
  if (!isPaused && !byId("sign-in").open) htmx.trigger("#list", "poll");
  pollLater();
}

function pollNow() {
  failures = 0;
  poll();
}

function showState() {
  const live = byId("live");
  const isLost = failures > QUIET_FAILURES;
  const state = isPaused ? "paused" : isLost ? "lost" : "live";
  if (live.dataset.state === state && live.textContent) return;
  const words = live.dataset[state];
  if (state === "lost" || live.dataset.state === "lost") announce(words);
  live.dataset.state = state;
  live.textContent = words;
}

function showTime() {
  const now = new Date();
  byId("updated").dateTime = now.toISOString();
  byId("updated").textContent = now.toLocaleTimeString("en-GB", { timeZone: "Asia/Kolkata" });
}

function onAnswer(xhr) {
  if (xhr.status === 401) return pollLater(); // sign_in_dialog.js asks who is there
  const etag = xhr.getResponseHeader("ETag");
  const isAnswer = xhr.status === 200 || xhr.status === 304 || isList(xhr);
  failures = isAnswer ? 0 : failures + 1;
  if (isAnswer) showTime();
  if (xhr.status === 304 && etag) list().dataset.etag = etag;
  showState();
  pollLater();
}

function togglePause() {
  isPaused = !isPaused;
  const { pause, goOn } = byId("pause").dataset;
  byId("pause").textContent = isPaused ? goOn : pause;
  byId("pause").setAttribute("aria-pressed", String(isPaused));
  showState();
  if (isPaused) clearTimeout(pollTimer);
  else pollNow();
}

// --- New leads are marked, and announced to screen readers.

function announceArrivals() {
  const arrived = rows().filter((row) => !shownIds.has(row.id));
  arrived.forEach((row) => row.classList.add("arrived"));
  const { one, many } = byId("news").dataset;
  if (arrived.length) announce(counted(arrived.length, one, many));
}

function announceNewCount(before) {
  const count = Number(list().dataset.news);
  const { oneAbove, manyAbove } = byId("news").dataset;
  if (count && count !== before) announce(counted(count, oneAbove, manyAbove));
}

function showNews(event) {
  event.preventDefault();
  scrollTo({ top: 0 });
  mayMove = true;
  pollNow();
}

// --- Checked rows.

function showChecked() {
  const count = checked().length;
  byId("bulk").classList.toggle("open", count > 0);
  const { one, many } = byId("checked").dataset;
  byId("checked").textContent = counted(count, one, many);
  const all = byId("check-all");
  if (!all) return;
  all.hidden = false;
  all.checked = count > 0 && count === checkboxes().length;
  all.indeterminate = count > 0 && count < checkboxes().length;
}

function onChange({ target }) {
  if (target.id === "check-all") checkboxes().forEach((box) => (box.checked = target.checked));
  if (target.id === "use-keys") rememberKeys(target.checked);
  showChecked();
}

function afterListChanged() {
  document.querySelectorAll('form [name="query"]').forEach((input) => (input.value = list().dataset.query));
  showChecked();
}

// A checkbox stays as the reader left it, because the server does not know which rows are checked.
Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
  !(node.id === "check-all" || (name === "checked" && node.name === "lead"));

// --- The drawer.

function isDrawerOpen() {
  return byId("drawer").childElementCount > 0;
}

function closeDrawer() {
  byId("drawer").replaceChildren();
  history.pushState({ htmx: true }, "", list().dataset.url);
  (byId(opener) ?? linkOf(rows()[0]))?.focus();
}

function onDrawerSwap() {
  const heading = byId("drawer").querySelector("h1, h2");
  if (heading) heading.tabIndex = -1;
  if (!byId("drawer").contains(document.activeElement)) heading?.focus();
}

// --- Keys. They can be switched off (WCAG 2.1.4).

const KEYS_SETTING = "desk-keys";

function usesKeys() {
  try {
    return localStorage.getItem(KEYS_SETTING) !== "off";
  } catch {
    return true;
  }
}

function rememberKeys(isOn) {
  try {
    localStorage.setItem(KEYS_SETTING, isOn ? "on" : "off");
  } catch {
    // Without storage the choice lasts until the reader leaves the page.
  }
}

function currentRow() {
  return document.activeElement?.closest("#list tbody tr");
}

function move(step) {
  const all = rows();
  const at = all.indexOf(currentRow() ?? byId(opener)?.closest("tr"));
  const next = at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step));
  linkOf(all[next])?.focus();
}

const KEYS = {
  "/": () => document.querySelector('#filters [name="q"]').focus(),
  j: () => move(1),
  k: () => move(-1),
  c: () => currentRow()?.querySelector("button[formaction]")?.click(),
  x: () => currentRow()?.querySelector('input[name="lead"]').click(),
  p: togglePause,
  "?": () => byId("help").showModal(),
};

function isTyping(element) {
  return element.isContentEditable || element.matches('textarea, select, input:not([type="checkbox"])');
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (byId("help").open || event.isComposing) return;
  if (event.key === "Escape" && isDrawerOpen()) return closeDrawer();
  const act = Object.hasOwn(KEYS, event.key) && KEYS[event.key];
  if (!act || isTyping(event.target) || !byId("use-keys").checked) return;
  event.preventDefault();
  act();
}

// --- Event listeners.

function onClick(event) {
  const { target } = event;
  if (target.closest("#show-news")) showNews(event);
  if (target.closest(`#close-drawer, #drawer a[href="${document.querySelector("#filters").getAttribute("action")}"]`)) {
    event.preventDefault();
    closeDrawer();
  }
}

function onConfigRequest({ detail }) {
  if (isDesk(detail.elt)) configurePoll(detail);
  if (detail.elt.id !== "filters") return;
  for (const [name, value] of [...detail.formData.entries()]) {
    if (value === "") detail.formData.delete(name);
  }
}

function onBeforeSwap({ detail }) {
  if (detail.target.id !== "list") return;
  shownIds = new Set(rows().map((row) => row.id));
  // The leads stay on the screen when one poll fails.
  if (detail.xhr.status >= 400 && !isList(detail.xhr)) detail.shouldSwap = false;
}

let newCountBefore = 0;

function onAfterSwap({ detail }) {
  if (detail.target.id === "drawer") onDrawerSwap();
  if (detail.target.id !== "list") return;
  if (isDesk(detail.requestConfig.elt)) announceArrivals();
  announceNewCount(newCountBefore);
  newCountBefore = Number(list().dataset.news);
  afterListChanged();
}

function watchSleep() {
  let last = Date.now();
  setInterval(() => {
    if (!document.hidden && Date.now() - last > SLEPT_MS) pollNow();
    last = Date.now();
  }, 2000);
}

document.addEventListener("htmx:configRequest", onConfigRequest);
document.addEventListener("htmx:beforeSwap", onBeforeSwap);
document.addEventListener("htmx:afterSwap", onAfterSwap);
document.addEventListener("htmx:afterRequest", ({ detail }) => isDesk(detail.elt) && onAnswer(detail.xhr));
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target.id === "drawer") opener = detail.elt.id;
});
document.addEventListener("visibilitychange", () => (document.hidden ? pollLater() : pollNow()));
document.addEventListener("click", onClick);
document.addEventListener("change", onChange);
document.addEventListener("keydown", onKey);
addEventListener("pageshow", (event) => event.persisted && pollNow());
addEventListener("online", pollNow);
addEventListener("offline", () => {
  failures = QUIET_FAILURES + 1;
  showState();
});
byId("pause").addEventListener("click", togglePause);
byId("show-help").addEventListener("click", () => byId("help").showModal());

document.documentElement.classList.add("scripted");
byId("live-bar").hidden = false;
byId("use-keys").checked = usesKeys();
setInterval(() => document.hidden || htmx.trigger("#saved", "refresh"), VIEWS_MS);
watchSleep();
showTime();
showState();
showChecked();
pollLater();
