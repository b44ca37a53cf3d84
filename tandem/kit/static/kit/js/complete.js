// A field with data-completion="address" is completed as one types: what may follow comes as options, and takes part of the field.
import { word } from "tandem/words"

const PAUSE = 90

export function start() {
  for (const field of document.querySelectorAll("[data-completion]:not([data-ready])")) {
    field.dataset.ready = ""
    new Completion(field, document.getElementById(field.getAttribute("aria-controls")), document.getElementById("offered"))
  }
}

class Completion {
  constructor(field, list, told) {
    Object.assign(this, { field, list, told, asked: 0, timer: undefined })
    field.addEventListener("input", () => this.later())
    field.addEventListener("keydown", (event) => this.pressed(event))
    field.addEventListener("blur", () => this.close())
    field.addEventListener("click", () => this.list.hidden && this.ask())
    list.addEventListener("mousedown", (event) => event.preventDefault()) // the field keeps the focus
    list.addEventListener("click", ({ target }) => this.take(target.closest("[role=option]")))
  }

  later() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.ask(), PAUSE)
  }

  // Only the last answer counts, and only while somebody is in the field.
  async ask() {
    const asked = ++this.asked
    const typed = this.field.value.slice(0, this.field.selectionStart)
    const address = `${this.field.dataset.completion}?${new URLSearchParams({ q: typed })}`
    const answer = await fetch(address, { redirect: "manual" }).catch(() => undefined)
    if (asked !== this.asked || !answer?.ok || document.activeElement !== this.field) return
    const html = await answer.text()
    if (asked === this.asked) this.show(html)
  }

  show(html) {
    this.list.innerHTML = html
    const many = this.options().length
    this.list.hidden = !many
    this.field.setAttribute("aria-expanded", String(many > 0))
    this.told.textContent = many ? word("offered", { n: many }) : ""
    this.point()
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")]
  }

  chosen() {
    return this.list.querySelector("[aria-selected=true]")
  }

  point(option) {
    this.chosen()?.setAttribute("aria-selected", "false")
    option?.setAttribute("aria-selected", "true")
    option?.scrollIntoView({ block: "nearest" })
    this.field.setAttribute("aria-activedescendant", option?.id ?? "")
  }

  pressed(event) {
    if (event.isComposing) return
    const isOpen = !this.list.hidden
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      if (isOpen) this.step(event.key === "ArrowDown" ? 1 : -1)
      else this.ask()
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault()
      event.stopPropagation()
      this.close()
    } else if (event.key === "Enter") {
      if (isOpen && this.chosen()) {
        event.preventDefault()
        this.take(this.chosen())
      } else this.close()
    }
  }

  step(by) {
    const options = this.options()
    const now = options.indexOf(this.chosen())
    this.point(options[now < 0 ? (by > 0 ? 0 : options.length - 1) : now + by])
  }

  take(option) {
    if (!option) return
    if (option.dataset.href) return location.assign(option.dataset.href)
    const rest = this.field.value.slice(this.field.selectionStart).trimStart()
    this.field.value = option.dataset.text + rest
    this.field.setSelectionRange(option.dataset.text.length, option.dataset.text.length)
    this.close()
    this.ask()
  }

  close() {
    clearTimeout(this.timer)
    this.asked += 1
    this.list.hidden = true
    this.field.setAttribute("aria-expanded", "false")
    this.point()
  }
}
