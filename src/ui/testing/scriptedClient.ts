/**
 * A client that plays a made-up run, for looking at the views. `?fail=load|run`, `?saved=23&steps=60` (a saved run, and
 * where it ends), `?speed=20`, `?rate=60` (whole steps a second, see scriptedFeed.ts).
 * Nothing here is a result: its numbers come from a random stream.
 */
import { budgetAfter, noBudget } from '../../mlpo/budget.ts'
import type { Config } from '../../mlpo/config/config.ts'
import { drawProblems } from '../../mlpo/families/draw.ts'
import { stream } from '../../mlpo/random.ts'
import type { RoundEvent } from '../../mlpo/stages.ts'
import type { CreateLabClient, LabCommand, StoredModel } from '../../workers/client-types.ts'
import type { ErrorValue, LeaderEvent, RunControl, TeamReport } from '../../workers/protocol.ts'
import { feed } from './scriptedFeed.ts'
import { savedRun, scriptedRuns } from './scriptedRuns.ts'
import { evaluationAt, stagesOf } from './scriptedStep.ts'

const loadError: ErrorValue = {
  name: 'DownloadError',
  message: 'The model nano-route-leader could not be fetched. Check the connection, then try again.',
  detail: 'GET /models/nano-route-leader/resolve/main/params_shard_0.bin\nHTTP 503 Service Unavailable',
}

const runError: ErrorValue = {
  name: 'WorkerDiedError',
  message: 'The leader’s worker stopped. The run goes on from the last checkpoint.',
  detail: 'onerror: memory access out of bounds',
}

const evaluationError: ErrorValue = {
  name: 'NotReadyError',
  message: 'This page plays a made-up run and evaluates nothing. Open the real one.',
  detail: null,
}

class ScriptedError extends Error {
  constructor(readonly value: ErrorValue) {
    super(value.message)
    this.name = value.name
  }
}

