// The library's functions by the names under which WebLLM (and our worker) finds them.
import { raise } from '../abi/errors'
import { defineExport, defineGlobal } from '../abi/functions'
import { newModule } from '../abi/globals'
import { Any } from '../abi/layout'
import { createText, setObject } from '../abi/objects'
import {
  addOrRemoveSequence,
  beginForward,
  clear,
  createCache,
  endForward,
  noSlidingWindow,
  popTokens,
} from './cache'
import { chunkSize, isConfigured } from './config'
import { embed, lastLogits } from './forward'
import { getKernelMap, getKernelText, setKernel } from './launch'
import { reserve, select } from './lora'
import { getParameters, names, parametersByName, planParameters } from './parameters'
import {
  applyBitmask,
  applyLogitBias,
  applyPenalty,
  argsortProbabilities,
  sampleWithTopP,
  softmaxWithTemperature,
} from './sampling'
import { score } from './score'

export function defineModel(): void {
  defineGlobal('vm.builtin.param_module_from_cache_by_name', parametersByName)
  defineGlobal('vm.builtin.kv_state_clear', clear)
  defineGlobal('vm.builtin.kv_state_add_sequence', addOrRemoveSequence)
  defineGlobal('vm.builtin.kv_state_remove_sequence', addOrRemoveSequence)
  defineGlobal('vm.builtin.kv_state_begin_forward', beginForward)
  defineGlobal('vm.builtin.kv_state_end_forward', endForward)
  defineGlobal('vm.builtin.kv_state_popn', popTokens)
  defineGlobal('vm.builtin.attention_kv_cache_enable_sliding_window_for_seq', noSlidingWindow)
  defineExport('vm_load_executable', newModule)
  defineExport('vm_initialization', initialize)
  defineExport('_metadata', metadata)
  defineExport('get_params', getParameters)
  defineExport('webgpu.get_fmap', getKernelMap)
  defineExport('webgpu.get_shader', getKernelText)
  defineExport('webgpu.update_prebuild', setKernel)
  defineExport('create_tir_paged_kv_cache', createCache)
  defineExport('embed', embed)
  defineExport('prefill', lastLogits)
  defineExport('decode', lastLogits)
  defineExport('softmax_with_temperature', softmaxWithTemperature)
  defineExport('argsort_probs', argsortProbabilities)
  defineExport('sample_with_top_p', sampleWithTopP)
  defineExport('apply_bitmask_inplace', applyBitmask)
  defineExport('apply_penalty_inplace', applyPenalty)
  defineExport('apply_logit_bias_inplace', applyLogitBias)
  // Ours: WebLLM does not know them, src/engine/webllm/internals.ts calls them.
  defineExport('score', score)
  defineExport('lora_reserve', reserve)
  defineExport('lora_select', select)
}

function initialize(args: usize, count: i32, result: Any): void {
  if (!isConfigured())
    return raise(
      'This model library has no model yet: its configuration must be written into it before it is loaded.',
    )
  if (names.length == 0) planParameters()
}

function metadata(args: usize, count: i32, result: Any): void {
  let json = `{"kv_state_kind":"kv_cache","prefill_chunk_size":${chunkSize()},"params":[`
  for (let i = 0; i < names.length; i++) json += `${i > 0 ? ',' : ''}{"name":"${names[i]}"}`
  setObject(result, changetype<usize>(createText(json + ']}')))
}
