// Whoever works with keys never falls out of the page: when an answer replaces what they were in, they are in what replaced it.
const PLACE = "[id^=panel-], [data-panel], form, main"

let lost

export function start() {
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const now = document.activeElement
    if (detail.target?.contains(now) && now !== document.body) lost = { id: detail.target.id, now: now.id, place: now.closest(PLACE)?.id }
  })
  document.addEventListener("htmx:afterSettle", giveBack)
}

function giveBack() {
  if (!lost) return
  const ways = [lost.now, lost.place, lost.id]
  lost = undefined
  if (document.activeElement && document.activeElement !== document.body) return
  const place = ways.filter(Boolean).map((id) => document.getElementById(id)).find((thing) => thing?.checkVisibility()) ?? document.getElementById("main")
  if (!place) return
  if (place.tabIndex < 0) place.tabIndex = -1
  place.focus({ preventScroll: true })
}
