/** A figure of the page as a file that needs no page: its size, its colours and its looks are written into it. */
const looks = (colour: (name: string) => string) => `
text { font: 12.5px system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; fill: ${colour('--ink')}; }
.tick { fill: ${colour('--soft')}; } .value { font-variant-numeric: tabular-nums; } .number { font-size: 10px; }
.mark { stroke: ${colour('--soft')}; stroke-width: 1.6; } .grid { stroke: ${colour('--line')}; }
.zero { stroke: ${colour('--soft')}; } .numbered { fill: ${colour('--card')}; }
`

/** @param colourOf value of a CSS variable, such as `--lead`. */
export function standaloneSvg(svg: string, colourOf: (name: string) => string): string {
  const [, width = '760', height = '400'] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" `
  const ground = `<style>${looks(colourOf)}</style><rect width="100%" height="100%" fill="${colourOf('--card')}"/>`
  return svg
    .replace(/^<svg /, head)
    .replace(/>/, `>${ground}`)
    .replace(/var\((--[\w-]+)\)/g, (_, name: string) => colourOf(name))
}
