// The gallery works without this file. It lets pictures be dragged to another place, and shows the
// gallery anew while files are sent (scaling.js, uploads.js).
"use strict";

const gallery = {};

{
  const section = () => document.getElementById("pictures");

  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  function prepare() {
    for (const item of section()?.querySelectorAll("[data-picture]") ?? []) {
      if (item.querySelector(".grip")) continue;
      const drawing = section().querySelector("[data-grip]").content.cloneNode(true);
      const grip = make("span", { className: "grip" }, drawing);
      grip.setAttribute("aria-hidden", "true");
      item.querySelector(".frame").append(grip);
    }
    section()?.dispatchEvent(new CustomEvent("gallery:shown", { bubbles: true }));
  }

  function say(text) {
    const place = section()?.querySelector("[data-said]");
    if (place) place.textContent = text;
  }

  // --- Showing the gallery anew. What somebody does meanwhile comes first: an answer that was asked for
  // before it is thrown away.

  let changes = 0;

  function replace(fresh) {
    const active = document.activeElement;
    section().replaceWith(fresh);
    htmx.process(fresh);
    prepare();
    const again = active.isConnected ? active : document.getElementById(active.id);
    again?.focus({ preventScroll: true });
  }

  // Resolves with the address to go to if there is no gallery for this reader any more, else with "".
  // Rejects if there is no network.
  async function refresh() {
    const before = changes;
    const headers = { "HX-Request": "true", "HX-Target": "pictures" };
    const answer = await fetch(location.pathname, { headers, cache: "no-store" });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere || !answer.ok) return elsewhere ?? "";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const isChanging = changes !== before || drag || document.querySelector(".htmx-request");
    if (isChanging) return new Promise((resolve) => setTimeout(resolve, 200)).then(refresh);
    replace(page.getElementById("pictures"));
    return "";
  }

  for (const event of ["htmx:beforeRequest", "htmx:afterSettle"]) {
    document.addEventListener(event, () => (changes += 1));
  }

  Object.assign(gallery, { section, make, say, refresh });

  // --- Dragging, for pointers; the keyboard uses the buttons.

  let drag = null;

  const orderOf = (list) =>
    [...list.querySelectorAll("[data-picture]")].map((item) => item.dataset.picture);

  function begin(event) {
    const item = event.target.closest("[data-picture]");
    const isGrip = event.target.closest(".grip");
    const isMouseOnPicture = event.pointerType === "mouse" && event.target.matches("img");
    if (!item || event.button !== 0 || !(isGrip || isMouseOnPicture)) return;
    event.preventDefault();
    const list = item.parentElement;
    drag = { item, list, before: orderOf(list), pointerId: event.pointerId };
    changes += 1;
    item.classList.add("dragged");
  }

  function follow(event) {
    if (event.pointerId !== drag?.pointerId) return;
    const below = document.elementFromPoint(event.clientX, event.clientY);
    const other = below?.closest("[data-picture]");
    if (!other || other === drag.item || other.parentElement !== drag.list) return;
    const order = [...drag.list.children];
    const isLater = order.indexOf(drag.item) < order.indexOf(other);
    other[isLater ? "after" : "before"](drag.item);
  }

  function putBack({ list, before }) {
    list.append(...before.map((id) => document.getElementById(`picture-${id}`)));
  }

  async function finish(event, isKept) {
    if (!drag || (event.pointerId ?? drag.pointerId) !== drag.pointerId) return;
    const { item, list, before } = drag;
    item.classList.remove("dragged");
    const order = orderOf(list);
    if (!isKept) putBack(drag);
    drag = null;
    if (!isKept || order.join() === before.join()) return;
    const { order: address, moved } = section().dataset;
    const place = order.indexOf(item.dataset.picture) + 1;
    const values = { order };
    await htmx.ajax("POST", address, { target: "#pictures", swap: "outerHTML settle:0ms", values });
    say(moved.replace("%(place)s", place));
  }

  document.addEventListener("pointerdown", begin);
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerup", (event) => finish(event, true));
  document.addEventListener("pointercancel", (event) => finish(event, false));
  document.addEventListener("keydown", (event) => event.key === "Escape" && finish(event, false));

  // --- After a change the focus stays on the same picture.

  let pressed = null;

  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    pressed = detail.elt.closest?.("[data-picture]") ? detail.elt.id : null;
  });

  document.addEventListener("htmx:afterSettle", () => {
    prepare();
    if (!pressed || document.getElementById(pressed)) return;
    const id = pressed.slice(pressed.indexOf("-") + 1);
    const item = document.getElementById(`picture-${id}`);
    (item?.querySelector("button") ?? document.getElementById("id_files"))?.focus();
    pressed = null;
  });

  prepare();
}
