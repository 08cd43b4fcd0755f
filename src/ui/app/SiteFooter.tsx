/** Below every place: the version, and the ways to the glossary and to what the site keeps in this browser. */
import { appVersion } from './version.ts'

export function SiteFooter() {
  return (
    <footer className="site-footer">
      <span className="soft">Leader Lab {appVersion}</span>
      <a href="#/glossary">Glossary</a>
      <a href="#/storage">What this browser keeps</a>
    </footer>
  )
}
