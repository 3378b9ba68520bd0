export interface MessageTime {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Milliseconds a call on messages of about 60 characters, warmed up. */
export function timeMessages(texts: readonly string[], run: (text: string) => unknown): MessageTime {
  const sixty = texts.filter((text) => text.length >= 55 && text.length <= 65).slice(0, 500);
  const times: number[] = [];
  for (let round = 0; round < 20; round++) {
    for (const text of sixty) {
      const began = performance.now();
      run(text);
      if (round >= 5) times.push(performance.now() - began);
    }
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
