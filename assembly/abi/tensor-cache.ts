// The tensors of a model's shards by name, from the moment they are loaded; the cache holds one reference to each.
import { release, retain } from './objects'

const tensors = new Map<string, usize>()

/** Null when there is none; the reference stays with the cache. */
export function cachedTensor(name: string): usize {
  return tensors.has(name) ? tensors.get(name) : 0
}

export function cacheTensor(name: string, tensor: usize): void {
  retain(tensor)
  removeCachedTensor(name)
  tensors.set(name, tensor)
}

export function removeCachedTensor(name: string): void {
  if (!tensors.has(name)) return
  release(tensors.get(name))
  tensors.delete(name)
}

export function clearCachedTensors(): void {
  const held = tensors.values()
  tensors.clear()
  for (let i = 0; i < held.length; i++) release(held[i])
}
