import type { Edge, Node } from '../engine/resource.ts';
import type { Names } from '../inputs/names.ts';

/** The nodes and edges of the diagram: who can do what where. Pure. */

/** Whoever signs in with the key. */
export const segmentNode: Node = { text: 'Segment', shape: 'actor' };

/** A member of a policy, or somebody that nobody can name. */
export function actorNode(text: string): Node {
  return { text, shape: 'actor' };
}

export function accountNode({ accountId }: Names): Node {
  return { text: accountId, shape: 'account' };
}

export function projectNode(projectId: string): Node {
  return { text: `project ${projectId}`, shape: 'store' };
}

/** @param name - `dataset` or `project.dataset`, as its address has it */
export function datasetNode(name: string): Node {
  return { text: name, shape: 'store' };
}

/** What the account may do on the project by a role; for the custom role the same edge as that of the role itself. */
export function projectEdge(names: Names, projectId: string, role: string, condition?: string): Edge {
  const name = role === names.role ? names.roleId : role;
  const label = condition === undefined ? name : `${name} if "${condition}"`;
  return { from: accountNode(names), to: projectNode(projectId), label };
}

/** What an entry on a dataset lets the account do there. */
export function datasetEdge(names: Names, dataset: string, label: string): Edge {
  return { from: accountNode(names), to: datasetNode(dataset), label };
}

/** By what somebody may act as the account. */
export function impersonationEdge(names: Names, actor: string, label: string): Edge {
  return { from: actorNode(actor), to: accountNode(names), label };
}
