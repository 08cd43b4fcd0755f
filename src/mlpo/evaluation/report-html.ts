/**
 * The report as one page that needs nothing else: figures inline, tables behind them, light and dark, no script and no
 * request. Several seeds are shown as their mean with Student's t interval; report.json and rows.csv have each.
 */
import { escaped } from './figure-parts.ts'
import { reportStyle } from './report-style.ts'
import type { EvaluationReport } from './report.ts'
import { decodingNames, sectionsOf, type ReportSection, type SectionTable } from './sections.ts'

export function reportHtml(report: EvaluationReport): string {
  const body = [
    `<h1>${escaped(report.title)}</h1>`,
    setupSection(report),
    ...sectionsOf(report, 'wide').flatMap(({ decoding, sections }) => [
      `<h2 id="${decoding}">${decodingNames[decoding]}</h2>`,
      ...sections.map(sectionHtml),
    ]),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(report.title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
${body.join('\n')}
</main>
</body>
</html>
`
}

function setupSection({ setup, command }: EvaluationReport): string {
  const { split, leader, peers, rounds, seeds, sizes, leftOut } = setup
  const facts: readonly (readonly [string, string])[] = [
    ['Questions', `${sizes.questions} of the ${split} split per seed`],
    ['Seeds', seeds.join(', ')],
    ['Team', `${leader} with ${peers.join(', ')}; ${rounds === 1 ? '1 round' : `${rounds} rounds`}`],
    ['Runs', `${sizes.runs} of each question at temperature 1, 1 greedy`],
    ...(command === null ? [] : [['Remade by', command] as const]),
  ]
  return (
    `<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>` +
    `<p>Shares are percentages with 95 % intervals. Left out:</p>` +
    `<ul>${leftOut.map((text) => `<li>${escaped(text)}</li>`).join('')}</ul>`
  )
}

function sectionHtml({ title, figure, note, words, tables }: ReportSection): string {
  const said =
    words.length === 0 ? '' : `<ul>${words.map((sentence) => `<li>${escaped(sentence)}</li>`).join('')}</ul>`
  const drawn = tables.map(tableHtml).join('')
  const caption = `<p class="note">${escaped(note)}</p>`
  return (
    `<section><h3>${escaped(title)}</h3>${said}` +
    (figure === null
      ? `${caption}${drawn}`
      : `<figure>${figure}<figcaption>${escaped(note)}</figcaption></figure><details><summary>Table</summary>${drawn}</details>`) +
    '</section>'
  )
}

function tableHtml({ head, rows }: SectionTable): string {
  const cells = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === 0 ? `<th scope="row">${escaped(cell)}</th>` : `<td>${escaped(cell)}</td>`))
      .join('')
  return (
    `<div class="wide"><table><thead><tr>${head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('')}</tr></thead>` +
    `<tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join('')}</tbody></table></div>`
  )
}
