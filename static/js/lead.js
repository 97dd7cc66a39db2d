// Keeps one lead up to date while its page or the drawer is visible, and keeps what the reader types.
// Everything works without this file.
"use strict";

{
  const POLL_MS = 3000;
  let sent = null; // the form whose answer is awaited

  const poller = () => document.getElementById("detail-poll");
  const poll = () => poller() && !document.hidden && htmx.trigger(poller(), "poll");

  function pollLater() {
    const jitter = 0.9 + Math.random() * 0.2;
    setTimeout(() => {
      poll();
      pollLater();
    }, POLL_MS * jitter);
  }

  const firstChoice = (select) =>
    Math.max(0, [...select.options].findIndex((option) => option.defaultSelected));

  function isTyped(control) {
    if (control.options) return control.selectedIndex !== firstChoice(control);
    if (["checkbox", "radio"].includes(control.type)) return control.checked !== control.defaultChecked;
    return control.value !== control.defaultValue;
  }

  const isBegun = (form) => form !== sent && [...form.elements].some(isTyped);

  // An update changes no form with unsaved input, and closes no section that the reader has opened.
  const { callbacks } = Idiomorph.defaults;
  const { beforeNodeMorphed, beforeAttributeUpdated } = callbacks;
  callbacks.beforeNodeMorphed = (before, after) => {
    if (before.matches?.("#detail form") && isBegun(before)) return false;
    return beforeNodeMorphed(before, after);
  };
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
  // If a request failed, the input of its form is still unsaved.
  for (const event of ["htmx:sendError", "htmx:sendAbort", "htmx:timeout"]) {
    document.addEventListener(event, ({ detail }) => {
      if (detail.elt === sent) sent = null;
    });
  }
  document.addEventListener("visibilitychange", poll);
  pollLater();
}
