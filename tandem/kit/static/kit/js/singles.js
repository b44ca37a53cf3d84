// Whether single keys are listened to, as this browser remembers it. In a frame of somebody else's page it may remember nothing.
const OFF = "tandem keys off"

export function areOff() {
  try {
    return Boolean(localStorage.getItem(OFF))
  } catch {
    return false
  }
}

export function turn(on) {
  if (on) localStorage.removeItem(OFF)
  else localStorage.setItem(OFF, "1")
}
