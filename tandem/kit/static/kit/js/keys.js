// Keys are declared where they act: data-key="e" on a link, button, field or fold, data-key="g q" for a go-to.
// What is declared in a row acts only on the row one is on.
// A row says with data-there="e r" which keys of the page behind its link may be pressed from the list.
import * as menus from "tandem/menus"
import * as sheet from "tandem/sheet"
import * as singles from "tandem/singles"

const PAUSE = 1200
const ROW = "[data-row]"
const SEARCH = "[role=search] [type=search]:not([data-completion])" // whose own offers come first
const THERE = "#key-"
const REACHED = "summary, a[href], button, input:not([type=hidden]), select, textarea"

let waiting = ""
let timer

// For the second key of a sequence.
export function isWaiting() {
  return waiting !== ""
}

export function start() {
  document.addEventListener("keydown", pressed)
  sheet.start(declared)
  if (location.hash.startsWith(THERE)) arrive(location.hash.slice(THERE.length))
}

function pressed(event) {
  if (event.key === "Escape" && !event.isComposing) return menus.close() || leave(document.activeElement)
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (event.key === "ArrowDown" && event.target.matches(SEARCH) && step(1)) return event.preventDefault()
  if (isField(event.target) || document.querySelector("dialog:modal") || singles.areOff()) return
  const typed = waiting ? `${waiting} ${event.key}` : event.key
  forget()
  if (press(typed)) event.preventDefault()
  else if (someBeginWith(typed)) remember(typed)
}

// To the row a field stands in, so that j and k go on from there.
function leave(field) {
  if (!isField(field)) return
  const row = field.closest(ROW)
  field.blur()
  row?.querySelector("a")?.focus()
}

function press(typed) {
  if (typed === "j" || typed === "k") return step(typed === "j" ? 1 : -1)
  if (typed === "x") return choose()
  if (goThere(typed)) return true
  const thing = find(typed)
  if (!thing) return false
  act(thing, typed)
  return true
}

// What lies in an open fold comes before the fold itself.
function find(typed) {
  const found = declared().filter((thing) => thing.dataset.key === typed && isOfHere(thing))
  return found.find((thing) => !thing.matches("summary")) ?? found[0]
}

function isOfHere(thing) {
  const row = thing.closest(ROW)
  return !row || row.contains(document.activeElement)
}

function act(thing, typed) {
  if (isField(thing)) return thing.focus()
  if (thing.matches("summary")) return unfold(thing, typed)
  thing.click()
  const next = thing.dataset.keyThen && document.getElementById(thing.dataset.keyThen)
  next?.focus()
}

// Open it and go in: to what the same key does there or the fold names, or else to the first thing one can do.
function unfold(summary, typed) {
  const fold = summary.parentElement
  const isOnItsWay = !fold.open && fold.querySelector("[hx-trigger^=toggle]")
  summary.focus()
  fold.open = true
  if (isOnItsWay) fold.addEventListener("htmx:afterSettle", () => enter(fold, typed), { once: true })
  else enter(fold, typed)
}

function enter(fold, typed) {
  const within = [...fold.querySelectorAll(REACHED)].filter(isShown).slice(1)
  const next = fold.firstElementChild.dataset.keyThen
  const first = within.find((thing) => thing.dataset.key === typed || (next && thing.id === next)) ?? within[0]
  if (first?.matches("summary")) unfold(first, typed)
  else first?.focus({ focusVisible: true })
}

function step(by) {
  const rows = [...document.querySelectorAll(ROW)].filter(isShown)
  const now = rows.indexOf(document.activeElement?.closest(ROW))
  const next = rows[now < 0 ? 0 : Math.min(Math.max(now + by, 0), rows.length - 1)]
  next?.querySelector("a")?.focus({ focusVisible: true })
  next?.scrollIntoView({ block: "nearest" })
  return Boolean(next)
}

function choose() {
  const box = document.activeElement?.closest(ROW)?.querySelector("[type=checkbox]")
  box?.click()
  return Boolean(box)
}

function goThere(typed) {
  const row = document.activeElement?.closest(ROW)
  if (!row?.dataset.there?.split(" ").includes(typed)) return false
  location.assign(row.querySelector("a").href.split("#")[0] + THERE + typed)
  return true
}

// From a list, or a link of anybody's: so it may lead somewhere, and never do anything.
function arrive(typed) {
  history.replaceState(history.state, "", location.pathname + location.search)
  const thing = find(decodeURIComponent(typed))
  if (thing?.matches("a:not([hx-post], [hx-delete]), summary, textarea, input")) act(thing, typed)
}

// What a folded menu of the page or of a row holds can be pressed as if it were open.
function declared() {
  return [...document.querySelectorAll("[data-key]")].filter((thing) => !thing.disabled && (isShown(thing) || thing.closest(".side, [data-row] .menu")))
}

function isField(thing) {
  return thing?.matches?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]")
}

function isShown(thing) {
  return thing.checkVisibility()
}

function someBeginWith(typed) {
  return declared().some((thing) => thing.dataset.key.startsWith(`${typed} `))
}

function remember(typed) {
  waiting = typed
  timer = setTimeout(forget, PAUSE)
}

function forget() {
  waiting = ""
  clearTimeout(timer)
}
