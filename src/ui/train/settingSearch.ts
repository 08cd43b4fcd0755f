/** Finds settings by what one remembers of them: TRL's name, the label, the symbol, a word of the explanation. Pure. */
import { nearestName } from '../../common/nearest.ts'
import type { Key } from '../../mlpo/config/config.ts'
import { fieldOf } from '../../mlpo/config/fields.ts'
import { editedKeys, keysOf, settingGroups } from './settingGroups.ts'

/** What stands between words. */
const between = /[\s(),.;:“”÷/-]+/

/** Every word that stands in what is said of it. */
const wordsByKey = new Map<Key, readonly string[]>(
  settingGroups.flatMap((group) =>
    keysOf(group).map((key) => [key, folded(`${group.title} ${textOf(key)}`).split(between)] as const),
  ),
)

/** Those in which every word of the query begins a word, or stands in the name; null for an empty query. */
export function settingsMatching(query: string): ReadonlySet<Key> | null {
  const wanted = folded(query).split(between).filter(Boolean)
  if (wanted.length === 0) return null
  const has = (key: Key, word: string) =>
    key.includes(word) || wordsByKey.get(key)?.some((own) => own.startsWith(word)) === true
  return new Set(editedKeys.filter((key) => wanted.every((word) => has(key, word))))
}

/** For a query that finds nothing. */
export function nearestSetting(query: string): Key | undefined {
  const near = nearestName(
    query
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, '_'),
    editedKeys,
  )
  return editedKeys.find((key) => key === near)
}

function textOf(key: Key): string {
  const field = fieldOf(key)
  const options = 'options' in field ? Object.entries(field.options).flat() : []
  return [key, key.replaceAll('_', ' '), field.label, field.symbol ?? '', field.help, ...options].join(' ')
}

/** Case and typographic spelling do not matter: "β₁" is found by "β1". */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
