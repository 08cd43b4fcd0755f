import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { reportTerms } from '../evaluate/reportTerms.ts'
import { isTermName, terms, termsMatching, wordsOf } from './terms.ts'

const ui = join(import.meta.dirname, '..')
const names = Object.keys(terms).filter(isTermName)

/** Every name that the page's own source marks a word with: in its elements, in its maps of phrases, in its lessons. */
function markedNames(): readonly string[] {
  const files = readdirSync(ui, { recursive: true, encoding: 'utf8' })
  const sources = (ending: string) =>
    files
      .filter((file) => file.endsWith(ending) && !file.includes('.test.') && !file.endsWith('terms.ts'))
      .map((file) => readFileSync(join(ui, file), 'utf8'))
  const first = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '')
  const code = [...sources('.ts'), ...sources('.tsx')]
  return [
    ...code.flatMap((text) => first(text, /<Term name="([^"]*)">/g)),
    ...code
      .flatMap((text) => first(text, /(?:terms=\{|(?:\w+Terms|tokenWords)(?:: Phrases)? = )\{([^}]*)\}/g))
      .flatMap((map) => first(map, /: '([^']*)'/g)),
    ...sources('.md').flatMap((text) => first(text, /\]\(term:([^)]*)\)/g)),
  ]
}

describe('the glossary', () => {
  const marked = new Set(markedNames())

  test('has every term that is marked somewhere', () => {
    expect(marked.size).toBeGreaterThan(20)
    expect([...marked].filter((name) => !isTermName(name))).toEqual([])
  })

  test.each(names)('defines %s because the page says it', (name) => {
    expect([...marked]).toContain(name)
  })

  test('has no term twice, by title or by symbol', () => {
    const titles = names.map((name) => terms[name].title.toLowerCase())
    expect(new Set(titles).size).toBe(names.length)
    const symbols = names.flatMap((name) => wordsOf(name).tex ?? [])
    expect(new Set(symbols).size).toBe(symbols.length)
  })

  test.each(names)('says what %s is in one to three sentences', (name) => {
    const { text } = terms[name]
    const sentences = text.match(/[.?](?=\s|$)/g) ?? []
    expect(sentences.length).toBeGreaterThanOrEqual(1)
    expect(sentences.length).toBeLessThanOrEqual(3)
    expect(text).toMatch(/\.$/)
  })

  test('has symbols that can be typeset', () => {
    for (const tex of names.flatMap((name) => wordsOf(name).tex ?? []))
      expect(() => katex.renderToString(tex, { throwOnError: true })).not.toThrow()
  })
})

describe('its search', () => {
  test('finds every term by its title, whatever the case', () => {
    for (const name of names) expect(termsMatching(terms[name].title.toUpperCase())).toContain(name)
  })

  test('lists all terms by title where nothing is asked for, and none for what stands nowhere', () => {
    const titles = termsMatching('  ').map((name) => terms[name].title)
    expect(titles).toHaveLength(names.length)
    expect(titles).toEqual([...titles].sort((a, b) => a.localeCompare(b, 'en')))
    expect(termsMatching('reward zebra')).toEqual([])
  })
})

test('every phrase that is looked for in reports stands in one of their notes', () => {
  const evaluation = join(ui, '../mlpo/evaluation')
  const notes = ['sections-of-rows.ts', 'sections-of-leaders.ts'].map((file) =>
    readFileSync(join(evaluation, file), 'utf8'),
  )
  for (const phrase of Object.keys(reportTerms)) expect(notes.join('\n')).toContain(phrase)
})
