// Keys are declared where they act: data-key="e" on a link, button or field, data-key="g q" for a go-to.
const PAUSE = 1200
const ROW = "[data-row]"
export const OFF = "tandem keys off"

let waiting = ""
let timer

export function start() {
  document.addEventListener("keydown", pressed)
  const sheet = document.getElementById("keys")
  for (const button of document.querySelectorAll("[data-sheet]")) {
    button.hidden = false
    button.addEventListener("click", () => open(sheet))
  }
  const on = sheet?.querySelector("[data-keys-on]")
  if (!on) return
  on.checked = !localStorage.getItem(OFF)
  on.addEventListener("change", () => (on.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")))
}

function pressed(event) {
  if (event.key === "Escape" && isField(document.activeElement)) return document.activeElement.blur()
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (isField(event.target) || document.querySelector("dialog:modal") || localStorage.getItem(OFF)) return
  const typed = waiting ? `${waiting} ${event.key}` : event.key
  forget()
  if (press(typed)) event.preventDefault()
  else if (someBeginWith(typed)) remember(typed)
}

function press(typed) {
  if (typed === "j" || typed === "k") return step(typed === "j" ? 1 : -1)
  if (typed === "x") return choose()
  const thing = declared().find((candidate) => candidate.dataset.key === typed)
  if (!thing) return false
  if (isField(thing)) thing.focus()
  else thing.click()
  return true
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

function open(sheet) {
  const list = sheet.querySelector("[data-keys]")
  list.querySelectorAll("[data-here]").forEach((row) => row.remove())
  const seen = new Set()
  for (const thing of declared()) {
    if (seen.has(thing.dataset.key)) continue
    seen.add(thing.dataset.key)
    if (!thing.hasAttribute("data-sheet")) list.append(line(thing.dataset.key, says(thing)))
  }
  sheet.showModal()
}

function line(keys, text) {
  const row = document.createElement("div"), term = document.createElement("dt"), meaning = document.createElement("dd")
  row.dataset.here = ""
  for (const key of keys.split(" ")) {
    const cap = document.createElement("kbd")
    cap.textContent = key
    term.append(cap)
  }
  meaning.textContent = text
  row.append(term, meaning)
  return row
}

function says(thing) {
  const words = (thing.querySelector("span:not(.count, .keys)") ?? thing.firstChild ?? thing).textContent.trim()
  return thing.dataset.keySays || thing.getAttribute("aria-label") || words
}

function declared() {
  return [...document.querySelectorAll("[data-key]")].filter((thing) => !thing.disabled && (isShown(thing) || thing.closest(".side")))
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
