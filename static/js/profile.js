// Counts the chosen interests and refuses one too many. The server does the same without this file.
"use strict";

{
  const chosen = (group) => group.querySelectorAll(":checked").length;

  const say = (group, words) => {
    group.querySelector(".count").textContent = words.replace("{n}", chosen(group));
  };

  document.addEventListener("change", ({ target }) => {
    const group = target.closest("[data-most]");
    if (!group) return;
    const isOver = chosen(group) > Number(group.dataset.most);
    if (isOver) target.checked = false;
    say(group, isOver ? group.dataset.full : group.dataset.chosen);
  });

  // htmx calls this for the page itself, and for each part that it swaps in.
  document.addEventListener("htmx:load", ({ target }) => {
    target.querySelectorAll("[data-most]").forEach((group) => say(group, group.dataset.chosen));
  });
}
