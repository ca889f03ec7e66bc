/**
 * Markdown as GitHub shows it, in a real browser: tables, folded parts, the HTML that its sanitiser lets through, and Mermaid
 * under `securityLevel: strict`. For the tests of what people read, and for the pictures in README.md.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import MarkdownIt from 'markdown-it';
import { launch } from 'puppeteer-core';
import type { Browser, Page } from 'puppeteer-core';
import sanitize from 'sanitize-html';

const require = createRequire(import.meta.url);

/** How a page is looked at. */
export interface View {
  readonly theme: 'light' | 'dark';
  /** In pixels. */
  readonly width: number;
}

/** What a browser makes of it. */
export interface Seen {
  /** What a person reads, with everything unfolded. */
  readonly text: string;
  /** How high it is as it comes, with everything folded that can be, in pixels. */
  readonly height: number;
  /** Parts that are cut off, by their text. */
  readonly cutOff: readonly string[];
  /** Tables that only scrolling shows whole. */
  readonly wideTables: number;
  /** How many pictures were drawn. */
  readonly pictures: number;
  /** What the renderer of pictures complained of. */
  readonly complaints: readonly string[];
}

/** Shows pages until it is closed. */
export interface Shower {
  readonly show: (markdown: string, view: View, file?: string) => Promise<Seen>;
  readonly close: () => Promise<void>;
}

/** @param executablePath - of a browser of the Chromium family */
export async function startBrowser(executablePath: string): Promise<Shower> {
  const browser: Browser = await launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--allow-file-access-from-files'],
  });
  const folder = mkdtempSync(join(tmpdir(), 'pages-'));
  return {
    show: async (markdown, view, file) => {
      const path = join(folder, 'page.html');
      writeFileSync(path, pageOf(markdown, view.theme));
      const page = await browser.newPage();
      await page.setViewport({ width: view.width, height: 800, deviceScaleFactor: 2 });
      await page.goto(pathToFileURL(path).href);
      await page.waitForFunction('window.isDrawn === true', { timeout: 20_000 });
      if (file !== undefined) await picture(page, file);
      const height = Number(await page.evaluate("document.querySelector('article').offsetHeight"));
      const seen = { ...((await page.evaluate(LOOK)) as Omit<Seen, 'height'>), height };
      await page.close();
      return seen;
    },
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function picture(page: Page, file: string): Promise<void> {
  const body = await page.$('article');
  await body?.screenshot({ path: file });
}

/** What GitHub lets through of HTML, as far as this project writes any. */
const ALLOWED: sanitize.IOptions = {
  allowedTags: [...sanitize.defaults.allowedTags, 'details', 'summary', 'h1', 'h2', 'sub', 'sup'],
  allowedAttributes: { a: ['href'], th: ['style'], td: ['style'], code: ['class'], pre: ['class'] },
};

function pageOf(markdown: string, theme: View['theme']): string {
  const html = sanitize(new MarkdownIt({ html: true, linkify: true }).render(markdown), ALLOWED);
  // GitHub takes fenced blocks of Mermaid out before anything else looks at them.
  const drawn = html.replace(
    /<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g,
    (_all, source: string) => `<pre class="mermaid">${source}</pre>`,
  );
  const css = readFileSync(require.resolve(`github-markdown-css/github-markdown-${theme}.css`), 'utf8');
  const mermaid = pathToFileURL(join(require.resolve('mermaid'), '../mermaid.min.js')).href;
  const emoji = pathToFileURL(require.resolve('twemoji-colr-font/twemoji.css')).href;
  const isDark = theme === 'dark';
  return `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="${emoji}"><style>${css}
.markdown-body { font-family: Helvetica, Arial, sans-serif, 'Twemoji' }
body { margin: 0; background: ${isDark ? '#0d1117' : '#fff'} } article { box-sizing: border-box; padding: 24px }</style>
<article class="markdown-body" hidden>${drawn}</article>
<script src="${mermaid}"></script>
<script>
  window.complaints = [];
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: '${isDark ? 'dark' : 'default'}' });
  const article = document.querySelector('article');
  // Shown once its fonts are there: what was once drawn without a sign stays without it.
  Promise.all([...document.fonts].map((face) => face.load()))
    .then(() => { article.hidden = false; return mermaid.run({ querySelector: 'pre.mermaid' }); })
    .catch((error) => window.complaints.push(String(error && error.message || error)))
    .finally(() => { window.isDrawn = true; });
</script>`;
}

/** Unfolds everything, and looks for what a person would not see whole. Runs in the page. */
const LOOK = `(() => {
  for (const one of document.querySelectorAll('details')) one.open = true;
  const article = document.querySelector('article');
  const width = document.documentElement.clientWidth;
  const cutOff = [];
  for (const one of article.querySelectorAll('h2, h3, p, li, td, th, summary, svg')) {
    // GitHub lets wide tables scroll, and nothing else.
    const scrolls = one.closest('table') !== null;
    if (!scrolls && one.getBoundingClientRect().right > width + 1) cutOff.push(one.textContent.slice(0, 80));
  }
  for (const label of article.querySelectorAll('svg .nodeLabel, svg .edgeLabel')) {
    const box = label.closest('foreignObject');
    if (box === null) continue;
    const [inner, outer] = [label.getBoundingClientRect(), box.getBoundingClientRect()];
    if (inner.width > outer.width + 2 || inner.height > outer.height + 2) cutOff.push(label.textContent.slice(0, 80));
  }
  for (const node of article.querySelectorAll('svg g.node')) {
    const [shape, label] = [node.querySelector('rect, polygon, path, circle, ellipse'), node.querySelector('.label')];
    if (shape === null || label === null) continue;
    const [outer, inner] = [shape.getBoundingClientRect(), label.getBoundingClientRect()];
    if (inner.left < outer.left - 2 || inner.right > outer.right + 2) cutOff.push(node.textContent.slice(0, 80));
  }
  const wideTables = [...article.querySelectorAll('table')].filter((one) => one.scrollWidth > one.clientWidth + 1).length;
  const pictures = article.querySelectorAll('pre.mermaid svg').length;
  return { text: article.innerText, cutOff, wideTables, pictures, complaints: window.complaints };
})()`;
