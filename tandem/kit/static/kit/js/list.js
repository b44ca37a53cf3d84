// A list one works from: many rows are chosen at once, and one is looked into beside it.
import { isWaiting } from "tandem/keys"
import { changed } from "tandem/live"
import * as singles from "tandem/singles"
import { word } from "tandem/words"

const ROW = "[data-row]"
const PAUSE = 80

let last, timer, opener

export function start() {
  document.addEventListener("click", clicked)
  document.addEventListener("change", ({ target }) => target.matches?.("[data-all], [data-row] [type=checkbox]") && tell())
  document.addEventListener("keydown", pressed, true)
  document.addEventListener("focusin", ({ target }) => follow(target.closest?.(ROW)))
  document.addEventListener("htmx:afterSettle", ({ target }) => target.id === "run" && enter(target))
  tell()
}

function clicked(event) {
  const { target } = event
  if (target.matches("[data-all]")) return all(target.checked)
  if (target.matches(`${ROW} [type=checkbox]`)) return choose(target, event.shiftKey)
  const link = target.closest("[data-peek]")
  if (link && place() && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault()
    look(link.closest(ROW), link)
  } else if (target.closest("[data-peek-close]")) close()
  else if (target.closest("[data-acted]")) document.getElementById("run").replaceChildren()
}

// What an act asks, or what became of it, is the next one reads.
function enter(run) {
  if (run.dataset.src) done(run)
  const first = run.querySelector("form:last-of-type :is(select, input:not([type=hidden]), textarea, button)")
  first?.focus({ focusVisible: true })
}

// What was chosen is done with: let go of, it may leave the list.
function done(run) {
  run.dataset.panel = "run queue" // which is all this page hears of
  all(false)
  changed(["queue"])
}

function boxes() {
  return [...document.querySelectorAll(`${ROW} [type=checkbox]`)]
}

function all(checked) {
  for (const box of boxes()) box.checked = checked
  tell()
}

// With shift, all between the last one and this one become as this one.
function choose(box, isRange) {
  const known = boxes(), from = known.indexOf(last), to = known.indexOf(box)
  if (isRange && from >= 0) {
    for (const other of known.slice(Math.min(from, to), Math.max(from, to) + 1)) other.checked = box.checked
  }
  last = box
  tell()
}

function tell() {
  const known = boxes(), chosen = known.filter((box) => box.checked).length
  for (const place of document.querySelectorAll("[data-many-chosen]")) place.textContent = word("chosen", { n: chosen })
  for (const box of document.querySelectorAll("[data-all]")) {
    box.checked = chosen > 0 && chosen === known.length
    box.indeterminate = chosen > 0 && chosen < known.length
  }
}

function place() {
  return document.getElementById("peek")
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || singles.areOff() || isWaiting()) return
  if (!place() || document.querySelector("dialog:modal, details.menu[open]") || isField(event.target)) return
  const row = document.activeElement?.closest(ROW)
  if (event.key === "Escape" && !place().hidden) {
    event.preventDefault()
    close()
  } else if (row && event.shiftKey && event.key === "X") {
    event.preventDefault()
    const box = row.querySelector("[type=checkbox]")
    if (box) box.checked = !box.checked
    if (box) choose(box, true)
  } else if ((event.key === "p" || (event.key === " " && row && !event.target.matches("input, button, summary"))) && (row || document.querySelector(ROW))) {
    event.preventDefault()
    event.stopPropagation()
    look(row ?? document.querySelector(ROW))
  }
}

function isField(thing) {
  return thing.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")
}

function follow(row) {
  if (!row || !place() || place().hidden || place().dataset.of === address(row)) return
  clearTimeout(timer)
  timer = setTimeout(() => show(row), PAUSE)
}

// The same key closes what it opened.
function look(row, from) {
  if (!row || !address(row)) return
  const link = row.querySelector(".title a")
  if (!place().hidden && place().dataset.of === address(row)) return close()
  opener = link
  if (!from) link.focus({ focusVisible: true })
  show(row)
}

function address(row) {
  return row.querySelector("[data-peek]")?.getAttribute("href")
}

function show(row) {
  const aside = place()
  aside.dataset.of = address(row)
  aside.hidden = false
  opener = row.querySelector(".title a")
  for (const other of document.querySelectorAll(`${ROW}.peeked`)) other.classList.remove("peeked")
  row.classList.add("peeked")
  htmx.ajax("GET", address(row), { target: aside.querySelector("[data-peeked]"), swap: "innerHTML" })
}

function close() {
  place().hidden = true
  delete place().dataset.of
  for (const row of document.querySelectorAll(`${ROW}.peeked`)) row.classList.remove("peeked")
  if (opener?.isConnected) opener.focus({ focusVisible: true })
}
