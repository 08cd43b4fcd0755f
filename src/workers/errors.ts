/**
 * Errors as values: what crosses a thread instead of an exception. An engine's own errors keep their data, so that
 * whoever asked can tell a prompt that is too long from a model that is gone.
 */
import {
  AdapterMismatchError,
  EngineError,
  ModelFileError,
  PromptTooLongError,
  TokenOutOfRangeError,
} from '../engine/engine.ts'
import type { EngineErrorValue, ErrorValue } from './protocol.ts'

/** A fault of ours has a message for programmers only; the people at the page get a sentence and the way on. */
const unexpected = 'Something failed that should not. Try again; if it comes back, reload the page.'

/** Names of faults in code, whose messages say nothing to people. */
const faults: ReadonlySet<string> = new Set([
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'RuntimeError',
])

export function errorValue(thrown: unknown): ErrorValue {
  if (!(thrown instanceof Error)) return { name: 'Error', message: unexpected, detail: String(thrown) }
  const { name, message, stack = null } = thrown
  if (isOutOfMemory(thrown)) return { name: 'OutOfMemoryError', message: outOfMemory, detail: message }
  if (name === 'Error' || faults.has(name))
    return { name, message: unexpected, detail: `${name}: ${message}\n${stack ?? ''}`.trim() }
  return { name, message, detail: thrown.cause instanceof Error ? thrown.cause.message : null }
}

/** What work of the page's own rejects with is a value, as from a worker. */
export async function rejectingWithValue<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    const value: unknown = errorValue(thrown)
    throw value
  }
}

const outOfMemory =
  'The models and the batch do not fit into memory. Use fewer or shorter completions, a smaller model, or close ' +
  'other tabs; then load the team again.'

function isOutOfMemory({ name, message }: Error): boolean {
  return name === 'RangeError' && /allocation failed|out of memory|could not allocate/i.test(message)
}

/** Any failure of an engine in another worker that is none of the engine's own. */
export class RemoteEngineError extends EngineError {
  constructor(
    override readonly name: string,
    message: string,
    readonly detail: string | null,
  ) {
    super(message)
  }
}

export function engineErrorValue(thrown: unknown): EngineErrorValue {
  return { ...errorValue(thrown), data: dataOf(thrown) }
}

function dataOf(thrown: unknown): readonly (string | number)[] {
  if (thrown instanceof PromptTooLongError) return [thrown.promptTokens, thrown.contextLength]
  if (thrown instanceof TokenOutOfRangeError) return [thrown.token, thrown.vocabularySize]
  if (thrown instanceof AdapterMismatchError)
    return [thrown.module, thrown.expected, thrown.actual, thrown.remedy]
  if (thrown instanceof ModelFileError) return [thrown.file, thrown.expected, thrown.actual, thrown.remedy]
  return []
}

export function revivedError({
  name,
  message,
  detail,
  data: [first, second, third, fourth],
}: EngineErrorValue): Error {
  if (name === 'PromptTooLongError') return new PromptTooLongError(Number(first), Number(second))
  if (name === 'TokenOutOfRangeError') return new TokenOutOfRangeError(Number(first), Number(second))
  if (name === 'AdapterMismatchError')
    return new AdapterMismatchError(String(first), String(second), String(third), String(fourth))
  if (name === 'ModelFileError')
    return new ModelFileError(String(first), String(second), String(third), String(fourth))
  if (name === 'AbortError') return new DOMException(message, 'AbortError')
  return new RemoteEngineError(name, message, detail)
}

/** The end that somebody wished for: a stop or a cancel, nothing to report. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError'
}
