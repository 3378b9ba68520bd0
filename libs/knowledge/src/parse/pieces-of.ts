const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/u;
const DELIMITER_ROW = /^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$/u;
/** Lines that would make the line above them a heading, or what follows a front matter. */
const UNDERLINE = /^(?:-{2,}|={2,})\s*$/u;
const SENTENCE_ENDS = ['. ', '! ', '? ', '。', '！', '？'];
const LONGEST_HEAD = 2_000;

/** Follows blocks that must not be cut, since what stands in them would come out as something else. */
function blockTracker(): (line: string) => boolean {
  let fence = '';
  let comment = false;
  return (line) => {
    const [, mark = '', rest = ''] = FENCE.exec(line.trimEnd()) ?? [];
    if (fence !== '') {
      if (mark.startsWith(fence) && rest.trim() === '') fence = '';
    } else if (comment || /^ {0,3}<!--/u.test(line)) comment = !line.includes('-->');
    else if (mark !== '' && !(mark.startsWith('`') && rest.includes('`'))) fence = mark;
    return fence !== '' || comment;
  };
}

/** A line of many pages, cut after sentences where it has some, else at spaces. */
function* cutLine(line: string, characters: number): Generator<string> {
  let from = 0;
  while (line.length - from > characters) {
    const window = line.slice(from, from + characters);
    const ends = Math.max(...SENTENCE_ENDS.map((mark) => window.lastIndexOf(mark) + 1));
    const space = window.lastIndexOf(' ') + 1;
    const cut = [ends, space].find((at) => at > characters / 2) ?? window.replace(/[\uD800-\uDBFF]$/u, '').length;
    yield line.slice(from, from + cut);
    from += cut;
  }
  yield line.slice(from);
}

/**
 * Markdown or text in pieces that can be read each for itself: cut at empty lines or before headings, from twice the
 * size on at any line, and a line that is longer still within itself. Never within a fenced block or a comment, nor
 * between an item and its continuation unless it must be; a table that is cut has its header in each piece.
 */
export function* piecesOf(source: string, characters: number): Generator<string> {
  const inBlock = blockTracker();
  let piece: string[] = [];
  let size = 0;
  let previous = '';
  let tableHead: string[] = [];
  const take = (): string => {
    const text = piece.join('');
    piece = [];
    size = 0;
    return text;
  };
  let held = false;
  for (let at = 0; at < source.length;) {
    const next = source.indexOf('\n', at);
    const end = next === -1 ? source.length : next + 1;
    const line = source.slice(at, end);
    at = end;
    const natural = /^#{1,6}\s/u.test(line) || (previous.trim() === '' && /^[^\s\-*+\d|:：>]/u.test(line));
    if (!held && size >= characters && (natural || (size >= 2 * characters && !UNDERLINE.test(line) && !DELIMITER_ROW.test(line.slice(0, LONGEST_HEAD).trim())))) {
      yield take();
      if (!natural) piece.push(...tableHead);
    }
    held = inBlock(line);
    if (line.trim() === '') tableHead = [];
    else if (line.length < LONGEST_HEAD && previous.length < LONGEST_HEAD && previous.includes('|') && line.includes('-') && DELIMITER_ROW.test(line.trim())) tableHead = [previous, line];
    previous = line;
    if (held || line.length <= characters) {
      piece.push(line);
      size += line.length;
      continue;
    }
    for (const part of cutLine(line, characters)) {
      if (size > 0) yield take();
      piece.push(part);
      size = part.length;
    }
  }
  if (piece.length > 0) yield take();
}
