// Served while the service worker is switched off: browsers that have one fetch this at their next visit,
// and it removes itself.
"use strict";

async function end() {
  for (const name of await caches.keys()) await caches.delete(name);
  await self.registration.unregister();
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(end()));
