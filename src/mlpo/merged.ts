/**
 * Several async generators as one: values in the order in which they come. When one fails or the reader stops, the
 * others are closed.
 */
export async function* merged<Value>(
  sources: readonly AsyncGenerator<Value, void, void>[],
): AsyncGenerator<Value, void, void> {
  const pull = async (source: AsyncGenerator<Value, void, void>) => ({ source, result: await source.next() })
  const pending = new Map(sources.map((source) => [source, pull(source)]))
  try {
    while (pending.size > 0) {
      const { source, result } = await Promise.race(pending.values())
      if (result.done === true) pending.delete(source)
      else {
        pending.set(source, pull(source))
        yield result.value
      }
    }
  } finally {
    // A generator in the middle of a pull closes after it; what that pull yields or throws has no reader any more.
    for (const [source, pulling] of pending) {
      pulling.catch(() => undefined)
      void source.return().catch(() => undefined)
    }
  }
}
