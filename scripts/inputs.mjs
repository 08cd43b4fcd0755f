/** Is something built still what its inputs would give? By content, so that a checkout or a copy changes nothing. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './install.mjs'

/**
 * A hash over names and contents; folders are walked, what is missing is left out, tests do not count.
 * @param {readonly string[]} paths relative to the repository
 */
export function hashInputs(paths) {
  const hash = createHash('sha256')
  for (const path of paths) addTo(hash, path)
  return hash.digest('hex')
}

/**
 * @param {string} stamp where the hash of the last build is kept
 * @param {string} hash
 */
export function isFresh(stamp, hash) {
  return existsSync(join(root, stamp)) && readFileSync(join(root, stamp), 'utf8') === hash
}

/**
 * @param {string} stamp
 * @param {string} hash
 */
export function writeStamp(stamp, hash) {
  mkdirSync(dirname(join(root, stamp)), { recursive: true })
  writeFileSync(join(root, stamp), hash)
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} path
 */
function addTo(hash, path) {
  const full = join(root, path)
  // These are made by the build itself (see derive-models.ts and model-library.mjs).
  if (
    !existsSync(full) ||
    /\.test\.tsx?$|models\/[^/]+\/resolve$|^public\/libs$|^assembly\/build$/.test(path)
  )
    return
  if (statSync(full).isDirectory()) {
    for (const name of readdirSync(full).sort()) addTo(hash, `${path}/${name}`)
    return
  }
  const bytes = readFileSync(full)
  hash.update(`${path}\0${bytes.length}\0`).update(bytes)
}
