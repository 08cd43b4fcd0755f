/** One button per prompt of the step. Its dots are the group's completions: full = right, ring = wrong. */
import { Term } from '../glossary/Term.tsx'
import { teaches } from './arithmetic.ts'
import type { StepData } from './step.ts'
import { useTrain } from './trainStore.ts'
import { useId } from 'react'

export function GroupPicker({ step, at }: { readonly step: StepData; readonly at: number }) {
  const selectGroup = useTrain((state) => state.selectGroup)
  const name = useId()
  const prompts = step.prompt?.prompts ?? []
  return (
    <div className="groups-head" data-lesson="group">
      <h2 className="eyebrow">
        <Term name="step">Step</Term> {step.step}, <Term name="group">group</Term> {at + 1} of{' '}
        {prompts.length}
        {step.totals !== null && ` recorded (the step had ${step.totals.groups})`}
      </h2>
      <div className="groups" role="radiogroup" aria-label="Group">
        {prompts.map((prompt, index) => {
          const scores = step.score?.groups[index]
          const advantages = step.advantage?.groups[index]?.advantages
          const right = scores?.filter((score) => score.right).length
          const idle = advantages !== undefined && !teaches(advantages)
          const words = [
            `Group ${index + 1}, ${prompt.task.family.replaceAll('_', ' ')}`,
            ...(right === undefined ? [] : [`${right} of ${scores?.length ?? 0} right`]),
            ...(idle ? ['all rewards equal, teaches nothing'] : []),
          ]
          return (
            <label key={index} className={idle ? 'is-idle' : undefined} title={words.join(', ')}>
              <input
                type="radio"
                name={name}
                checked={index === at}
                aria-label={words.join(', ')}
                onChange={() => selectGroup(index)}
              />
              <span className="group-number">{index + 1}</span>
              {scores !== undefined && (
                <span className="group-dots" aria-hidden="true">
                  {scores.map((score, row) => (
                    <i key={row} className={score.right ? 'is-right' : 'is-wrong'} />
                  ))}
                </span>
              )}
            </label>
          )
        })}
      </div>
    </div>
  )
}
