/** What the leader's worker says, read where it arrives; and a run interrupted at a named stage, not at a time. */
import type { Page } from '@playwright/test'
import type { LeaderEvent } from '../src/workers/protocol.ts'

export interface Interruption {
  /** Comes after this stage of this step. */
  readonly step: number
  readonly stage: string
  /** "lose the device" is a message to the worker, for whoever gave it an ear (webllm-run.ts). */
  readonly how: 'reload' | 'die' | 'lose the device'
}

declare global {
  interface Window {
    /** Given by Playwright. */
    record(event: string): void
    /** What is still to come, in its order. */
    interruptions?: Interruption[]
  }
}

/** Everything that decides a run, and nothing that a clock or an engine's counter decides. */
export async function recorded(page: Page): Promise<LeaderEvent[]> {
  const events: LeaderEvent[] = []
  await page.exposeFunction('record', (event: string) => void events.push(JSON.parse(event) as LeaderEvent))
  await page.addInitScript(() => {
    const isCounted = (key: string) => !/^(timing\/|step_time$|adapterVersion$|elapsedMs$)/.test(key)
    const plain = (key: string, value: unknown) => (isCounted(key) ? value : undefined)
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options)
        if (options?.name?.startsWith('nano-leader ') !== true) return
        this.addEventListener('message', ({ data }: MessageEvent<LeaderEvent>) => {
          window.record(JSON.stringify(data, plain))
          const next = window.interruptions?.[0]
          if (data.type !== 'stage' || next === undefined) return
          if (data.stage.step !== next.step || data.stage.stage !== next.stage) return
          window.interruptions?.shift()
          if (next.how === 'reload') location.reload()
          else if (next.how === 'die') this.terminate()
          else this.postMessage(next.how)
        })
      }
    }
  })
  return events
}

/** Of the page that is open; a reload forgets them. */
export async function interrupt(page: Page, interruptions: readonly Interruption[]): Promise<void> {
  await page.evaluate((wanted) => void (window.interruptions = [...wanted]), interruptions)
}

export const stagesOf = (events: readonly LeaderEvent[]) =>
  events.flatMap((event) => (event.type === 'stage' ? [event.stage] : []))
export const evaluationsOf = (events: readonly LeaderEvent[]) =>
  events.flatMap((event) => (event.type === 'evaluation' ? [event.evaluation] : []))
