// Whoever told no time zone is offered the one of their browser, where that is another.
const OFFER = "[data-zone-here]"

export function start() {
  const offer = document.querySelector(OFFER)
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  if (!offer || !here || here === document.querySelector("[data-words]").dataset.zone) return
  offer.textContent = offer.dataset.zoneHere.replace("{zone}", here)
  offer.value = here
  offer.hidden = false
}
