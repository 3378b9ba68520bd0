import { expect, it } from 'vitest';
import { FACT_NAMES } from '../schema/fact-names.js';
import { nearestName } from './nearest-name.js';

it.each([
  ['intnet', 'intent'],
  ['Confidence', 'confidence'],
  ['confidance', 'confidence'],
  ['time_left_ms', 'timeLeftMs'],
  ['backlog.wroker', 'backlog.worker'],
  ['oldest.expert', 'oldestMs.expert'],
  ['curated_id', 'curated.id'],
  ['available.local_model', 'available.localModel'],
])('takes "%s" for "%s"', (written, meant) => {
  expect(nearestName(written, FACT_NAMES)).toBe(meant);
});

it.each(['weather', 'x', '', 'customer.age', 'i'.repeat(10_000)])('takes "%.20s" for none', (written) => {
  expect(nearestName(written, FACT_NAMES)).toBeUndefined();
});
