// Being told in this browser: asked for by a click, never before. The address its maker gives us goes to our server.
import { toast, word } from "tandem/words"

const BUTTON = "[data-push]"

export function start() {
  const button = document.querySelector(BUTTON)
  if (!button || !("serviceWorker" in navigator) || !("PushManager" in window)) return
  if (Notification.permission === "denied") return refused()
  button.hidden = false
  button.addEventListener("click", () => ask(button))
}

async function ask(button) {
  button.disabled = true
  try {
    if ((await Notification.requestPermission()) !== "granted") return refused()
    const worker = await navigator.serviceWorker.register(button.dataset.worker, { scope: "/" })
    await navigator.serviceWorker.ready
    await keep(button.dataset.push, await subscribed(worker, await keyFrom(button.dataset.push)))
    location.reload()
  } catch {
    toast(word("failed"), "warn")
  } finally {
    button.disabled = false
  }
}

async function keyFrom(address) {
  const { key } = await (await fetch(address)).json()
  const letters = atob(key.replaceAll("-", "+").replaceAll("_", "/"))
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0))
}

// Asked for before with another key it must be given back first.
async function subscribed(worker, applicationServerKey) {
  const options = { userVisibleOnly: true, applicationServerKey }
  try {
    return await worker.pushManager.subscribe(options)
  } catch {
    await (await worker.pushManager.getSubscription())?.unsubscribe()
    return worker.pushManager.subscribe(options)
  }
}

async function keep(address, subscription) {
  const { endpoint, keys } = subscription.toJSON()
  const body = new URLSearchParams({ endpoint, ...keys })
  const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf]").content }
  const answer = await fetch(address, { method: "POST", body, headers })
  if (!answer.ok) throw new Error("refused")
}

function refused() {
  document.querySelector(BUTTON).hidden = true
  document.querySelector("[data-push-refused]").hidden = false
}
