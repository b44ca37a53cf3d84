// Files on any form with an `.attach` (macro `attach` of kit/form.html): dropped, pasted or chosen, each shown and taken
// back by itself, what is too much said at once, and how far they are while they travel.
import { toast, word } from "tandem/words"

const FIELD = ".attach input[type=file]"

export function start() {
  for (const field of document.querySelectorAll(FIELD)) show(field)
}

document.addEventListener("change", ({ target }) => {
  if (target.matches?.(FIELD)) hold(target, fitting(target, [...target.files]))
})

document.addEventListener("paste", (event) => {
  const field = fieldOf(event.target)
  const files = [...(event.clipboardData?.files ?? [])]
  if (!field || !files.length) return
  event.preventDefault()
  add(field, files.map(named))
})

for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    const field = fieldOf(event.target)
    if (!field || !event.dataTransfer?.types.includes("Files")) return
    event.preventDefault()
    field.form.classList.toggle("dropping", name === "dragover")
    if (name === "drop") add(field, [...event.dataTransfer.files])
  })
}
document.addEventListener("dragleave", ({ target, relatedTarget }) => {
  const form = fieldOf(target)?.form
  if (form && !form.contains(relatedTarget)) form.classList.remove("dropping")
})

// htmx tells how far it is; a plain form is sent by us when files travel with it, and ends on the page it leads to.
document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  if (detail.lengthComputable && target.querySelector?.(FIELD)?.files.length) progress(target, detail)
})
document.addEventListener("submit", (event) => {
  const form = event.target, field = form.querySelector?.(FIELD)
  if (event.defaultPrevented || !field?.files.length || form.hasAttribute("hx-post")) return
  event.preventDefault()
  send(form, event.submitter)
})

function fieldOf(target) {
  return target.closest?.("form")?.querySelector(FIELD)
}

function add(field, files) {
  const known = new Set([...field.files].map(trait))
  hold(field, fitting(field, [...field.files, ...files.filter((file) => !known.has(trait(file)))]))
}

// The server says the same again; here it is said before anything was sent.
function fitting(field, files) {
  const most = Number(field.dataset.most), largest = Number(field.dataset.largest)
  const fit = files.filter((file) => file.size <= largest).slice(0, most)
  for (const file of files.filter((file) => !fit.includes(file))) {
    const why = file.size > largest ? "tooLarge" : "tooMany"
    toast(word(why, { name: file.name, n: why === "tooLarge" ? Math.floor(largest / 1e6) : most }), "warn")
  }
  return fit
}

function hold(field, files) {
  const held = new DataTransfer()
  for (const file of files) held.items.add(file)
  field.files = held.files
  field.form.dataset.begun = ""
  show(field)
}

function show(field) {
  const place = field.closest(".attach")
  for (const old of place.querySelectorAll(".chosen, .loose")) old.remove()
  if (!field.files.length) return
  const list = document.createElement("ul")
  list.className = "chosen"
  list.role = "list"
  list.append(...[...field.files].map((file) => line(field, file)))
  place.append(list)
  if (field.form.dataset.draft) place.append(loose())
}

// Words are kept as they are typed, files only when a button says so.
function loose() {
  const says = document.createElement("p")
  says.className = "loose quiet small"
  says.role = "status"
  says.textContent = word("loose")
  return says
}

function line(field, file) {
  const row = document.createElement("li"), name = document.createElement("span"), away = document.createElement("button")
  name.textContent = file.name
  away.type = "button"
  away.textContent = "×"
  away.setAttribute("aria-label", word("leaveOut", { name: file.name }))
  away.addEventListener("click", () => {
    hold(field, [...field.files].filter((other) => other !== file))
    field.focus()
  })
  row.append(name, away)
  return row
}

// A pasted picture is always called image.png.
function named(file) {
  if (file.name !== "image.png") return file
  const at = new Date().toTimeString().slice(0, 8).replaceAll(":", "-")
  return new File([file], `screenshot-${at}.png`, { type: file.type })
}

function trait(file) {
  return `${file.name} ${file.size} ${file.lastModified}`
}

function send(form, submitter) {
  if (form.dataset.travelling) return
  form.dataset.travelling = ""
  const request = new XMLHttpRequest()
  request.upload.addEventListener("progress", (event) => progress(form, event))
  request.addEventListener("load", () => arrived(form, request))
  for (const failure of ["error", "abort", "timeout"]) request.addEventListener(failure, () => failed(form))
  request.open(form.method, submitter?.hasAttribute("formaction") ? submitter.formAction : form.action)
  request.send(new FormData(form, submitter))
}

function arrived(form, request) {
  if (request.status < 400) return leave(form, request.responseURL)
  const answer = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main")
  if (![409, 422].includes(request.status) || !answer?.querySelector(FIELD)) return failed(form, answer?.querySelector("h1, p")?.textContent)
  // The form with what is wrong about it; what was chosen stays chosen, or is kept with the draft.
  const chosen = form.querySelector(FIELD).files
  document.querySelector("main").replaceWith(answer)
  const field = answer.querySelector(FIELD)
  if (!field.form.querySelector("[name=kept]")) field.files = chosen
  document.dispatchEvent(new CustomEvent("htmx:afterSettle"))
}

function leave(form, address) {
  const next = new URL(address)
  if (next.pathname + next.search === location.pathname + location.search) return location.reload()
  location.assign(address)
}

function failed(form, why) {
  form.querySelector(".attach progress")?.remove()
  delete form.dataset.sending
  delete form.dataset.travelling
  toast(why || word("failed"), "warn")
}

function progress(form, { loaded, total }) {
  const place = form.querySelector(".attach")
  const bar = place.querySelector("progress") ?? place.appendChild(document.createElement("progress"))
  bar.setAttribute("aria-label", word("travelling"))
  bar.max = total
  bar.value = loaded
}
