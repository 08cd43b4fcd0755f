/** Bytes as a file of the visitor's, by the browser's own download. */
export function saveBytes({
  name,
  bytes,
}: {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: 'application/zip' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
