// A message is dragged by its head onto a case or “a new case”; what happens then is what the form under them does.
const MESSAGE = ".msg:has(.pick)"
const PLACE = "[data-drop-case], [data-drop]"

let dragged

document.addEventListener("pointerdown", ({ target }) => {
  const head = target.closest?.(`${MESSAGE} > header`)
  if (head) head.draggable = true
})

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(MESSAGE)
  if (!dragged) return
  event.dataTransfer.effectAllowed = "move"
  dragged.querySelector(".pick input").checked = true
  // What changes under the pointer in this moment would end the drag before it began.
  setTimeout(offer)
})

document.addEventListener("dragover", (event) => {
  const place = dragged && event.target.closest?.(PLACE)
  mark(place)
  if (place) event.preventDefault()
})

document.addEventListener("drop", (event) => {
  const place = dragged && event.target.closest?.(PLACE)
  if (!place) return
  event.preventDefault()
  withdraw()
  if (place.matches("[data-drop-case]")) moveTo(place)
  else place.querySelector("input:not([type=hidden])").focus()
})

document.addEventListener("dragend", withdraw)

function offer() {
  const places = sorting()
  places.open = true
  places.dataset.dragging = ""
  places.querySelector(".choices:empty")?.closest("fieldset").querySelector("[hx-get]").dispatchEvent(new Event("focus"))
}

function moveTo(choice) {
  const form = choice.closest("form")
  choice.querySelector("input").checked = true
  form.requestSubmit(form.querySelector("[name=act][value=move]"))
}

function mark(place) {
  for (const other of document.querySelectorAll("[data-over]")) if (other !== place) delete other.dataset.over
  if (place) place.dataset.over = ""
}

function withdraw() {
  dragged = undefined
  mark()
  delete sorting()?.dataset.dragging
}

function sorting() {
  return document.getElementById("sorting")
}
