// The sheet of keys: what one can press here, in groups, narrowed by a word, and the switch that turns single keys off.
import * as singles from "tandem/singles"
import { word } from "tandem/words"

const GO = "g "

export function start(declared) {
  const sheet = document.getElementById("keys")
  if (!sheet) return
  for (const button of document.querySelectorAll("[data-sheet]")) {
    button.hidden = false
    button.addEventListener("click", () => open(sheet, declared()))
  }
  sheet.querySelector("[type=search]").addEventListener("input", ({ target }) => narrow(sheet, target.value))
  const on = sheet.querySelector("[data-keys-on]")
  on.checked = !singles.areOff()
  on.addEventListener("change", () => singles.turn(on.checked))
}

function open(sheet, things) {
  sheet.querySelectorAll("[data-here]").forEach((row) => row.remove())
  const seen = new Set()
  for (const thing of things) {
    const key = thing.dataset.key
    if (seen.has(key) || thing.hasAttribute("data-sheet")) continue
    seen.add(key)
    sheet.querySelector(`[data-keys=${groupOf(thing)}]`).append(line(key, says(thing)))
  }
  const there = new Set([...document.querySelectorAll("[data-there]")].flatMap((row) => row.dataset.there.split(" ")))
  for (const row of sheet.querySelectorAll("[data-only-there]")) row.toggleAttribute("data-off", !there.has(row.dataset.onlyThere))
  sheet.querySelector("[type=search]").value = ""
  narrow(sheet, "")
  sheet.showModal()
}

function groupOf(thing) {
  if (thing.dataset.key.startsWith(GO)) return "go"
  return thing.closest("[data-row]") ? "there" : "here"
}

function narrow(sheet, typed) {
  const wanted = typed.trim().toLowerCase()
  let left = 0
  for (const group of sheet.querySelectorAll("section")) {
    const rows = [...group.querySelectorAll("dl > div")]
    for (const row of rows) row.hidden = row.hasAttribute("data-off") || !row.textContent.toLowerCase().includes(wanted)
    group.hidden = rows.every((row) => row.hidden)
    left += rows.filter((row) => !row.hidden).length
  }
  sheet.querySelector("[role=status]").textContent = wanted ? word("keysLeft", { n: left }) : ""
}

function line(keys, text) {
  const row = document.createElement("div"), term = document.createElement("dt"), meaning = document.createElement("dd")
  row.dataset.here = ""
  for (const key of keys.split(" ")) {
    const cap = document.createElement("kbd")
    cap.textContent = key
    term.append(cap, " ")
  }
  meaning.textContent = text
  row.append(term, meaning)
  return row
}

function says(thing) {
  const words = (thing.querySelector("h2") ?? thing.querySelector("span:not(.count, .keys)") ?? thing.firstChild ?? thing).textContent.trim()
  return thing.dataset.keySays || thing.getAttribute("aria-label") || words
}
