/**
 * Choices: the letter ("B", "(b)", "B.", "B) Paris", "option B") or the option's own text. The canonical spelling is
 * the letter, and a letter wins over an option that is spelt like one. A letter whose text is another option's is no
 * answer, and so is a text that names two letters.
 */
import { clean } from './clean.ts'

/** The letter, or null. Without `choices` every letter A–Z counts, as in files that keep options in the question. */
export function normaliseChoice(text: string, choices?: readonly string[]): string | null {
  const value = clean(text).replace(/^(?:option|choice|answer) (?=\(?[a-z]\)?(?:\W|$))/i, '')
  const alone = /^\W*\(?([a-z])\)?\W*$/i.exec(value)?.[1]
  if (alone !== undefined) {
    const letter = known(alone, choices)
    if (letter !== null) return letter
  }
  const byText = letterOf(value, choices)
  if (byText !== null) return byText
  const both = /^\**(?:\(([a-z])\)|([a-z])[.:)])\**\s*(.+)$/i.exec(value)
  if (both === null) return onlyLetter(value, choices)
  const letter = known(both[1] ?? both[2] ?? '', choices)
  return choices === undefined || letterOf(both[3] ?? '', choices) === letter ? letter : null
}

/** "It must be (B)": the one letter in brackets. */
function onlyLetter(text: string, choices: readonly string[] | undefined): string | null {
  const letters = new Set([...text.matchAll(/\(([a-z])\)/gi)].map((match) => (match[1] ?? '').toUpperCase()))
  const [letter] = letters
  return letters.size === 1 && letter !== undefined ? known(letter, choices) : null
}

function known(character: string, choices: readonly string[] | undefined): string | null {
  const letter = character.toUpperCase()
  return choices === undefined || letter.charCodeAt(0) - 65 < choices.length ? letter : null
}

/** The letter of the one option with this text; null when none or several have it. */
function letterOf(text: string, choices: readonly string[] = []): string | null {
  const same = (option: string) => clean(option).toLowerCase() === clean(text).toLowerCase()
  const at = choices.findIndex(same)
  return at >= 0 && choices.findLastIndex(same) === at ? String.fromCharCode(65 + at) : null
}
