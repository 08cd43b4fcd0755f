import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readLink } from '../experiment/readLink.ts'
import { anchors } from './anchors.ts'
import { isGate, parseLesson } from './lesson.ts'
import { LessonError } from './lessonError.ts'
import { lessonNames } from './lessonNames.ts'
import { lessons } from './lessons.ts'
import { noProgress, progressFrom, withProgress } from './progress.ts'

const ui = join(import.meta.dirname, '..')

/** Every `data-lesson` of the page's own source. */
const marked = readdirSync(ui, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.tsx'))
  .flatMap((file) => [...readFileSync(join(ui, file), 'utf8').matchAll(/data-lesson="([a-z-]+)"/g)])
  .map(([, name]) => name)

describe('the lessons', () => {
  test('are the files of the folder, each with its name and title in the list', () => {
    const files = readdirSync(join(import.meta.dirname, 'lessons'))
    expect(files.sort()).toEqual(lessonNames.map(({ name }) => `${name}.md`).sort())
    for (const { name, hash } of lessons) {
      const file = readFileSync(join(import.meta.dirname, 'lessons', `${name}.md`), 'utf8')
      expect(parseLesson(name, file).hash).toBe(hash)
    }
    expect(lessons.map(({ name, title }) => ({ name, title }))).toEqual(lessonNames)
  })

  test('point only at parts that the page has', () => {
    for (const { name } of anchors) expect(marked).toContain(name)
    for (const name of marked) expect(anchors.map((anchor) => anchor.name)).toContain(name)
  })

  test.each(lessons)('$name opens only links that are used in full', ({ steps }) => {
    for (const block of steps.flatMap(({ blocks }) => blocks)) {
      if (block.kind === 'open' && block.link !== null) expect(readLink(block.link).problems).toEqual([])
    }
  })

  test.each(lessons)('$name asks before it tells: its first step has a question', ({ steps }) => {
    expect(steps[0]?.blocks.some(isGate)).toBe(true)
  })

  test.each(lessons)('every wrong option of $name has a reply of its own', ({ steps }) => {
    for (const block of steps.flatMap(({ blocks }) => blocks)) {
      if (block.kind !== 'choice') continue
      const replies = block.options.map(({ reply }) => reply)
      expect(new Set(replies).size).toBe(replies.length)
    }
  })
})

const head = '---\ntitle: A\nsummary: B\nminutes: 3\nplace: train\n---\n'
const fence = (kind: string, text: string) => `${head}\n## One\n\n\`\`\`${kind}\n${text}\n\`\`\`\n`

describe('a lesson file', () => {
  test.each([
    ['no front matter', '## One\n'],
    ['an unknown key', head.replace('minutes', 'hours') + '## One\n'],
    ['a place that is none', head.replace('train', 'moon') + '## One\n'],
    ['text before the first step', `${head}\nHello\n`],
    ['no step', head],
    ['an unknown block', fence('dance', 'a: b')],
    ['an unknown anchor', fence('point', 'at: roof')],
    ['an unknown check', fence('check', 'ask: Do it.\nwhen: sing 3')],
    ['an unknown setting', fence('check', 'ask: Do it.\nwhen: changed warmth')],
    ['an unknown stage', fence('check', 'ask: Do it.\nwhen: stage encore')],
    ['an unknown figure', fence('number', 'ask: How many?\nanswer: sheep\ntolerance: 0\nhint: Count.')],
    ['two right options', fence('choice', 'Which?\n- [x] a -> b\n- [x] c -> d')],
    ['an option without a reply', fence('choice', 'Which?\n- [x] a\n- [ ] c -> d')],
    ['a missing key', fence('open', 'label: Go')],
    ['a word that the glossary has not', `${head}\n## One\n\nSee the **[prize](term:prize)**.\n`],
  ])('with %s is refused, with the place and the reason', (_, source) => {
    expect(() => parseLesson('x', source)).toThrow(LessonError)
    expect(() => parseLesson('x', source)).toThrow(/^Lesson x, at .+: .+\.$/)
  })

  test('throws nothing else, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, block) => {
        for (const source of [text, head + text, fence('choice', text), fence('number', block)]) {
          try {
            parseLesson('x', source)
          } catch (error) {
            expect(error).toBeInstanceOf(LessonError)
          }
        }
      }),
    )
  })
})

describe('progress', () => {
  const lesson = { name: 'x', hash: 7 }
  const held = { hash: 7, step: 2, done: ['0.1'], finished: false }

  test('is read as it was written, and forgotten when asked for', () => {
    const text = withProgress(null, 'x', held)
    expect(progressFrom(text, lesson)).toEqual(held)
    expect(progressFrom(withProgress(text, 'x', null), lesson)).toEqual(noProgress(lesson))
  })

  test('of another version of the text, or of rubbish, is none', () => {
    expect(progressFrom(withProgress(null, 'x', { ...held, hash: 8 }), lesson)).toEqual(noProgress(lesson))
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(progressFrom(text, lesson)).toEqual(noProgress(lesson))
      }),
    )
  })
})
