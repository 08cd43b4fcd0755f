/**
 * Is an adapter of this model? PEFT writes down the base model's name as it was typed: with an owner, with a path, in
 * another case; and the same weights have other endings in other packings. What is left after these is compared.
 */
import type { Adapter } from '../engine.ts'
import { AdapterMismatchError } from '../engine.ts'
import { modelId } from '../weights/model-source.ts'

/** MLC's and GGUF's words for how weights are packed, such as `-q4f16_1-MLC` and `.Q4_K_M.gguf`. */
const packing = /(?:[-.](?:mlc|gguf|q\d+f\d+(?:_\d)?|i?q\d+(?:_[a-z\d]+)*|b?f(?:16|32)))+$/

/** Shapes do not tell two models of one size apart. An adapter that names no model fits any. */
export function checkBaseModel({ baseModel }: Adapter, id: string): void {
  const [named, model] = [bareName(baseModel), bareName(id)]
  if (named === '' || model === '' || named === model) return
  throw new AdapterMismatchError(
    'base_model_name_or_path',
    id,
    baseModel,
    `Choose one that was trained on it, or, if these are the same weights under another name, write "${id}" there ` +
      'in its adapter_config.json.',
  )
}

/** Nothing for no name, and for a folder that is given as `.` or `..`. */
function bareName(name: string): string {
  if (/^[./\\]*$/.test(name)) return ''
  return modelId(name).toLowerCase().replace(packing, '')
}
