/** `lab convert`: any model that we read, as an MLC folder, so that WebLLM and the page can load it. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from '../command.ts'
import { InputError, UsageError } from '../io.ts'
import { modelLocation } from '../models.ts'
import { nodeFiles } from '../node-files.ts'
import { readError } from '../read-error.ts'
import { openModel } from '../../src/engine/weights/open-model.ts'
import { writeMlc } from '../../src/engine/weights/write-mlc.ts'

export const convert: Command = {
  name: 'convert',
  summary: 'Write a model as an MLC folder, its weights rounded to bfloat16.',
  usage: 'lab convert --model PATH --out DIR',
  flags: {
    flags: [
      {
        name: 'model',
        value: 'PATH',
        help: 'A GGUF file, a Hugging Face folder, an MLC folder, or an embedded model.',
      },
      { name: 'out', value: 'DIR', help: 'The folder to make; it must not hold anything yet.' },
    ],
  },
  async run(given, { io }) {
    const [model, out] = [given.values.get('model'), given.values.get('out')]
    if (model === undefined) throw new UsageError('--model is needed.')
    if (out === undefined) throw new UsageError('--out is needed.')
    if (existsSync(out) && (await entriesOf(out)) > 0)
      throw new InputError(`${out} is not empty. Give a folder that does not exist yet.`)
    const files = await writeMlc(await openModel(modelLocation(model), nodeFiles))
    // Under another name until it is whole: half a model is never taken for one.
    const part = `${resolve(out)}.part`
    try {
      await rm(part, { recursive: true, force: true })
      await mkdir(part, { recursive: true })
      for (const { name, bytes } of files) await writeFile(join(part, name), bytes)
      await rm(out, { recursive: true, force: true })
      await rename(part, out)
    } catch (cause) {
      throw readError(out, cause)
    }
    const megabytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6
    io.note(`Wrote ${files.length} files, ${megabytes.toFixed(1)} MB, to ${out}.`)
  },
}

async function entriesOf(folder: string): Promise<number> {
  return readdir(folder).then(
    (names) => names.length,
    (cause: unknown) => {
      throw readError(folder, cause)
    },
  )
}
