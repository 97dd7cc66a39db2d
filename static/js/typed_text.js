// Keeps what was typed while the language changes, or while somebody signs in again, in this tab and for
// minutes. Passwords and codes are never kept, and nobody gets what somebody else typed.
"use strict";

{
  const KEY = "typed";
  const MOST_MS = 30 * 60 * 1000;
  const KEPT_TYPES = ["checkbox", "radio", "email", "tel", "text", "textarea", "select-one"];

  const load = () => JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  const pathOf = (form) => new URL(form.getAttribute("action") ?? "", location).pathname;
  const ownerOf = (form) => form.elements.form_owner?.value ?? "";
  const nameOf = (form) => `${pathOf(form)} ${ownerOf(form)}`;
  const formsIn = (part) => [...part.querySelectorAll("form[method=post]")].filter((form) => form.closest("#step"));
  const isTicked = ({ type }) => type === "checkbox" || type === "radio";

  // Fields by their kind, so that what is unknown is not kept. A code is a text field, and says so.
  const fieldsOf = (form) =>
    [...form.elements].filter(({ type, dataset }) => KEPT_TYPES.includes(type) && !("secret" in dataset));

  function keep(forms) {
    const kept = load();
    for (const form of forms) {
      const values = fieldsOf(form).map((field) => (isTicked(field) ? field.checked : field.value));
      if (values.length) kept[nameOf(form)] = { at: Date.now(), values };
    }
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  }

  function fill(form, { at, values }) {
    const fields = fieldsOf(form);
    if (Date.now() - at > MOST_MS || fields.length !== values.length) return;
    fields.forEach((field, i) => {
      if (isTicked(field)) field.checked = values[i];
      else field.value = values[i];
    });
    fields.filter(isTicked).at(-1)?.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const isSignedIn = () => document.querySelector("header form[action='/logout/']") !== null;

  // While a visitor signs in, what was typed before waits for its owner.
  function giveBack(part) {
    const kept = load();
    if (!Object.keys(kept).length) return;
    for (const form of formsIn(part)) {
      const name = nameOf(form);
      if (kept[name]) fill(form, kept[name]);
      delete kept[name];
    }
    sessionStorage.setItem(KEY, JSON.stringify(isSignedIn() ? {} : kept));
  }

  // The page on which a form is shown as it is here: one for a code names its number in the address, and a
  // section of the profile that is open in place has a page of its own.
  function pageOf(form) {
    const number = form.elements.pending_number?.value;
    if (number) return `${pathOf(form)}?pending_number=${number}`;
    return ownerOf(form) ? pathOf(form) : "";
  }

  document.addEventListener("submit", ({ target: form }) => {
    if (pathOf(form) === "/logout/") sessionStorage.removeItem(KEY);
    else if (form.matches("header .language")) changeLanguage(form);
    else if (ownerOf(form)) keep([form]);
  }, true);

  function changeLanguage(form) {
    const forms = formsIn(document);
    keep(forms);
    form.elements.next.value = forms.map(pageOf).find(Boolean) ?? "";
  }

  // htmx calls this for the page itself, and for each part that it swaps in.
  document.addEventListener("htmx:load", ({ target }) => giveBack(target));
}
