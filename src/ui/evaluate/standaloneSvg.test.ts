import { expect, test } from 'vitest'
import { dotFigure, lineFigure } from '../../mlpo/evaluation/figures.ts'
import { standaloneSvg } from './standaloneSvg.ts'

const colours: Readonly<Record<string, string>> = { '--lead': 'rgb(1, 2, 3)', '--card': 'rgb(9, 9, 9)' }
const colourOf = (name: string) => colours[name] ?? 'rgb(0, 0, 0)'
const dot = { label: 'a < b', value: 0.5, low: 0.4, high: 0.6, colour: 'var(--lead)' }

test.each([
  ['dots', dotFigure({ name: 'f', dots: [dot], unit: 'share', layout: 'narrow' }), '360', '72'],
  ['lines', lineFigure({ name: 'f', lines: [], xName: 'x', scale: 'linear' }), '760', '280'],
])('a figure of %s becomes a file of its own size that needs no style sheet', (_, figure, width, height) => {
  const file = standaloneSvg(figure, colourOf)
  expect(file).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /)
  expect(file).toContain(`width="${width}" height="${height}"`)
  expect(file).toContain('fill="rgb(9, 9, 9)"/>')
  expect(file).not.toContain('var(')
})

test('its colours are those of the page', () => {
  const file = standaloneSvg(dotFigure({ name: 'f', dots: [dot], unit: 'share' }), colourOf)
  expect(file).toContain('<circle cx="517.0" cy="16" r="4.5" fill="rgb(1, 2, 3)"/>')
  expect(file).toContain('a &lt; b')
})
