import { GrowingArray } from '../growing-array.js';

const MOST = 65_536;

/**
 * Codes of 16 bits for term weights. A weight depends on how often a term stands in a passage and on the passage's
 * length, so that a collection has some thousands of them and the codes are exact; where there should ever be more, a
 * weight takes the code of the nearest. Code 0 is no weight.
 */
export class WeightTable {
  private readonly weights;
  private readonly codes = new Map<number, number>();

  constructor(weights: Float32Array = Float32Array.of(0)) {
    this.weights = new GrowingArray<Float32Array>(weights);
    this.weights.length = weights.length;
    for (let code = 1; code < weights.length; code++) this.codes.set(weights[code]!, code);
  }

  codeOf(weight: number): number {
    const known = this.codes.get(weight);
    if (known !== undefined) return known;
    if (this.weights.length === MOST) return this.nearest(weight);
    const code = this.weights.push(weight);
    this.codes.set(weight, code);
    return code;
  }

  /** The weight of each code. */
  get array(): Float32Array {
    return this.weights.array;
  }

  used(): Float32Array {
    return this.weights.used();
  }

  private nearest(weight: number): number {
    let best = 1;
    for (let code = 2; code < MOST; code++) if (Math.abs(this.array[code]! - weight) < Math.abs(this.array[best]! - weight)) best = code;
    this.codes.set(weight, best);
    return best;
  }
}
