// Ctrl+K or ⌘K from anywhere: what is typed is looked up by the page itself, the arrows choose, Enter goes.
import { word } from "tandem/words"

const MAC = /Mac|iPhone|iPad/.test(navigator.platform)

let box, field, list
let stale = false, impatient = false

export function start() {
  box = document.getElementById("palette")
  if (!box) return
  field = box.querySelector("[role=combobox]")
  list = box.querySelector("[role=listbox]")
  for (const door of document.querySelectorAll("[data-palette]")) {
    door.setAttribute("aria-haspopup", "dialog")
    door.addEventListener("click", opened)
  }
  if (MAC) for (const key of document.querySelectorAll("[data-ctrl]")) key.textContent = "⌘"
  document.addEventListener("keydown", (event) => {
    const isIt = event.key.toLowerCase() === "k" && (MAC ? event.metaKey : event.ctrlKey) && !event.altKey && !event.shiftKey
    if (isIt && (box.open || !document.querySelector("dialog:modal"))) box.open ? closed(event) : opened(event)
  })
  field.addEventListener("keydown", pressed)
  field.addEventListener("htmx:configRequest", ({ detail }) => {
    for (const { value } of document.querySelectorAll("[name=cases]:checked")) detail.formData.append("cases", value)
  })
  field.addEventListener("input", () => { stale = true; choose() })
  box.querySelector("form").addEventListener("submit", go)
  for (const failure of ["htmx:responseError", "htmx:sendError"]) field.addEventListener(failure, missed)
  list.addEventListener("htmx:afterSwap", told)
  list.addEventListener("click", ({ target }) => target.closest("a") && box.close())
  box.addEventListener("click", ({ target }) => (target === box || target.closest("[data-close-palette]")) && box.close())
}

function opened(event) {
  if (event.type === "click" && (event.ctrlKey || event.metaKey || event.shiftKey)) return
  event.preventDefault()
  box.showModal()
  field.select()
  impatient = false
  htmx.trigger(field, "open")
}

function closed(event) {
  event.preventDefault()
  box.close()
}

function pressed(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!by || event.isComposing) return
  event.preventDefault()
  const all = options()
  if (all.length) choose(all[(all.indexOf(chosen()) + by + all.length) % all.length])
}

// Who types and presses Enter at once means what they typed, not what was offered before.
function go(event) {
  if (stale) impatient = true
  if (stale || chosen()) event.preventDefault()
  if (!stale) chosen()?.click()
}

// The first is chosen, so that Enter is enough; how many there are is said, and the list stays where it is.
function told() {
  stale = false
  list.scrollTop = 0
  choose(options()[0])
  box.querySelector("[role=status]").textContent = word("offered", { n: options().length })
  if (impatient) chosen()?.click()
  impatient = false
}

// Then at least the search page answers.
function missed() {
  stale = false
  if (impatient) field.form.submit()
}

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false")
  option?.setAttribute("aria-selected", "true")
  field.setAttribute("aria-activedescendant", option?.id ?? "")
  option?.scrollIntoView({ block: "nearest" })
}

function chosen() {
  return list.querySelector("[aria-selected=true]")
}

function options() {
  return [...list.querySelectorAll("[role=option]")]
}
