/** The code of one reward, to read and to change. */
import { useId } from 'react'
import { useTrain } from './trainStore.ts'

export function RewardCode({ name }: { readonly name: string }) {
  const id = useId()
  const code = useTrain(({ codes }) => codes.find((each) => each.name === name)?.code ?? '')
  const setCode = useTrain((state) => state.setCode)
  const isMissing = code.trim() === ''
  return (
    <div className="reward-code">
      <label htmlFor={id}>
        Code of <span className="mono">{name}</span>
      </label>
      <textarea
        id={id}
        className="field mono"
        rows={Math.min(20, Math.max(6, code.split('\n').length + 1))}
        spellCheck={false}
        autoCapitalize="off"
        wrap="off"
        aria-invalid={isMissing}
        aria-describedby={`${id}-note`}
        value={code}
        onChange={(event) => setCode({ name, code: event.target.value })}
      />
      <p className={isMissing ? 'problem' : 'setting-note'} id={`${id}-note`}>
        {isMissing
          ? `There is no code here: links and imported runs never carry any. Write it, or take it out of custom_rewards.`
          : 'JavaScript. It runs in a frame that reaches neither this page nor the net, and is ended when it takes too long. Without random numbers and clocks a run can be repeated.'}
      </p>
    </div>
  )
}
