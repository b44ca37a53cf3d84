// What a person has begun to fill in is theirs, until they send it or let go of it.
export const FIELDS = "input, textarea, select"
const ON_ITS_WAY = ".htmx-request"

export function start() {
  const kept = new WeakMap()
  document.addEventListener("htmx:beforeSwap", ({ detail }) => kept.set(detail.xhr, begunIn(detail.target, detail.requestConfig.elt)))
  document.addEventListener("htmx:afterSwap", ({ detail }) => giveBack(detail.target.id, kept.get(detail.xhr)))
}

export function isTheirs(field) {
  if (field.matches(".attach")) return isTheirs(field.querySelector("input"))
  if (!field.matches(FIELDS) || field.type === "hidden") return false
  return field === document.activeElement || isChanged(field)
}

function isChanged(field) {
  if (field.files?.length) return true
  if (field.matches("select")) return [...field.options].some((option) => option.selected !== option.defaultSelected)
  if (isTicked(field)) return field.checked !== field.defaultChecked
  return field.value !== field.defaultValue
}

function isTicked(field) {
  return field.matches("[type=checkbox], [type=radio]")
}

// While one form of a panel is on its way, its reader may go on with another: the answer replaces both.
function begunIn(panel, sent) {
  const others = (found) => [...panel.querySelectorAll(found)].filter((thing) => !sent.contains(thing) && !thing.contains(sent))
  const fields = others(FIELDS).filter((field) => field.form && !field.form.matches(ON_ITS_WAY) && isTheirs(field))
  return { open: others("details[open]").map(labelOf), fields: fields.map(asItIs) }
}

// What stands in it now: a swap that morphs writes into the very same field.
function asItIs(field) {
  const { value, checked, files } = field
  return { name: nameOf(field), isTicked: isTicked(field), isHere: field === document.activeElement, value, checked, files }
}

function giveBack(id, begun) {
  const panel = id && document.getElementById(id)
  if (!panel || !begun) return
  for (const details of panel.querySelectorAll("details")) if (begun.open.includes(labelOf(details))) details.open = true
  for (const old of begun.fields) {
    const field = [...panel.querySelectorAll(FIELDS)].find((candidate) => nameOf(candidate) === old.name)
    if (!field) continue
    hand(old, field)
    if (old.isHere) field.focus()
  }
}

function hand(old, field) {
  if (old.isTicked) field.checked = old.checked
  else if (old.files) field.files = old.files
  else field.value = old.value
}

function labelOf(details) {
  return details.querySelector("summary").textContent.trim()
}

function nameOf(field) {
  return [field.form?.getAttribute("action"), field.name, isTicked(field) && field.value].join(" ")
}
