/** What the leader read: the question and, seat by seat, one stored proposal of every peer. */
import type { StepPrompt } from '../../mlpo/stages.ts'
import { Term } from '../glossary/Term.tsx'
import { agentColour } from '../shared/agent.ts'
import { counted } from '../shared/format.ts'
import { Mark, verdictOf } from '../shared/Mark.tsx'

export function PromptPart({
  prompt,
  number,
  models,
}: {
  readonly prompt: StepPrompt
  readonly number: number
  /** By peer. */
  readonly models: readonly string[]
}) {
  const { task, proposals, variant } = prompt
  const facts = [
    task.family.replaceAll('_', ' '),
    ...(task.difficulty === undefined ? [] : [`difficulty ${task.difficulty}`]),
    `right answer ${task.answer}`,
    ...(proposals === null ? [] : [`variant ${variant}`]),
  ]
  return (
    <section className="prompt-part" data-lesson="prompt" aria-label={`Prompt of group ${number}`}>
      <p className="prompt-question">{task.question}</p>
      <p className="soft prompt-facts">{facts.join(', ')}</p>
      {proposals === null ? (
        <p className="soft">
          The leader answers this one alone, without <Term name="proposal">proposals</Term>.
        </p>
      ) : (
        <ul className="proposals">
          {proposals.map((proposal, seat) => (
            <li key={seat} style={agentColour(proposal.peer)}>
              <header>
                <h3>Peer {seat + 1}</h3>
                <span className="mono soft">{models[proposal.peer]}</span>
                <Mark verdict={verdictOf(proposal)} />
              </header>
              <p>{proposal.text}</p>
            </li>
          ))}
        </ul>
      )}
      <details className="prompt-text">
        <summary className="soft">
          The prompt as the leader reads it ({counted(prompt.promptIds.length, 'token')})
        </summary>
        <pre tabIndex={0} aria-label="Prompt text">
          {prompt.promptText}
        </pre>
      </details>
    </section>
  )
}
