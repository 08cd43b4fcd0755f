/**
 * Kernels as their files in assembly/kernels have them, put together for a format of weights, and what tvmjs must know
 * of them: read from the bindings and from `struct Pods`, so that it stands in one place. No file access in here,
 * because the browser tests use it too.
 */

/** In the order of `Format` in assembly/model/config.ts. */
export const formats = /** @type {const} */ (['q0f32', 'q0f16', 'q4f32_1', 'q4f16_1'])

/** @typedef {typeof formats[number]} Format */
/** @typedef {Readonly<Record<string, string>>} Sources file name (`embed.wgsl`) → text */

const weightFiles = {
  q0f32: ['weights-f32.wgsl'],
  q0f16: ['weights-f16.wgsl'],
  q4f32_1: ['weights-q4.wgsl', 'scales-f32.wgsl'],
  q4f16_1: ['weights-q4.wgsl', 'scales-f16.wgsl'],
}
const vectorFiles = {
  q0f32: ['vectors-f32.wgsl'],
  q0f16: ['vectors-f16.wgsl'],
  q4f32_1: ['vectors-f32.wgsl'],
  q4f16_1: ['vectors-f16.wgsl'],
}
const included = /^\/\/ includes (\S+)$/m
const parts = new Set([
  ...[...Object.values(weightFiles), ...Object.values(vectorFiles)].flat(),
  'linear-output.wgsl',
])

/** @param {Sources} sources */
export function kernelNames(sources) {
  return Object.keys(sources)
    .filter((file) => !parts.has(file))
    .map((file) => file.replace('.wgsl', ''))
    .sort()
}

/**
 * @param {Sources} sources
 * @param {string} name
 */
export function kernelParts(sources, name) {
  const source = sources[`${name}.wgsl`] ?? ''
  const body = source.replace(included, (_, /** @type {string} */ file) => sources[file] ?? '')
  return {
    body,
    usesWeights: /^\/\/ uses weights$/m.test(body),
    usesVectors: /^\/\/ uses vectors$/m.test(body),
  }
}

/**
 * What a format reads its matrices and its vectors with.
 * @param {Sources} sources
 * @param {Format} format
 */
export function formatTexts(sources, format) {
  const joined = (/** @type {string[]} */ files) => files.map((file) => sources[file] ?? '').join('\n')
  return { weights: joined(weightFiles[format]), vectors: joined(vectorFiles[format]) }
}

/**
 * @param {Sources} sources
 * @param {string} name
 * @param {Format} format
 */
export function kernelText(sources, name, format) {
  const { body, usesWeights, usesVectors } = kernelParts(sources, name)
  const { weights, vectors } = formatTexts(sources, format)
  return `${usesWeights ? weights : ''}${usesVectors ? vectors : ''}${body}`
}

/**
 * Buffers with write access in the order of their bindings, then the numbers of `Pods` without the last, which is the
 * grid size that tvmjs adds.
 * @param {string} name
 * @param {string} text
 */
export function kernelInfo(name, text) {
  const bindings = [...text.matchAll(/@binding\((\d+)\) var<storage, (read|read_write)>/g)]
    .map((match) => ({ binding: Number(match[1]), writes: match[2] === 'read_write' }))
    .sort((a, b) => a.binding - b.binding)
  const [, fields = ''] = /struct Pods \{([^}]*)\}/.exec(text) ?? []
  const pods = [...fields.replace(/\/\/.*$/gm, '').matchAll(/\w+: (i32|u32|f32)/g)].map((match) => match[1])
  if (pods.pop() !== 'u32') throw new Error(`${name}: the last of Pods must be the grid's size, a u32`)
  if (bindings.some(({ binding }, index) => binding !== index))
    throw new Error(`${name}: its storage bindings must be numbered from 0 without gaps`)
  const writes = bindings.map((each) => (each.writes ? 1 : 0))
  return {
    name,
    arg_types: [
      ...bindings.map(() => 'handle'),
      ...pods.map((type) => (type === 'f32' ? 'float32' : 'int32')),
    ],
    launch_param_tags: ['blockIdx.x', 'blockIdx.y', `paramWriteAccess:${JSON.stringify(writes)}`],
  }
}

/**
 * Without comments and indentation, which a compiled library need not carry.
 * @param {string} text
 */
export function withoutComments(text) {
  return text
    .split('\n')
    .map((line) => line.replace(/\/\/.*$/, '').trim())
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('')
}
