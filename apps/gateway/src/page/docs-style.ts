/** The style of `/docs`. */
export const docsStyle = `
body.docs main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
.docs h1 { display: flex; flex-wrap: wrap; gap: 0.2em 0.4em; align-items: center; margin: 0 0 0.6rem; font-size: 1.7rem; line-height: 1.3; }
.docs h1 small { font-size: 1.1rem; font-weight: 400; color: var(--soft); }
.docs h2 { margin: 2.4rem 0 0.8rem; font-size: 1.3rem; }
.docs h3 { display: flex; flex-wrap: wrap; gap: 0.2em 0.6em; align-items: center; margin: 0; font-size: 1.1rem; }
.docs h4 { margin: 1.2rem 0 0.3rem; color: var(--soft); font-size: 0.85rem; }
.docs p { margin: 0.6rem 0; }
.docs section { margin-top: 1.2rem; padding: 1.1rem 1.3rem; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; scroll-margin-top: 1rem; }
.docs section:target { border-color: var(--accent); }
.method { display: inline-block; min-width: 5em; padding: 0.05em 0; border: 1px solid currentColor; border-radius: 6px; text-align: center; font: 600 0.75rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; color: var(--accent); }
.method.get { color: var(--good); } .method.delete { color: var(--bad); }
.routes { list-style: none; margin: 0; padding: 0; }
.routes li { display: grid; grid-template-columns: minmax(0, 11fr) minmax(0, 9fr); gap: 0 1.2rem; padding: 0.35rem 0; border-bottom: 1px solid var(--line); align-items: baseline; }
.routes a { color: inherit; text-decoration: none; } .routes a:hover code { text-decoration: underline; }
.routes .method { margin-right: 0.5em; } .routes li > span { color: var(--soft); font-size: 0.92rem; }
.wide { overflow-x: auto; }
.docs table { border-collapse: collapse; width: 100%; font-size: 0.94rem; }
.docs td, .docs th { text-align: left; vertical-align: baseline; padding: 0.35rem 1.2rem 0.35rem 0; border-bottom: 1px solid var(--line); }
.docs th { color: var(--soft); font-weight: 600; font-size: 0.82rem; white-space: nowrap; }
.docs td:not(:last-child) code { display: inline-block; white-space: nowrap; overflow-wrap: normal; }
.docs td:last-child, .docs th:last-child { width: 100%; min-width: 14rem; padding-right: 0; }
.docs tr:target { background: var(--asked); }
.errors { font-size: 0.88rem; line-height: 1.8; }
@media (max-width: 40rem) { .docs section { padding: 0.9rem; } .routes li { grid-template-columns: minmax(0, 1fr); }
  .docs thead { display: none; } .docs table, .docs tbody { display: block; }
  .docs tr { display: flex; flex-wrap: wrap; gap: 0.1rem 1.2rem; padding: 0.4rem 0; border-bottom: 1px solid var(--line); align-items: baseline; }
  .docs td { padding: 0; border: 0; } .docs td:last-child { flex-basis: 100%; min-width: 0; color: var(--soft); } .docs td:empty { display: none; }
  .docs td:nth-child(3):not(:last-child)::before { content: "Try again: "; } }
`;
