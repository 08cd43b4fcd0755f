/**
 * Models for the commands: opened from disk, run by tfjs on wasm, trained by LoRA. A name without a folder is one of
 * the embedded models under `public/models`. Commands get this as a value, so that a test can hand in small fakes.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { usualContextLength, withContextLength } from '../src/engine/context-length.ts'
import { ModelFileError, type Adapter } from '../src/engine/engine.ts'
import { checkAdapter, readPeftAdapter } from '../src/engine/adapter/peft.ts'
import { activeKernels, startBackend } from '../src/engine/tfjs/backends.ts'
import { createTfjsEngine, type EngineTokenizer } from '../src/engine/tfjs/tfjs-engine.ts'
import { createTokenizer } from '../src/engine/tokenizer/tokenizer.ts'
import { openModel } from '../src/engine/weights/open-model.ts'
import { createTrainer } from '../src/mlpo/trainer/llama-trainer.ts'
import type { Models, OpenedModel } from './command.ts'
import { InputError } from './io.ts'
import { nodeFiles } from './node-files.ts'
import { packageFolder } from './version.ts'

export const diskModels: Models = {
  // Node always runs one (`startBackend`).
  runsOn: 'tfjs on WebAssembly, one thread of a CPU',
  async open(nameOrPath, { max_model_length: asked } = { max_model_length: null }) {
    const location = modelLocation(nameOrPath)
    const most = location === nameOrPath ? usualContextLength : Infinity
    const source = withContextLength(await openModel(location, nodeFiles), { asked, most })
    const kernels = await startBackend({ name: 'wasm', wasmFolder: wasmFolder() })
    const tokenizer = source.tokenizer === null ? noTokenizer(location) : createTokenizer(source)
    const engine = await createTfjsEngine({ source, tokenizer, kernels })
    const opened: OpenedModel = {
      engine,
      fingerprint: await weightsHash(location),
      checkAdapter: (adapter) => checkAdapter(adapter, source),
    }
    return opened
  },
  async readAdapter(folder): Promise<Adapter> {
    if (!existsSync(folder))
      throw new InputError(
        `${folder}: there is no such adapter folder. Give one that PEFT or lab train --out has written.`,
      )
    return readPeftAdapter(nodeFiles(folder))
  },
  trainer(leader, config, state) {
    if (leader.base === null)
      throw new InputError(`${leader.info.id} cannot be trained here: its engine shares no weights.`)
    const trainer = createTrainer({
      base: leader.base,
      kernels: activeKernels(),
      baseModel: leader.info.id,
      config,
      ...(state && { state }),
    })
    return Promise.resolve(trainer)
  },
}

/** Tokens can be scored without one; text cannot be read or written. */
function noTokenizer(location: string): EngineTokenizer {
  const refuse = () => {
    throw new ModelFileError(location, 'a tokenizer (tokenizer.json)', 'none')
  }
  return { encode: refuse, decode: refuse, render: refuse }
}

/** A path that exists is a path; any other name is an embedded model. */
export function modelLocation(nameOrPath: string): string {
  if (existsSync(nameOrPath)) return nameOrPath
  const folder = join(packageFolder, 'public', 'models')
  const embedded = existsSync(folder) ? readdirSync(folder).sort() : []
  if (embedded.includes(nameOrPath)) return join(folder, nameOrPath)
  throw new InputError(
    `There is no model "${nameOrPath}". Give a folder, a GGUF file or one of ${embedded.join(', ')}.`,
  )
}

/** Of every weight file, so that proposals of a retrained model are not taken for those of the old one. */
async function weightsHash(location: string): Promise<string> {
  const files = (await stat(location)).isFile() ? [location] : await weightFiles(location)
  const hash = createHash('sha256')
  for (const file of files) hash.update(await readFile(file))
  return hash.digest('hex').slice(0, 16)
}

async function weightFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  const own = names.filter((name) => /\.(safetensors|bin|gguf)$/.test(name)).sort()
  const nested = join(folder, 'resolve', 'main')
  return own.length === 0 && existsSync(nested) ? weightFiles(nested) : own.map((name) => join(folder, name))
}

/** Beside the bundle; in the source tree, where the package manager put them. */
function wasmFolder(): string {
  const beside = dirname(fileURLToPath(import.meta.url))
  const installed = join(packageFolder, 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist')
  return `${existsSync(join(beside, 'tfjs-backend-wasm.wasm')) ? beside : installed}/`
}
