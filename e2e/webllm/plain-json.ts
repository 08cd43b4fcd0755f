/** Messages between an engine and its tests as text: JSON with the two things that it lacks, f32 arrays and maps. */

export function toText(message: unknown): string {
  return JSON.stringify(message, (_key, value: unknown) => {
    if (value instanceof Float32Array) return { $floats: [...value] }
    if (value instanceof Map) return { $map: [...value] }
    return value
  })
}

export function fromText(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value
    if ('$floats' in value) return Float32Array.from(value.$floats as number[])
    if ('$map' in value) return new Map(value.$map as [unknown, unknown][])
    return value
  })
}
