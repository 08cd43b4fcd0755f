/**
 * A report of a failure as plain text, for whoever asks for help: the failure, where the page was, what it ran on, and the
 * settings. No question, answer, note or file of anybody is in it, but what the failure itself quotes. Pure.
 */
import { createContext } from 'react'
import type { Config } from '../../mlpo/config/config.ts'
import type { ErrorValue, TeamReport } from '../../workers/protocol.ts'
import { counted } from './format.ts'

export interface ReportFacts {
  /** ISO 8601. */
  readonly when: string
  readonly version: string
  readonly build: string
  readonly place: string
  readonly run: {
    readonly mode: string
    readonly step: number
    readonly steps: number
    /** Known from storage only. */
    readonly saved: boolean
  } | null
  /** null before a team is loaded. */
  readonly team: TeamReport | null
  readonly browser: {
    readonly userAgent: string
    readonly cores: number
    /** null where the browser does not tell. */
    readonly memoryGb: number | null
    readonly isolated: boolean
    readonly gpu: boolean
  }
  /** Of the run, or of the preset where there is none. */
  readonly config: Config
}

export function reportText({ name, message, detail }: ErrorValue, facts: ReportFacts): string {
  const { when, version, build, place, run, config } = facts
  return [
    `Leader Lab ${version} (${build}), ${when}`,
    `${name}: ${message}`,
    detail,
    `Place: ${place}`,
    `Run: ${run === null ? 'none' : runText(run)}`,
    `Device: ${deviceText(facts.team)}`,
    `Browser: ${browserText(facts.browser)}`,
    `Settings${run === null ? ' of the preset' : ''}: ${JSON.stringify(config, null, 1)}`,
  ]
    .filter((part) => part !== null && part !== '')
    .join('\n\n')
}

function runText({ mode, step, steps, saved }: NonNullable<ReportFacts['run']>): string {
  return `${mode}, ${step} of ${steps} steps done${saved ? ', read from storage and not opened' : ''}`
}

function deviceText(team: TeamReport | null): string {
  if (team === null) return 'no team loaded'
  const { engine, backend, threads, because } = team.device
  const libraries = [team.leader, ...team.peers].flatMap(({ library }) => library ?? [])
  const from = libraries.length === 0 ? '' : `, libraries ${[...new Set(libraries)].join(' and ')}`
  return `${engine} on ${backend}, ${counted(threads, 'thread')}${from}. ${because}`
}

function browserText({ userAgent, cores, memoryGb, isolated, gpu }: ReportFacts['browser']): string {
  return [
    userAgent,
    `${cores} cores`,
    ...(memoryGb === null ? [] : [`${memoryGb} GB or more`]),
    isolated ? 'isolated' : 'not isolated (no shared memory)',
    gpu ? 'has WebGPU' : 'has no WebGPU',
  ].join('; ')
}

/** The facts of the moment in which it is called. */
export const ReportContext = createContext<(() => ReportFacts) | null>(null)
