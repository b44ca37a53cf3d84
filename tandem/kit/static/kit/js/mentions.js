// “@” in a note offers whom one may call there. Arrows choose, Enter or Tab takes, Escape lets go; typed by hand it is the same.
const FIELD = "textarea[data-mentions]"
const CALLED = /(?:^|[\s(])@([\w.+-]{0,40})$/

let list, field, at = -1, asked = 0

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.(FIELD)) return
  field = target
  const word = called()
  if (word === null) return close()
  offer(word)
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

// To a customer nobody is called.
function called() {
  const audience = field.form?.elements.audience?.value
  if (audience === "customer" || field.selectionStart !== field.selectionEnd) return null
  return CALLED.exec(field.value.slice(0, field.selectionStart))?.[1] ?? null
}

async function offer(word) {
  const mine = ++asked
  const audience = field.form?.elements.audience?.value ?? "support"
  const answer = await fetch(`${field.dataset.mentions}?${new URLSearchParams({ q: word, audience })}`).catch(() => null)
  if (!answer?.ok || mine !== asked || called() !== word) return
  const { found } = await answer.json()
  found.length ? show(found) : close()
}

function show(found) {
  list ??= place()
  list.replaceChildren(...found.map(option))
  point(0)
}

function place() {
  const box = document.createElement("ul")
  box.id = "mentions"
  box.className = "mentions"
  box.role = "listbox"
  box.setAttribute("aria-label", field.dataset.mentionsSays)
  field.after(box)
  for (const [name, value] of [["aria-controls", box.id], ["aria-autocomplete", "list"], ["aria-expanded", "true"], ["role", "combobox"]]) field.setAttribute(name, value)
  return box
}

function option({ word, name, detail }, nth) {
  const row = document.createElement("li"), who = document.createElement("b"), what = document.createElement("span")
  row.id = `mentions-${nth}`
  row.role = "option"
  row.dataset.word = word
  who.textContent = name
  what.textContent = ` @${word} ${detail}`
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
  const end = field.selectionStart, begin = field.value.slice(0, end).lastIndexOf("@")
  field.setRangeText(`@${row.dataset.word} `, begin, end, "end")
  close()
  field.dispatchEvent(new Event("input", { bubbles: true }))
}

function close() {
  asked++
  if (!list) return
  list.remove()
  list = undefined
  for (const name of ["aria-controls", "aria-autocomplete", "aria-expanded", "aria-activedescendant", "role"]) field.removeAttribute(name)
}
