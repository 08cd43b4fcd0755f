/**
 * "What is the capital of France? Rome (A), Paris (B), Oslo (C), Bern (D)": one step states the fact and its letter. The
 * letter follows the option in both places, so that a small model finds it again by what it has just written.
 * Difficulty 2 asks the other way round, difficulty 3 for the one right pair among four.
 * The key is the fact and the set of options: train and test share the facts, by design.
 */
import type { Random } from '../random.ts'
import type { Difficulty, Family } from '../task.ts'
import { relations, type Fact, type Relation } from './facts_table.ts'
import { workings, type Step } from './working.ts'

/** An option, and what one would say to choose it, without its letter. */
interface Option {
  readonly label: string
  readonly sentence: string
  readonly isRight: boolean
}

interface Choice extends Step {
  readonly letter: string
}

const letters = ['A', 'B', 'C', 'D']

export const facts: Family = {
  name: 'facts',
  domain: 'knowledge',
  answerType: 'choice',
  description: 'Four-choice questions on capitals, chemical symbols, kinds of animals and opposites.',
  draw(random, difficulty) {
    const relation = random.pick(relations)
    const fact = random.pick(relation.facts)
    const { about, ask, options } = drawOptions(random, relation, fact, difficulty)
    const shown = random.shuffle(options)
    const labels = shown.map(({ label }) => label)
    const listed = labels.map((label, k) => `${label} (${letters[k] ?? ''})`).join(', ')
    return {
      key: `facts/${relation.name}/${about}/${options
        .map(({ label }) => label)
        .sort()
        .join('; ')}`,
      family: 'facts',
      domain: 'knowledge',
      question: `${ask} ${listed}`,
      choices: labels,
      answer_type: 'choice',
      difficulty,
      ...workings((take) => {
        const choices = shown.map(({ sentence }, k): Choice => {
          const letter = letters[k] ?? ''
          return { text: `${sentence} (${letter}).`, letter }
        })
        const right = choices[shown.findIndex(({ isRight }) => isRight)]
        if (right === undefined) return null
        return take(
          right,
          choices.filter((choice) => choice !== right),
        ).letter
      }),
    }
  },
}

function drawOptions(random: Random, relation: Relation, [subject, object]: Fact, difficulty: Difficulty) {
  const option = (label: string, sentence: string, isRight: boolean): Option => ({ label, sentence, isRight })
  const objects = distinct(relation.facts.filter((other) => other[0] !== subject).map((other) => other[1]))
  const subjects = distinct(relation.facts.map((other) => other[0])).filter((other) => other !== subject)
  switch (difficulty) {
    case 1: {
      const wrongs = random.shuffle(objects).slice(0, 3)
      const options = [object, ...wrongs].map((o) => option(o, relation.state(subject, o), o === object))
      return { about: `of ${subject}`, ask: relation.ask(subject), options }
    }
    case 2: {
      const wrongs = random.shuffle(subjects).slice(0, 3)
      const options = [subject, ...wrongs].map((s) => option(s, relation.stateBack(s, object), s === subject))
      return { about: `with ${object}`, ask: relation.askBack(object), options }
    }
    case 3: {
      const wrongs = random
        .shuffle(subjects)
        .slice(0, 3)
        .map((s): Fact => {
          return [s, random.pick(relation.facts.filter((other) => other[0] !== s))[1]]
        })
      const options = [[subject, object] as const, ...wrongs].map(([s, o]) => {
        return option(`${s}, ${o}`, relation.state(s, o), s === subject)
      })
      return { about: `pair ${subject}`, ask: pairQuestion[relation.name], options }
    }
    default:
      return difficulty satisfies never
  }
}

const pairQuestion = {
  capital: 'Which is a country and its capital?',
  symbol: 'Which is an element and its symbol?',
  animal: 'Which is a kind and an animal of it?',
  opposite: 'Which words are opposites?',
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)]
}
