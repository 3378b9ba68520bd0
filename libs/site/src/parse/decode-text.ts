import { isUtf8 } from 'node:buffer';
import type { SiteProblem } from '../site.js';

const NEW_LINE = 0x0a;

/** The text of a file, without a byte order mark; undefined where it is not UTF-8, which `problems` is told with the first line that is not. */
export function decodeText(file: string, content: Uint8Array, problems: SiteProblem[]): string | undefined {
  if (isUtf8(content)) return new TextDecoder().decode(content);
  let line = 1;
  for (let from = 0; ; line++) {
    const end = content.indexOf(NEW_LINE, from);
    if (end === -1 || !isUtf8(content.subarray(from, end))) break;
    from = end + 1;
  }
  problems.push({ file, line, reason: 'is not UTF-8' });
  return undefined;
}
