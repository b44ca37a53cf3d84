// Nothing typed is lost: words are kept by the server (draft.js), and in this tab until they stand on the page. Ctrl+Enter sends, with
// Shift on to the next case of the list one came from.
import { FORM, adopt, later, lifeOf, resume, save, settle } from "tandem/draft"
import { toast, word } from "tandem/words"

const PREFIX = "unsent "
const TO = `${FORM} .to`
const FEWER_FIRST = ["restricted", "support", "customer"]

let isFirst = true

export function start() {
  for (const form of document.querySelectorAll(FORM)) {
    const isNew = !("ready" in form.dataset), knows = lifeOf(form)
    form.dataset.ready = ""
    adopt(form)
    if (isNew && !knows) restore(form)
    if (isNew && !isFirst && textOf(form).trim()) goOn(form)
  }
  isFirst = false
}

// Words that came back into it, or were fetched into it, are there to be gone on with.
function goOn(form) {
  form.dataset.begun = ""
  if (document.activeElement === document.body) form.querySelector("textarea").focus({ preventScroll: true })
}

document.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt.matches?.(`${FORM} textarea`)) goOn(detail.elt.form)
})

// Once begun it keeps its full height, so that nothing moves under a pointer on its way elsewhere.
document.addEventListener("focusin", ({ target }) => {
  const form = target.closest?.(FORM)
  if (form) form.dataset.begun = ""
})

// Who will read it is chosen before it grows: grown already, it would have moved away from under the press, which then chose nothing.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest?.(TO)) event.preventDefault()
})

document.addEventListener("click", ({ target }) => {
  const form = target.closest?.(TO)?.closest(FORM)
  if (form) form.dataset.begun = ""
})

for (const happens of ["input", "change"]) {
  document.addEventListener(happens, ({ target }) => {
    const form = target.closest?.(FORM)
    if (!form) return
    remember(form)
    later(form)
  })
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(FORM)
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault()
    const onward = event.shiftKey && form.ownerDocument.querySelector("[name=onward][form=composer]")
    const send = onward || form.querySelector(".send")
    if (send.checkVisibility()) form.requestSubmit(send)
  }
})

document.addEventListener("submit", (event) => {
  const form = event.target
  if (form.matches("[data-leave]")) return leave(event)
  if (!form.matches(FORM)) return
  if (form.dataset.sending) return event.preventDefault()
  const { saving } = lifeOf(form)
  if (saving) {
    event.preventDefault()
    return saving.then(() => form.requestSubmit(event.submitter))
  }
  if (!form.hasAttribute("hx-post")) form.dataset.sending = "1"
  settle(form)
  if (event.submitter?.matches("[data-forget]")) sessionStorage.removeItem(key(form))
  else remember(form, true)
})

// Whoever signs out leaves nothing behind here, and loses nothing.
function leave(event) {
  const unsaved = [...document.querySelectorAll(FORM)].filter((form) => textOf(form) !== lifeOf(form).base)
  if (unsaved.length) event.preventDefault()
  Promise.all(unsaved.map((form) => save(form))).finally(() => {
    forgetAll()
    if (unsaved.length) event.target.submit()
  })
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.elt.closest?.(FORM)
  if (form && detail.successful) sessionStorage.removeItem(key(form))
})

function restore(form) {
  bringAlong(form)
  const kept = JSON.parse(sessionStorage.getItem(key(form)) ?? "null")
  const field = form.querySelector("textarea")
  if (!kept) return
  if (field.value === kept.text) return kept.sent && sessionStorage.removeItem(key(form))
  // An answer to these very words holds them already.
  if (form.querySelector("[data-answered]") || (kept.sent && standsOnPage(kept.text))) return sessionStorage.removeItem(key(form))
  field.value = kept.text
  const audience = form.querySelector(`[name=audience][value="${CSS.escape(kept.audience)}"]`)
  if (audience) audience.checked = true
  resume(form, kept)
  toast(word("kept"))
}

// What was being written on a case that is read here since; of two audiences, for the one that fewer read.
function bringAlong(form) {
  const from = form.dataset.cameFrom && PREFIX + form.dataset.cameFrom
  const theirs = from && JSON.parse(sessionStorage.getItem(from) ?? "null")
  if (!theirs) return
  const ours = JSON.parse(sessionStorage.getItem(key(form)) ?? "null")
  const text = ours ? `${ours.text}\n\n${theirs.text}` : theirs.text
  const audience = FEWER_FIRST.find((name) => [ours?.audience, theirs.audience].includes(name))
  sessionStorage.setItem(key(form), JSON.stringify({ text, audience }))
  sessionStorage.removeItem(from)
}

function remember(form, sent = false) {
  const text = textOf(form), { base, draft, pending } = lifeOf(form) ?? {}
  const audience = form.querySelector("[name=audience]:checked")?.value
  if (text.trim()) sessionStorage.setItem(key(form), JSON.stringify({ text, audience, sent, base, draft, pending }))
  else sessionStorage.removeItem(key(form))
}

function forgetAll() {
  Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX)).forEach((name) => sessionStorage.removeItem(name))
}

// A form sent the plain way answers with a new page, or with none. Only our own words on it prove that they arrived.
function standsOnPage(text) {
  const wanted = lettersOf(text)
  return [...document.querySelectorAll(".said")].some((said) => lettersOf(said.textContent).includes(wanted))
}

function lettersOf(text) {
  return text.replace(/[^\p{L}\p{N}]/gu, "").slice(0, 2000)
}

function textOf(form) {
  return form.querySelector("textarea").value
}

function key(form) {
  return PREFIX + form.dataset.composer
}
