import { expect, it } from 'vitest';
import { parseModel, trainIntentModel, serialiseModel } from '@switchyard/intent';
import { trainInProcess } from './train-in-process.js';

const examples = [
  ...['where is my parcel', 'has my parcel been sent', '包裹到哪了'].map((text) => ({ text, label: 'parcel' })),
  ...['send me an invoice', 'an invoice please', '我要开发票'].map((text) => ({ text, label: 'invoice' })),
];

it('gives the very bytes that a training in this process gives', async () => {
  const bytes = await trainInProcess(examples, { inScopeLoss: 0.1 });
  expect(Buffer.from(bytes).equals(serialiseModel(trainIntentModel(examples, { inScopeLoss: 0.1 })))).toBe(true);
  expect(parseModel(bytes).classify('my parcel?').label).toBe('parcel');
});

it('fails where the training does', async () => {
  // Vectors of none of the examples.
  await expect(trainInProcess(examples, { vectors: { fingerprint: 'f', dimension: 3, byText: new Map() } })).rejects.toThrow('the training ended with 1 and no model');
});
