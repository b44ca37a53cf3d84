// Names that fit what is being typed in a condition: buttons below the field, each puts its name where the caret is.
const BEGUN = /([A-Za-z][\w.]*)$/
const COMPARED = /([A-Za-z][\w.]*)\s*(?:==|!=)\s*(?:"([^"]*)|(\w*))$/
const MOST = 8

export function start() {
  document.addEventListener("input", ({ target }) => target.matches?.("[data-names]") && offer(target))
  document.addEventListener("click", ({ target }) => {
    const place = target.closest?.("[data-names-for] button")?.parentElement
    if (place) put(document.getElementById(place.dataset.namesFor), target.closest("button"))
  })
}

function offer(field) {
  const place = document.querySelector(`[data-names-for="${field.id}"]`)
  if (!place) return
  const fitting = fits(field).slice(0, MOST)
  place.hidden = !fitting.length
  place.replaceChildren(...fitting.map(button))
}

function fits(field) {
  const known = [...document.getElementById(field.dataset.names).options]
  const typed = field.value.slice(0, field.selectionStart)
  const compared = typed.match(COMPARED)
  const variable = compared && known.find((option) => option.value === compared[1])
  if (variable?.dataset.values) return valuesOf(variable, compared[2] ?? compared[3], compared[0])
  const begun = typed.match(BEGUN)?.[1]
  if (!begun || known.some((option) => option.value === begun)) return []
  return known.filter((option) => option.value.includes(begun)).map((option) => ({ says: option.value, title: option.label, puts: option.value, over: begun.length }))
}

// `case.stage == tri` becomes `case.stage == "triage"`.
function valuesOf(variable, begun, typed) {
  const quote = variable.dataset.quoted === "True" ? '"' : ""
  const over = begun.length + (typed.endsWith(`"${begun}`) ? 1 : 0)
  const values = variable.dataset.values.split(",").filter((value) => value.startsWith(begun) && value !== begun)
  return values.map((value) => ({ says: value, title: "", puts: `${quote}${value}${quote}`, over }))
}

function button({ says, title, puts, over }) {
  const made = document.createElement("button")
  Object.assign(made, { type: "button", className: "button quiet", textContent: says, title })
  Object.assign(made.dataset, { puts, over })
  return made
}

function put(field, { dataset: { puts, over } }) {
  const end = field.selectionStart
  field.setRangeText(puts, end - Number(over), end, "end")
  field.focus()
  field.dispatchEvent(new Event("input", { bubbles: true }))
}
