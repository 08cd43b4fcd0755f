/**
 * MD5 (RFC 1321), because MLC manifests carry it and WebCrypto has none. It finds broken downloads, not attackers.
 */
const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const SINES = Uint32Array.from({ length: 64 }, (_, i) => Math.abs(Math.sin(i + 1)) * 2 ** 32)

/** Lower-case hexadecimal. */
export function md5(bytes: Uint8Array): string {
  const state = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476])
  const words = new Int32Array(16)
  const whole = bytes.length - (bytes.length % 64)
  for (let at = 0; at < whole; at += 64) addBlock(state, words, bytes, at)
  const rest = bytes.length - whole
  const tail = new Uint8Array(rest < 56 ? 64 : 128)
  tail.set(bytes.subarray(whole))
  tail[rest] = 0x80
  new DataView(tail.buffer).setBigUint64(tail.length - 8, BigInt(bytes.length) * 8n, true)
  for (let at = 0; at < tail.length; at += 64) addBlock(state, words, tail, at)
  return [...new Uint8Array(state.buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function addBlock(state: Int32Array, words: Int32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) {
    const p = at + 4 * i
    words[i] =
      (bytes[p] ?? 0) | ((bytes[p + 1] ?? 0) << 8) | ((bytes[p + 2] ?? 0) << 16) | ((bytes[p + 3] ?? 0) << 24)
  }
  let a = state[0] ?? 0
  let b = state[1] ?? 0
  let c = state[2] ?? 0
  let d = state[3] ?? 0
  for (let i = 0; i < 64; i++) {
    const round = i >> 4
    let mixed = c ^ (b | ~d)
    let word = 7 * i
    if (round === 0) {
      mixed = (b & c) | (~b & d)
      word = i
    } else if (round === 1) {
      mixed = (d & b) | (~d & c)
      word = 5 * i + 1
    } else if (round === 2) {
      mixed = b ^ c ^ d
      word = 3 * i + 5
    }
    const sum = (a + mixed + (SINES[i] ?? 0) + (words[word & 15] ?? 0)) | 0
    const shift = SHIFTS[4 * round + (i & 3)] ?? 0
    a = d
    d = c
    c = b
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0
  }
  state[0] = (state[0] ?? 0) + a
  state[1] = (state[1] ?? 0) + b
  state[2] = (state[2] ?? 0) + c
  state[3] = (state[3] ?? 0) + d
}
