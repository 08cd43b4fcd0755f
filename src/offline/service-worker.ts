/**
 * The service worker: keeps this build for use without a network (`keep.ts`). It takes over pages that it finds open, and
 * never reloads one: a newer build waits until the last page of the older is closed.
 */
import { answer, install, isOurs, removeOlder, type KeptFiles, type Site } from './keep.ts'

declare const self: ServiceWorkerGlobalScope
/** The build puts the list of its files here. */
declare const __KEPT_FILES__: KeptFiles

const kept = __KEPT_FILES__
const site: Site = {
  caches: self.caches,
  fetch: (request, init) => self.fetch(request, init),
  scope: self.registration.scope,
}

self.addEventListener('install', (event) => event.waitUntil(install(site, kept)))
self.addEventListener('activate', (event) =>
  event.waitUntil(removeOlder(site, kept.version).then(() => self.clients.claim())),
)
self.addEventListener('fetch', (event) => {
  if (isOurs(event.request, site.scope)) event.respondWith(answer(site, kept.version, event.request))
})
