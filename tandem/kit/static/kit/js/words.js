// Sentences the scripts say come translated from the page; messages go where the server's own messages stand.
const said = document.querySelector("[data-words]").dataset

export function word(name, values = {}) {
  return said[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole)
}

// What o'clock it is where the other times of the page are told, wherever its reader is.
export function hour() {
  const shown = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: said.zone }
  return new Date().toLocaleTimeString(document.documentElement.lang, shown)
}

export function toast(text, tone = "plain") {
  const place = document.getElementById("flash")
  if (!place || [...place.children].some((old) => old.textContent.includes(text))) return
  const box = document.createElement("div")
  box.className = `toast ${tone}`
  const words = document.createElement("span")
  words.textContent = text
  box.append(words)
  place.append(box)
}

// A toast stays until it is read: it goes by its own button, never by a clock.
export function closable(place = document.getElementById("flash")) {
  for (const box of place?.querySelectorAll(".toast:not(:has([data-close]))") ?? []) {
    const button = document.createElement("button")
    button.className = "button quiet"
    button.type = "button"
    button.dataset.close = ""
    button.textContent = word("close")
    button.addEventListener("click", () => box.remove())
    box.append(button)
  }
}

// The newest undo has the key: what stands here goes where an answer brings one.
function giveWay(fresh) {
  const brings = fresh !== document.body && !flash.contains(fresh) && (fresh.matches?.(UNDO) || fresh.querySelector?.(UNDO))
  if (brings) for (const old of flash.querySelectorAll(`.toast:has(${UNDO})`)) old.remove()
}

const UNDO = '[data-key="z"]'
const flash = document.getElementById("flash")
if (flash) {
  closable(flash)
  document.addEventListener("htmx:load", ({ detail }) => giveWay(detail.elt))
  new MutationObserver(() => closable(flash)).observe(flash, { childList: true, subtree: true })
}
