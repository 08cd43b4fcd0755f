/** A file for the person at the page, by the browser's own download. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has begun to read it by the next turn.
  setTimeout(() => URL.revokeObjectURL(address))
}

export function saveText(name: string, text: string, type: string): void {
  saveFile(name, new Blob([text], { type }))
}
