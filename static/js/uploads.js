// Pictures can be added without this file. It scales them down, sends each by itself, and goes on by
// itself after the network was lost, while the page stays usable. What the server has for a file it
// knows by the file's hash, so that one which is sent twice is one picture.
"use strict";

{
  const { section, make, say, refresh, prepareUpload } = gallery;

  const FIRST_WAIT = 1000;
  const LONGEST_WAIT = 30_000;
  // Without any progress for so long, the connection is given up.
  const STALLED = 30_000;
  const BUSY = new Set([429, 502, 503, 504]);
  const MOST_TRIES = 5;

  const entries = [];

  const list = () => section()?.querySelector("[data-queue]");
  const words = () => list().dataset;
  const isUnderWay = ({ state }) => state === "waiting" || state === "sending";
  const isFailed = ({ state }) => state === "failed";

  // --- The list of files: one line for each, until its picture is in the gallery.

  function describe(entry, text) {
    entry.text.textContent = text;
    entry.item.className = entry.state;
    entry.progress.hidden = entry.state !== "sending";
    entry.again.hidden = entry.state !== "failed" || entry.isRefused;
  }

  function add(file) {
    const picture = make("img", { src: URL.createObjectURL(file), alt: "", width: 64, height: 64 });
    // Most browsers cannot show HEIC, so only the name is shown.
    picture.addEventListener("error", () => picture.classList.add("unshown"));
    const name = make("strong", { textContent: file.name });
    const text = make("span", { className: "state" });
    const progress = make("progress", { max: 1, value: 0, hidden: true });
    progress.setAttribute("aria-label", file.name);
    const again = make("button", { type: "button", textContent: words().again, hidden: true });
    const remove = make("button", { type: "button", textContent: words().remove });
    for (const button of [again, remove]) {
      button.setAttribute("aria-label", `${button.textContent}: ${file.name}`);
    }
    const tools = make("span", { className: "tools" }, again, remove);
    const item = make("li", {}, picture, make("div", {}, name, text, progress), tools);
    const entry = { file, item, text, progress, again, picture, state: "waiting", tries: 0 };
    remove.addEventListener("click", () => drop(entry, true));
    again.addEventListener("click", () => {
      Object.assign(entry, { state: "waiting", tries: 0 });
      describe(entry, words().waiting);
      remove.focus();
      work();
    });
    entries.push(entry);
    list().append(item);
    describe(entry, words().waiting);
  }

  function drop(entry, isByHand) {
    const place = entries.indexOf(entry);
    entries.splice(place, 1);
    entry.state = "gone";
    entry.request?.abort();
    entry.item.remove();
    URL.revokeObjectURL(entry.picture.src);
    wake();
    if (!isByHand) return;
    const next = entries[place] ?? entries.at(-1);
    (next?.item.querySelector("button:last-child") ?? document.getElementById("id_files"))?.focus();
    settleLeaving();
  }

  function fail(entry, text, isRefused) {
    Object.assign(entry, { state: "failed", isRefused });
    describe(entry, text);
    say(`${entry.file.name}: ${text}`);
  }

  // --- Waiting: for some seconds, or until the network or the reader is back, or a file is dropped.

  let wake = () => {};

  function pause(text, milliseconds) {
    for (const entry of entries.filter(isUnderWay)) {
      entry.state = "waiting";
      describe(entry, text);
    }
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  addEventListener("online", () => wake());
  document.addEventListener("visibilitychange", () => document.hidden || wake());

  // --- Sending one file.

  function bodyOf({ upload, file }) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", words().token);
    if (upload.hash) body.append("source_hashes", upload.hash);
    body.append("files", upload.picture, file.name);
    return body;
  }

  // Resolves with the answer, or with null if there was none.
  function post(entry) {
    const request = new XMLHttpRequest();
    entry.request = request;
    request.open("POST", words().address);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("HX-Target", "pictures");
    request.setRequestHeader("HX-Current-URL", location.href);
    let timer;
    const moved = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), STALLED);
    };
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      moved();
      if (entry.state !== "sending") return;
      entry.progress.value = total ? loaded / total : 0;
      const percent = Math.round(entry.progress.value * 100);
      entry.text.textContent = words().sending.replace("%(percent)s", percent);
    });
    request.upload.addEventListener("load", () => {
      moved();
      if (entry.state !== "sending") return;
      entry.text.textContent = words().checking;
      entry.progress.removeAttribute("value");
    });
    moved();
    return new Promise((resolve) => {
      request.addEventListener("loadend", () => {
        clearTimeout(timer);
        resolve(request.status ? request : null);
      });
      request.send(bodyOf(entry));
    });
  }

  // Why the file was refused, from the page in the answer; "" if it was not.
  function refusal(answer) {
    const page = new DOMParser().parseFromString(answer.responseText, "text/html");
    const one = page.querySelector("[data-reason]") ?? page.querySelector(".message.error[role]");
    if (one) return one.textContent.trim();
    return answer.status < 400 ? "" : words().failure;
  }

  async function read(entry) {
    if (entry.upload) return;
    describe(entry, words().preparing);
    try {
      entry.upload = await prepareUpload(entry.file, words());
    } catch {
      fail(entry, words().unreadable, true);
    }
  }

  async function deliver(entry) {
    await read(entry);
    if (entry.state !== "waiting") return;
    if (entry.upload.picture.size > Number(words().most)) return fail(entry, words().large, true);
    entry.state = "sending";
    entry.progress.value = 0;
    describe(entry, words().sending.replace("%(percent)s", 0));
    const answer = await post(entry);
    if (entry.state === "gone") await show();
    else await judge(entry, answer);
  }

  const waitOf = ({ tries }) => Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries);

  async function judge(entry, answer) {
    entry.tries += 1;
    if (!answer) return pause(words().offline, waitOf(entry));
    const elsewhere = answer.getResponseHeader("HX-Redirect");
    if (elsewhere) return signIn(elsewhere);
    // A page that is too old has no valid token, and a large body of somebody who is signed out is not
    // read. The gallery of now has the token, or says where to sign in.
    if ([403, 413].includes(answer.status) && !entry.isRenewed) return renew(entry);
    if (BUSY.has(answer.status) && entry.tries < MOST_TRIES) {
      const seconds = Number(answer.getResponseHeader("Retry-After")) || 0;
      return pause(words().busy, Math.max(seconds * 1000, waitOf(entry)));
    }
    const reason = refusal(answer);
    if (reason) return fail(entry, reason, answer.status < 500 && !BUSY.has(answer.status));
    drop(entry, false);
    await show();
    return say(`${entry.file.name}: ${words().added}`);
  }

  async function renew(entry) {
    entry.isRenewed = true;
    const elsewhere = await show();
    if (elsewhere) await signIn(elsewhere);
    else if (entry.state === "sending") entry.state = "waiting";
  }

  // The files stay here while their owner signs in, in another tab.
  async function signIn(address) {
    do {
      const back = pause(words().signedOut, LONGEST_WAIT);
      const link = make("a", { href: address, target: "_blank", textContent: words().signIn });
      entries.find(isUnderWay)?.text.append(" ", link);
      say(words().signedOut);
      await back;
    } while (entries.some(isUnderWay) && (await show()));
  }

  async function show() {
    try {
      return await refresh();
    } catch {
      return "";
    }
  }

  let isWorking = false;

  async function work() {
    if (isWorking) return;
    isWorking = true;
    for (let entry; (entry = entries.find(({ state }) => state === "waiting")); ) await deliver(entry);
    isWorking = false;
    settleLeaving();
  }

  // --- Going on: not before the files are there, unless the reader wants to.

  let isLeaving = false;
  let isDeparting = false;

  function leave() {
    isDeparting = true;
    const exit = section().querySelector("[data-exit]");
    if (exit.action) exit.submit();
    else location.assign(exit.href);
  }

  function tell() {
    const note = section()?.querySelector("[data-leaving]");
    if (!note) return;
    note.hidden = !isLeaving;
    if (!isLeaving) return;
    const count = entries.filter(isUnderWay).length;
    const text = count ? words().underWay : words().notAdded;
    const said = text.replace("%(count)s", count || entries.filter(isFailed).length);
    const place = note.querySelector("p");
    if (place.textContent !== said) place.textContent = said;
  }

  function settleLeaving() {
    if (isLeaving && entries.length === 0) leave();
    else tell();
  }

  function hold(event) {
    if (isDeparting || entries.length === 0) return;
    event.preventDefault();
    isLeaving = true;
    tell();
    section().querySelector("[data-leave]").focus();
  }

  // --- Event listeners.

  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-exit]")) hold(event);
    else if (event.target.matches("[data-upload]")) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const target = event.target.closest("a[data-exit], [data-leave], [data-stay]");
    if (target?.matches("a[data-exit]")) hold(event);
    else if (target?.matches("[data-leave]")) leave();
    else if (target) {
      isLeaving = false;
      tell();
      section().querySelector("a[data-exit], [data-exit] button")?.focus();
    }
  });

  document.addEventListener("change", ({ target }) => {
    if (!target.closest("[data-upload]") || !target.files?.length) return;
    for (const file of target.files) add(file);
    target.value = "";
    work();
  });

  addEventListener("beforeunload", (event) => {
    if (entries.some(isUnderWay) && !isDeparting) event.preventDefault();
  });

  // A gallery that is shown anew gets the files that are under way.
  function attach() {
    section()?.querySelector("[data-upload]")?.classList.add("live");
    list()?.append(...entries.map(({ item }) => item));
    tell();
  }

  document.addEventListener("gallery:shown", attach);
  attach();
}
