// Tandem's report form for a page of yours: <script async src="https://…/widget.js" data-key="…" data-context="a JWT">.
// A page that stays open longer than its context holds sets `window.tandemContext = async () => "a fresh JWT"` instead.
{
  const script = document.currentScript
  const origin = new URL(script.src).origin
  const { key, context = "", text = "Report a problem" } = script.dataset
  const look = (element, rules) => Object.assign(element.style, rules)
  let frame

  const button = document.createElement("button")
  button.type = "button"
  button.textContent = text
  button.setAttribute("aria-expanded", "false")
  look(button, { position: "fixed", insetInlineEnd: "1rem", insetBlockEnd: "1rem", zIndex: "2147483646", padding: "0.6rem 1rem", border: "0", borderRadius: "999px", background: "#1f5fb4", color: "#fff", font: "600 1rem system-ui, sans-serif", cursor: "pointer" })
  button.addEventListener("click", () => (frame ? close() : open()))
  document.addEventListener("keydown", (event) => event.key === "Escape" && frame && close())
  document.body.append(button)

  async function open() {
    const window_ = { browser: navigator.userAgent, language: navigator.language, viewport: `${innerWidth}×${innerHeight}`, page: location.href }
    const told = { context: (await window.tandemContext?.()) ?? context, window: JSON.stringify(window_) }
    frame = document.createElement("iframe")
    frame.title = text
    // After the #: what stands there is sent to nobody, and in nobody's log.
    frame.src = `${origin}/widget/${key}/#${new URLSearchParams(told)}`
    look(frame, { position: "fixed", insetInlineEnd: "1rem", insetBlockEnd: "4.5rem", zIndex: "2147483647", width: "min(28rem, calc(100vw - 2rem))", height: "min(44rem, calc(100vh - 6rem))", border: "1px solid #8888", borderRadius: "12px", background: "Canvas", boxShadow: "0 8px 40px #0003" })
    document.body.append(frame)
    button.setAttribute("aria-expanded", "true")
    frame.focus()
  }

  function close() {
    frame.remove()
    frame = undefined
    button.setAttribute("aria-expanded", "false")
    button.focus()
  }
}
