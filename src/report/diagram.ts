import { FULL_ROLES } from '../blueprint/access-modes.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { shorten } from './markdown.ts';
import { isDrift } from '../engine/plan.ts';
import type { Plan, Step } from '../engine/plan.ts';
import type { Difference } from '../engine/resource.ts';

/** Who can do what where, as a Mermaid picture, with drift marked by colour and by word. Pure. */

/** How a thing stands. */
type State = 'fine' | Difference['kind'] | 'unknown';

/** Somebody may do something somewhere. */
interface Edge {
  readonly from: Node;
  readonly to: Node;
  readonly label: string;
  readonly state: State;
}

interface Node {
  readonly text: string;
  readonly shape: 'actor' | 'account' | 'store';
  readonly state: State;
}

/** GitHub draws at most 500 edges; nobody reads more than these. */
const MOST_EDGES = 20;
const COLOURS: Readonly<Record<Exclude<State, 'fine'>, string>> = {
  missing: 'stroke:#cf222e,stroke-width:2px,stroke-dasharray:6 4',
  changed: 'stroke:#bf8700,stroke-width:2px',
  surplus: 'stroke:#a475f9,stroke-width:3px',
  unknown: 'stroke:#818b98,stroke-width:2px,stroke-dasharray:2 4',
};

/** @returns a fenced block, as GitHub renders it */
export function renderPicture(inputs: Inputs, plan: Plan): string {
  const edges = edgesOf(inputs, plan);
  const fine = edges.filter(({ state }) => state === 'fine');
  const off = edges.filter(({ state }) => state !== 'fine');
  const shown = [...fine, ...off].slice(0, Math.max(MOST_EDGES, fine.length));
  const cut = edges.length - shown.length;
  const ids = new Map<string, string>();
  const lines: string[] = [];
  const idOf = (node: Node): string => {
    const known = ids.get(node.text);
    if (known !== undefined) return known;
    const id = `n${String(ids.size)}`;
    ids.set(node.text, id);
    lines.push(`  ${id}${draw(node)}${node.state === 'fine' ? '' : `:::${node.state}`}`);
    return id;
  };
  const styles: string[] = [];
  shown.forEach(({ from, to, label, state }, index) => {
    const arrow = state === 'fine' ? '-->' : '==>';
    const words = state === 'fine' ? label : `${state}: ${label}`;
    const [start, end] = [idOf(from), idOf(to)];
    lines.push(`  ${start} ${arrow}|"${wrap(words)}"| ${end}`);
    if (state !== 'fine') styles.push(`  linkStyle ${String(index)} ${COLOURS[state]}`);
  });
  if (cut > 0) lines.push(`  more["… and ${String(cut)} more"]:::surplus`);
  const classes = Object.entries(COLOURS).map(([state, style]) => `  classDef ${state} ${style}`);
  return ['```mermaid', 'flowchart LR', ...lines, ...classes, ...styles, '```'].join('\n');
}

function edgesOf(inputs: Inputs, plan: Plan): Edge[] {
  const { accountId, projectId } = inputs;
  const find = (kind: string): Step | undefined =>
    plan.steps.find(({ resource }) => resource.address.startsWith(`${kind}/`));
  const account: Node = { text: accountId, shape: 'account', state: stateOf(find('service-account')) };
  const segment: Node = { text: 'Segment', shape: 'actor', state: 'fine' };
  const project: Node = { text: `project ${projectId}`, shape: 'store', state: 'fine' };
  const toAccount = (text: string, label: string, state: State): Edge => ({
    from: { text, shape: 'actor', state: state === 'fine' ? state : 'surplus' },
    ...{ to: account, label, state },
  });
  const keyState = stateOf(find('credential'), ({ field }) => field === 'key');
  return [
    { from: segment, to: account, label: 'key', state: keyState },
    ...foreignKeys(find('credential')).map((field) => toAccount('whoever has it', field, 'surplus')),
    ...actors(find('account-policy')).map(([member, role]) => toAccount(member, role, 'surplus')),
    ...projectEdges(inputs, plan, { from: account, to: project }),
    ...plan.steps
      .filter(({ resource }) => resource.address.startsWith('dataset/'))
      .flatMap((step) => datasetEdges(step, account)),
  ];
}

