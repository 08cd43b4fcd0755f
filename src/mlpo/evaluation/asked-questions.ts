/** The main set's first runs as questions to read: who answered what, and, for the first ones, in which words. */
import type { AskedQuestion, QuestionSet, Said } from './report.ts'
import type { Samples } from './samples.ts'
import { finalOf, type Told } from './told.ts'

/** @param texts of how many questions the texts are kept. */
export function questionSet(
  { seed, decoding, shown, leaders }: Pick<Samples, 'seed' | 'decoding' | 'shown' | 'leaders'>,
  { texts }: { readonly texts: number },
): QuestionSet {
  const questions = shown.flatMap(([run], q): AskedQuestion[] => {
    if (run === undefined) return []
    const { task, peers, seats } = run
    const said = ({ answer, right, text }: Told): Said => ({ answer, right, text: q < texts ? text : null })
    return [
      {
        ...{ id: task.id, family: task.family, question: task.question, gold: task.answer },
        peers: peers.map(said),
        seats,
        leaders: leaders.flatMap(({ name, team, alone }) => {
          const [episode, lonely] = [team[q]?.[0], alone[q]?.[0]]
          if (episode === undefined) return []
          return [{ name, team: said(finalOf(episode)), alone: lonely === undefined ? null : said(lonely) }]
        }),
      },
    ]
  })
  return { seed, decoding, questions }
}
