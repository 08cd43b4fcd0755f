/** Whatever was thrown, as the value that the page shows. Errors of the workers are such values already. */
import type { ErrorValue } from '../../workers/protocol.ts'

/** A failure that was shown already as a value, thrown on to whoever waits for the same work. */
export class Failure extends Error {
  override readonly name = 'Failure'
  constructor(readonly value: ErrorValue) {
    super(value.message)
  }
}

export function failureOf(thrown: unknown): ErrorValue {
  if (thrown instanceof Failure) return thrown.value
  if (isErrorValue(thrown)) return thrown
  if (thrown instanceof Error) {
    return { name: thrown.name, message: thrown.message, detail: thrown.stack ?? null }
  }
  return { name: 'Error', message: 'Something failed without saying why.', detail: String(thrown) }
}

function isErrorValue(thrown: unknown): thrown is ErrorValue {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    !(thrown instanceof Error) &&
    'name' in thrown &&
    'message' in thrown &&
    'detail' in thrown
  )
}
