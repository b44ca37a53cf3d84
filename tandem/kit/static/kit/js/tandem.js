// What every page gets on top of plain HTML. Each part stands alone; without any of them the page still works.
import * as begun from "tandem/begun"
import "tandem/bell"
import * as clock from "tandem/clock"
import * as complete from "tandem/complete"
import * as composer from "tandem/composer"
import * as files from "tandem/files"
import * as focus from "tandem/focus"
import * as keys from "tandem/keys"
import * as list from "tandem/list"
import * as live from "tandem/live"
import "tandem/mentions"
import * as menus from "tandem/menus"
import "tandem/moving"
import * as names from "tandem/names"
import * as palette from "tandem/palette"
import * as push from "tandem/push"
import * as script from "tandem/script"
import { toast, word } from "tandem/words"
import * as zone from "tandem/zone"

document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf]").content
})

// A refusal says where it wants to be read, whatever its status.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.getResponseHeader("HX-Retarget")) detail.shouldSwap = true
})
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, ({ detail }) => {
    if (!detail.xhr?.getResponseHeader("HX-Retarget")) toast(word("failed"), "warn")
  })
}
document.addEventListener("htmx:afterSettle", () => {
  clock.tick()
  composer.start()
  files.start()
})

begun.start()
clock.start()
complete.start()
composer.start()
files.start()
focus.start()
keys.start()
list.start()
live.start()
menus.start()
names.start()
palette.start()
push.start()
script.start()
zone.start()
