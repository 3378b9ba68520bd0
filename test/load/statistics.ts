/** The value below which the share `p` (0 to 1) of the values lies; NaN of nothing. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN;
}

export interface Summary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const round = (value: number): number => Math.round(value * 100) / 100;

export function summarise(values: readonly number[]): Summary {
  return { count: values.length, p50Ms: round(percentile(values, 0.5)), p95Ms: round(percentile(values, 0.95)), p99Ms: round(percentile(values, 0.99)), maxMs: round(Math.max(...values)) };
}
