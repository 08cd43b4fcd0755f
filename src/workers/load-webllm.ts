/**
 * A model under WebLLM, with our model library or WebLLM's own. In the leader's worker tfjs trains on WebLLM's own
 * device, with WebLLM's own weights where these are float32 and stay the base model's, or on the processor where the
 * address asks for it.
 */
import type { LlamaWeights } from '../engine/llama/weights.ts'
import { createTokenizer } from '../engine/tokenizer/tokenizer.ts'
import { loadWebLlm, type WebLlmModel } from '../engine/webllm/load.ts'
import type { ModelLibrary } from '../engine/webllm/model-library.ts'
import { ownLibrary } from '../engine/webllm/own-library.ts'
import { prebuiltLibrary } from '../engine/webllm/prebuilt-library.ts'
import { createWebLlmEngine } from '../engine/webllm/webllm-engine.ts'
import type { LibraryChoice } from './choose-library.ts'
import type { Loaded, LoaderInput, SourceInput, Training, TrainingGround } from './load-model.ts'
import type { DeviceReport } from './protocol.ts'
import { siteFile } from './site.ts'

type Parts = ReturnType<typeof partsOf>

/** @throws WebGpuMissingError, ModelFileError, ModelLibraryError, SelfCheckError */
export async function loadUnderWebLlm(input: SourceInput, choice: LibraryChoice): Promise<Loaded> {
  const parts = partsOf(input, libraryOf(input, choice))
  const device: DeviceReport = { ...input.choice, threads: 1 }
  const library = choice.name
  if (input.role === 'peer')
    return { engine: await createWebLlmEngine(parts), device, library, training: null }
  if (input.choice.backend === 'webgpu') return { ...(await withTrainerOnGpu(input, parts)), device, library }
  return { ...(await withTrainerOnWasm(input, parts)), library }
}

/** A peer whose weights only WebLLM's own library can read. */
export async function loadUnreadUnderWebLlm(
  input: LoaderInput,
  { name, url }: Extract<LibraryChoice, { readonly name: 'prebuilt' }>,
): Promise<Loaded> {
  const engine = await createWebLlmEngine(partsOf(input, prebuiltLibrary({ url, adapted: null })))
  return { engine, device: { ...input.choice, threads: 1 }, library: name, training: null }
}

function libraryOf({ source, role }: SourceInput, choice: LibraryChoice): ModelLibrary {
  if (choice.name === 'prebuilt')
    return prebuiltLibrary({ url: choice.url, adapted: role === 'leader' ? source : null })
  return ownLibrary({ url: siteFile('libs/leader-lab.wasm'), source })
}

function partsOf({ folder, files, chat, onProgress }: LoaderInput, library: ModelLibrary) {
  const open = () =>
    loadWebLlm({
      files,
      chat,
      library,
      modelUrl: folder,
      onKernel: (done, total) =>
        onProgress({ what: 'load', label: `Compiling ${chat.info.id}`, done, total, unit: 'kernels' }),
    })
  return { open, tokenizerOf: createTokenizer }
}

async function withTrainerOnGpu(
  { source }: SourceInput,
  parts: Parts,
): Promise<Pick<Loaded, 'engine' | 'training'>> {
  const { startBackend } = await import('../engine/tfjs/backends.ts')
  let current: TrainingGround | null = null
  const baseOf = async (model: WebLlmModel): Promise<LlamaWeights> => {
    const { device: gpu } = model.internals
    const kernels = await startBackend({ name: 'webgpu', device: gpu, adapterInfo: gpu.adapterInfo })
    const base = await weightsOf(model, source)
    current = { base, kernels }
    return base
  }
  const engine = await createWebLlmEngine({ ...parts, baseOf })
  const training: Training = {
    ground() {
      if (current === null) throw new TypeError('The engine has not read its weights.')
      return current
    },
    recover: () => engine.recover(),
  }
  return { engine, training }
}

/** WebLLM's own buffers only where no adapter is ever merged into them. */
async function weightsOf(
  { format, internals, library }: WebLlmModel,
  source: SourceInput['source'],
): Promise<LlamaWeights> {
  if (format === 'q0f32' && library.adapters?.kind === 'native') {
    const { sharedWeights } = await import('../engine/webllm/shared-weights.ts')
    return sharedWeights(internals, source.config)
  }
  const { loadWeights } = await import('../engine/llama/weights.ts')
  return loadWeights(source)
}

/** The trainer has a copy of the weights that no device takes with it. */
async function withTrainerOnWasm(
  { source, choice }: SourceInput,
  parts: Parts,
): Promise<Pick<Loaded, 'engine' | 'device' | 'training'>> {
  const [{ openWasm }, { loadWeights }] = await Promise.all([
    import('./load-tfjs.ts'),
    import('../engine/llama/weights.ts'),
  ])
  const { kernels, device } = await openWasm(choice)
  const ground = { base: await loadWeights(source), kernels }
  const engine = await createWebLlmEngine(parts)
  return { engine, device, training: { ground: () => ground, recover: () => engine.recover() } }
}
