/** Child processes for the scripts: shown as they run, or kept until they end. Node built-ins only. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** @typedef {{ code: number, output: string, seconds: number }} Result */

/**
 * Runs a command in the repository and waits for its end; never rejects.
 * `stdout: 'stderr'` sends everything to our stderr, `'keep'` collects both streams in `output`.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ stdout?: 'inherit' | 'stderr' | 'keep', env?: Record<string, string>, shell?: boolean }} [options]
 * @returns {Promise<Result>}
 */
export function run(command, args, { stdout = 'inherit', env = {}, shell = false } = {}) {
  const started = performance.now()
  return new Promise((resolve) => {
    const kept = stdout === 'keep'
    const child = spawn(command, args, {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, ...env },
      shell,
      stdio: ['ignore', kept ? 'pipe' : stdout === 'stderr' ? 2 : 'inherit', kept ? 'pipe' : 'inherit'],
    })
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (text) => (output += text))
    child.stderr?.setEncoding('utf8').on('data', (text) => (output += text))
    const end = (/** @type {number} */ code) =>
      resolve({ code, output, seconds: (performance.now() - started) / 1000 })
    child.on('error', (error) => {
      output += `${error.message}\n`
      end(127)
    })
    child.on('close', (code) => end(code ?? 1))
  })
}

/**
 * Runs a program of one of our dependencies, without npx.
 * @param {string} script its path below node_modules
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runTool(script, args, options) {
  const path = fileURLToPath(new URL(`../node_modules/${script}`, import.meta.url))
  return run(process.execPath, [path, ...args], options)
}
