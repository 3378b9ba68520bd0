import { describe, expect, it } from 'vitest';
import type { TaskType } from '@switchyard/contracts';
import { detectTask } from './detect-task.js';

describe('detectTask', () => {
  it.each<[TaskType, string, string]>([
    ['small_talk', '您好，在吗？', 'Hello there!'],
    ['creative', '给我写一首关于秋天的诗', 'write me a poem about autumn'],
    ['complaint', '等了三天还没人处理，太差了', 'this is unacceptable, I am still waiting'],
    ['action', '请帮我取消会员', 'please cancel my membership'],
    ['structured', '我的余额还剩多少', 'where is my parcel'],
    ['knowledge', '怎么注销账号？', 'how do I close my account?'],
    ['unknown', '蓝色', 'blue'],
  ])('tells %s, in both languages', (task, chinese, english) => {
    expect([detectTask(chinese), detectTask(english)]).toEqual([task, task]);
  });

  it.each([
    ['', 'unknown'],
    ['？？？', 'unknown'],
    ['hello, my kettle is broken', 'complaint'],
    ['你好，我要退款', 'action'],
    ['how do I return it', 'knowledge'],
    ['return it', 'action'],
  ] as const)('"%s" is %s', (text, task) => {
    expect(detectTask(text)).toBe(task);
  });

  it('reads a long text in time', () => {
    const began = performance.now();
    for (const text of ['等'.repeat(8_000), 'please '.repeat(1_200), 'has my '.repeat(1_200), '帮我'.repeat(4_000)]) detectTask(text);
    expect(performance.now() - began).toBeLessThan(500);
  });
});
