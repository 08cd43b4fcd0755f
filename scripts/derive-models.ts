/**
 * Writes the MLC layout of one embedded model, so that WebLLM can load it: the Hugging Face folder is the source of
 * truth and what stands in `resolve/main` is derived. Bundled and run by `build.mjs` with two arguments, from and to.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { blobFiles } from '../src/engine/weights/file-access.ts'
import { openHuggingFaceFolder } from '../src/engine/weights/hf.ts'
import { writeMlc } from '../src/engine/weights/write-mlc.ts'

const [from, to] = process.argv.slice(2)
if (from === undefined || to === undefined) throw new Error('Usage: derive-models FROM TO')

const names = readdirSync(from).filter((name) => statSync(join(from, name)).isFile())
const blobs = new Map(names.map((name) => [name, new Blob([new Uint8Array(readFileSync(join(from, name)))])]))
const files = await writeMlc(await openHuggingFaceFolder(blobFiles(from, blobs)))
rmSync(to, { recursive: true, force: true })
mkdirSync(to, { recursive: true })
for (const { name, bytes } of files) writeFileSync(join(to, name), bytes)
