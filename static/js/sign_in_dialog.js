// Signing in over the page of the desk: when a session has ended, the page stays, nothing that is typed
// is lost, and what was asked for goes on after the sign-in. Without this file the page asks for the
// sign-in instead.
"use strict";

{
  const dialog = document.getElementById("sign-in");
  const { member, signIn, signedIn } = dialog.dataset;
  const place = dialog.querySelector("[data-step]");
  const problem = dialog.querySelector("[role=alert]");
  const title = document.title;
  const PAUSE_MS = 1000; // of somebody who types: their next letters are not meant for the dialog
  let typedAt = 0;
  let isSignedOut = false;
  let address = ""; // of the step that is shown
  let waiting = []; // what to ask again after the sign-in
  const asked = new WeakSet(); // what was asked again
  let hidden = []; // elements with personal data, and what they had

  // --- Nothing of the leads is shown, or stays in the page, while nobody is signed in.

  function hide() {
    hidden = [...document.querySelectorAll("[data-personal]")].map((element) => [element, [...element.childNodes]]);
    for (const [element] of hidden) element.replaceChildren();
  }

  function unhide() {
    for (const [element, nodes] of hidden) element.replaceChildren(...nodes);
    hidden = [];
    document.title = title;
  }

  // --- The steps of the sign-in pages, in the dialog.

  async function ask(url, options = {}) {
    problem.textContent = "";
    try {
      return await fetch(url, { headers: { "HX-Request": "true" }, ...options });
    } catch {
      problem.textContent = problem.dataset.failure;
      return null;
    }
  }

  async function show(answer) {
    if (answer === null) return;
    if (new URL(answer.url).pathname === signedIn) return goOn();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const step = page.querySelector(".card");
    if (answer.headers.has("Form-Out-Of-Date")) return begin();
    if (!step) {
      problem.textContent = problem.dataset.failure;
      return;
    }
    address = answer.url;
    document.title = page.title;
    place.replaceChildren(step);
    step.querySelector("h1").id = "sign-in-title";
    (step.querySelector(".summary, [autofocus]") ?? step.querySelector("input:not([type=hidden])"))?.focus();
  }

  const begin = async () => show(await ask(`${signIn}?next=${encodeURIComponent(signedIn)}`));

  async function open() {
    if (isSignedOut) return;
    isSignedOut = true;
    hide();
    while (Date.now() - typedAt < PAUSE_MS) await new Promise((next) => setTimeout(next, PAUSE_MS));
    if (!isSignedOut) return;
    dialog.showModal();
    await begin();
  }

  async function send(event) {
    event.preventDefault();
    const form = event.target;
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const isOther = form.hasAttribute("action"); // "Start again"
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    const answer = await ask(isOther ? form.action : address, { method: "POST", body });
    for (const button of form.querySelectorAll("button")) button.disabled = false;
    if (isOther && answer) return begin();
    await show(answer);
  }

  // --- After the sign-in, or when the page's CSRF token is out of date.

  function useToken(token) {
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
    for (const input of document.querySelectorAll('[name="csrfmiddlewaretoken"]')) input.value = token;
  }

  function askAgain([element, submitter]) {
    if (!element.isConnected) return;
    asked.add(element);
    if (element.matches("form")) element.requestSubmit(submitter);
    else element.click();
  }

  async function goOn() {
    const answer = await ask(signedIn);
    if (answer === null) return;
    if (answer.status === 401) return open();
    if (!answer.ok) return show(answer);
    const { member: now, csrf_token: token } = await answer.json();
    // Somebody else has signed in: this page, and what waits on it, is not theirs.
    if (String(now) !== member) return location.reload();
    useToken(token);
    isSignedOut = false;
    place.replaceChildren();
    unhide();
    dialog.close();
    const all = waiting;
    waiting = [];
    all.forEach(askAgain);
  }

  // --- Answers that say that the session has ended, or that it is somebody else's.

  function isOutOfDate(xhr, element) {
    const isSecondTime = asked.delete(element);
    return xhr.status === 403 && xhr.getResponseHeader("Form-Out-Of-Date") !== null && !isSecondTime;
  }

  function onAnswer(event) {
    const { xhr, elt, requestConfig } = event.detail;
    const other = xhr.getResponseHeader("Staff-Member");
    if (other !== null && other !== member) {
      event.preventDefault();
      return location.reload();
    }
    const isFormOutOfDate = isOutOfDate(xhr, elt);
    if (xhr.status !== 401 && !isFormOutOfDate) return;
    event.preventDefault();
    const submitter = requestConfig.triggeringEvent?.submitter ?? null;
    if (elt.dataset.automatic === undefined) waiting = [[elt, submitter]];
    if (isFormOutOfDate) goOn();
    else open();
  }

  document.addEventListener("htmx:beforeOnLoad", onAnswer);
  document.addEventListener("input", () => (typedAt = Date.now()), true);
  dialog.addEventListener("submit", send);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => isSignedOut && dialog.showModal());
  // Somebody who signed in on another tab meanwhile need not do it here. Without a network there was
  // nothing to show.
  const lookAgain = () => dialog.open && (place.childElementCount ? goOn() : begin());
  addEventListener("focus", lookAgain);
  addEventListener("online", lookAgain);
}
