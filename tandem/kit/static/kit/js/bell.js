// What one is told opens over the page; going to a case from there is having read it. Without scripts both are pages.
const BELL = "[data-bell]", READS = "a[data-reads]", PLACE = "latest"

document.addEventListener("click", (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return
  const bell = event.target.closest?.(BELL)
  if (!bell || !document.getElementById(PLACE)) return
  event.preventDefault()
  open(bell)
})

for (const name of ["click", "auxclick"]) {
  document.addEventListener(name, ({ target }) => {
    const link = target.closest?.(READS)
    if (link?.dataset.reads) read(link.dataset.reads.split(" "))
  })
}

async function open(bell) {
  const place = document.getElementById(PLACE)
  const answer = await fetch(bell.dataset.bell).catch(() => null)
  if (!answer?.ok || answer.redirected) return location.assign(bell.href)
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  place.replaceChildren(...page.body.childNodes)
  htmx.process(place)
  if (!place.matches(":popover-open")) place.showPopover()
  place.querySelector("a, button")?.focus()
}

function read(keys) {
  const body = new URLSearchParams(keys.map((key) => ["notice", key]))
  const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf]").content, "X-Background": "read" }
  fetch(document.querySelector(BELL).dataset.reading, { method: "POST", body, headers, keepalive: true })
}
