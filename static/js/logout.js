// Deletes what a member of staff typed and did not save, when they log out (static/js/drafts.js).
"use strict";

{
  const { member, confirm: question } = document.currentScript.dataset;

  document.addEventListener("submit", (event) => {
    if (!event.target.getAttribute("action")?.endsWith("/logout/")) return;
    let drafts = [];
    try {
      drafts = Object.keys(localStorage).filter((key) => key.startsWith(`draft:${member}:`));
    } catch {
      // Without storage there are no drafts.
    }
    if (drafts.length && !confirm(question)) return event.preventDefault();
    for (const key of drafts) localStorage.removeItem(key);
  });
}
