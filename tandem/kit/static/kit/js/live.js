// One stream per page says which panels changed; each is fetched anew, as its reader may see it, and morphed in place.
import { FIELDS, isTheirs } from "tandem/begun"
import { tick } from "tandem/clock"
import { heldRow } from "tandem/focus"
import { hour, toast, word } from "tandem/words"

const HIDDEN_FOR = 30_000
const SLOWEST = 60_000

let source, address, ended, pause, sleep, missed = false
const stale = new Set()
const timers = new WeakMap()
let fetching = false

export function start() {
  address = document.querySelector("[data-live]")?.dataset.live
  if (!address) return
  connect()
  document.querySelectorAll("[data-panel][data-again]").forEach(again)
  document.addEventListener("visibilitychange", () => {
    clearTimeout(sleep)
    if (document.hidden) sleep = setTimeout(rest, HIDDEN_FOR)
    else if (!source) wake()
  })
  addEventListener("pagehide", rest)
  addEventListener("pageshow", ({ persisted }) => persisted && wake())
  addEventListener("online", () => source?.readyState === EventSource.OPEN || wake())
}

function connect() {
  if (ended) return
  source?.close()
  source = new EventSource(address)
  source.addEventListener("open", opened)
  source.addEventListener("message", ({ data }) => changed(JSON.parse(data).panels))
  source.addEventListener("reset", () => changed())
  source.addEventListener("bye", bye)
  source.addEventListener("error", broke)
}

function opened() {
  pause = undefined
  if (missed) changed()
  missed = false
  show("updated")
}

function broke() {
  missed = true
  show("offline")
  if (source?.readyState !== EventSource.CLOSED) return // the browser tries again by itself
  pause = Math.min((pause ?? 1000) * 2, SLOWEST)
  setTimeout(() => document.hidden || connect(), pause * (0.5 + Math.random()))
}

function bye() {
  ended = true
  rest()
  show("offline", word("ended"))
  toast(word("ended"), "warn")
}

// Six open tabs would use up a browser's connections: a page nobody looks at lets go of its own.
function rest() {
  source?.close()
  source = undefined
}

function wake() {
  missed = true
  connect()
}

// An element may listen to several names: data-panel="promise ball".
export function changed(panels) {
  document.dispatchEvent(new CustomEvent("live:heard", { detail: panels?.length ? panels : undefined }))
  const heard = panels?.length ? panels : [...document.querySelectorAll("[data-panel]")].flatMap(namesOf)
  for (const name of heard) stale.add(name)
  if (!fetching) refresh()
}

async function refresh() {
  fetching = true
  while (stale.size && !ended) {
    const names = new Set(stale)
    stale.clear()
    await Promise.all([...grouped(names)].map(([url, panels]) => renew(url, panels)))
    document.dispatchEvent(new CustomEvent("live:renewed"))
  }
  fetching = false
}

function grouped(names) {
  const groups = new Map()
  for (const panel of document.querySelectorAll("[data-panel]")) {
    if (!namesOf(panel).some((name) => names.has(name))) continue
    const url = panel.dataset.src ?? panel.getAttribute("hx-get") ?? location.href.split("#")[0]
    groups.set(url, [...(groups.get(url) ?? []), panel])
  }
  return groups
}

function namesOf(panel) {
  return panel.dataset.panel.split(" ")
}

async function renew(url, panels) {
  let answer
  try {
    answer = await fetch(url, { headers: { "X-Background": "live" }, redirect: "manual" })
  } catch {
    missed = true
    return show("offline")
  }
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return bye()
  if (!answer.ok) return panels.forEach(again)
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  await released()
  for (const panel of panels) {
    const fresh = panel.id ? page.getElementById(panel.id) : page.querySelector(`[data-panel="${CSS.escape(panel.dataset.panel)}"]`)
    if (fresh && panel.isConnected) morph(panel, fresh)
  }
  panels.forEach(again)
  tick()
  show("updated")
}

// What holds only for a while (data-again, seconds) is asked for again then, if anybody looks.
function again(panel) {
  clearTimeout(timers.get(panel))
  if (panel.dataset.again) timers.set(panel, setTimeout(lookAgain, panel.dataset.again * 1000, panel))
}

function lookAgain(panel) {
  if (!panel.isConnected) return
  if (document.hidden) again(panel)
  else changed(namesOf(panel))
}

// What a person holds with the mouse must not change in their hand: a click, or a message being dragged, would be lost.
async function released() {
  while (document.querySelector("[data-panel] :active, [data-dragging]")) await new Promise((go) => setTimeout(go, 100))
}

function morph(panel, fresh) {
  const before = panel.textContent, giveBack = heldRow(panel)
  Idiomorph.morph(panel, fresh, { morphStyle: "outerHTML", callbacks: LEAVE_ALONE })
  giveBack()
  htmx.process(panel)
  if (panel.textContent === before) return
  panel.classList.remove("fresh")
  requestAnimationFrame(() => panel.classList.add("fresh"))
}

// What a person has opened, is in, has begun to fill in, or has asked for (data-fetched) stays as it is.
const LEAVE_ALONE = {
  beforeNodeMorphed: (old) => !(old instanceof Element && (old.matches("[data-fetched]") || isTheirs(old))),
  beforeNodeRemoved: (old) => !(old instanceof Element && (isTheirs(old) || [...old.querySelectorAll(FIELDS)].some(isTheirs))),
  beforeAttributeUpdated: (name, element) =>
    !(name === "open" && element.matches("details, dialog")) && !["data-begun", "data-ready", "data-sending"].includes(name),
}

function show(name, text) {
  for (const place of document.querySelectorAll("[data-stream]")) {
    place.hidden = false
    place.classList.toggle("off", name === "offline")
    place.textContent = text ?? (name === "updated" ? `${word(name)} ${hour()}` : word(name))
  }
}
