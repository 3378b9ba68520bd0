import { describe, expect, it } from 'vitest';
import { accuracyOf, areaUnderCurve, calibrationErrorOf, thresholdKeeping } from './intent-scores.js';

describe('the scores of a classifier', () => {
  it('count the share that is right', () => {
    expect(accuracyOf([{ right: true }, { right: true }, { right: false }, { right: true }])).toBe(0.75);
    expect(accuracyOf([])).toBe(0);
  });

  it('call confidence that comes true perfect, and confidence that does not an error', () => {
    const sure = (right: boolean) => ({ right, confidence: 0.75 });
    expect(calibrationErrorOf([sure(true), sure(true), sure(true), sure(false)])).toBe(0);
    expect(calibrationErrorOf([sure(false), sure(false)])).toBe(0.75);
    // Too sure in one bin does not make up for too little in another.
    expect(calibrationErrorOf([{ right: false, confidence: 0.5 }, { right: true, confidence: 0.5 }, { right: false, confidence: 1 }, { right: true, confidence: 0 }])).toBe(0.5);
  });

  it('tell how often a text of scope scores above one that is out of it', () => {
    const of = (scope: number, inScope: boolean) => ({ scope, inScope });
    expect(areaUnderCurve([of(1, false), of(2, true), of(3, true)])).toBe(1);
    expect(areaUnderCurve([of(3, false), of(1, true), of(2, true)])).toBe(0);
    expect(areaUnderCurve([of(1, false), of(1, true)])).toBe(0.5);
    expect(areaUnderCurve([of(1, true), of(2, false), of(3, true), of(4, false)])).toBe(0.25);
  });

  it('find the threshold that keeps all but a share', () => {
    const rows = Array.from({ length: 100 }, (_, scope) => ({ scope, inScope: true }));
    expect(thresholdKeeping([...rows, { scope: -5, inScope: false }], 0.05)).toBe(5);
    expect(rows.filter(({ scope }) => scope < thresholdKeeping(rows, 0.05))).toHaveLength(5);
  });
});
