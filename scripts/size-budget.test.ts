import { expect, it } from 'vitest'
import { filesBeforeFirstClick, heavyModules } from './size-budget.mjs'

const html = `<link rel="modulepreload" href="/assets/react.js"><script type="module" src="/assets/index.js"></script>`
const chunks = [
  { file: 'assets/index.js', imports: ['assets/shared.js'], modules: ['/r/src/ui/app/main.tsx'] },
  { file: 'assets/shared.js', imports: ['assets/index.js', 'assets/deep.js'], modules: [] },
  { file: 'assets/react.js', imports: [], modules: ['/r/node_modules/react/index.js'] },
  { file: 'assets/deep.js', imports: [], modules: [] },
  { file: 'assets/later.js', imports: [], modules: ['/r/node_modules/@tensorflow/tfjs-core/dist/index.js'] },
]

it('counts scripts, preloads and what they import, but not what is imported on demand', () => {
  expect(filesBeforeFirstClick(html, chunks)).toEqual([
    'assets/deep.js',
    'assets/index.js',
    'assets/react.js',
    'assets/shared.js',
  ])
})

it('finds heavy packages in any chunk, those on demand included', () => {
  expect(heavyModules(chunks)).toEqual([
    'assets/later.js holds /r/node_modules/@tensorflow/tfjs-core/dist/index.js',
  ])
})
