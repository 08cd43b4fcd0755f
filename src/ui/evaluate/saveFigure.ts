/** A figure as an SVG or PNG file. */
import { saveFile, saveText } from '../shared/saveFile.ts'
import { standaloneSvg } from './standaloneSvg.ts'

export function saveSvg(name: string, svg: SVGElement): void {
  saveText(`${name}.svg`, drawn(svg), 'image/svg+xml')
}

/** Twice as large as on the page, for slides and print. */
export async function savePng(name: string, svg: SVGElement): Promise<void> {
  const address = URL.createObjectURL(new Blob([drawn(svg)], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = 2 * image.naturalWidth
    canvas.height = 2 * image.naturalHeight
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
    if (blob !== null) saveFile(`${name}.png`, blob)
  } finally {
    URL.revokeObjectURL(address)
  }
}

/** With the colours of the theme that is shown. */
function drawn(svg: SVGElement): string {
  const probe = document.createElement('span')
  svg.parentElement?.append(probe)
  const colourOf = (name: string) => {
    probe.style.color = `var(${name})`
    return getComputedStyle(probe).color
  }
  const text = standaloneSvg(svg.outerHTML, colourOf)
  probe.remove()
  return text
}