/** The worst of what differs. */
function stateOf(step: Step | undefined, isMeant: (difference: Difference) => boolean = () => true): State {
  if (step?.action === 'unknown') return 'unknown';
  const kinds = (step?.differences ?? []).filter((one) => isDrift(one) && isMeant(one)).map(({ kind }) => kind);
  return (['missing', 'changed', 'surplus'] as const).find((kind) => kinds.includes(kind)) ?? 'fine';
}

function foreignKeys(step: Step | undefined): string[] {
  return (step?.differences ?? []).filter(({ kind }) => kind === 'surplus').map(({ field }) => field);
}

function actors(step: Step | undefined): (readonly [string, string])[] {
  if (step?.action === 'unknown') return [['others', 'could not look']];
  return (step?.differences ?? []).map(({ field }) => {
    const [, role = field, member = 'somebody'] = /^binding (\S+) for (.+)$/s.exec(field) ?? [];
    return [member, role] as const;
  });
}

/** The roles of the access mode, and every other one. */
function projectEdges({ accessMode, roleId }: Inputs, plan: Plan, ends: Pick<Edge, 'from' | 'to'>): Edge[] {
  const [policy, role] = ['project-policy', 'role'].map((kind) =>
    plan.steps.find(({ resource }) => resource.address.startsWith(`${kind}/`)),
  );
  const isRole = (name: string, field: string): boolean =>
    field === `binding ${name}` || (accessMode !== 'full' && field.endsWith(`/roles/${roleId}`));
  const wanted = accessMode === 'full' ? [...FULL_ROLES] : [roleId];
  const given = wanted.map((name): Edge => {
    const bound = stateOf(policy, ({ field, desired }) => desired === 'present' && isRole(name, field));
    return { ...ends, label: name, state: bound === 'fine' && accessMode !== 'full' ? stateOf(role) : bound };
  });
  const others = (policy?.differences ?? [])
    .filter(({ desired, field }) => desired === 'absent' && field.startsWith('binding '))
    .map(({ field, kind }): Edge => ({ ...ends, label: field.slice('binding '.length), state: kind }));
  return [...given, ...others];
}

function datasetEdges(step: Step, from: Node): Edge[] {
  const { address, want } = step.resource;
  const text = address.slice('dataset/'.length);
  const isOwn = !text.includes('.');
  const place = stateOf(step, ({ field }) => !/^(?:access of|entry) /.test(field));
  const to: Node = { text, shape: 'store', state: place };
  const ours = step.differences.filter(({ field }) => field.startsWith('access of '));
  const granted: Edge = { from, to, label: isOwn ? 'WRITER' : 'READER', state: 'fine' };
  const state: State = step.action === 'unknown' ? 'unknown' : (ours[0]?.kind ?? 'fine');
  const entries = step.differences
    .filter(({ field }) => field.startsWith('entry '))
    .map(({ field, kind }): Edge => ({ from, to, label: field.slice('entry '.length), state: kind }));
  return [...(want === 'present' ? [{ ...granted, state }] : []), ...entries];
}

function draw({ text, shape }: Node): string {
  const label = `"${wrap(text)}"`;
  return { actor: `([${label}])`, account: `{{${label}}}`, store: `[(${label})]` }[shape];
}

const LONGEST_LABEL = 72;
const LONGEST_LINE = 26;

/** Text that no name can end: all but letters, digits and some marks are codes; broken into lines, as boxes do not break words. */
function wrap(text: string): string {
  const flat = text.replace(/[\s\p{Cc}]+/gu, ' ');
  const short = shorten(flat, LONGEST_LABEL);
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
