/** Fetches a file of a recording; what goes wrong is said for people. */

export class RecordingFetchError extends Error {
  override readonly name = 'RecordingFetchError'
  constructor(
    readonly address: string,
    readonly reason: string,
  ) {
    super(`The recorded run could not be fetched (${reason}). Check the connection, then try again.`)
  }
}

/** @throws RecordingFetchError */
export async function fetchRecorded(address: string): Promise<Response> {
  const response = await fetch(address).catch((cause: unknown) => {
    throw new RecordingFetchError(address, String(cause))
  })
  if (!response.ok) throw new RecordingFetchError(address, `HTTP status ${response.status}`)
  return response
}
