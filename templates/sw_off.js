// Switched off: browsers that installed a worker fetch this one at their next visit, which removes it.
"use strict";

async function end() {
  for (const name of await caches.keys()) await caches.delete(name);
  await self.registration.unregister();
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(end()));
