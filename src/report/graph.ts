import { isDrift } from '../engine/drift.ts';
import type { PlanView, StepView } from '../engine/plan.ts';
import type { Difference, Edge, Node } from '../engine/resource.ts';
import { kindsBySeverity } from './differences.ts';

/** Who can do what where, and how each part of it stands: from the plan to a graph. Pure. */

/** How a node or an edge stands. */
export type State = Difference['kind'] | 'unknown' | 'fine';

/** An edge, and how it stands. */
export interface StatedEdge extends Edge {
  readonly state: State;
}

/** Edges that are as they should be come first, then the others, most severe first; each is there once. */
export interface Graph {
  readonly edges: readonly StatedEdge[];
  readonly stateOf: (node: Node) => State;
}

const BY_SEVERITY: readonly State[] = [...kindsBySeverity, 'unknown', 'fine'];

export function graphOf({ steps }: PlanView): Graph {
  const edges = new Map<string, StatedEdge>();
  const nodes = new Map<string, State>();
  const addEdge = (edge: Edge, state: State): void => {
    const known = edges.get(keyOf(edge));
    edges.set(keyOf(edge), { ...edge, state: worst(known?.state ?? 'fine', state) });
  };
  const mark = (node: Node, state: State): void => {
    nodes.set(node.text, worst(nodes.get(node.text) ?? 'fine', state));
  };
  for (const step of steps) {
    for (const [edge, state] of edgesIn(step)) addEdge(edge, state);
    if (step.picture.node !== undefined) mark(step.picture.node, stateOfNode(step));
  }
  for (const { from, state } of edges.values()) {
    // Whoever may do what nobody asked for stands out, not only what it may do.
    if (from.shape === 'actor' && state === 'surplus') mark(from, state);
  }
  return { edges: [...edges.values()].sort(byState), stateOf: ({ text }) => nodes.get(text) ?? 'fine' };
}

/** Everything that a step says of edges, one after the other. */
function edgesIn(step: StepView): (readonly [Edge, State])[] {
  const { action, picture, differences } = step;
  const { edges = [], hidden = [], node } = picture;
  if (action === 'unknown') return [...edges, ...hidden].map((edge) => [edge, 'unknown'] as const);
  const off = differences.filter(isShown).flatMap((difference) => {
    // What is about the thing itself marks its node; without one, the access that the thing stands for.
    const about = difference.edge === undefined ? (node === undefined ? edges : []) : [difference.edge];
    return about.map((edge) => [edge, difference.kind] as const);
  });
  return [...edges.map((edge) => [edge, 'fine'] as const), ...off];
}

/** What grants nothing, such as the leftovers of a deleted account, is not drawn. */
function isShown(difference: Difference): boolean {
  return isDrift(difference) && difference.makes !== 'leftovers removed';
}

function stateOfNode({ action, differences }: StepView): State {
  if (action === 'unknown') return 'unknown';
  const about = differences.filter((difference) => isShown(difference) && difference.edge === undefined);
  return about.map(({ kind }): State => kind).reduce(worst, 'fine');
}

function worst(one: State, other: State): State {
  return BY_SEVERITY.indexOf(one) <= BY_SEVERITY.indexOf(other) ? one : other;
}

function byState(one: StatedEdge, other: StatedEdge): number {
  const rank = ({ state }: StatedEdge): number => (state === 'fine' ? -1 : BY_SEVERITY.indexOf(state));
  return rank(one) - rank(other);
}

function keyOf({ from, to, label }: Edge): string {
  return JSON.stringify([from.text, to.text, label]);
}