export function scriptedClient(query: URLSearchParams): CreateLabClient {
  return () => {
    const speed = Number(query.get('speed') ?? 1)
    const rate = Number(query.get('rate') ?? 0)
    const kept = savedRun({
      step: Number(query.get('saved') ?? 23),
      steps: Number(query.get('steps') ?? 60),
    })
    const listeners = new Set<(event: LeaderEvent) => void>()
    const emit = (event: LeaderEvent) => listeners.forEach((listener) => listener(event))
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms / speed))
    let team: TeamReport | null = null
    let target = 'pause' as RunControl
    /** Read anew: it changes while the run waits. */
    const wanted = () => target
    let wake: () => void = () => undefined
    const cancelled = new Set<string>()
    const stored = new Map(storedModels.map((each) => [each.model, each]))

    async function loadTeam(config: Config): Promise<TeamReport> {
      if (team !== null) return team
      const total = 15_800_000
      for (let part = 0; part <= 20; part++) {
        emit({
          type: 'progress',
          progress: {
            what: 'download',
            label: 'Fetching the nano team',
            done: (total * part) / 20,
            total,
            unit: 'bytes',
          },
        })
        await wait(120)
        if (query.get('fail') === 'load' && part > 6) throw new ScriptedError(loadError)
      }
      team = {
        device: {
          engine: 'tfjs',
          backend: 'wasm',
          threads: 2,
          because: 'No GPU was found here, so the models run on two CPU threads.',
        },
        leader: { id: config.leader, parameters: 934_016, library: null },
        peers: config.peers.map((id) => ({ id, name: id, parameters: 934_016, library: null })),
      }
      emit({ type: 'team', team })
      return team
    }

    async function run(runId: string, config: Config, from: number) {
      if (from === 0) {
        emit({ type: 'mode', runId, mode: 'loading', step: 0 })
        for (let done = 0; done <= 6144; done += 512) {
          const label = 'Peers solve the training questions'
          emit({
            type: 'progress',
            progress: { what: 'proposals', label, done, total: 6144, unit: 'solutions' },
          })
          await wait(90)
        }
      }
      emit({ type: 'mode', runId, mode: 'paused', step: from })
      const gate = async (step: number) => {
        if (wanted() === 'pause') {
          emit({ type: 'mode', runId, mode: 'paused', step })
          await new Promise<void>((resolve) => (wake = resolve))
          emit({ type: 'mode', runId, mode: 'running', step })
        }
      }
      target = 'pause'
      await new Promise<void>((resolve) => (wake = resolve))
      emit({ type: 'mode', runId, mode: 'running', step: from })
      if (from === 0) emit({ type: 'evaluation', runId, evaluation: evaluationAt(0, config) })
      for (let step = from + 1; step <= config.max_steps; step++) {
        for (const stage of stagesOf(step, config)) {
          await gate(step - 1)
          if (wanted() === 'stop') {
            emit({ type: 'mode', runId, mode: 'finished', step: step - 1 })
            return
          }
          const elapsedMs = { prompt: 3, sample: 640, score: 2, advantage: 1, loss: 520, update: 14 }[
            stage.stage
          ]
          await wait(elapsedMs)
          emit({ type: 'stage', runId, stage, elapsedMs })
          if (wanted() === 'stage') target = 'pause'
        }
        emit({ type: 'checkpoint', runId, step, bytes: 500_000 })
        if (step % Math.max(1, config.eval_every) === 0) {
          emit({ type: 'evaluation', runId, evaluation: evaluationAt(step, config) })
        }
        if (query.get('fail') === 'run' && step === 3) {
          emit({ type: 'error', runId, askId: null, error: runError })
          return
        }
        if (wanted() === 'step') target = 'pause'
        emit({ type: 'mode', runId, mode: 'running', step })
      }
      emit({ type: 'mode', runId, mode: 'finished', step: config.max_steps })
    }

    async function ask(command: Extract<LabCommand, { type: 'ask' }>) {
      const { askId, task, config, adapter, history, seed } = command
      const random = stream(seed, 'trial', task.question, history.length)
      const [drawn] = drawProblems({
        families: ['word_problem'],
        difficulty: 2,
        split: 'dev',
        count: 1,
        seed: 3,
      })
      if (drawn === undefined) return
      const round = history.length
      emit({ type: 'round', askId, event: { kind: 'round', round, rounds: 1 } })
      const right = drawn.problem.solve()
      const gold = task.answer ?? right.answer
      const texts = config.peers.map((_, seat) => {
        const solution = seat < 1 + round ? right : drawn.problem.slip(random)
        const answer = seat < 1 + round ? gold : solution.answer
        return { text: `${solution.steps.join(' ')} Answer: ${answer}`, answer }
      })
      const say = async (speaker: number | 'leader', text: string) => {
        for (const word of text.match(/\s*\S+/g) ?? []) {
          if (cancelled.has(askId)) return
          emit({ type: 'round', askId, event: { kind: 'text', round, speaker, delta: word } })
          await wait(55 + random.uniform() * 60)
        }
      }
      let budget = noBudget
      const answered = (speaker: number | 'leader', text: string, answer: string, thought: string | null) => {
        const event: RoundEvent = {
          kind: 'answer',
          round,
          speaker,
          text,
          thought,
          answer,
          unparseable: null,
          right: task.answer === null ? null : answer === task.answer,
          tokens: Math.round(text.length / 2.2),
          promptTokens: Math.round(task.question.length / 2.2),
          elapsedMs: 400 + Math.round(random.uniform() * 300),
        }
        budget = budgetAfter(budget, event)
        emit({ type: 'round', askId, event })
      }
      await Promise.all(
        texts.map(async ({ text, answer }, seat) => {
          await say(seat, text)
          answered(seat, text, answer, null)
        }),
      )
      const follows = adapter === 'trained' || round > 0 ? 0 : 2
      const answer = texts[follows]?.answer ?? ''
      const thought =
        adapter === 'trained'
          ? `I check. ${right.steps.join(' ')} Peer 1 agrees, Peer 3 slips.`
          : `I follow Peer ${follows + 1}.`
      const text = `<think>${thought}</think><answer>${answer}</answer>`
      await say('leader', text)
      if (!cancelled.has(askId)) {
        answered('leader', text, answer, thought)
        const votes = texts.map((entry) => entry.answer)
        const vote = votes.find((entry, at) => votes.indexOf(entry) !== at) ?? null
        const isRight = task.answer === null ? null : answer === task.answer
        emit({ type: 'round', askId, event: { kind: 'done', answer, right: isRight, vote, budget } })
      }
      emit({ type: 'asked', askId })
    }

    return {
      loadTeam,
      cancelLoad: () => undefined,
      readData: () => Promise.reject(new ScriptedError(evaluationError)),
      tryReward: ({ inputs }) =>
        Promise.resolve(inputs.map(() => ({ status: 'score', value: null }) as const)),
      subscribe(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      send(command) {
        if (command.type === 'open') {
          const { steps, evaluations } = kept
          const from = command.resume ? kept.step : 0
          if (command.resume) {
            emit({
              type: 'history',
              runId: command.runId,
              config: command.config,
              sft: null,
              steps,
              evaluations,
            })
          }
          if (rate > 0) feed(emit, { ...command, from, rate })
          else void run(command.runId, command.config, from)
        } else if (command.type === 'control') {
          target = command.control
          wake()
        } else if (command.type === 'ask') void ask(command)
        else if (command.type === 'evaluate')
          emit({ type: 'error', runId: null, askId: command.askId, error: evaluationError })
        else cancelled.add(command.askId)
      },
      savedRun: () => Promise.resolve(query.has('saved') ? kept : null),
      runs: scriptedRuns(kept),
      reports: {
        list: () => Promise.resolve([]),
        keep: () => Promise.resolve('report'),
        read: () => Promise.resolve('{}'),
        remove: () => Promise.resolve(),
      },
      storedModels: () => Promise.resolve([...stored.values()]),
      removeModel: (model) => Promise.resolve(void stored.delete(model)),
      storageEstimate: () => Promise.resolve({ usageBytes: 612_000_000, quotaBytes: 40_000_000_000 }),
      keepStorage: () => Promise.resolve(true),
      keptThings: () => Promise.resolve({ kept: [], isPersistent: false, room: noRoom }),
      removeKept: () => Promise.resolve(),
      dispose: () => undefined,
    }
  }
}

const noRoom = { usageBytes: null, quotaBytes: null }

const hub = 'https://huggingface.co/mlc-ai'
const storedModels: readonly StoredModel[] = [
  {
    model: 'SmolLM2-135M-Instruct-q0f32-MLC',
    folder: `${hub}/SmolLM2-135M-Instruct-q0f32-MLC/`,
    kind: 'web',
    bytes: 271_000_000,
    isWhole: true,
  },
  {
    model: 'Qwen3-0.6B-q4f32_1-MLC',
    folder: `${hub}/Qwen3-0.6B-q4f32_1-MLC/`,
    kind: 'web',
    bytes: 133_000_000,
    isWhole: false,
  },
]
