// Shows a page of ours when there is no network. While the site can be reached, this worker answers no
// request from its cache, and it stores no answers. The cache contains the offline page and the files
// that it needs.
"use strict";

const KNOWN = {{ values|safe }};

async function keep() {
  const cache = await caches.open(KNOWN.cache);
  await cache.addAll([new Request(KNOWN.page, { cache: "reload" }), ...KNOWN.files]);
}

async function begin() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== KNOWN.cache).map((name) => caches.delete(name)));
  // The browser requests the page while this worker is still starting (navigation preload).
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

async function pageOrOffline(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(KNOWN.page)) ?? Response.error();
  }
}

async function fileOrKept(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
}

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(pageOrOffline(event));
  else if (KNOWN.files.includes(new URL(request.url).pathname)) event.respondWith(fileOrKept(request));
});
