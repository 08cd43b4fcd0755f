import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { bundleForNode } from './bundle-node.mjs'

it('bundles a program that runs by itself: gradients, wasm, and nothing else on stdout', async () => {
  const bundle = await bundleForNode('scripts/fixtures/tfjs-trial.ts', '.cache/tfjs-trial')
  const elsewhere = mkdtempSync(join(tmpdir(), 'leader-lab-'))
  try {
    cpSync(dirname(bundle), elsewhere, { recursive: true })
    const program = join(elsewhere, 'tfjs-trial.js')
    expect(readFileSync(program, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
    // The name .mjs stands for the "type": "module" of the repository's package.json.
    cpSync(program, program.replace(/js$/, 'mjs'))
    const output = execFileSync(process.execPath, [program.replace(/js$/, 'mjs')], { encoding: 'utf8' })
    expect(JSON.parse(output)).toEqual({ backend: 'wasm', gradient: [11, 15, 11, 15] })
  } finally {
    rmSync(elsewhere, { recursive: true, force: true })
  }
})
