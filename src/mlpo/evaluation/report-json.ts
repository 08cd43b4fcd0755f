/** The report as a file: `report.json` of the command line and of the page. Its reader is `report-read.ts`. */
import type { EvaluationReport } from './report.ts'

export function reportJson(report: EvaluationReport): string {
  return `${JSON.stringify(report)}\n`
}
