/**
 * "What is True and not False or False, left to right?": no precedence, one step per operator.
 */
import type { Family } from '../task.ts'
import { workings, type Step } from './working.ts'

type Gate = 'and' | 'or' | 'xor'

interface Operand {
  readonly gate: Gate
  readonly not: boolean
  readonly value: boolean
}

interface GateStep extends Step {
  readonly value: boolean
}

const gates: readonly Gate[] = ['and', 'or', 'xor']
const coin: readonly boolean[] = [true, false]

export const boolean: Family = {
  name: 'boolean',
  domain: 'logic',
  answerType: 'boolean',
  description: 'True and False, with and, or, xor and not, read left to right.',
  draw(random, difficulty) {
    const count = 2 * difficulty + 2 + (difficulty === 1 ? random.int(0, 1) : 0)
    const operands = Array.from({ length: count }, (): Operand => {
      return { gate: random.pick(gates), not: random.pick(coin), value: random.pick(coin) }
    })
    const expression = operands
      .map((operand, k) => (k === 0 ? '' : `${operand.gate} `) + spell(operand))
      .join(' ')
    return {
      key: `boolean/${expression}`,
      family: 'boolean',
      domain: 'logic',
      question: `What is ${expression}, left to right?`,
      answer_type: 'boolean',
      difficulty,
      ...workings((take) => {
        const [first, ...rest] = operands
        if (first === undefined) return null
        let left = spell(first)
        let total = first.value !== first.not
        for (const operand of rest) {
          const step = (gate: Gate, value: boolean): GateStep => {
            return { text: `${left} ${gate} ${spell(operand)} = ${spellValue(value)}.`, value }
          }
          const right = apply(operand.gate, total, operand)
          const wrongGates = gates.filter((gate) => apply(gate, total, operand) !== right)
          total = take(step(operand.gate, right), [
            step(operand.gate, !right),
            ...wrongGates.map((gate) => step(gate, !right)),
          ]).value
          left = spellValue(total)
        }
        return spellValue(total)
      }),
    }
  },
}

function apply(gate: Gate, left: boolean, operand: Operand): boolean {
  const right = operand.value !== operand.not
  return gate === 'and' ? left && right : gate === 'or' ? left || right : left !== right
}

function spellValue(value: boolean): string {
  return value ? 'True' : 'False'
}

function spell({ not, value }: Operand): string {
  return (not ? 'not ' : '') + spellValue(value)
}
