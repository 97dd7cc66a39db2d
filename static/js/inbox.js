// Copies codes of the development inbox to the clipboard. Without this file they can be selected, as
// over plain HTTP from another device, where browsers have no clipboard for pages.
"use strict";

const offerCopies = () => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
};

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = button.dataset.copied;
});
document.addEventListener("htmx:afterSettle", offerCopies);
offerCopies();
