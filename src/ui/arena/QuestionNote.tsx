/** Below the question: where it comes from, whether training may show it, and whether its answer is known. */
import { promptStyleName } from '../../mlpo/prompts.ts'
import { Term } from '../glossary/Term.tsx'
import { useLab } from '../shared/labStore.ts'
import { useArena } from './arenaStore.ts'
import { askedTask, knownFamilies, ownPlace } from './question.ts'
import type { OwnDraw } from './question.ts'

export function QuestionNote({ id }: { readonly id: string }) {
  const text = useArena((state) => state.text)
  const drawn = useArena((state) => state.drawn)
  const draw = useArena((state) => state.draw)
  const isNano = useLab(({ preset: { config } }) => promptStyleName(config.leader) === 'nano')
  const known = askedTask(text, drawn).answer !== null
  const family = knownFamilies.find(({ name }) => name === drawn.family)
  return (
    <p className="question-note soft" id={id}>
      {!known &&
        'Your own question: nobody knows the answer here, so nothing is marked. The nano models know only the kinds of question that can be drawn.'}
      {known && draw.from === 'own' && <OwnNote draw={draw} />}
      {known && draw.from === 'own' && isNano && (
        <>
          {' '}
          The <Term name="nano">nano models</Term> of this team know only the built-in kinds of question.
        </>
      )}
      {known &&
        draw.from === 'family' &&
        `${family?.description ?? ''} Training never shows this question; its answer is known, so every answer will be marked.`}
    </p>
  )
}

function OwnNote({ draw }: { readonly draw: OwnDraw }) {
  const { number, of, isHeldOut } = ownPlace(draw)
  return (
    <>
      Question {number} of {of} from <strong>{draw.questions.source}</strong>.{' '}
      {isHeldOut
        ? 'It is held out: training never shows it.'
        : 'It is not held out: a run with these questions may train on it.'}{' '}
      Its answer is known, so every answer will be marked.
    </>
  )
}
