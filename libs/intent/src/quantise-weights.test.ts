import { describe, expect, it } from 'vitest';
import { packWeights, quantise, unpackWeights } from './quantise-weights.js';

describe('quantise', () => {
  const weights = Float32Array.from({ length: 300 }, (_, at) => Math.sin(at) ** 3 * (at % 3 === 0 ? 10 : 0.1));
  const quantised = quantise({ classes: 3, weights, biases: new Float32Array(3) });

  it('stays near every weight, whatever the size of the others of its class', () => {
    for (const [at, weight] of weights.entries()) {
      const highest = at % 3 === 0 ? 10 : 0.1;
      expect(Math.abs((quantised.bytes[at] ?? 0) * (quantised.scales[at % 3] ?? 0) - weight)).toBeLessThan(highest * 0.14);
    }
  });

  it('can be packed into half a byte a weight and back', () => {
    expect(packWeights(quantised.bytes)).toHaveLength(150);
    expect(unpackWeights(packWeights(quantised.bytes), 300)).toEqual(quantised.bytes);
    expect(unpackWeights(packWeights(quantised.bytes.subarray(0, 7)), 7)).toEqual(quantised.bytes.subarray(0, 7));
  });
});
