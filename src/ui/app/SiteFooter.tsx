/** Below every place: the version, and the way to what the site keeps in this browser. */
import { appVersion } from './version.ts'

export function SiteFooter() {
  return (
    <footer className="site-footer">
      <span className="soft">Leader Lab {appVersion}</span>
      <a href="#/storage">What this browser keeps</a>
    </footer>
  )
}
