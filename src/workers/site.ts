/** Addresses of the site's own files, as a worker finds them: the build may stand below any path of its host. */

/** Relative to the page's folder. In the build a worker lies one folder below it, in `assets/`. */
export function siteFile(path: string): string {
  const { BASE_URL } = import.meta.env
  const toPage = BASE_URL === './' ? '../' : BASE_URL
  return new URL(toPage + path, self.location.href).href
}
