// Times grow old on an open page: keep “5 min ago” true, and let a promise turn soon, then broken, before anyone reloads.
import { word } from "tandem/words"

const MINUTE = 60, HOUR = 3600, DAY = 86400

export function start() {
  tick()
  setInterval(tick, 30_000)
  document.addEventListener("visibilitychange", () => document.hidden || tick())
}

export function tick() {
  for (const time of document.querySelectorAll("time[data-relative]")) time.textContent = ago(time.dateTime)
  for (const promise of document.querySelectorAll("[data-clock]")) keep(promise)
}

function keep(promise) {
  const left = seconds(promise.dataset.clock)
  const state = left < 0 ? "broken" : left < promise.dataset.soon * MINUTE ? "soon" : "ok"
  const words = promise.querySelector("[data-left]")
  if (words) words.textContent = `, ${ago(promise.dataset.clock)}`
  if (promise.classList.contains(state)) return
  promise.classList.remove("ok", "soon", "broken")
  promise.classList.add(state)
  promise.querySelector(".hear").textContent = state === "ok" ? "" : word(state)
  const picture = promise.querySelector("use")
  picture.setAttribute("href", picture.getAttribute("href").replace(/#.*/, state === "broken" ? "#circle-alert" : "#clock"))
}

export function ago(moment) {
  const left = seconds(moment)
  if (left > 0) return word("in", { span: duration(left) })
  if (left > -MINUTE) return word("justNow")
  return word("ago", { span: duration(coarse(-left)) })
}

function seconds(moment) {
  return (Date.parse(moment) - Date.now()) / 1000
}

function duration(span) {
  const d = Math.floor(span / DAY), h = Math.floor((span % DAY) / HOUR), m = Math.floor((span % HOUR) / MINUTE)
  if (d) return h ? word("days", { d, h }) : word("day", { d })
  if (h) return m ? word("hours", { h, m }) : word("hour", { h })
  return word("minutes", { n: m })
}

function coarse(span) {
  const step = span < HOUR ? MINUTE : span < 2 * DAY ? HOUR : DAY
  return Math.floor(span / step) * step
}
