import { z } from 'zod';

/** Of a change of the features or the layout: a file of another release is refused, and trained again. */
export const ROUTER_FORMAT = 1;

const wholeNumbers = z.array(z.int().min(-1));

/** A regression tree, its nodes in lists of one length; the first is the root. */
const Tree = z
  .strictObject({
    /** Place of the feature that a node asks; -1: a leaf. */
    feature: wholeNumbers.min(1),
    /** A value up to this goes to the first of the two nodes below. */
    threshold: z.array(z.number()),
    /** The first of the two nodes below; the other follows it. */
    below: wholeNumbers,
    /** What a leaf adds. */
    value: z.array(z.number()),
  })
  .superRefine(({ feature, threshold, below, value }, context) => {
    if ([threshold, below, value].some(({ length }) => length !== feature.length)) context.addIssue({ code: 'custom', message: 'has lists of different lengths' });
    // Nodes below stand behind: no walk goes in a circle or out of the lists.
    else if (feature.some((asked, node) => asked >= 0 && ((below[node] ?? 0) <= node || (below[node] ?? 0) + 1 >= feature.length))) context.addIssue({ code: 'custom', message: 'has a node that leads nowhere' });
  });
export type Tree = z.infer<typeof Tree>;

/** A sum of trees on top of a constant. */
const BoostedTrees = z.strictObject({ base: z.number(), trees: z.array(Tree) });
export type BoostedTrees = z.infer<typeof BoostedTrees>;

/** What `yard train router` writes: a site's `router.json`. */
export const RouterFile = z
  .strictObject({
    format: z.literal(ROUTER_FORMAT, `must be ${ROUTER_FORMAT}: train the router again with this release`),
    /** Names of the features, in their order. */
    features: z.array(z.string()).min(1),
    /** How many logged outcomes it was trained on. */
    outcomes: z.int().positive(),
    /** Of the probability that the local model answers rightly. */
    local: BoostedTrees,
    /** Of the probability that the expert does. */
    expert: BoostedTrees,
  })
  .superRefine(({ features, local, expert }, context) => {
    for (const [head, { trees }] of Object.entries({ local, expert })) {
      const wrong = trees.findIndex(({ feature }) => feature.some((asked) => asked >= features.length));
      if (wrong !== -1) context.addIssue({ code: 'custom', path: [head, 'trees', wrong], message: 'asks for a feature that is not named' });
    }
  });
export type RouterFile = z.infer<typeof RouterFile>;
