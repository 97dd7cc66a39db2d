// An export begins by itself; without this file the link is there to be pressed. Not before the page
// is complete: going elsewhere, even to a file, ends what the page still wants to load.
"use strict";

addEventListener("load", () => document.querySelector("[data-autostart]")?.click());
