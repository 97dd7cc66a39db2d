// Starts the download of an export; without this file the reader presses the link. It waits until the
// page has loaded, because following a link, even to a file, stops what is still loading.
"use strict";

addEventListener("load", () => document.querySelector("[data-autostart]")?.click());
