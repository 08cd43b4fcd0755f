/**
 * Settings as the text of a link and back. As on the command line (`config/text.ts`), but that an entry of a list may hold
 * a comma: `\,`. Also the look for scripts: the page never runs a text, and still refuses one that was made to be run.
 */
import type { Config, Key } from '../../mlpo/config/config.ts'
import { fieldOf } from '../../mlpo/config/fields.ts'
import { settingFromText, settingToText } from '../../mlpo/config/text.ts'

export function linkText<K extends Key>(key: K, value: Config[K]): string {
  if (fieldOf(key).kind !== 'texts' || !Array.isArray(value)) return settingToText(value)
  return value.map((entry) => String(entry).replace(/[\\,]/g, (sign) => `\\${sign}`)).join(',')
}

/** Text that fits no value stays text, for the check to refuse. */
export function linkValue(key: Key, text: string): unknown {
  if (fieldOf(key).kind !== 'texts') return settingFromText(key, text)
  if (text === '') return []
  const entries = text.match(/(?:\\[\s\S]|[^\\,])*(?:,|\\?$)/g) ?? []
  // After an entry without a comma behind it comes nothing but an empty match.
  const last = entries.findIndex((entry) => !/(?:^|[^\\])(?:\\\\)*,$/.test(entry))
  return entries
    .slice(0, last + 1)
    .map((entry, at) => (at < last ? entry.slice(0, -1) : entry).replace(/\\([\s\S])/g, '$1'))
}

const scripts =
  /<\s*\/?\s*(?:script|iframe|object|embed|svg|img|style|link|meta|base|form|video|audio)\b|<[^>]*\son\w+\s*=|(?:java|vb)script\s*:|data\s*:\s*text\/html/i

export function looksLikeScript(text: string): boolean {
  return scripts.test(text)
}

/** As readable as an address allows: signs that mean nothing in a query stay as they are. */
export function encodedValue(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/%(?:2C|3A|2F|40|3D)/g, decodeURIComponent)
}
