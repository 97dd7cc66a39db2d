// An export begins by itself; without this file the link is there to be pressed.
"use strict";

document.querySelector("[data-autostart]")?.click();
