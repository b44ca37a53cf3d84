// A script read out on the phone: 1, 2 or 3 answers the line one is in and goes on to the next; a correction is typed between.
import * as singles from "tandem/singles"

const LINES = "[data-script] fieldset"

export function start() {
  document.addEventListener("keydown", pressed)
  document.querySelector(`${LINES} input`)?.focus()
}

function pressed(event) {
  const line = event.target.closest?.(LINES)
  if (!line || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || singles.areOff()) return
  if (event.target.type !== "radio") return event.key === "Enter" && goOn(line, event)
  const choice = line.querySelectorAll("[type=radio]")[Number(event.key) - 1]
  if (!choice || !/^[1-9]$/.test(event.key)) return
  choice.click()
  if (choice.value === "wrong") {
    event.preventDefault()
    line.querySelector(".correction input").focus()
  } else goOn(line, event)
}

function goOn(line, event) {
  const lines = [...document.querySelectorAll(LINES)]
  const next = lines[lines.indexOf(line) + 1]?.querySelector("[type=radio]") ?? line.closest("form").querySelector("[type=submit], button:not([type])")
  event.preventDefault()
  next.focus({ focusVisible: true })
  next.scrollIntoView({ block: "nearest" })
}
