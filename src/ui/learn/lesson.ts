/**
 * A lesson read from its Markdown file: front matter, a step per `##`, and fenced blocks for what a lesson can do
 * (`docs/teaching.md`). Text stays a tree of tokens that the page draws itself, so that no HTML of a lesson ever becomes
 * any. Refuses what it does not know, with the place.
 */
import { marked } from 'marked'
import type { Token, Tokens } from 'marked'
import * as v from 'valibot'
import { hashText } from '../../common/hash.ts'
import { nearestName } from '../../common/nearest.ts'
import { terms } from '../glossary/terms.ts'
import { anchorNamed } from './anchors.ts'
import type { Anchor } from './anchors.ts'
import { parseCheck } from './checks.ts'
import type { Check } from './checks.ts'
import { figureOf } from './liveFigures.ts'
import type { LiveFigure } from './liveFigures.ts'
import type { Place } from '../app/route.ts'
import { LessonError } from './lessonError.ts'
import { isTermLink, termOfHref } from './termLink.ts'

export interface Option {
  readonly text: string
  readonly isRight: boolean
  /** What is said to whoever chooses it. */
  readonly reply: string
}

export type Block =
  | { readonly kind: 'text'; readonly tokens: readonly Token[] }
  /** Goes to a place, there with the experiment of a link where one is given. */
  | { readonly kind: 'open'; readonly label: string; readonly place: Place; readonly link: string | null }
  | { readonly kind: 'point'; readonly anchor: Anchor }
  | { readonly kind: 'check'; readonly ask: string; readonly check: Check }
  | { readonly kind: 'choice'; readonly ask: string; readonly options: readonly Option[] }
  | {
      readonly kind: 'number'
      readonly ask: string
      readonly answer: number | LiveFigure
      readonly tolerance: number
      readonly hint: string
    }

/** Those that a reader has to get past. */
export type Gate = Extract<Block, { readonly kind: 'check' | 'choice' | 'number' }>

export interface Step {
  readonly title: string
  readonly blocks: readonly Block[]
}

export interface Lesson {
  readonly name: string
  readonly title: string
  readonly summary: string
  readonly minutes: number
  readonly place: Place
  readonly steps: readonly Step[]
  /** Changes with the text: what somebody has done in another version is not carried over. */
  readonly hash: number
}

const places = ['arena', 'train', 'team', 'learn'] as const

const headSchema = v.strictObject({
  title: v.pipe(v.string(), v.nonEmpty()),
  summary: v.pipe(v.string(), v.nonEmpty()),
  minutes: v.pipe(v.string(), v.transform(Number), v.number(), v.minValue(1), v.maxValue(60)),
  place: v.picklist(places),
})

