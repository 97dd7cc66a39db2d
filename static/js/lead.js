// Keeps one lead up to date while its page or the drawer is visible. Everything works without this file.
// What the reader types is kept by drafts.js.
"use strict";

{
  const POLL_MS = 3000;
  let sent = null; // the form whose answer is awaited

  const poller = () => document.getElementById("detail-poll");
  const mayPoll = () => !document.hidden && !document.getElementById("sign-in").open;
  const poll = () => poller() && mayPoll() && htmx.trigger(poller(), "poll");

  function pollLater() {
    const jitter = 0.9 + Math.random() * 0.2;
    setTimeout(() => {
      poll();
      pollLater();
    }, POLL_MS * jitter);
  }

  // An update closes no section that the reader has opened.
  const { callbacks } = Idiomorph.defaults;
  const { beforeAttributeUpdated } = callbacks;
  callbacks.beforeAttributeUpdated = (name, element, change) => {
    const isFold = name === "open" && element.matches("#detail details");
    if (isFold && !(sent && element.contains(sent))) return false;
    return beforeAttributeUpdated(name, element, change);
  };

  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.elt.matches("#detail form")) sent = detail.elt;
  });
  // After an action the focus goes to its message, or to the first field with an error.
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (!sent || detail.requestConfig?.elt !== sent) return;
    sent = null;
    const wrong = document.querySelector('#detail [aria-invalid="true"]');
    const message = document.querySelector("#detail-problem, #detail-done, .lead-page.gone [tabindex]");
    (wrong ?? message)?.focus();
  });
  // A request without an answer that is shown: the form's section stays open.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.elt === sent && ![200, 400, 403, 404, 409, 422, 429, 503].includes(detail.xhr.status)) sent = null;
  });
  document.addEventListener("visibilitychange", poll);
  pollLater();
}
