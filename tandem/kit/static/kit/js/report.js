// A report being written: pictures from the clipboard, the screen or a drop; and its words kept when the network is away.
import { toast, word } from "tandem/words"

const form = document.querySelector("form[data-report]")
const kept = form && `unsent report ${form.dataset.report}`
let isDirty = false
let isSent = false
let sent = 0

if (form) {
  restore()
  form.addEventListener("input", () => (isDirty = true))
  form.addEventListener("submit", () => (isSent = true))
  // kit/js/files.js has put them into the field by now: it listens on the same node, and was there before.
  for (const name of ["change", "paste", "drop"]) document.addEventListener(name, hand)
  form.addEventListener("click", ({ target }) => target.closest("[data-screenshot]") && capture())
  addEventListener("pagehide", leave)
  document.addEventListener("htmx:afterRequest", ({ detail }) => saved(detail))
  document.addEventListener("htmx:afterSettle", offer)
  offer()
}

// The server has it: the copy in this tab may go. It has not: the copy stays.
function saved({ elt, pathInfo, successful }) {
  if (pathInfo?.requestPath !== form.dataset.report) return
  if (successful && elt.id === "report-files") arrived()
  if (successful) {
    isDirty = false
    sessionStorage.removeItem(kept)
  } else remember()
}

function remember() {
  const words = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken")
  sessionStorage.setItem(kept, JSON.stringify(words))
}

function restore() {
  const words = JSON.parse(sessionStorage.getItem(kept) ?? "null")
  if (!words) return
  for (const name of ["title", "body"]) {
    const value = words.find(([told]) => told === name)?.[1]
    if (value && !form.elements[name].value) form.elements[name].value = value
  }
  toast(word("kept"))
}

// Whoever closes the page in the middle of a sentence finds that sentence again.
function leave() {
  if (!isDirty || isSent) return
  remember()
  const words = new FormData(form)
  words.delete("files")
  if (navigator.sendBeacon(form.dataset.report, words)) sessionStorage.removeItem(kept)
}

function offer() {
  const place = form.querySelector("[data-capture]")
  if (!place) return
  place.hidden = false
  form.querySelector("[data-screenshot]").hidden = !navigator.mediaDevices?.getDisplayMedia
}

// Files go to the draft at once, whatever else is still missing; then the field is free for more.
function hand() {
  const field = form.elements.files
  if (!field?.files.length) return
  sent = field.files.length
  document.getElementById("report-draft").setAttribute("aria-busy", "true")
  htmx.trigger("#report-files", "files")
}

function arrived() {
  const field = form.elements.files
  if (field.files.length > sent) return hand()
  field.value = ""
  field.dispatchEvent(new Event("change", { bubbles: true }))
}

async function capture() {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: true }).catch(() => null)
  if (!stream) return
  const video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true })
  await video.play()
  const canvas = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight })
  canvas.getContext("2d").drawImage(video, 0, 0)
  stream.getTracks().forEach((track) => track.stop())
  canvas.toBlob((picture) => {
    const chosen = new DataTransfer()
    chosen.items.add(new File([picture], "screenshot.png", { type: "image/png" }))
    form.elements.files.files = chosen.files
    hand()
  }, "image/png")
}
