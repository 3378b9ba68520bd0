import { readFileSync } from 'node:fs';

/** Resident memory of a process in MiB, and its proportional share (pages that several map are counted once). */
export function memoryOf(pid: number): { residentMib: number; proportionalMib: number } {
  const read = (file: string, field: string): number => {
    try {
      const match = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'));
      return Number(match?.[1] ?? 0) / 1_024;
    } catch {
      return 0;
    }
  };
  return { residentMib: read('status', 'VmRSS'), proportionalMib: read('smaps_rollup', 'Pss') };
}
