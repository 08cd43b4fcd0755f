/**
 * The language models that WebLLM 0.2.86 has ready-made versions of, up to 1.75 billion parameters: facts only. Sizes
 * are WebLLM's own estimates from its `prebuiltAppConfig`, which a test holds them to; licences are those of the model
 * cards of the original weights.
 */

export interface Licence {
  /** SPDX id, or the licence's own name. */
  readonly name: string
  readonly url: string
}

/** How the matrices are stored, in MLC's words. */
export type StoredFormat = 'q0f32' | 'q0f16' | 'q4f32_1' | 'q4f16_1'

export interface ModelFamily {
  /** The model's name without its format; with `-<format>-MLC` it is WebLLM's id. */
  readonly name: string
  /** For people. */
  readonly label: string
  /** What our model library and the trainer know; null = only WebLLM's own library runs it. */
  readonly architecture: 'llama' | 'qwen2' | 'qwen3' | null
  readonly parameters: number
  readonly contextLength: number
  readonly licence: Licence
  /** WebLLM's library of another family serves this one, too. */
  readonly libraryOf?: string
  /** Megabytes of GPU memory that WebLLM expects to need at `contextLength`. */
  readonly memoryMb: Readonly<Partial<Record<StoredFormat, number>>>
}

function apache(repository: string): Licence {
  return { name: 'Apache-2.0', url: `https://huggingface.co/${repository}` }
}

