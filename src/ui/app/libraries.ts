/** Model libraries in words, and which one a team could have instead. */
import { locateModel } from '../../engine/catalog.ts'
import type { LibraryName, ModelReport, TeamReport } from '../../workers/protocol.ts'

export const libraryNames: Readonly<Record<LibraryName, string>> = {
  own: 'this app’s library',
  prebuilt: 'WebLLM’s own library',
}

/** "this app’s library", or who has which; null under an engine without libraries. */
export function librariesOf({ leader, peers }: TeamReport): string | null {
  const models = [...new Map([leader, ...peers].map((model) => [model.id, model])).values()]
  const parts = (['own', 'prebuilt'] as const).flatMap((library) => {
    const count = models.filter((model) => model.library === library).length
    return count === 0 ? [] : [{ library, count }]
  })
  const [first] = parts
  if (first === undefined) return null
  if (parts.length === 1) return libraryNames[first.library]
  return parts.map(({ library, count }) => `${count} by ${libraryNames[library]}`).join(', ')
}

/** The library that the address could ask for instead; null where it would change nothing. */
export function otherLibrary({ leader, peers }: TeamReport): LibraryName | null {
  const movable = [leader, ...peers].filter(hasBoth)
  if (movable.length === 0) return null
  return movable.some(({ library }) => library === 'prebuilt') ? 'own' : 'prebuilt'
}

function hasBoth({ id, library }: ModelReport): boolean {
  const entry = locateModel(id, '').entry
  return library !== null && entry !== null && entry.architecture !== null
}
