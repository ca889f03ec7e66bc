import { remaining } from '../engine/drift.ts';
import type { Node } from '../engine/resource.ts';
import { flat } from '../runner/inert.ts';
import { shorten } from './markdown.ts';
import { graphOf } from './graph.ts';
import type { StatedEdge, State } from './graph.ts';
import type { RunReport } from './run-report.ts';

/** Who can do what where, as a Mermaid diagram, with drift marked by color and by word. Pure. */

/** GitHub draws at most 500 edges; nobody reads more than these. */
const MOST_EDGES = 20;
const COLORS: Readonly<Record<Exclude<State, 'fine'>, string>> = {
  missing: 'stroke:#cf222e,stroke-width:2px,stroke-dasharray:6 4',
  changed: 'stroke:#bf8700,stroke-width:2px',
  surplus: 'stroke:#a475f9,stroke-width:3px',
  unknown: 'stroke:#818b98,stroke-width:2px,stroke-dasharray:2 4',
};

/** As it is now: after apply, what is left. @returns a fenced block, as GitHub renders it; '' where there is nothing to draw */
export function renderDiagram({ plan, outcomes }: RunReport): string {
  if (plan === undefined) return '';
  const { edges, stateOf } = graphOf(remaining(plan, outcomes));
  if (edges.length === 0) return '';
  const fine = edges.filter(({ state }) => state === 'fine').length;
  const shown = edges.slice(0, Math.max(MOST_EDGES, fine));
  const nodes = [...new Map(shown.flatMap(({ from, to }) => [from, to]).map((node) => [node.text, node])).values()];
  const ids = new Map(nodes.map(({ text }, index) => [text, `n${String(index)}`]));
  const idOf = ({ text }: Node): string => ids.get(text) ?? '';
  const cut = edges.length - shown.length;
  return [
    '```mermaid',
    'flowchart LR',
    ...nodes.map((node) => `  ${idOf(node)}${drawNode(node)}${classOf(stateOf(node))}`),
    ...shown.map((edge) => drawEdge(edge, idOf)),
    ...(cut > 0 ? [`  more["… and ${String(cut)} more"]:::surplus`] : []),
    ...Object.entries(COLORS).map(([state, style]) => `  classDef ${state} ${style}`),
    ...shown.flatMap(({ state }, index) => (state === 'fine' ? [] : [`  linkStyle ${String(index)} ${COLORS[state]}`])),
    '```',
  ].join('\n');
}

function drawNode({ text, shape }: Node): string {
  const label = `"${wrap(text)}"`;
  return { actor: `([${label}])`, account: `{{${label}}}`, store: `[(${label})]` }[shape];
}

function classOf(state: State): string {
  return state === 'fine' ? '' : `:::${state}`;
}

function drawEdge({ from, to, label, state }: StatedEdge, idOf: (node: Node) => string): string {
  const [arrow, words] = state === 'fine' ? ['-->', label] : ['==>', `${state}: ${label}`];
  return `  ${idOf(from)} ${arrow}|"${wrap(words)}"| ${idOf(to)}`;
}

const LONGEST_LABEL = 72;
const LONGEST_LINE = 26;

/** Text that no name can end: all but letters, digits and some marks are codes; broken into lines, as boxes do not break words. */
function wrap(text: string): string {
  const short = shorten(flat(text).replace(/\s+/g, ' '), LONGEST_LABEL);
  const lines: string[] = [];
  for (const part of short.match(/[^ /.@:_-]{1,24}[ /.@:_-]*|[ /.@:_-]+/gu) ?? []) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length <= LONGEST_LINE) lines[lines.length - 1] = last + part;
    else lines.push(part);
  }
  return lines.map(escape).join('<br/>');
}

function escape(text: string): string {
  return text.replace(/[^A-Za-z0-9 ._/-]/gu, (character) => `#${String(character.codePointAt(0))};`);
}
