/**
 * A model under WebLLM with our model library. In the leader's worker tfjs trains on WebLLM's own device, with WebLLM's
 * own weights where they are float32, or on the processor where the address asks for it.
 */
import type { LlamaWeights } from '../engine/llama/weights.ts'
import { createTokenizer } from '../engine/tokenizer/tokenizer.ts'
import { loadWebLlm, type WebLlmModel } from '../engine/webllm/load.ts'
import { createWebLlmEngine } from '../engine/webllm/webllm-engine.ts'
import type { Loaded, LoaderInput, Training, TrainingGround } from './load-model.ts'
import type { DeviceReport } from './protocol.ts'

/** @throws WebGpuMissingError, ModelFileError, ModelLibraryError, SelfCheckError */
export async function loadUnderWebLlm(input: LoaderInput): Promise<Loaded> {
  const { choice, role } = input
  const device: DeviceReport = { ...choice, threads: 1 }
  if (role === 'peer') return { engine: await createWebLlmEngine(partsOf(input)), device, training: null }
  return choice.backend === 'webgpu' ? withTrainerOnGpu(input, device) : withTrainerOnWasm(input)
}

function partsOf({ folder, files, source, onProgress }: LoaderInput) {
  const open = () =>
    loadWebLlm({
      files,
      source,
      modelUrl: folder,
      libraryUrl: new URL(`${import.meta.env.BASE_URL}libs/leader-lab.wasm`, self.location.origin).href,
      onKernel: (done, total) =>
        onProgress({ what: 'load', label: `Compiling ${source.id}`, done, total, unit: 'kernels' }),
    })
  return { open, tokenizerOf: createTokenizer }
}

async function withTrainerOnGpu(input: LoaderInput, device: DeviceReport): Promise<Loaded> {
  const { startBackend } = await import('../engine/tfjs/backends.ts')
  let current: TrainingGround | null = null
  const baseOf = async (model: WebLlmModel): Promise<LlamaWeights> => {
    const { device: gpu } = model.internals
    const kernels = await startBackend({ name: 'webgpu', device: gpu, adapterInfo: gpu.adapterInfo })
    const base = await weightsOf(model)
    current = { base, kernels }
    return base
  }
  const engine = await createWebLlmEngine({ ...partsOf(input), baseOf })
  const training: Training = {
    ground() {
      if (current === null) throw new TypeError('The engine has not read its weights.')
      return current
    },
    recover: () => engine.recover(),
  }
  return { engine, device, training }
}

async function weightsOf({ format, internals, source }: WebLlmModel): Promise<LlamaWeights> {
  if (format === 'q0f32') {
    const { sharedWeights } = await import('../engine/webllm/shared-weights.ts')
    return sharedWeights(internals, source.config)
  }
  const { loadWeights } = await import('../engine/llama/weights.ts')
  return loadWeights(source)
}

/** The trainer has a copy of the weights that no device takes with it. */
async function withTrainerOnWasm(input: LoaderInput): Promise<Loaded> {
  const [{ openWasm }, { loadWeights }] = await Promise.all([
    import('./load-tfjs.ts'),
    import('../engine/llama/weights.ts'),
  ])
  const { kernels, device } = await openWasm(input.choice)
  const ground = { base: await loadWeights(input.source), kernels }
  const engine = await createWebLlmEngine(partsOf(input))
  return { engine, device, training: { ground: () => ground, recover: () => engine.recover() } }
}
