import { describe, expect, it } from 'vitest';
import { prepareExamples, splitFolds } from './prepare-examples.js';
import { trainIntentModel } from './train-intent-model.js';

const sentences = { 'intent:card_arrival': ['when will it come', 'it is not here yet'], 'answer:exchange-rate': ['how much is a euro', 'what do I get for a dollar'] };
const examples = Object.entries(sentences).flatMap(([label, texts]) => texts.map((text) => ({ text, label })));

describe('prepareExamples', () => {
  it('makes the name of each label an example of it', () => {
    const model = trainIntentModel(examples);
    expect(model.classify('my card')).toMatchObject({ label: 'intent:card_arrival', source: 'model' });
    expect(model.classify('exchange')).toMatchObject({ label: 'answer:exchange-rate', source: 'model' });
  });

  it('does not take a name for a question that is known word for word', () => {
    expect(trainIntentModel(examples).classify('card arrival').source).toBe('model');
  });

  it('sees nothing in names that say nothing', () => {
    expect(prepareExamples(examples.map(({ text }) => ({ text, label: '17' }))).classes).toHaveLength(examples.length);
  });

  it('spreads the examples of every label over the folds, and holds no name out', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ text: `text ${index}`, label: index % 3 === 0 ? 'a_label' : 'b_label' }));
    const prepared = prepareExamples(many);
    const foldOf = splitFolds(prepared, 5, 1);
    expect(foldOf).toHaveLength(30);
    for (let fold = 0; fold < 5; fold++) expect(Array.from(foldOf).filter((one, index) => one === fold && prepared.classes[index] === 0)).toHaveLength(2);
  });
});
