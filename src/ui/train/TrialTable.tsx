/** One row per completion: what each reward gave, and what they come to with their weights. */
import { decimal } from '../shared/format.ts'
import type { TriedRow } from './rewardSamples.ts'

interface TrialTableProps {
  readonly names: readonly string[]
  readonly texts: readonly string[]
  readonly rows: readonly TriedRow[]
}

export function TrialTable({ names, texts, rows }: TrialTableProps) {
  return (
    <div className="trial-table" role="region" aria-label="What the rewards give" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Completion</th>
            {names.map((name) => (
              <th key={name} scope="col" className="is-number mono">
                {name}
              </th>
            ))}
            <th scope="col" className="is-number">
              reward
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ scores, reward }, index) => (
            <tr key={index}>
              <td>{texts[index]}</td>
              {scores.map((score, column) => (
                <td key={column} className="is-number">
                  {scoreText(score)}
                </td>
              ))}
              <td className="is-number">{scoreText(reward)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function scoreText(score: number | null | undefined): string {
  if (score === undefined) return '?'
  return score === null ? 'skipped' : decimal(score)
}
