/**
 * A report as sections to show: a figure, what it says in words, and every number in tables. `report-html.ts` and the
 * page draw the same ones. Several seeds come as their mean (`over-seeds.ts`).
 */
import type { Layout } from './figures.ts'
import { partsOverSeeds } from './over-seeds.ts'
import type { Decoding, EvaluationReport } from './report.ts'
import {
  behaviourSection,
  familiesSection,
  passSection,
  probesSection,
  worthSection,
} from './sections-of-leaders.ts'
import {
  claimsSection,
  costSection,
  roundsSection,
  rowsSection,
  strataSection,
  voteSection,
} from './sections-of-rows.ts'

export interface SectionTable {
  /** Told apart by it where there is more than one. */
  readonly name: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface ReportSection {
  readonly id: string
  readonly title: string
  /** SVG; null where a table says it best. */
  readonly figure: string | null
  readonly note: string
  /** What follows, one sentence each. */
  readonly words: readonly string[]
  readonly tables: readonly SectionTable[]
}

export interface DecodingSections {
  readonly decoding: Decoding
  readonly sections: readonly ReportSection[]
}

export const decodingNames: Readonly<Record<Decoding, string>> = {
  greedy: 'Greedy',
  sampled: 'Temperature 1',
}

/** Sections about what was not measured are left out. */
export function sectionsOf(report: EvaluationReport, layout: Layout): readonly DecodingSections[] {
  return partsOverSeeds(report).map((part) => {
    const claims = report.claims.filter(({ decoding }) => decoding === part.decoding)
    const sections = [
      claimsSection(claims, { trainings: report.setup.trainings, layout }),
      rowsSection(part, layout),
      voteSection(part, layout),
      strataSection(part, layout),
      roundsSection(part, layout),
      costSection(part, layout),
      probesSection(part, layout),
      worthSection(part, layout),
      passSection(part, layout),
      behaviourSection(part),
      familiesSection(part),
    ]
    return { decoding: part.decoding, sections: sections.filter((section) => section !== null) }
  })
}
