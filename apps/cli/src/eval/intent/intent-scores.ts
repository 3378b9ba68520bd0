const BINS = 15;

/** What a classifier said of one text. */
export interface Said {
  /** Whether the likeliest label is the right one; false for a text that is of no label. */
  readonly right: boolean;
  readonly confidence: number;
  /** How well the text fits anything known. */
  readonly scope: number;
  readonly inScope: boolean;
}

export const accuracyOf = (rows: readonly Pick<Said, 'right'>[]): number => rows.filter(({ right }) => right).length / (rows.length || 1);

/**
 * Expected calibration error: the mean gap between confidence and accuracy over 15 bins of equal width, each weighed by
 * its rows (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017). 0 is perfect.
 */
export function calibrationErrorOf(rows: readonly Pick<Said, 'right' | 'confidence'>[]): number {
  const gaps = new Float64Array(BINS);
  for (const { right, confidence } of rows) {
    const bin = Math.min(Math.floor(confidence * BINS), BINS - 1);
    gaps[bin] = (gaps[bin] ?? 0) + confidence - (right ? 1 : 0);
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / (rows.length || 1);
}

/** Chance that a text of scope scores above one out of scope (Mann–Whitney); ties count half. */
export function areaUnderCurve(rows: readonly Pick<Said, 'scope' | 'inScope'>[]): number {
  const sorted = rows.toSorted((a, b) => a.scope - b.scope);
  const inside = rows.filter(({ inScope }) => inScope).length;
  let ranks = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to]?.scope === sorted[from]?.scope) to++;
    const meanRank = (from + 1 + to) / 2;
    for (let at = from; at < to; at++) if (sorted[at]?.inScope) ranks += meanRank;
    from = to;
  }
  return (ranks - (inside * (inside + 1)) / 2) / (inside * (rows.length - inside));
}

/** The scope below which a share of `loss` of the in-scope rows lies. */
export function thresholdKeeping(rows: readonly Pick<Said, 'scope' | 'inScope'>[], loss: number): number {
  const scopes = rows.filter(({ inScope }) => inScope).map(({ scope }) => scope).toSorted((a, b) => a - b);
  return scopes[Math.floor(scopes.length * loss)] ?? Number.NEGATIVE_INFINITY;
}
