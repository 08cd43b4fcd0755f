/**
 * What the product promises of its embedded team: sixty steps of MLPO lift the leader above where it began and above the
 * vote of its peers, whatever the seed. Takes about ten minutes; the published figures use more questions (bench/lift.ts).
 */
import { expect, test } from 'vitest'
import { diskModels } from './models.ts'
import { lab } from './testing.ts'

interface EvaluationLine {
  readonly leader_team_change_low: number
  readonly gain_over_majority_low: number
  readonly leader_alone_change_high: number
  readonly format_valid: number
}

test.each([1, 2, 3])(
  'sixty steps with seed %i raise leader + team, above the vote',
  async (seed) => {
    const run = ['--preset', 'nano', '--steps', '60', '--seed', `${seed}`]
    const evaluation = ['--eval-every', '60', '--eval-size', '600']
    const { code, out } = await lab(['train', ...run, ...evaluation, '--json'], { models: diskModels })
    expect(code).toBe(0)
    const lines = out.map((line) => JSON.parse(line) as { readonly eval?: EvaluationLine })
    const after = lines.findLast((line) => line.eval !== undefined)?.eval
    expect(after?.leader_team_change_low).toBeGreaterThan(0.07)
    expect(after?.gain_over_majority_low).toBeGreaterThan(0)
    expect(after?.leader_alone_change_high).toBeGreaterThan(-0.05)
    expect(after?.format_valid).toBeGreaterThan(0.98)
  },
  900_000,
)
