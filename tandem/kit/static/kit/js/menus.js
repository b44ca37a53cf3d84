// A menu (details.menu) lies over the page: it is closed by Escape, and by whatever one does outside of it. Words typed in it stay.
const OPEN = "details.menu[open]"

export function start() {
  for (const happens of ["click", "focusin"]) document.addEventListener(happens, leave)
}

// Back to its button; false where there is none.
export function close() {
  const menu = document.activeElement.closest(OPEN) ?? document.querySelector(OPEN)
  if (!menu || isBehind()) return false
  menu.open = false
  menu.querySelector("summary").focus()
  return true
}

// What was pressed may be gone from the page by now: the way of the event still knows where it was.
function leave(event) {
  if (isBehind()) return
  for (const menu of document.querySelectorAll(OPEN)) if (!event.composedPath().includes(menu)) menu.open = false
}

function isBehind() {
  return Boolean(document.querySelector("dialog:modal"))
}
