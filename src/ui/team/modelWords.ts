/** How the page speaks of models: short names, sizes, formats. */
import { catalog, catalogEntry, embeddedModels, type CatalogModel } from '../../engine/catalog.ts'

const formatWords: Readonly<Record<CatalogModel['format'], string>> = {
  q0f32: '32 bit',
  q0f16: '16 bit',
  q4f32_1: '4 bit',
  q4f16_1: '4 bit, f16',
}

/** "SmolLM2 135M Instruct, 32 bit", also for the address of its folder; else the last part of a name. */
export function modelLabel(model: string): string {
  const entry = catalogEntry(model)
  if (entry !== undefined) return `${entry.label}, ${formatWords[entry.format]}`
  const embedded = embeddedModels.find(({ id }) => id === model)
  if (embedded !== undefined) return embedded.label
  const last =
    model
      .replace(/(\/resolve\/main)?\/*$/, '')
      .split('/')
      .at(-1) ?? model
  return last === model ? model : modelLabel(last)
}

/** 538 MB, 1.1 GB. */
export function byteSize(bytes: number): string {
  return bytes < 999.5e6 ? `${Math.round(bytes / 1e6)}\u202fMB` : `${(bytes / 1e9).toFixed(1)}\u202fGB`
}

export interface ModelGroup {
  readonly title: string
  readonly models: readonly { readonly id: string; readonly label: string }[]
}

/** What there is to choose from, the same for every seat; what cannot lead is refused with its reason. */
export const modelGroups: readonly ModelGroup[] = [
  { title: 'Made for this page', models: embeddedModels },
  ...[...new Set(catalog.map(({ label }) => label))].map((title) => ({
    title,
    models: catalog
      .filter(({ label }) => label === title)
      .map(({ id, format }) => ({ id, label: `${title}, ${formatWords[format]}` })),
  })),
]
