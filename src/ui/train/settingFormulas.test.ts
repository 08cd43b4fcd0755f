/** The formulas of the settings: typeset without a fault, and no letter without its formula. */
import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { fieldOf, keys } from '../../mlpo/config/fields.ts'
import { formulaWith, settingFormulas } from './settingFormulas.ts'

test.each(settingFormulas)('“$title” and its letters are TeX that KaTeX reads', (formula) => {
  const { tex, settings, letters } = formula
  for (const each of [tex, ...Object.values(settings), ...letters.map(([letter]) => letter)])
    expect(katex.renderToString(each, { output: 'mathml', throwOnError: true })).toContain('<math')
})

test.each(settingFormulas)('“$title” has every setting’s letter in it', ({ tex, settings }) => {
  for (const letter of Object.values(settings)) expect(tex).toContain(letter)
})

describe('a setting', () => {
  const all = keys.map((key) => [key, fieldOf(key).symbol] as const)

  test.each(all.filter(([, symbol]) => symbol !== undefined))(
    '%s, which has the symbol %s, stands in a formula',
    (key) => {
      expect(formulaWith(key)).not.toBeNull()
    },
  )

  test('stands in one formula, not in two', () => {
    const named = settingFormulas.flatMap(({ settings }) => Object.keys(settings))
    expect(named).toEqual([...new Set(named)])
  })
})
