/** What would be evaluated now, for the views. */
import { useLab } from '../shared/labStore.ts'
import { candidate, useEvaluate, type Candidate } from './evaluateStore.ts'

export function useCandidate(): Candidate {
  const preset = useLab((state) => state.preset)
  const trained = useLab((state) => state.trained)
  const rounds = useEvaluate((state) => state.rounds)
  return candidate({ preset, trained }, { rounds })
}
