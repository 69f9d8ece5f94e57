/** A line through points, by ordinary least squares. */
export interface Trend {
  readonly slope: number
  /** The 95 % interval of the slope. */
  readonly from: number
  readonly to: number
}

/** Quantile of Student's distribution for 95 %, near enough from 30 points on. */
const studentFor95 = 1.98

/**
 * The slope of values over time. Nothing is known of the slope of fewer than three points.
 *
 * @param points - Pairs of time and value.
 * @example
 * const { slope, from, to } = trendOf(samples.map(({ minute, rss }) => [minute, rss]))
 */
export function trendOf(points: readonly (readonly [time: number, value: number])[]): Trend {
  const count = points.length
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / count
  const meanTime = mean(([time]) => time)
  const meanValue = mean(([, value]) => value)
  const spread = points.reduce((sum, [time]) => sum + (time - meanTime) ** 2, 0)
  const slope =
    points.reduce((sum, [time, value]) => sum + (time - meanTime) * (value - meanValue), 0) / spread
  const rest = points.reduce(
    (sum, [time, value]) => sum + (value - meanValue - slope * (time - meanTime)) ** 2,
    0,
  )
  const error = Math.sqrt(rest / (count - 2) / spread) * studentFor95
  return { slope, from: slope - error, to: slope + error }
}

/**
 * The value below which this share of the sorted values lies.
 *
 * @example
 * const p99 = percentile(sorted, 0.99)
 */
export function percentile(sorted: readonly number[], share: number): number {
  const at = Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)
  return sorted[Math.max(0, at)] ?? Number.NaN
}
