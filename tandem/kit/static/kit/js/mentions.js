// “@” in a note offers whom one may call there, “;” before a letter anywhere the templates of that name. Arrows choose, Enter or Tab
// takes, Escape lets go; typed by hand it is the same.
const FIELD = "textarea:is([data-mentions], [data-templates])"
const MARKS = [
  // To a customer nobody is called.
  { sign: "@", from: "mentions", begun: /(?:^|[\s(])@([\w.+-]{0,40})$/, holds: (audience) => audience !== "customer" },
  { sign: ";", from: "templates", begun: /(?:^|\s);([\p{L}\p{N}][\p{L}\p{N}_-]{0,39})$/u, holds: () => true },
]

let list, field, at = -1, asked = 0

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.(FIELD)) return
  field = target
  const wanted = begun()
  wanted ? offer(wanted) : close()
})

document.addEventListener("keydown", (event) => {
  if (!list || event.target !== field || event.isComposing || event.ctrlKey || event.metaKey) return
  const options = [...list.children]
  const steps = { ArrowDown: 1, ArrowUp: -1 }
  if (event.key in steps) point((at + steps[event.key] + options.length) % options.length)
  else if (event.key === "Enter" || event.key === "Tab") take(options[at])
  else if (event.key === "Escape") close()
  else return
  event.preventDefault()
  event.stopPropagation()
}, true)

document.addEventListener("focusout", ({ target }) => target === field && close())

function begun() {
  if (field.selectionStart !== field.selectionEnd) return null
  const before = field.value.slice(0, field.selectionStart)
  for (const mark of MARKS) {
    const word = field.dataset[mark.from] && mark.holds(audience()) ? mark.begun.exec(before)?.[1] : undefined
    if (word !== undefined) return { mark, word }
  }
  return null
}

function audience() {
  return field.form?.elements.audience?.value ?? "support"
}

async function offer({ mark, word }) {
  const mine = ++asked
  const answer = await fetch(`${field.dataset[mark.from]}?${told(word)}`).catch(() => null)
  if (!answer?.ok || mine !== asked) return
  const now = begun()
  if (now?.mark !== mark || now.word !== word) return
  const { found } = await answer.json()
  found.length ? show(found, mark) : close()
}

// A template may say what is promised, so what is promised goes along.
function told(word) {
  const fields = new URLSearchParams({ q: word, audience: audience() })
  for (const { name, value } of field.form?.querySelectorAll(".promise :is(select, input)") ?? []) fields.set(name, value)
  return fields
}

function show(found, mark) {
  list ??= place()
  list.setAttribute("aria-label", field.dataset[`${mark.from}Says`])
  list.replaceChildren(...found.map((one, nth) => option(one, nth, mark)))
  point(0)
}

function place() {
  const box = document.createElement("ul")
  box.id = "mentions"
  box.className = "mentions"
  box.role = "listbox"
  field.after(box)
  for (const [name, value] of [["aria-controls", box.id], ["aria-autocomplete", "list"], ["aria-expanded", "true"], ["role", "combobox"]]) field.setAttribute(name, value)
  return box
}

// `text` is what is put in its place; without one it is the word itself. `at` is when they hear from us next, if it says so.
function option({ word, text, name, detail, at }, nth, { sign }) {
  const row = document.createElement("li"), who = document.createElement("b"), what = document.createElement("span")
  row.id = `mentions-${nth}`
  row.role = "option"
  row.dataset.sign = sign
  row.dataset.text = text ?? `${sign}${word} `
  row.dataset.at = at ?? ""
  who.textContent = name
  what.textContent = word ? ` ${sign}${word} ${detail}` : ` ${detail}`
  row.append(who, what)
  row.addEventListener("mousedown", (event) => {
    event.preventDefault()
    take(row)
  })
  return row
}

function point(to) {
  at = to
  for (const [nth, row] of [...list.children].entries()) row.setAttribute("aria-selected", nth === to)
  field.setAttribute("aria-activedescendant", `mentions-${to}`)
  list.children[to]?.scrollIntoView({ block: "nearest" })
}

function take(row) {
  const end = field.selectionStart, begin = field.value.slice(0, end).lastIndexOf(row.dataset.sign)
  field.setRangeText(row.dataset.text, begin, end, "end")
  if (row.dataset.at) promise(field.form.elements, row.dataset.at)
  close()
  field.dispatchEvent(new Event("input", { bubbles: true }))
}

function promise({ when, at }, moment) {
  when.value = "at"
  at.value = moment
}

function close() {
  asked++
  if (!list) return
  list.remove()
  list = undefined
  for (const name of ["aria-controls", "aria-autocomplete", "aria-expanded", "aria-activedescendant", "role"]) field.removeAttribute(name)
}
