/**
 * Rewards that somebody writes at the page: name, weight, code. The code runs in a sandboxed frame, on a trial as in a run;
 * it is kept in this browser and never comes from a link.
 */
import { useId, useState } from 'react'
import { settingControls } from '../experiment/controls.ts'
import { useAccess } from '../experiment/experimentStore.ts'
import { freeName, ownRewards, withOwn, withOwnChanged, withoutOwn } from './rewardDraft.ts'
import { RewardCode } from './RewardCode.tsx'
import { RewardTrial } from './RewardTrial.tsx'
import { SettingRow } from './SettingRow.tsx'
import { useTrain } from './trainStore.ts'

const firstCode = `// task: question, answer, choices, answer_type, family, difficulty
// completion: text, tokenCount, maxTokens, truncated, peerAnswers (null without team),
//   parsed: { status: 'parsed', thought, answer } or { status: 'unparseable', reason }
// Give a number, or null to say nothing about this completion.
export default (task, completion) => (completion.tokenCount <= 24 ? 1 : 0)
`

export function OwnRewards({ showOwn }: { readonly showOwn: boolean }) {
  const draft = useTrain((state) => state.draft)
  const codes = useTrain((state) => state.codes)
  const change = useTrain((state) => state.change)
  const setCode = useTrain((state) => state.setCode)
  const access = useAccess(...settingControls('custom_rewards'))
  const own = ownRewards(draft)
  const before = codes.filter(({ name }) => !own.some((each) => each.name === name))
  const add = (name: string, code: string) => {
    setCode({ name, code })
    change((held) => withOwn(held, name))
  }
  const problems = [draft.problems.custom_rewards, draft.problems.custom_reward_weights].filter(
    (problem) => problem !== undefined,
  )
  return (
    <>
      {showOwn && access !== 'hidden' && (
        <div className="own-rewards">
          {own.map(({ name, weight }, index) => (
            <OwnReward key={index} index={index} name={name} weight={weight} locked={access === 'locked'} />
          ))}
          {problems.map((problem) => (
            <p key={problem} className="problem" role="alert">
              {problem}
            </p>
          ))}
          {own.length > 0 && (
            <div className="setting-fields">
              <SettingRow name="custom_reward_timeout" />
            </div>
          )}
          {access === 'open' && own.length < 8 && (
            <div className="row">
              <button
                type="button"
                className="button small"
                onClick={() =>
                  add(
                    freeName(
                      draft,
                      codes.map(({ name }) => name),
                    ),
                    firstCode,
                  )
                }
              >
                Write a reward of your own
              </button>
              {before.map(({ name, code }) => (
                <button key={name} type="button" className="button small" onClick={() => add(name, code)}>
                  {`Take “${name}”, written before`}
                </button>
              ))}
            </div>
          )}
        </div>
      )}
      <RewardTrial />
    </>
  )
}

interface OwnRewardProps {
  readonly index: number
  readonly name: string
  readonly weight: string
  readonly locked: boolean
}

function OwnReward({ index, name, weight, locked }: OwnRewardProps) {
  const id = useId()
  const change = useTrain((state) => state.change)
  return (
    <section className="own-reward" aria-label={`Own reward ${name}`}>
      <div className="own-reward-head">
        <NameField key={name} index={index} name={name} locked={locked} />
        <span>
          <label htmlFor={`${id}-weight`}>Weight</label>
          <input
            id={`${id}-weight`}
            className="field"
            inputMode="decimal"
            autoComplete="off"
            disabled={locked}
            aria-invalid={weight === '' || Number.isNaN(Number(weight))}
            value={weight}
            onChange={(event) =>
              change((held) => withOwnChanged(held, index, { weight: event.target.value }))
            }
          />
        </span>
        {!locked && (
          <button
            type="button"
            className="button small"
            onClick={() => change((held) => withoutOwn(held, index))}
          >
            Take out<span className="visually-hidden"> {name}</span>
          </button>
        )}
      </div>
      <RewardCode name={name} />
    </section>
  )
}

/** Taken when the field is left, so that the code keeps its name while somebody types. */
function NameField({ index, name, locked }: Omit<OwnRewardProps, 'weight'>) {
  const id = useId()
  const draft = useTrain((state) => state.draft)
  const change = useTrain((state) => state.change)
  const renameCode = useTrain((state) => state.renameCode)
  const [typed, setTyped] = useState(name)
  const taken = ownRewards(draft).some((each, other) => other !== index && each.name === typed.trim())
  const commit = () => {
    const to = typed.trim().replaceAll(',', '-')
    if (to === name || to === '' || taken) return setTyped(name)
    renameCode(name, to)
    change((held) => withOwnChanged(held, index, { name: to }))
  }
  return (
    <span>
      <label htmlFor={id}>Name</label>
      <input
        id={id}
        className="field mono"
        autoComplete="off"
        spellCheck={false}
        disabled={locked}
        aria-invalid={taken}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </span>
  )
}
