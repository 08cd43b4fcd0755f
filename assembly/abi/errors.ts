// One pending error, because WebAssembly built without exceptions cannot throw. Whoever finds something wrong calls
// `raise` and returns; the C function that was called then answers -1 and tvmjs asks for the text.

let message: usize = 0
let pending = false

/** The first error counts: what follows is usually its consequence. */
export function raise(text: string): void {
  if (!pending) keep(String.UTF8.encode(text, true))
}

/** From a C string, which JavaScript reports when a callback threw. */
export function raiseCString(text: usize): void {
  if (!pending) keep(String.UTF8.encode(String.UTF8.decodeUnsafe(text, lengthOf(text)), true))
}

/** Bytes of a C string. */
export function lengthOf(text: usize): i32 {
  let bytes = 0
  while (load<u8>(text + bytes) != 0) bytes++
  return bytes
}

export function failed(): bool {
  return pending
}

/** The text as a C string; the error is over once it was asked for. */
export function takeError(): usize {
  pending = false
  return message
}

function keep(text: ArrayBuffer): void {
  if (message != 0) heap.free(message)
  message = heap.alloc(text.byteLength)
  memory.copy(message, changetype<usize>(text), text.byteLength)
  pending = true
}
