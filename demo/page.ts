import MarkdownIt from 'markdown-it';

const STYLE = `
  body { font: 16px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; color: #1f2328; margin: 0; background: #f6f8fa; }
  main { max-width: 980px; margin: 32px auto; padding: 24px 32px; background: #fff; border: 1px solid #d1d9e0; border-radius: 6px; }
  h2 { border-bottom: 1px solid #d1d9e0b3; padding-bottom: .3em; }
  table { border-collapse: collapse; display: block; overflow: auto; }
  th, td { border: 1px solid #d1d9e0; padding: 6px 13px; text-align: left; }
  tr:nth-child(2n) { background: #f6f8fa; }
  code { background: #818b981f; border-radius: 6px; padding: .2em .4em; font-size: 85%; }
`;

/** A job summary as GitHub shows it, near enough to read it in a browser. */
export function renderPage(title: string, markdown: string): string {
  const escaped = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const body = new MarkdownIt({ html: true }).render(markdown);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped}</title><style>${STYLE}</style><main>${body}</main></html>\n`;
}
