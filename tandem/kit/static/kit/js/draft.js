// What is typed in a composer is kept by the server while it is typed. Each saving says from which text it began; the answer
// is that text joined with what was written elsewhere: in another tab, on another device, by a colleague it is shared with.
import { hour, toast, word } from "tandem/words"

export const FORM = "form[data-composer]"
const PAUSE = 700
const TRY_AGAIN = 5000
const LOOKED = 2000

// By case: which draft it is, what the server last told of it, and a saving of which we do not know whether it arrived.
const lives = new Map()

export function lifeOf(form) {
  return lives.get(keyOf(form))
}

// A form that is drawn anew in place goes on with what it began with.
function keyOf(form) {
  return (form.began ??= form.dataset.composer)
}

// A composer new on the page, or drawn anew under the hands of its writer, who goes on from where they were.
export function adopt(form) {
  const life = lifeOf(form), text = textOf(form)
  if (!life) lives.set(keyOf(form), asTold(form))
  else if (text === valueOf(form, "base") && !life.saving && !life.pending) renew(form, life)
  else if (!text.trim()) life.seen = valueOf(form, "seen")
  if (text !== lifeOf(form).base) later(form)
}

// The draft that stood here may be gone from under its writer: somebody else sent it, and they are told.
function renew(form, life) {
  const before = String(life.draft)
  Object.assign(life, asTold(form))
  if (before && before !== life.draft) ask(form, before).then((state) => state?.closed && toast(state.closed))
}

// Words of this tab that may not have arrived, and what they were made from.
export function resume(form, { base, draft, pending }) {
  lives.set(keyOf(form), { ...asTold(form), base: base ?? "", draft: draft || valueOf(form, "draft"), pending })
  later(form, 0)
}

export function later(form, pause = PAUSE) {
  const life = lifeOf(form)
  if (!life || isLeaving(form)) return
  clearTimeout(life.timer)
  life.timer = setTimeout(() => save(form), pause)
}

export function save(form, options = {}) {
  const life = lifeOf(form)
  life.timer = clearTimeout(life.timer)
  // For whom the words are may have changed while they were under way.
  if (life.saving) return life.saving.then(() => save(form, options))
  life.saving = send(form, life, options).finally(() => (life.saving = undefined))
  return life.saving
}

// Before the words go elsewhere: what they were made from goes along, so that nobody's are written over. From now on these
// very words are not kept any more, or they would stand in the composer again once they are said.
export function settle(form) {
  const life = lifeOf(form)
  clearTimeout(life.timer)
  life.left = textOf(form)
  for (const name of ["draft", "base", "seen"]) form.elements[name].value = life[name]
}

// Whether something changed that the server was not told yet, be it only for whom it is.
function waits(form) {
  return lifeOf(form).timer || textOf(form) !== lifeOf(form).base
}

function isLeaving(form) {
  return lifeOf(form).left === textOf(form)
}

function asTold(form) {
  return { draft: valueOf(form, "draft"), base: valueOf(form, "base"), seen: valueOf(form, "seen") }
}

async function send(form, life, options) {
  const pending = (life.pending ??= { save: once(), body: textOf(form) })
  let answer
  try {
    answer = await fetch(form.dataset.draft, { method: "POST", body: told(form, life, pending), headers: JSON_PLEASE, ...options })
  } catch {
    return wait(form)
  }
  if (answer.status >= 500 || answer.redirected) return wait(form)
  life.pending = undefined
  if (!answer.headers.get("content-type")?.includes("json")) return toast(word("failed"), "warn")
  const state = await answer.json()
  if (state.refused) return refused(form, state.refused)
  take(form, life, pending.body, state)
}

function told(form, life, pending) {
  const fields = new FormData(form)
  for (const name of ["files", "kept"]) fields.delete(name)
  const known = { draft: life.draft, base: life.base, seen: life.seen, ...pending }
  for (const [name, value] of Object.entries(known)) fields.set(name, value)
  return fields
}

function wait(form) {
  say(form, word("notSaved"))
  later(form, TRY_AGAIN)
}

function refused(form, why) {
  const says = word("notKept", { why })
  if (keptAt(form)?.textContent !== says) toast(says, "warn")
  say(form, says)
}

// While somebody types, their text is theirs; what others wrote comes in when they pause.
function take(form, life, sent, state) {
  const field = form.querySelector("textarea"), goesOn = field.value !== sent
  life.draft = state.draft ?? ""
  if (state.closed) close(life, field, goesOn, state.closed)
  else if (goesOn) life.base = sent
  else put(field, (life.base = state.body))
  if (state.both) toast(word("both"), "warn")
  if (textOf(form) !== life.base) later(form)
  else if (life.draft) say(form, word("saved", { at: hour() }))
}

function close(life, field, goesOn, why) {
  life.base = ""
  if (goesOn) return
  field.value = ""
  toast(why)
}

// Has anybody written in it elsewhere?
async function look(form) {
  const life = lifeOf(form), text = textOf(form)
  if (!life || isLeaving(form) || Date.now() - life.lookedAt < LOOKED) return
  if (life.saving) return life.saving.then(() => look(form)) // its answer may be older than what we heard of
  if (text !== life.base) return save(form)
  life.lookedAt = Date.now()
  const state = await ask(form, life.draft)
  if (!state || textOf(form) !== text || life.saving) return
  if (life.draft || state.draft) take(form, life, text, state)
}

async function ask(form, draft) {
  const answer = await fetch(`${form.dataset.draft}?draft=${draft}`, { headers: JSON_PLEASE, redirect: "manual" }).catch(() => undefined)
  return answer?.ok ? answer.json() : undefined
}

// The text changes around the place where its reader is.
function put(field, text) {
  const old = field.value
  if (old === text) return
  const { selectionStart, selectionEnd } = field
  const most = Math.min(old.length, text.length)
  let head = 0, tail = 0
  while (head < most && old[head] === text[head]) head++
  while (tail < most - head && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail++
  const moved = (place) => (place <= head ? place : Math.max(head, Math.min(place, old.length - tail) + text.length - old.length + Math.max(0, place - old.length + tail)))
  field.value = text
  if (field === document.activeElement) field.setSelectionRange(moved(selectionStart), moved(selectionEnd))
}

function say(form, text) {
  const place = keptAt(form)
  if (place) place.textContent = text
}

function keptAt(form) {
  return form.querySelector("[data-kept-at]")
}

function once() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

function textOf(form) {
  return form.querySelector("textarea").value
}

function valueOf(form, name) {
  return form.elements[name]?.value.replaceAll("\r\n", "\n") ?? ""
}

const JSON_PLEASE = { accept: "application/json" }

const all = () => [...document.querySelectorAll(FORM)].filter(lifeOf)

document.addEventListener("focusin", ({ target }) => target.matches?.(`${FORM} textarea`) && look(target.form))
document.addEventListener("visibilitychange", () => document.hidden || all().forEach(look))
document.addEventListener("live:renewed", () => all().forEach(adopt))
document.addEventListener("live:heard", ({ detail }) => {
  if (!detail || detail.includes("draft")) for (const form of all()) Object.assign(lifeOf(form), { lookedAt: 0 }) && look(form)
})
addEventListener("pagehide", () => {
  for (const form of all()) if (!isLeaving(form) && waits(form)) save(form, { keepalive: true })
})
// A page that comes back as it was left still shows words that went their way: what became of them, the server says.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && all().some((form) => lifeOf(form).left !== undefined)) location.reload()
})
