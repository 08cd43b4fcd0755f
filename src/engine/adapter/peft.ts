/**
 * LoRA adapters as PEFT's `save_pretrained` writes them: `adapter_config.json` and `adapter_model.safetensors` with
 * `base_model.model.<module>.lora_A.weight` [r, in] and `lora_B` [out, r]. Plain and rank-stabilised LoRA are read;
 * anything else that would change the result is refused by the name of its setting.
 */
import * as v from 'valibot'
import { AdapterMismatchError, ModelFileError, type Adapter, type AdapterModule } from '../engine.ts'
import type { ModelSource } from '../llama/config.ts'
import type { FileAccess, FileToWrite } from '../weights/file-access.ts'
import { checkFinite, expectedShapes } from '../weights/model-source.ts'
import { readJson } from '../weights/read-json.ts'
import {
  checkDtype,
  openSafetensors,
  writeSafetensors,
  type SafetensorsFile,
  type TensorToWrite,
} from '../weights/safetensors.ts'
import { checkBaseModel } from './base-model.ts'

const CONFIG = 'adapter_config.json'
const WEIGHTS = 'adapter_model.safetensors'

const configSchema = v.looseObject({
  peft_type: v.string(),
  task_type: v.nullish(v.string(), 'CAUSAL_LM'),
  base_model_name_or_path: v.nullish(v.string(), ''),
  r: v.pipe(v.number(), v.integer(), v.minValue(1)),
  lora_alpha: v.number(),
  bias: v.nullish(v.string(), 'none'),
  lora_dropout: v.nullish(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0),
  use_rslora: v.nullish(v.boolean(), false),
})
type PeftConfig = v.InferOutput<typeof configSchema>

/** Settings that change what an adapter computes or contains, and that we do not have; empty values are fine. */
const UNSUPPORTED = [
  'use_dora',
  'use_qalora',
  'use_bdlora',
  'lora_bias',
  'fan_in_fan_out',
  'modules_to_save',
  'rank_pattern',
  'alpha_pattern',
  'layer_replication',
  'target_parameters',
  'trainable_token_indices',
  'alora_invocation_tokens',
  'arrow_config',
  'kasa_config',
  'monteclora_config',
  'velora_config',
] as const

/** Reads and checks a whole adapter folder; `checkAdapter` then holds it against a model. */
export async function readPeftAdapter(files: FileAccess): Promise<Adapter> {
  const config = await readJson(files, CONFIG, configSchema)
  refuseUnsupported(files.path(CONFIG), config)
  const weights = await openSafetensors(files, WEIGHTS)
  const modules = new Map<string, AdapterModule>()
  for (const [module, names] of pairNames(weights))
    modules.set(module, await readModule(weights, names, config.r))
  if (modules.size === 0) throw new ModelFileError(weights.path, 'LoRA tensors', 'none')
  return {
    r: config.r,
    // Rank-stabilised LoRA scales by alpha / sqrt(r); the same number as (alpha · sqrt(r)) / r.
    alpha: config.use_rslora ? config.lora_alpha * Math.sqrt(config.r) : config.lora_alpha,
    baseModel: config.base_model_name_or_path,
    ...(config.lora_dropout > 0 && { dropout: config.lora_dropout }),
    modules,
  }
}

/**
 * Throws `AdapterMismatchError` unless every module is a projection of this model with these dimensions, and the
 * adapter was trained on it, as far as its name says.
 */
export function checkAdapter(adapter: Adapter, { id, config }: Pick<ModelSource, 'id' | 'config'>): void {
  const shapes = expectedShapes(config)
  for (const [name, { inFeatures, outFeatures, a, b }] of adapter.modules) {
    const shape = /_proj$/.test(name) ? shapes.get(`${name}.weight`) : undefined
    if (!shape) {
      const expected = `a projection of layers 0 to ${config.layerCount - 1}`
      throw new AdapterMismatchError(name, expected, 'no module of this model that can be adapted')
    }
    const [expectedOut, expectedIn] = shape
    if (expectedIn !== inFeatures || expectedOut !== outFeatures) {
      throw new AdapterMismatchError(name, `[${shape.join(', ')}]`, `[${outFeatures}, ${inFeatures}]`)
    }
    if (a.length !== adapter.r * inFeatures || b.length !== outFeatures * adapter.r) {
      const expected = `of rank ${adapter.r}`
      throw new AdapterMismatchError(name, expected, `${a.length} numbers in A and ${b.length} in B`)
    }
  }
  checkBaseModel(adapter, id)
}

