import { percentile } from './statistics.ts'

/** A line of a plot. */
export interface Series {
  readonly name: string
  /** In milliseconds, sorted. */
  readonly sorted: readonly number[]
}

const width = 720
const height = 320
const left = 60
const right = 700
const top = 24
const bottom = 270
const colours = ['#1f6feb', '#b35900', '#1a7f37', '#8250df'] as const
const shares = [0, 0.5, 0.9, 0.95, 0.99, 0.995, 0.999] as const
const milliseconds = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000] as const

/** Each nine takes the same width. */
const across = (share: number): number =>
  left + ((right - left) * -Math.log10(1 - share)) / -Math.log10(1 - 0.999)

/**
 * The percentiles of durations as a drawing in SVG: the share of requests from left to right, and
 * the time that they took, upwards.
 *
 * @example
 * await writeFile('docs/images/console-load.svg', percentilePlot(series))
 */
export function percentilePlot(series: readonly Series[]): string {
  const most = Math.max(...series.map(({ sorted }) => percentile(sorted, 0.999)))
  const ceiling = milliseconds.find((mark) => mark >= most) ?? 10_000
  const up = (ms: number): number =>
    bottom - ((bottom - top) * Math.log10(Math.max(1, ms))) / Math.log10(ceiling)
  const grid = [
    ...shares.map((share) => {
      const x = across(share).toFixed(1)
      const word = share === 0 ? 'all' : `${share * 100} %`
      return (
        `<path d="M${x} ${top}V${bottom}" stroke="#d0d7de"/>` +
        `<text x="${x}" y="${bottom + 18}" text-anchor="middle">${word}</text>`
      )
    }),
    ...milliseconds
      .filter((mark) => mark <= ceiling)
      .map((mark) => {
        const y = up(mark).toFixed(1)
        return (
          `<path d="M${left} ${y}H${right}" stroke="#d0d7de"/>` +
          `<text x="${left - 6}" y="${Number(y) + 4}" text-anchor="end">${mark} ms</text>`
        )
      }),
  ]
  const lines = series.map(({ name, sorted }, at) => {
    const colour = colours[at % colours.length]
    const points = Array.from({ length: 61 }, (_, step) => 1 - 10 ** (-step / 20))
      .map((share) => `${across(share).toFixed(1)},${up(percentile(sorted, share)).toFixed(1)}`)
      .join(' ')
    return (
      `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/>` +
      `<text x="${left + 12}" y="${top + 18 + at * 18}" fill="${colour}">${name}</text>`
    )
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
      'font-family="sans-serif" font-size="12" fill="#24292f" role="img">',
    '<title>Time of the responses of the console under a steady load</title>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...grid,
    ...lines,
    `<text x="${(left + right) / 2}" y="${height - 12}" text-anchor="middle">` +
      'share of the requests that took no longer</text>',
    '</svg>',
    '',
  ].join('\n')
}
