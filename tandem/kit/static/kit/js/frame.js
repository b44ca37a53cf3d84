// The report form inside the frame: it hears from the host's page, by its own address, who it is and where.
const form = document.getElementById("report")
const told = new URLSearchParams(location.hash.slice(1))
history.replaceState(null, "", location.pathname)

if (form && told.size) {
  form.elements.context.value = told.get("context") ?? ""
  form.elements.window.value = told.get("window") ?? ""
  addEventListener("load", ask)
}

// Drawn again for the one the host told of.
function ask() {
  if (form.elements.context.value) htmx.trigger("#ask-again", "told")
}