export const modelFamilies: readonly ModelFamily[] = [
  {
    name: 'SmolLM2-135M-Instruct',
    label: 'SmolLM2 135M Instruct',
    architecture: 'llama',
    parameters: 134_515_008,
    contextLength: 4096,
    licence: apache('HuggingFaceTB/SmolLM2-135M-Instruct'),
    memoryMb: { q0f32: 719.38, q0f16: 359.69 },
  },
  {
    name: 'SmolLM2-360M-Instruct',
    label: 'SmolLM2 360M Instruct',
    architecture: 'llama',
    parameters: 361_821_120,
    contextLength: 4096,
    licence: apache('HuggingFaceTB/SmolLM2-360M-Instruct'),
    memoryMb: { q0f32: 1743.99, q0f16: 871.99, q4f32_1: 579.61, q4f16_1: 376.06 },
  },
  {
    name: 'SmolLM2-1.7B-Instruct',
    label: 'SmolLM2 1.7B Instruct',
    architecture: 'llama',
    parameters: 1_711_376_384,
    contextLength: 4096,
    licence: apache('HuggingFaceTB/SmolLM2-1.7B-Instruct'),
    memoryMb: { q4f32_1: 2692.38, q4f16_1: 1774.19 },
  },
  {
    name: 'Qwen2.5-0.5B-Instruct',
    label: 'Qwen2.5 0.5B Instruct',
    architecture: 'qwen2',
    parameters: 494_032_768,
    contextLength: 4096,
    licence: apache('Qwen/Qwen2.5-0.5B-Instruct'),
    libraryOf: 'Qwen2-0.5B-Instruct',
    memoryMb: { q0f32: 2654.75, q0f16: 1624.12, q4f32_1: 1060.2, q4f16_1: 944.62 },
  },
  {
    name: 'Qwen2.5-Coder-0.5B-Instruct',
    label: 'Qwen2.5 Coder 0.5B Instruct',
    architecture: 'qwen2',
    parameters: 494_032_768,
    contextLength: 4096,
    licence: apache('Qwen/Qwen2.5-Coder-0.5B-Instruct'),
    libraryOf: 'Qwen2-0.5B-Instruct',
    memoryMb: { q0f32: 2654.75, q0f16: 1624.12, q4f32_1: 1060.2, q4f16_1: 944.62 },
  },
  {
    name: 'Qwen2.5-1.5B-Instruct',
    label: 'Qwen2.5 1.5B Instruct',
    architecture: 'qwen2',
    parameters: 1_543_714_304,
    contextLength: 4096,
    licence: apache('Qwen/Qwen2.5-1.5B-Instruct'),
    libraryOf: 'Qwen2-1.5B-Instruct',
    memoryMb: { q4f32_1: 1888.97, q4f16_1: 1629.75 },
  },
  {
    name: 'Qwen2.5-Coder-1.5B-Instruct',
    label: 'Qwen2.5 Coder 1.5B Instruct',
    architecture: 'qwen2',
    parameters: 1_543_714_304,
    contextLength: 4096,
    licence: apache('Qwen/Qwen2.5-Coder-1.5B-Instruct'),
    libraryOf: 'Qwen2-1.5B-Instruct',
    memoryMb: { q4f32_1: 1888.97, q4f16_1: 1629.75 },
  },
  {
    name: 'Qwen2.5-Math-1.5B-Instruct',
    label: 'Qwen2.5 Math 1.5B Instruct',
    architecture: 'qwen2',
    parameters: 1_543_714_304,
    contextLength: 4096,
    licence: apache('Qwen/Qwen2.5-Math-1.5B-Instruct'),
    libraryOf: 'Qwen2-1.5B-Instruct',
    memoryMb: { q4f32_1: 1888.97, q4f16_1: 1629.75 },
  },
  {
    name: 'Qwen3-0.6B',
    label: 'Qwen3 0.6B',
    architecture: 'qwen3',
    parameters: 596_049_920,
    contextLength: 4096,
    licence: apache('Qwen/Qwen3-0.6B'),
    memoryMb: { q0f32: 3843.25, q0f16: 2220.38, q4f32_1: 1924.98, q4f16_1: 1403.34 },
  },
  {
    name: 'Qwen3-1.7B',
    label: 'Qwen3 1.7B',
    architecture: 'qwen3',
    parameters: 1_720_574_976,
    contextLength: 4096,
    licence: apache('Qwen/Qwen3-1.7B'),
    memoryMb: { q4f32_1: 2635.44, q4f16_1: 2036.66 },
  },
  {
    name: 'Llama-3.2-1B-Instruct',
    label: 'Llama 3.2 1B Instruct',
    architecture: 'llama',
    parameters: 1_235_814_400,
    contextLength: 4096,
    licence: {
      name: 'Llama 3.2 Community License',
      url: 'https://huggingface.co/meta-llama/Llama-3.2-1B-Instruct',
    },
    memoryMb: { q0f32: 5106.26, q0f16: 2573.13, q4f32_1: 1128.82, q4f16_1: 879.04 },
  },
  {
    name: 'TinyLlama-1.1B-Chat-v1.0',
    label: 'TinyLlama 1.1B Chat v1.0',
    architecture: 'llama',
    parameters: 1_100_048_384,
    contextLength: 2048,
    licence: apache('TinyLlama/TinyLlama-1.1B-Chat-v1.0'),
    memoryMb: { q4f32_1: 839.98, q4f16_1: 697.24 },
  },
  {
    name: 'TinyLlama-1.1B-Chat-v0.4',
    label: 'TinyLlama 1.1B Chat v0.4',
    architecture: 'llama',
    parameters: 1_100_048_384,
    contextLength: 2048,
    licence: apache('TinyLlama/TinyLlama-1.1B-Chat-v0.4'),
    memoryMb: { q4f32_1: 839.98, q4f16_1: 697.24 },
  },
  {
    name: 'Qwen2-0.5B-Instruct',
    label: 'Qwen2 0.5B Instruct',
    architecture: 'qwen2',
    parameters: 494_032_768,
    contextLength: 4096,
    licence: apache('Qwen/Qwen2-0.5B-Instruct'),
    memoryMb: { q0f32: 2654.75, q0f16: 1624.12, q4f16_1: 944.62 },
  },
  {
    name: 'Qwen2-1.5B-Instruct',
    label: 'Qwen2 1.5B Instruct',
    architecture: 'qwen2',
    parameters: 1_543_714_304,
    contextLength: 4096,
    licence: apache('Qwen/Qwen2-1.5B-Instruct'),
    memoryMb: { q4f32_1: 1888.97, q4f16_1: 1629.75 },
  },
  {
    name: 'Qwen2-Math-1.5B-Instruct',
    label: 'Qwen2 Math 1.5B Instruct',
    architecture: 'qwen2',
    parameters: 1_543_714_304,
    contextLength: 4096,
    licence: apache('Qwen/Qwen2-Math-1.5B-Instruct'),
    libraryOf: 'Qwen2-1.5B-Instruct',
    memoryMb: { q4f32_1: 1888.97, q4f16_1: 1629.75 },
  },
  {
    name: 'Qwen3.5-0.8B',
    label: 'Qwen3.5 0.8B',
    architecture: null,
    parameters: 800_000_000,
    contextLength: 4096,
    licence: apache('Qwen/Qwen3.5-0.8B'),
    memoryMb: { q0f16: 2660.27, q4f32_1: 1894.19, q4f16_1: 1629.49 },
  },
  {
    name: 'gemma3-1b-it',
    label: 'Gemma 3 1B',
    architecture: null,
    parameters: 999_885_952,
    contextLength: 4096,
    licence: { name: 'Gemma Terms of Use', url: 'https://huggingface.co/google/gemma-3-1b-it' },
    memoryMb: { q4f16_1: 711.07 },
  },
  {
    name: 'OLMo-2-0425-1B-Instruct',
    label: 'OLMo 2 1B Instruct',
    architecture: null,
    parameters: 1_484_916_736,
    contextLength: 4096,
    licence: apache('allenai/OLMo-2-0425-1B-Instruct'),
    memoryMb: { q4f32_1: 2453.51, q4f16_1: 1776.75 },
  },
  {
    name: 'stablelm-2-zephyr-1_6b',
    label: 'StableLM 2 Zephyr 1.6B',
    architecture: null,
    parameters: 1_644_515_328,
    contextLength: 4096,
    licence: {
      name: 'Stability AI Non-Commercial Research Community License',
      url: 'https://huggingface.co/stabilityai/stablelm-2-zephyr-1_6b',
    },
    memoryMb: { q4f32_1: 2999.33, q4f16_1: 2087.66 },
  },
  {
    name: 'phi-1_5',
    label: 'Phi 1.5',
    architecture: null,
    parameters: 1_418_270_720,
    contextLength: 2048,
    licence: { name: 'MIT', url: 'https://huggingface.co/microsoft/phi-1_5' },
    memoryMb: { q4f32_1: 1682.09, q4f16_1: 1210.09 },
  },
]
