// Keeps what is typed about a lead in the browser until it is saved, and shows it when its form comes
// back. Drafts belong to one member of staff, are deleted when they log out (static/js/logout.js) and
// after a week. Every form works without this file.
"use strict";

{
  const MAX_AGE_MS = 7 * 24 * 60 * 60 * 1000;
  const RENEW_MS = 5 * 60 * 1000; // of a claim of 30 minutes
  const FORMS = "form[data-draft]";
  const prefix = `draft:${document.getElementById("sign-in").dataset.member}:`;
  // The drafts by form ("7:note"): when they were typed, the values by field, and whether they came
  // back. What this page has typed is here too where the browser stores nothing.
  const drafts = new Map();
  const known = new WeakMap(); // which draft a form was given
  const sent = new WeakMap(); // the values with which a form was sent
  const renewed = new Map(); // when the claim of a lead was renewed
  let hasStorage = true;

  // --- Storage.

  function store(act) {
    try {
      return act(localStorage);
    } catch {
      hasStorage = false;
      return null;
    }
  }

  const stored = () => store((storage) => Object.keys(storage).filter((key) => key.startsWith("draft:"))) ?? [];

  function read(key) {
    try {
      return JSON.parse(store((storage) => storage.getItem(prefix + key)));
    } catch {
      return null;
    }
  }

  function write(form, draft) {
    const key = form.dataset.draft;
    drafts.set(key, draft);
    if (form.dataset.unstored !== undefined) return;
    const { at, values } = draft;
    store((storage) => storage.setItem(prefix + key, JSON.stringify({ at, values })));
  }

  function forget(key) {
    drafts.delete(key);
    store((storage) => storage.removeItem(prefix + key));
  }

  function forgetOld() {
    for (const key of stored()) {
      const draft = store((storage) => JSON.parse(storage.getItem(key)));
      if (!(Date.now() - draft?.at < MAX_AGE_MS)) store((storage) => storage.removeItem(key));
    }
  }

  // --- What a form has.

  const isFirstChoice = ({ options, selectedIndex }) =>
    selectedIndex <= Math.max(0, [...options].findIndex((option) => option.defaultSelected));

  const isField = (control) => control.name && control.matches('textarea, select, input:not([type="hidden"])');

  // A form with the same name sends the same note once: the name is kept with what is typed.
  const nameOf = (form) => form.querySelector('[name="submission"]');

  function isPristine(control) {
    if (control.options) return isFirstChoice(control);
    return control.value === "";
  }

  function keep(form, control) {
    const draft = drafts.get(form.dataset.draft) ?? { values: {} };
    if (isPristine(control)) delete draft.values[control.name];
    else draft.values[control.name] = form.elements[control.name].value;
    const { submission, ...typed } = draft.values;
    if (!Object.keys(typed).length) return forget(form.dataset.draft);
    if (nameOf(form)) draft.values.submission ??= nameOf(form).value;
    draft.at = Date.now();
    write(form, draft);
  }

  function fill(form, { values }) {
    for (const [name, value] of Object.entries(values)) {
      const control = form.elements[name];
      const isOffered = !control?.options || [...control.options].some((option) => option.value === value);
      if (control && isOffered && control.value !== value) control.value = value;
    }
  }

  function restore(form) {
    const key = form.dataset.draft;
    const draft = drafts.get(key) ?? read(key);
    const isNew = known.get(form) !== key;
    known.set(form, key);
    if (!draft) return;
    if (isNew) {
      draft.isBack = true;
      form.closest("details")?.setAttribute("open", "");
    }
    if (nameOf(form)) draft.values.submission ??= nameOf(form).value;
    drafts.set(key, draft);
    fill(form, draft);
  }

  // --- What is shown of drafts.

  function timeOf(at) {
    const day = { timeZone: "Asia/Kolkata", day: "numeric", month: "short" };
    const inWords = (moment, parts) => new Date(moment).toLocaleString(document.documentElement.lang, parts);
    const time = inWords(at, { timeZone: "Asia/Kolkata", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const isToday = inWords(at, day) === inWords(Date.now(), day);
    return isToday ? time : `${inWords(at, day)}, ${time}`;
  }

  function showNote(form) {
    const draft = drafts.get(form.dataset.draft);
    const note = form.querySelector(".draft");
    note.hidden = !draft?.isBack;
    const words = note.querySelector("[data-words]");
    if (!note.hidden) words.textContent = words.dataset.words.replace("{time}", timeOf(draft.at));
    // A form that only a claim is missing for is shown if something was typed into it.
    const outer = form.closest("details") ?? form;
    outer.hidden = outer.dataset.unclaimed !== undefined && !draft;
  }

  function showKept() {
    const kept = document.querySelector("[data-kept]");
    if (!kept || kept.querySelector("textarea")) return;
    const texts = kept.querySelector("[data-texts]");
    for (const key of leadKeys(kept.dataset.kept)) {
      const { submission, ...values } = (drafts.get(key) ?? read(key))?.values ?? {};
      for (const value of Object.values(values)) texts.append(readonly(value, texts.dataset.label));
    }
    kept.hidden = !texts.childElementCount;
    kept.querySelector("[data-discard]").hidden = false;
  }

  function readonly(value, label) {
    const text = document.createElement("textarea");
    Object.assign(text, { value, readOnly: true, rows: 4, ariaLabel: label });
    return text;
  }

  function leadKeys(lead) {
    const keys = stored().filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
    return [...new Set([...keys, ...drafts.keys()])].filter((key) => lead === undefined || key.startsWith(`${lead}:`));
  }

  function showBadges() {
    const words = document.getElementById("list")?.dataset.draftBadge;
    if (!words) return;
    const leads = new Set(leadKeys().map((key) => `lead-${key.split(":")[0]}`));
    for (const badge of document.querySelectorAll("#list .badge.draft")) {
      if (!leads.delete(badge.closest("tr").id)) badge.remove();
    }
    for (const id of leads) {
      const badge = Object.assign(document.createElement("span"), { className: "badge fair draft", textContent: words });
      document.querySelector(`#${id} .number a`)?.after(badge);
    }
  }

  function refresh() {
    for (const form of document.querySelectorAll(FORMS)) {
      restore(form);
      showNote(form);
    }
    showKept();
    showBadges();
  }

  // --- An update of the page changes no field that somebody has filled in.

  function isFilledIn(control) {
    const draft = drafts.get(control.form?.dataset.draft);
    return draft !== undefined && control.name in draft.values;
  }

  const { callbacks } = Idiomorph.defaults;
  const { beforeNodeMorphed, beforeAttributeUpdated } = callbacks;
  callbacks.beforeNodeMorphed = (before, after) => {
    if (before.matches?.(".draft")) return false;
    return beforeNodeMorphed(before, after);
  };
  callbacks.beforeAttributeUpdated = (name, element, change) => {
    if (["value", "checked"].includes(name) && isFilledIn(element)) return false;
    if (name === "hidden" && element.matches("[data-unclaimed]")) return false;
    return beforeAttributeUpdated(name, element, change);
  };

  // --- Whoever types keeps the claim.

  function renewClaim(form) {
    const lead = form.dataset.draft.split(":")[0];
    if (!document.getElementById("renew-claim") || Date.now() - (renewed.get(lead) ?? 0) < RENEW_MS) return;
    renewed.set(lead, Date.now());
    htmx.trigger("#renew-claim", "renew");
  }

  // --- Saved: the answer says so.

  function onSaved(form) {
    const key = form.dataset.draft;
    const draft = drafts.get(key);
    if (!draft || JSON.stringify(draft.values) === sent.get(form)) return forget(key);
    // Something was typed after the form was sent: it is another note.
    delete draft.values.submission;
  }

  // Saved or discarded on another tab.
  function onStorage({ key, oldValue, newValue }) {
    const mine = key?.startsWith(prefix) && newValue === null && drafts.get(key.slice(prefix.length));
    if (!mine || JSON.stringify(mine.values) !== JSON.stringify(JSON.parse(oldValue).values)) return;
    discard(key.slice(prefix.length));
  }

  function discard(key) {
    forget(key);
    document.querySelector(`form[data-draft="${key}"]`)?.reset();
    refresh();
  }

  function onDiscard(button) {
    const form = button.closest(FORMS);
    if (!form) {
      leadKeys(button.closest("[data-kept]").dataset.kept).forEach(forget);
      button.closest("[data-kept]").remove();
      return;
    }
    discard(form.dataset.draft);
    form.querySelector("textarea, select, input:not([type=hidden])").focus();
  }

  // --- Event listeners.

  document.addEventListener("input", ({ target }) => {
    const form = target.form?.closest(FORMS);
    if (!form || !isField(target)) return;
    keep(form, target);
    showNote(form);
    showBadges();
    renewClaim(form);
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-discard]");
    if (button) onDiscard(button);
  });
  document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
    if (elt.matches(FORMS)) sent.set(elt, JSON.stringify(drafts.get(elt.dataset.draft)?.values));
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const form = detail.requestConfig.elt;
    if (form.matches(FORMS) && detail.xhr.status === 200) onSaved(form);
  });
  document.addEventListener("htmx:afterSwap", refresh);
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.elt.id === "renew-claim" && !detail.successful) renewed.clear();
  });
  addEventListener("storage", onStorage);
  addEventListener("beforeunload", (event) => {
    if (!hasStorage && drafts.size) event.preventDefault();
  });

  forgetOld();
  refresh();
}
