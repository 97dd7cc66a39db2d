// One lead, on its page or in the drawer: keeps itself up to date while somebody looks, and keeps
// what they are typing. Everything works without this file.
"use strict";

{
  const POLL_MS = 3000;
  let sent = null; // the form whose answer is awaited

  const poller = () => document.getElementById("detail-poll");
  const ask = () => poller() && !document.hidden && htmx.trigger(poller(), "poll");

  function askLater() {
    const jitter = 0.9 + Math.random() * 0.2;
    setTimeout(() => {
      ask();
      askLater();
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

  // A form that somebody has begun stays as it is, and what was folded open stays open.
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
  // After an answer the reader goes on where it says what became of it.
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (!sent || detail.requestConfig?.elt !== sent) return;
    sent = null;
    const wrong = document.querySelector('#detail [aria-invalid="true"]');
    const told = document.querySelector("#detail-problem, #detail-done, .dossier.gone [tabindex]");
    (wrong ?? told)?.focus();
  });
  // What did not arrive is still only typed.
  for (const event of ["htmx:sendError", "htmx:sendAbort", "htmx:timeout"]) {
    document.addEventListener(event, ({ detail }) => {
      if (detail.elt === sent) sent = null;
    });
  }
  document.addEventListener("visibilitychange", ask);
  askLater();
}
