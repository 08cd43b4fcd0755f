/**
 * The bytes of a file, wherever they are from, and their text. UTF-8 is read, and UTF-16 where a byte order mark says
 * so; nothing else is guessed, because a guessed encoding changes questions without a word.
 */
import { DatasetFileError } from './rows.ts'

export interface DataFile {
  /** What messages call it: a path, an address, or a hub name with a path. Its ending says the format. */
  readonly name: string
  bytes(): Promise<Uint8Array>
  /** From the beginning, on every call. */
  chunks(): AsyncIterable<Uint8Array>
}

/** Bytes that are at hand. */
export function dataFile(name: string, bytes: Uint8Array): DataFile {
  return {
    name,
    bytes: () => Promise.resolve(bytes),
    async *chunks() {
      yield bytes
    },
  }
}

const newline = 0x0a

/** The whole file as text. @throws DatasetFileError that names the first bad byte by line and column. */
export async function fileText(file: DataFile): Promise<string> {
  const bytes = await file.bytes()
  const wide = wideEncoding(bytes)
  if (wide !== null) return new TextDecoder(wide).decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new DatasetFileError(file.name, notUtf8(bytes))
  }
}

export interface TextLine {
  /** From 1. */
  readonly number: number
  /** Without its end; null where the bytes are not text. */
  readonly text: string | null
  readonly bytes: Uint8Array
}

/**
 * Line by line, so that a large file is never a text as a whole; one bad line does not spoil the others. Every byte is
 * looked at once and copied once, however long a line is.
 */
export async function* textLines(file: DataFile): AsyncGenerator<TextLine> {
  let number = 0
  /** The first two bytes, or as many as there are yet. */
  let mark: Uint8Array = new Uint8Array()
  /** Of the line whose end has not come yet. */
  let pieces: Uint8Array[] = []
  for await (const chunk of file.chunks()) {
    if (mark.length < 2) {
      mark = joined([mark, chunk.subarray(0, 2 - mark.length)])
      if (wideEncoding(mark) !== null) {
        yield* wideLines(file)
        return
      }
    }
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      yield lineOf(joined([...pieces, chunk.subarray(start, end)]), (number += 1))
      pieces = []
      start = end + 1
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start))
  }
  if (pieces.length > 0) yield lineOf(joined(pieces), number + 1)
}

/** Why bytes are not UTF-8, with line and column in characters, reading on after the file's or the line's name. */
export function notUtf8(bytes: Uint8Array): string {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'is compressed (gzip). Unpack it first.'
  const offset = firstBadByte(bytes)
  const before = new TextDecoder().decode(bytes.subarray(0, offset)).split('\n')
  const byte = (bytes[offset] ?? 0).toString(16).toUpperCase().padStart(2, '0')
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
  return `is not UTF-8: byte 0x${byte} at ${place}. It may be Windows-1252 or Latin-1; save it as UTF-8.`
}

async function* wideLines(file: DataFile): AsyncGenerator<TextLine> {
  const lines = (await fileText(file)).split('\n')
  if (lines.at(-1) === '') lines.pop()
  for (const [i, text] of lines.entries())
    yield { number: i + 1, text, bytes: new TextEncoder().encode(text) }
}

function lineOf(bytes: Uint8Array, number: number): TextLine {
  try {
    return { number, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), bytes }
  } catch {
    return { number, text: null, bytes }
  }
}

function wideEncoding([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : null
}

/** By halving: a prefix is good as long as no byte in it is wrong. Then back to where its last character begins. */
function firstBadByte(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length]
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (isPrefixOfText(bytes.subarray(0, middle))) good = middle
    else bad = middle
  }
  while (!isText(bytes.subarray(0, good))) good -= 1
  return good
}

function isPrefixOfText(bytes: Uint8Array): boolean {
  return isText(bytes, { stream: true })
}

/** With `stream`, the last character may be cut. */
function isText(bytes: Uint8Array, options: TextDecodeOptions = {}): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, options)
    return true
  } catch {
    return false
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
