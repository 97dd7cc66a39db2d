// The gallery works without this file. It sends files as soon as they are chosen, one by one, with a
// preview and progress, and lets pictures be dragged to another place.
"use strict";

{
  const LARGEST = 5 * 1024 * 1024;

  const section = () => document.getElementById("pictures");
  const formOf = () => section()?.querySelector("[data-upload]");

  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  function prepare() {
    formOf()?.classList.add("live");
    for (const item of section()?.querySelectorAll("[data-picture]") ?? []) {
      if (item.querySelector(".grip")) continue;
      const drawing = section().querySelector("[data-grip]").content.cloneNode(true);
      const grip = make("span", { className: "grip" }, drawing);
      grip.setAttribute("aria-hidden", "true");
      item.querySelector(".frame").append(grip);
    }
  }

  function say(text) {
    const place = section()?.querySelector("[data-said]");
    if (place) place.textContent = text;
  }

  // --- Sending

  function queued(file) {
    const picture = make("img", { src: URL.createObjectURL(file), alt: "", width: 64, height: 64 });
    // Most browsers cannot show HEIC, so only the name is shown.
    picture.addEventListener("error", () => picture.classList.add("unshown"));
    const name = make("strong", { textContent: file.name });
    const state = make("span", { className: "state" });
    const progress = make("progress", { max: 1, value: 0 });
    progress.setAttribute("aria-label", file.name);
    const item = make("li", {}, picture, make("div", {}, name, state, progress));
    return { file, item, state, progress, picture };
  }

  function settle(entry, text, isRefused) {
    entry.state.textContent = text;
    entry.progress.remove();
    entry.item.classList.toggle("refused", isRefused);
    entry.isRefused = isRefused;
    URL.revokeObjectURL(entry.picture.src);
    if (isRefused) entry.picture.remove();
    say(`${entry.file.name}: ${text}`);
  }

  // Resolves with the answer, or with null if there was none.
  function post(form, entry) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append("files", entry.file);
    const request = new XMLHttpRequest();
    request.open("POST", form.getAttribute("action"));
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("HX-Target", "pictures");
    request.setRequestHeader("HX-Current-URL", location.href);
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      entry.progress.value = total ? loaded / total : 0;
    });
    request.upload.addEventListener("load", () => {
      entry.state.textContent = form.dataset.checking;
      entry.progress.removeAttribute("value");
    });
    return new Promise((resolve) => {
      request.addEventListener("loadend", () => resolve(request.status ? request : null));
      request.send(body);
    });
  }

  // Why the file was refused, from the page in the answer; "" if it was not.
  function refusal(answer, words) {
    if (!answer) return words.offline;
    const page = new DOMParser().parseFromString(answer.responseText, "text/html");
    const one = page.querySelector("[data-reason]") ?? page.querySelector(".message.error[role]");
    if (one) return one.textContent.trim();
    return answer.status < 400 ? "" : words.failure;
  }

  async function send(form, entry) {
    const words = form.dataset;
    if (entry.file.size > LARGEST) return settle(entry, words.large, true);
    entry.state.textContent = words.sending;
    const answer = await post(form, entry);
    const elsewhere = answer?.getResponseHeader("HX-Redirect");
    if (elsewhere) return location.assign(elsewhere);
    const reason = refusal(answer, words);
    return settle(entry, reason || words.added, reason !== "");
  }

  async function sendAll(form, files) {
    const queue = form.querySelector("[data-queue]");
    const entries = [...files].map(queued);
    queue.replaceChildren(...entries.map(({ item }) => item));
    for (const entry of entries) entry.state.textContent = form.dataset.waiting;
    form.elements.files.disabled = true;
    for (const entry of entries) await send(form, entry);
    await show(entries.filter(({ isRefused }) => isRefused));
  }

  // Shows the current gallery, and keeps the messages of refused files beside the field.
  async function show(refused) {
    const said = section().querySelector("[data-said]").textContent;
    await htmx.ajax("GET", location.pathname, { target: "#pictures", swap: "outerHTML settle:0ms" });
    prepare();
    const form = formOf();
    if (form) form.querySelector("[data-queue]").replaceChildren(...refused.map(({ item }) => item));
    say(said);
    (form?.elements.files ?? section().querySelector("h1")).focus();
  }

  document.addEventListener("change", ({ target }) => {
    const form = target.closest("[data-upload]");
    if (form && target.files?.length) sendAll(form, target.files);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-upload].live");
    if (!form) return;
    event.preventDefault();
    if (form.elements.files.files.length) sendAll(form, form.elements.files.files);
  });

  // --- Dragging, for pointers; the keyboard uses the buttons.

  let drag = null;

  const orderOf = (gallery) =>
    [...gallery.querySelectorAll("[data-picture]")].map((item) => item.dataset.picture);

  function begin(event) {
    const item = event.target.closest("[data-picture]");
    const isGrip = event.target.closest(".grip");
    const isMouseOnPicture = event.pointerType === "mouse" && event.target.matches("img");
    if (!item || event.button !== 0 || !(isGrip || isMouseOnPicture)) return;
    event.preventDefault();
    const gallery = item.parentElement;
    drag = { item, gallery, before: orderOf(gallery), pointerId: event.pointerId };
    item.classList.add("dragged");
  }

  function follow(event) {
    if (event.pointerId !== drag?.pointerId) return;
    const below = document.elementFromPoint(event.clientX, event.clientY);
    const other = below?.closest("[data-picture]");
    if (!other || other === drag.item || other.parentElement !== drag.gallery) return;
    const order = [...drag.gallery.children];
    const isLater = order.indexOf(drag.item) < order.indexOf(other);
    other[isLater ? "after" : "before"](drag.item);
  }

  function putBack({ gallery, before }) {
    gallery.append(...before.map((id) => document.getElementById(`picture-${id}`)));
  }

  async function finish(event, isKept) {
    if (!drag || (event.pointerId ?? drag.pointerId) !== drag.pointerId) return;
    const { item, gallery, before } = drag;
    item.classList.remove("dragged");
    const order = orderOf(gallery);
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
