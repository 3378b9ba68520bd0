import { describe, expect, it } from 'vitest';
import { DrainMeter } from './drain-meter.js';

/** Looks every quarter of a second; per second `dispatched` messages are read, of which `sent` go to the worker, which does `done` of them. */
function run(meter: DrainMeter, seconds: number, { dispatched, sent, done }: { readonly dispatched: number; readonly sent: number; readonly done: number }): ReturnType<DrainMeter['read']> {
  for (let at = 0; at <= seconds * 1_000; at += 250) {
    const until = at / 1_000;
    const idle = { drained: 0, waiting: 0, active: 0 };
    meter.note(at, new Map([
      ['dispatch', { ...idle, drained: dispatched * until }],
      ['worker', { drained: done * until, waiting: (sent - done) * until, active: 8 }],
      ['retrieval', idle],
    ]));
  }
  return meter.read('worker');
}

describe('the meter of what drains', () => {
  it('takes for the share of a tier what is sent to it, however little of that it does', () => {
    const { share, perSecond, capacityPerSecond } = run(new DrainMeter(), 4, { dispatched: 80, sent: 60, done: 20 });
    expect(share).toBeCloseTo(0.75);
    expect(perSecond).toBeCloseTo(20);
    expect(capacityPerSecond).toBeCloseTo(20);
  });

  it('knows no capacity of a tier that never had more than it could do', () => {
    expect(run(new DrainMeter(), 4, { dispatched: 20, sent: 20, done: 20 })).toMatchObject({ share: 1, capacityPerSecond: undefined });
  });

  it('knows no capacity of a tier that was away, and takes it for what it does when it is back', () => {
    const meter = new DrainMeter();
    const look = (at: number, drained: number, waiting: number): unknown => {
      meter.note(at, new Map([['worker', { drained, waiting, active: 0 }]]));
      return meter.read('worker').capacityPerSecond;
    };
    for (let at = 0; at <= 4_000; at += 250) look(at, 0, 50);
    expect(look(4_250, 0, 50)).toBeUndefined();
    // Two in a second while it was coming back; then it does all that there is, and nothing waits any more.
    expect(look(10_000, 0, 50)).toBeUndefined();
    expect(look(11_000, 2, 48)).toBeCloseTo(2);
    for (let at = 11_250; at <= 13_000; at += 250) look(at, 50 + (at - 11_250) / 50, 0);
    expect(look(13_250, 90, 0)).toBeGreaterThan(20);
  });

  it('knows no share where too few messages came to tell', () => {
    expect(run(new DrainMeter(), 1, { dispatched: 10, sent: 10, done: 5 }).share).toBeUndefined();
  });
});
