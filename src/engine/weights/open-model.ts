/**
 * Opens whatever model a path or URL leads to: a `.gguf` file, an MLC folder or a Hugging Face folder, the last two
 * also one step down under `resolve/main/`, where the hub (and WebLLM) has them.
 */
import { MLC_CONFIG } from '../../common/mlc-layout.ts'
import { ModelFileError } from '../engine.ts'
import type { ModelSource } from '../llama/config.ts'
import type { FileAccess } from './file-access.ts'
import { openGguf } from './gguf.ts'
import { openHuggingFaceFolder } from './hf.ts'
import { openMlcFolder } from './mlc.ts'

/** `access` reads a folder: `httpFiles` in a browser, `nodeFiles` on the command line. */
export async function openModel(
  location: string,
  access: (folder: string) => FileAccess,
): Promise<ModelSource> {
  const [, folder, file] = /^(.*[/\\])?([^/\\]+\.gguf(?:\?.*)?)$/.exec(location) ?? []
  if (file) return openGguf(access(folder ?? '.'), file)
  for (const candidate of [location, `${location.replace(/\/$/, '')}/resolve/main`]) {
    const files = access(candidate)
    if (await files.exists(MLC_CONFIG)) return openMlcFolder(files)
    if (await files.exists('config.json')) return openHuggingFaceFolder(files)
  }
  throw new ModelFileError(
    location,
    `a .gguf file, or a folder with config.json (Hugging Face) or ${MLC_CONFIG} (MLC)`,
    'none of them',
  )
}
