/** The report as a file, and back: `report.json` of the command line and of the page. */
import type { EvaluationReport } from './report.ts'

export function reportJson(report: EvaluationReport): string {
  return `${JSON.stringify(report)}\n`
}
