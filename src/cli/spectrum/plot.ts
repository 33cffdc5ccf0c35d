// A small line plot as SVG text: series with bands, direct labels at their ends, quiet axes. Colours are the page's
// custom properties, so that one drawing serves the light and the dark scheme.

export interface Series {
  /** Stands at the end of the line, in its colour. */
  readonly label: string
  /** A CSS colour. */
  readonly colour: string
  /** By epoch, from 0; NaN leaves a gap. */
  readonly middle: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
}

export interface Axis {
  readonly from: number
  readonly to: number
  readonly log?: boolean
  readonly ticks: readonly number[]
  /** The tick whose line is drawn stronger. */
  readonly mark?: number
  readonly format: (tick: number) => string
}

export interface Plot {
  /** What the plot shows, for those who cannot see it. */
  readonly description: string
  readonly series: readonly Series[]
  /** Lines that the series are to be compared with, without labels. */
  readonly context?: readonly (readonly number[])[]
  readonly epochs: number
  readonly y: Axis
  /** A value that is drawn as a dashed line. */
  readonly level?: number
}

const width = 250
const height = 150
const left = 34
const right = 190
const top = 8
const bottom = 128
const lineHeight = 12

/** Where a value lies on an axis, from 0 to 1, values beyond the ends at the ends. */
export function positionOn({ from, to, log = false }: Axis, value: number): number {
  const f = log ? Math.log : (x: number): number => x
  const position = (f(value) - f(from)) / (f(to) - f(from))
  return Math.min(1, Math.max(0, position))
}

export function linePlot({ description, series, context = [], epochs, y: axis, level }: Plot): string {
  const x = (epoch: number): string => (left + ((right - left) * epoch) / epochs).toFixed(1)
  const height01 = (value: number): number => bottom - (bottom - top) * positionOn(axis, value)
  const y = (value: number): string => height01(value).toFixed(1)
  const path = (values: readonly number[]): string => {
    const points = values.map((value, epoch) => (Number.isNaN(value) ? ' ' : `${x(epoch)},${y(value)}`))
    // A gap splits the line: each stretch is moved to, then drawn.
    return points
      .join(' ')
      .trim()
      .split(/\s{2,}/)
      .filter(Boolean)
      .map((stretch) => `M${stretch.split(' ').join('L')}`)
      .join('')
  }
  const band = ({ low, high, colour }: Series): string => {
    const shown = low.flatMap((value, epoch) => (Number.isNaN(value) || Number.isNaN(high[epoch]) ? [] : [epoch]))
    const edge = (values: readonly number[], order: readonly number[]): string =>
      order.map((epoch) => `${x(epoch)},${y(values[epoch])}`).join('L')
    return shown.length < 2 ? '' : `<path d="M${edge(high, shown)}L${edge(low, shown.toReversed())}Z" fill="${colour}" opacity=".18"/>`
  }
  const last = series.map(({ middle }) => middle.findLastIndex((value) => !Number.isNaN(value)))
  const labels = spreadApart(series.map(({ middle }, i) => height01(middle[last[i]] ?? axis.from)))
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${description}">`,
    ...axis.ticks.map(
      (tick) =>
        `<path class="${tick === axis.mark ? 'grid mark' : 'grid'}" d="M${left},${y(tick)}H${right}"/><text class="tick" x="${left - 5}" y="${y(tick)}" dy=".32em" text-anchor="end">${axis.format(tick)}</text>`,
    ),
    ...[0, epochs].map((epoch) => `<text class="tick" x="${x(epoch)}" y="${height - 6}" text-anchor="middle">${epoch}</text>`),
    `<text class="tick" x="${(left + right) / 2}" y="${height - 6}" text-anchor="middle">epoch</text>`,
    level === undefined ? '' : `<path class="grid mark" d="M${left},${y(level)}H${right}"/>`,
    ...context.map((values) => `<path class="context" d="${path(values)}"/>`),
    ...series.map(band),
    ...series.map(({ middle, colour }) => `<path class="line" d="${path(middle)}" stroke="${colour}"/>`),
    ...series.map(
      ({ label, colour }, i) =>
        `<text class="label" x="${x(last[i])}" dx="5" y="${labels[i].toFixed(1)}" dy=".32em" fill="${colour}">${label}</text>`,
    ),
    '</svg>',
  ].join('')
}

/** Heights near the wanted ones, in the same order, at least a line apart and inside the plot. */
function spreadApart(wanted: readonly number[]): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[b] - wanted[a])
  const placed = [...wanted]
  let lowest = bottom
  for (const i of order) {
    placed[i] = Math.min(wanted[i], lowest)
    lowest = placed[i] - lineHeight
  }
  return placed
}
