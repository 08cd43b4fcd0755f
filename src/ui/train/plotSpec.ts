/** What a chart draws, without saying how: shared by the page and the chunk that holds uPlot. */

export interface LineSpec {
  readonly key: string
  readonly label: string
  /** A custom property of `tokens.css`. */
  readonly token: string
  readonly width: number
  readonly dash?: readonly number[]
  /** `high` and `low` bound a band and follow each other; they are not drawn themselves. */
  readonly role: 'line' | 'high' | 'low'
  readonly points: boolean
  /** Mean of so many steps instead of the value of each. */
  readonly smooth?: number
}

export interface PlotSpec {
  readonly height: number
  readonly compact: boolean
  readonly lines: readonly LineSpec[]
  /** Shares end at 1 and begin at the tenth below the lowest; other values get some room on both sides. */
  readonly range: 'shares' | 'values'
  /** Range of x, grown where the values leave it. */
  readonly from?: number
  readonly to?: number
  readonly format: (value: number) => string
}

export interface PlotData {
  readonly steps: Float64Array
  /** As long as the steps; a gap is null. */
  readonly columns: readonly (readonly (number | null)[])[]
}
