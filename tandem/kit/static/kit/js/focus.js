// Whoever works with keys never falls out of the page: when an answer replaces what they were in, they are in what replaced it.
// From a row that left its list they come to the one that stands in its place; from a form that was refused to what is wrong in it;
// back from a page to the row that leads there.
import { FIELDS } from "tandem/begun"

const PLACE = "[id^=panel-], [data-panel], form, main"
const ROW = "[data-row]"
const REFUSED = 400
const FOLDED = "details:not([open])"
const WRONG = ["[aria-invalid=true]:not([type=hidden])", "[role=alert]"]

let lost

export function start() {
  if (performance.getEntriesByType("navigation")[0]?.responseStatus >= REFUSED) toWhatIsWrong(document)
  else comeBack()
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const now = document.activeElement
    if (!detail.target?.contains(now) || now === document.body) return
    lost = { target: detail.target.id, now: now.id, place: now.closest(PLACE)?.id, row: rowsIn(detail.target).indexOf(now.closest(ROW)) }
  })
  document.addEventListener("htmx:afterSettle", ({ target, detail }) => {
    if (detail.xhr?.status >= REFUSED && !hasGoneOn(detail.requestConfig.elt)) toWhatIsWrong(target)
    giveBack()
  })
}

// By whatever way: a link, or the browser's own. (Where that does not tell, it is as without.)
function comeBack() {
  const from = window.navigation?.activation?.from?.url ?? document.referrer
  if (!from || location.hash || document.activeElement !== document.body) return
  const row = rowsIn(document).find((one) => leadsTo(one, new URL(from).pathname))
  if (!row) return
  unfold(row)
  row.querySelector("a").focus({ focusVisible: true })
}

// What is asked for in words has one address for all.
function leadsTo(row, page) {
  const { pathname, search } = row.querySelector("a") ?? {}
  return pathname === page && !new URLSearchParams(search).has("q")
}

// Whoever fills in something else by now stays there.
function hasGoneOn(sent) {
  const now = document.activeElement
  return now.matches(FIELDS) && !sent.contains(now)
}

// A field one can type in, whatever it is folded away in; else the sentence that says why.
function toWhatIsWrong(within) {
  const wrong = WRONG.map((of) => within.querySelector(of)).find(Boolean)
  if (!wrong) return
  unfold(wrong)
  reach(wrong)
  wrong.scrollIntoView({ block: "center" })
}

function unfold(thing) {
  for (let fold = thing.closest(FOLDED); fold; fold = fold.closest(FOLDED)) fold.open = true
}

function giveBack() {
  if (!lost) return
  const ways = [called(lost.now), linkOf(lost), called(lost.place), called(lost.target), called("main")]
  lost = undefined
  if (document.activeElement && document.activeElement !== document.body) return
  const place = ways.find((thing) => thing?.checkVisibility())
  if (place) reach(place)
}

function reach(place) {
  if (place.tabIndex < 0) place.tabIndex = -1
  place.focus({ preventScroll: true })
}

// The same where the stream draws a list anew: to be called once it did.
export function heldRow(list) {
  const row = rowsIn(list).indexOf(document.activeElement?.closest(ROW))
  return () => document.activeElement === document.body && linkOf({ target: list.id, row })?.focus({ preventScroll: true })
}

function linkOf({ target, row }) {
  const rows = rowsIn(called(target))
  return row < 0 ? undefined : rows[Math.min(row, rows.length - 1)]?.querySelector("a")
}

function rowsIn(thing) {
  return [...(thing?.querySelectorAll(ROW) ?? [])]
}

function called(id) {
  return id ? document.getElementById(id) : undefined
}
