/** The student's end: a file with everything that the teacher's page reads back. */
import { useId, useState } from 'react'
import { useLab } from '../shared/labStore.ts'
import { useTrainStore } from '../train/trainStore.ts'
import type { Run } from '../train/trainStore.ts'
import { useExperiment } from './experimentStore.ts'
import { saveText } from '../shared/saveFile.ts'

export function ResultExport({ run }: { readonly run: Run }) {
  const experiment = useExperiment((state) => state.experiment)
  const device = useLab(({ team }) => team?.device ?? null)
  const train = useTrainStore()
  const [name, setName] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const id = useId()
  const save = async () => {
    try {
      // With its checks it is only needed here and where results are read.
      const { writeResult } = await import('./result.ts')
      const { metrics, evaluations } = train.getState()
      const { runId, mode, step: steps, config } = run
      const made = new Date()
      const content = writeResult({
        ...{ experiment, runId, mode, steps, config, evaluations, device, name, made },
        metrics: metrics.rows(),
      })
      const who = name.trim().replace(/[^\p{L}\p{N}]+/gu, '-')
      saveText(`leader-lab-result${who === '' ? '' : `-${who}`}-${runId}.json`, content, 'application/json')
      setProblem(null)
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <details className="result-export">
      <summary className="eyebrow">Hand in the result</summary>
      <p className="soft">
        A file with the link, all settings, metrics, evaluations and the device. It is saved on this machine
        and sent nowhere.
      </p>
      <label htmlFor={id}>Name in the file, if you like</label>
      <input
        id={id}
        className="field"
        maxLength={80}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="button" className="button" onClick={() => void save()}>
        Save the result
      </button>
      {problem !== null && (
        <p className="problem" role="alert">
          The file could not be made: {problem}
        </p>
      )}
    </details>
  )
}
