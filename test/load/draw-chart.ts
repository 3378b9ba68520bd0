/** A panel of a chart: one bar a name. */
export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly bars: readonly { readonly name: string; readonly value: number }[];
}

const WIDTH = 720;
const LABEL = 150;
const BAR = 18;
const GAP = 6;
const TITLE = 34;
const COLOURS = ['#2563eb', '#94a3b8', '#94a3b8', '#94a3b8', '#94a3b8'];

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const heightOf = (panel: Panel): number => TITLE + panel.bars.length * (BAR + GAP) + 14;

function draw(panel: Panel, top: number): string {
  const most = Math.max(...panel.bars.map(({ value }) => value));
  const rows = panel.bars.map(({ name, value }, at) => {
    const y = top + TITLE + at * (BAR + GAP);
    const width = Math.max(1, (value / most) * (WIDTH - LABEL - 90));
    const middle = y + BAR - 5;
    return `<text x="${LABEL - 8}" y="${middle}" text-anchor="end">${escape(name)}</text><rect x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2" fill="${COLOURS[at] ?? ''}"/><text x="${(LABEL + width + 6).toFixed(1)}" y="${middle}">${value.toFixed(panel.digits)}</text>`;
  });
  return `<text x="0" y="${top + 20}" font-weight="600">${escape(panel.title)} <tspan font-weight="400" fill="#64748b">${escape(panel.unit)}</tspan></text>${rows.join('')}`;
}

/** An SVG of bar charts, one below the other; the first bar of each is the one in question. */
export function drawChart(panels: readonly Panel[]): string {
  const height = panels.reduce((sum, panel) => sum + heightOf(panel), 0);
  let top = 0;
  const body = panels.map((panel) => {
    const drawn = draw(panel, top);
    top += heightOf(panel);
    return drawn;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 -6 ${WIDTH + 24} ${height + 12}" font-family="system-ui, sans-serif" font-size="13" fill="#0f172a"><rect x="-12" y="-6" width="${WIDTH + 24}" height="${height + 12}" fill="#ffffff"/>${body.join('')}</svg>\n`;
}
