/** Brings a part of the page into view and marks it until the next one is pointed at. */
import type { Anchor } from './anchors.ts'

/** A place that was just opened needs a moment to stand there: so many frames are waited for its part. */
const patience = 30

export function unpoint(): void {
  for (const element of document.querySelectorAll('[data-pointed]')) element.removeAttribute('data-pointed')
}

/** Resolves to whether the part is on the page. */
export async function pointAt({ name, place }: Anchor): Promise<boolean> {
  unpoint()
  if (location.hash !== `#/${place}`) location.hash = `#/${place}`
  for (let frame = 0; frame < patience; frame++) {
    const element = document.querySelector(`main [data-lesson="${name}"]`)
    if (element !== null) {
      element.setAttribute('data-pointed', '')
      element.scrollIntoView({ block: 'center', behavior: 'smooth' })
      return true
    }
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }
  return false
}
