/** Every lesson, done from start to end on the real models. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { walkLesson } from '../lesson-walk.ts'
import { open, test } from '../page.ts'

const folder = fileURLToPath(new URL('../../src/ui/learn/lessons/', import.meta.url))
const titles = readdirSync(folder).map((file) => {
  const title = /^title: (.+)$/m.exec(readFileSync(folder + file, 'utf8'))?.[1]
  if (title === undefined) throw new Error(`${file} has no title`)
  return title
})

for (const title of titles) {
  test(`“${title}” can be done from start to end`, async ({ page }) => {
    await open(page, 'learn', { preset: 'route' })
    await walkLesson(page, title)
  })
}
