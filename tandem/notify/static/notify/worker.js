// Told by our server while no page of ours is open: the case and the reason. It keeps nothing and answers no requests.
self.addEventListener("push", (event) => {
  const told = event.data?.json() ?? {}
  event.waitUntil(self.registration.showNotification(told.title ?? "Tandem", {
    body: told.body, tag: told.tag, renotify: Boolean(told.tag), data: { href: told.href }, icon: "/static/kit/mark.svg",
  }))
})

self.addEventListener("notificationclick", (event) => {
  event.notification.close()
  event.waitUntil(open(new URL(event.notification.data?.href ?? "/desk/notices/", self.location.origin)))
})

// Whatever a message says, it opens only pages of ours.
async function open(address) {
  if (address.origin !== self.location.origin) return
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true })
  const there = pages.find((page) => new URL(page.url).pathname === address.pathname)
  return there ? there.focus() : self.clients.openWindow(address)
}
