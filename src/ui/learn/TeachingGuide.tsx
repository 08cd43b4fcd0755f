/** `docs/teaching.md` as a part of the page: whoever teaches with a copy of the app has its guide at hand. */
import { marked } from 'marked'
import guide from '../../../docs/teaching.md?raw'
import { Markdown } from './Markdown.tsx'

/** Without its own title, which the page has already. */
const tokens = marked.lexer(guide.replace(/^# .*\n/, ''))

export function TeachingGuide() {
  return (
    <div className="lesson-text teaching-guide">
      <Markdown tokens={tokens} />
    </div>
  )
}
