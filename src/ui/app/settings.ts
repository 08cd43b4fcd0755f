/**
 * What the address says (`?preset=tiny&engine=webllm&library=prebuilt`), and what the browser remembers: the theme and
 * the keys.
 */
import { differences } from '../../mlpo/config/config.ts'
import type { Config } from '../../mlpo/config/config.ts'
import { presetNamed, presets } from '../../mlpo/config/presets.ts'
import type { Preset } from '../../mlpo/config/presets.ts'
import type { EngineName, LibraryName, Wanted } from '../../workers/protocol.ts'

/** Presets that are offered; any other one has to be asked for by the address. */
const offered = ['route', 'read', 'smollm2']

export interface AddressSettings {
  readonly preset: Preset
  readonly presets: readonly Preset[]
  readonly wanted: Wanted
}

export function addressSettings(search: string): AddressSettings {
  const query = new URLSearchParams(search)
  const named = presetNamed(query.get('preset') ?? '')
  const listed = presets.filter((preset) => offered.includes(preset.name) || preset === named)
  const preset = named ?? listed[0]
  if (preset === undefined) throw new Error('There is no preset.')
  const chosen = <T extends string>(name: string, among: readonly T[]) =>
    among.find((choice) => choice === query.get(name)) ?? null
  const wanted = {
    engine: chosen('engine', ['webllm', 'tfjs']),
    backend: chosen('backend', ['wasm', 'webgpu']),
    library: chosen('library', ['own', 'prebuilt']),
  }
  return { preset, presets: listed, wanted }
}

/** The address of the same page with the models under that engine. */
export function addressWithEngine(search: string, engine: EngineName): string {
  const query = new URLSearchParams(search)
  query.delete('backend')
  query.set('engine', engine)
  return `?${query.toString()}`
}

/** The address of the same page with the catalogue's models under that library. */
export function addressWithLibrary(search: string, library: LibraryName): string {
  const query = new URLSearchParams(search)
  query.set('library', library)
  return `?${query.toString()}`
}

/** The preset that a configuration differs least from. */
export function nearestPreset(config: Config, among: readonly Preset[]): Preset | null {
  const distance = (preset: Preset) => differences(preset.config, config).length
  return among.reduce<Preset | null>(
    (best, preset) => (best === null || distance(preset) < distance(best) ? preset : best),
    null,
  )
}

const liveKey = 'leader-lab.live'

/** What the address may say about the machine and its screen without saying what to show. */
const aboutMachine = ['engine', 'backend', 'library', 'present']

/** Nobody has loaded a team here before, and the address asks for nothing in particular. */
export function isFirstVisit(search: string): boolean {
  const asked = [...new URLSearchParams(search).keys()].filter((name) => !aboutMachine.includes(name))
  return asked.length === 0 && remembered(liveKey) === null
}

export function rememberLive(): void {
  remember(liveKey, 'yes')
}

export type Theme = 'system' | 'light' | 'dark'

const themeKey = 'leader-lab.theme'

export function savedTheme(): Theme {
  const theme = remembered(themeKey)
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  remember(themeKey, theme)
}

/** Storage may be forbidden; the page then forgets, and says nothing. */
export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Forgotten at the next visit.
  }
}