/** The two files of an adapter folder, loadable by PEFT on the base model. */
export function writePeftAdapter(adapter: Adapter): FileToWrite[] {
  const tensors = new Map<string, TensorToWrite>()
  for (const [name, { a, b, inFeatures, outFeatures }] of adapter.modules) {
    tensors.set(`base_model.model.${name}.lora_A.weight`, { shape: [adapter.r, inFeatures], data: a })
    tensors.set(`base_model.model.${name}.lora_B.weight`, { shape: [outFeatures, adapter.r], data: b })
  }
  const config = {
    alpha_pattern: {},
    base_model_name_or_path: adapter.baseModel,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: adapter.alpha,
    lora_dropout: adapter.dropout ?? 0,
    modules_to_save: null,
    peft_type: 'LORA',
    r: adapter.r,
    rank_pattern: {},
    target_modules: targetModules([...adapter.modules.keys()]),
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: false,
  }
  return [
    { name: CONFIG, bytes: new TextEncoder().encode(`${JSON.stringify(config, null, 2)}\n`) },
    { name: WEIGHTS, bytes: writeSafetensors(tensors) },
  ]
}

/** `q_proj` and the like if every layer that has any has all; else the full paths, which PEFT takes as well. */
function targetModules(names: readonly string[]): string[] {
  const layers = new Set(names.map((name) => /\.layers\.(\d+)\./.exec(name)?.[1] ?? ''))
  const projections = [...new Set(names.map((name) => name.split('.').at(-1) ?? name))].sort()
  return layers.size * projections.length === names.length ? projections : [...names].sort()
}

function refuseUnsupported(path: string, config: PeftConfig): void {
  const refuse = (expected: string, found: string) => {
    throw new ModelFileError(path, expected, `${found}; this kind of adapter is not supported`)
  }
  if (config.peft_type !== 'LORA') refuse('peft_type "LORA"', JSON.stringify(config.peft_type))
  if (config.task_type !== 'CAUSAL_LM') refuse('task_type "CAUSAL_LM"', JSON.stringify(config.task_type))
  if (config.bias !== 'none') refuse('bias "none"', JSON.stringify(config.bias))
  for (const key of UNSUPPORTED) {
    if (!isEmpty(config[key])) refuse(`no ${key}`, JSON.stringify(config[key]))
  }
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === undefined || value === null || value === false
}

interface PairNames {
  readonly module: string
  a: string | null
  b: string | null
}

/** The two tensors of each module; a name that is neither is refused, because leaving it out would be wrong. */
function pairNames(weights: SafetensorsFile): Map<string, PairNames> {
  const pairs = new Map<string, PairNames>()
  for (const name of weights.tensors.keys()) {
    const [, module, side] = /^base_model\.model\.(.+)\.lora_([AB])(?:\.default)?\.weight$/.exec(name) ?? []
    if (!module)
      throw new ModelFileError(weights.path, 'tensors named base_model.model.….lora_A.weight or lora_B', name)
    const pair = pairs.get(module) ?? { module, a: null, b: null }
    if (side === 'A') pair.a = name
    else pair.b = name
    pairs.set(module, pair)
  }
  return pairs
}

async function readModule(
  weights: SafetensorsFile,
  { module, a, b }: PairNames,
  r: number,
): Promise<AdapterModule> {
  if (a === null || b === null) {
    throw new ModelFileError(
      weights.path,
      `lora_A and lora_B for ${module}`,
      `only ${a === null ? 'lora_B' : 'lora_A'}`,
    )
  }
  const [aRank, inFeatures = 0] = shapeOf(weights, a)
  const [outFeatures = 0, bRank] = shapeOf(weights, b)
  if (aRank !== r || bRank !== r) {
    const found = `[${shapeOf(weights, a).join(', ')}] and [${shapeOf(weights, b).join(', ')}]`
    throw new ModelFileError(
      weights.path,
      `${module} with A [${r}, in] and B [out, ${r}] (r in ${CONFIG})`,
      found,
    )
  }
  return { inFeatures, outFeatures, a: await readFinite(weights, a), b: await readFinite(weights, b) }
}

function shapeOf(weights: SafetensorsFile, name: string): readonly number[] {
  return weights.tensors.get(name)?.shape ?? []
}

async function readFinite(weights: SafetensorsFile, name: string): Promise<Float32Array> {
  checkDtype(weights.path, name, weights.tensors.get(name)?.dtype ?? 'none')
  const values = await weights.read(name)
  checkFinite(weights.path, name, values)
  return values
}
