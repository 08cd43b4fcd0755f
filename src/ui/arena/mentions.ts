/** Where a thought names a peer: "Peer 2", and the numbers in "1 and 3 agree". Pure; nothing of the text is lost. */

export interface Piece {
  readonly text: string
  /** null = plain text. */
  readonly seat: number | null
}

const mention = /(\bpeer \d\b|\b\d(?:, \d)*(?: and \d)? agrees?\b)/i

export function mentionsOf(thought: string): readonly Piece[] {
  return thought
    .split(mention)
    .flatMap((part, index) =>
      index % 2 === 0 ? [plain(part)] : /^peer/i.test(part) ? [named(part)] : numbers(part),
    )
    .filter(({ text }) => text !== '')
}

const plain = (text: string): Piece => ({ text, seat: null })

const named = (text: string): Piece => ({ text, seat: Number(text.slice(-1)) - 1 })

const numbers = (text: string): readonly Piece[] =>
  text.split(/(\d)/).map((part, index) => (index % 2 === 0 ? plain(part) : named(part)))