/** @throws LessonError */
export function parseLesson(name: string, source: string): Lesson {
  const [, front, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(source) ?? []
  if (front === undefined || body === undefined)
    throw new LessonError(name, 'the top', 'a lesson begins with a front matter between two lines of ---')
  const head = v.safeParse(headSchema, keyed(front, { lesson: name, where: 'the front matter' }))
  if (!head.success) {
    const [issue] = head.issues
    throw new LessonError(name, `the front matter, ${v.getDotPath(issue) ?? 'as a whole'}`, issue.message)
  }
  const tokens = marked.lexer(body)
  refuseStrangeTerms(name, tokens)
  const steps = stepsOf(name, tokens)
  if (steps.length === 0)
    throw new LessonError(name, 'the text', 'there is no step: begin one with “## Title”')
  return { name, ...head.output, steps, hash: hashText(source) }
}

function refuseStrangeTerms(lesson: string, tokens: readonly Token[]): void {
  void marked.walkTokens([...tokens], (token) => {
    if (!isKind(token, 'link') || !isTermLink(token.href) || termOfHref(token.href) !== null) return
    const name = token.href.slice(token.href.indexOf(':') + 1)
    const nearest = nearestName(name, Object.keys(terms))
    throw new LessonError(lesson, token.raw, `the glossary has no “${name}”; did you mean ${nearest}?`)
  })
}

function stepsOf(lesson: string, tokens: readonly Token[]): readonly Step[] {
  const steps: { title: string; blocks: Block[] }[] = []
  for (const token of tokens) {
    if (token.type === 'space') continue
    if (isKind(token, 'heading') && token.depth === 2) {
      steps.push({ title: token.text, blocks: [] })
      continue
    }
    const step = steps.at(-1)
    if (step === undefined)
      throw new LessonError(lesson, token.raw.trim().slice(0, 40), 'this stands before the first “##”')
    const lang = isKind(token, 'code') ? (token.lang ?? '') : ''
    if (isKind(token, 'code') && lang !== '') {
      step.blocks.push(blockOf(lang, token.text, { lesson, where: `${step.title}, ${lang}` }))
      continue
    }
    const last = step.blocks.at(-1)
    if (last?.kind === 'text')
      step.blocks[step.blocks.length - 1] = { kind: 'text', tokens: [...last.tokens, token] }
    else step.blocks.push({ kind: 'text', tokens: [token] })
  }
  return steps
}

interface Kinds {
  readonly heading: Tokens.Heading
  readonly code: Tokens.Code
  readonly link: Tokens.Link
}

function isKind<Kind extends keyof Kinds>(token: Token, kind: Kind): token is Kinds[Kind] {
  return token.type === kind
}

interface Where {
  readonly lesson: string
  readonly where: string
}

function blockOf(kind: string, text: string, at: Where): Block {
  const fail = (reason: string) => new LessonError(at.lesson, at.where, reason)
  if (kind === 'choice') return choiceOf(text, at)
  const held = keyed(text, at)
  const need = (key: string) => {
    const value = held[key]
    if (value === undefined) throw fail(`“${key}:” is missing`)
    return value
  }
  switch (kind) {
    case 'open': {
      const place = places.find((each) => each === need('place'))
      if (place === undefined) throw fail(`place is one of ${places.join(', ')}`)
      return { kind, label: need('label'), place, link: held['link'] ?? null }
    }
    case 'point': {
      const anchor = anchorNamed(need('at'))
      if (anchor === undefined) throw fail(`the page has no part “${need('at')}”`)
      return { kind, anchor }
    }
    case 'check':
      return { kind, ask: need('ask'), check: parseCheck(need('when'), fail) }
    case 'number': {
      const given = need('answer')
      const answer = Number.isFinite(Number(given)) ? Number(given) : figureOf(given)
      const tolerance = Number(need('tolerance'))
      if (answer === undefined) throw fail(`answer is a number or a figure of the page, not “${given}”`)
      if (!(tolerance >= 0)) throw fail('tolerance is a number from 0')
      return { kind, ask: need('ask'), answer, tolerance, hint: need('hint') }
    }
    default:
      throw fail(`there is no block “${kind}”; there are open, point, check, choice, number`)
  }
}

function choiceOf(text: string, { lesson, where }: Where): Block {
  const options: Option[] = []
  const ask: string[] = []
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [, mark, option, reply] = /^- \[([ x])\] (.+?) -> (.+)$/.exec(line) ?? []
    if (mark !== undefined && option !== undefined && reply !== undefined)
      options.push({ text: option, isRight: mark === 'x', reply })
    else if (options.length > 0 || line.startsWith('-'))
      throw new LessonError(lesson, where, `“${line}” is not of the form “- [x] option -> reply”`)
    else ask.push(line.trim())
  }
  if (options.filter(({ isRight }) => isRight).length !== 1)
    throw new LessonError(lesson, where, 'exactly one option is right, marked [x]')
  return { kind: 'choice', ask: ask.join(' '), options }
}

/** "key: value" line by line. */
function keyed(text: string, { lesson, where }: Where): Record<string, string> {
  const entries = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, key, value] = /^([a-z]+):\s*(.+)$/.exec(line) ?? []
      if (key === undefined || value === undefined)
        throw new LessonError(lesson, where, `“${line}” is not of the form “key: value”`)
      return [key, value.trim()] as const
    })
  return Object.fromEntries(entries)
}

export function isGate(block: Block): block is Gate {
  return block.kind === 'check' || block.kind === 'choice' || block.kind === 'number'
}
