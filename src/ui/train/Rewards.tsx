/** What is rewarded: functions to switch and weigh, rewards of one's own, and what all of them give on completions. */
import { Suspense, lazy } from 'react'
import { fieldOf } from '../../mlpo/config/fields.ts'
import type { Key } from '../../mlpo/config/config.ts'
import { settingControls } from '../experiment/controls.ts'
import { useAccess } from '../experiment/experimentStore.ts'
import { isChanged } from './draft.ts'
import { chosenFunctions, functionNames, withFunction, withFunctionWeight } from './rewardDraft.ts'
import { SettingHelp } from './SettingHelp.tsx'
import type { SettingGroup } from './settingGroups.ts'
import { useTrain } from './trainStore.ts'

/** Written by few, and it brings an editor and a trial with it. */
const OwnRewards = lazy(async () => ({ default: (await import('./OwnRewards.tsx')).OwnRewards }))

interface RewardsProps {
  readonly group: SettingGroup
  readonly isShown: (key: Key) => boolean
}

export function Rewards({ group, isShown }: RewardsProps) {
  const functions = group.keys.some(isShown)
  const own = group.more.some(isShown)
  if (!functions && !own) return null
  return (
    <fieldset className="setting-group">
      <legend>{group.title}</legend>
      <div className="setting-parts">
        {functions && <Functions />}
        <Suspense>
          <OwnRewards showOwn={own} />
        </Suspense>
      </div>
    </fieldset>
  )
}

function Functions() {
  const draft = useTrain((state) => state.draft)
  const change = useTrain((state) => state.change)
  const reset = useTrain((state) => state.reset)
  const access = useAccess(...settingControls('reward_funcs'))
  const weights = useAccess(...settingControls('reward_weights'))
  if (access === 'hidden') return null
  const chosen = chosenFunctions(draft)
  const problems = [draft.problems.reward_funcs, draft.problems.reward_weights].filter(
    (problem) => problem !== undefined,
  )
  const changed = isChanged(draft, 'reward_funcs') || isChanged(draft, 'reward_weights')
  const field = fieldOf('reward_funcs')
  return (
    <div className="rewards">
      <div className="setting-name">
        <span id="reward-functions">{field.label}, with their weights</span>
        <span className="symbol">{fieldOf('reward_weights').symbol}</span>
        <SettingHelp name="reward_funcs" field={field} />
      </div>
      <ul aria-labelledby="reward-functions">
        {functionNames().map((name) => (
          <FunctionRow
            key={name}
            name={name}
            weight={chosen.find((each) => each.name === name)?.weight ?? null}
            locked={access === 'locked'}
            weightLocked={weights !== 'open'}
            switchTo={(on) => change((held) => withFunction(held, name, on))}
            weigh={(text) => change((held) => withFunctionWeight(held, name, text))}
          />
        ))}
      </ul>
      {problems.map((problem) => (
        <p key={problem} className="problem" role="alert">
          {problem}
        </p>
      ))}
      <p className="setting-note">
        <span className="mono">reward_funcs</span>, <span className="mono">reward_weights</span>
        {access === 'locked' && ', locked by the link'}
        {changed && access === 'open' && weights === 'open' && (
          <>
            {' '}
            <button
              type="button"
              className="link-button"
              onClick={() => {
                reset('reward_funcs')
                reset('reward_weights')
              }}
            >
              Reset<span className="visually-hidden"> the reward functions</span>
            </button>
          </>
        )}
      </p>
    </div>
  )
}

interface FunctionRowProps {
  readonly name: string
  /** As typed; null where the function is off. */
  readonly weight: string | null
  readonly locked: boolean
  readonly weightLocked: boolean
  readonly switchTo: (on: 'on' | 'off') => void
  readonly weigh: (text: string) => void
}

function FunctionRow({ name, weight, locked, weightLocked, switchTo, weigh }: FunctionRowProps) {
  const field = fieldOf('reward_funcs')
  const meaning = field.kind === 'many' ? field.options[name] : undefined
  return (
    <li className={weight === null ? 'is-off' : undefined}>
      <label>
        <input
          type="checkbox"
          checked={weight !== null}
          disabled={locked}
          onChange={(event) => switchTo(event.target.checked ? 'on' : 'off')}
        />
        <span className="mono">{name}</span>
      </label>
      {weight !== null && (
        <input
          className="field"
          aria-label={`Weight of ${name}`}
          inputMode="decimal"
          autoComplete="off"
          disabled={weightLocked}
          aria-invalid={weight === '' || Number.isNaN(Number(weight))}
          value={weight}
          onChange={(event) => weigh(event.target.value)}
        />
      )}
      <span className="soft">{meaning}</span>
    </li>
  )
}
