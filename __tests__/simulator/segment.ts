import { workspaceOwnerOf } from '../../harness/workspace.ts';
import type { WorkspaceOwner } from '../../harness/workspace.ts';
import type { Answer, Lab } from './world.ts';

/** What a request to Segment may have besides its body. */
export interface Asking {
  readonly version?: 'v1' | 'v1beta' | 'v1alpha';
  readonly role?: 'owner' | 'member' | 'nobody';
  readonly headers?: Readonly<Record<string, string>>;
}

/** Segment's Public API, and what people have in it. */
export interface SegmentLab extends WorkspaceOwner {
  /** As the workspace's owner, in alpha, which every call knows. */
  ask(on: string, body?: unknown, asking?: Asking): Promise<Answer>;
  /** What stands under `data` in an answer that was granted. */
  data(on: string, body?: unknown, asking?: Asking): Promise<Record<string, unknown>>;
  /** `STATUS TYPE FIELD` of a refusal, else the status. */
  refusal(on: string, body?: unknown, asking?: Asking): Promise<string>;
  /** The source as the world shows it. */
  shown(sourceId: string): Promise<Record<string, unknown>>;
}

export function segmentLab(at: Lab): SegmentLab {
  const tokens = (): Record<string, string> => ({
    owner: at.env['SIMULATOR_SEGMENT_TOKEN'] ?? '',
    member: at.env['SIMULATOR_SEGMENT_MEMBER_TOKEN'] ?? '',
    nobody: 'sgp_nobody',
  });
  const ask: SegmentLab['ask'] = (on, body, { version = 'v1alpha', role = 'owner', headers = {} } = {}) => {
    const type = `application/vnd.segment.${version}+json`;
    return at.send(on, body, {
      token: tokens()[role] ?? '',
      headers: { 'content-type': type, accept: type, ...headers },
    });
  };
  const data: SegmentLab['data'] = async (on, body, asking) => {
    const answer = await ask(on, body, asking);
    if (answer.status >= 300) throw new Error(`${on}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
    return answer.body['data'] as Record<string, unknown>;
  };
  return {
    ...workspaceOwnerOf(
      (method, path, body) => data(`${method} ${path}`, body),
      () => at.env,
    ),
    ask,
    data,
    refusal: async (on, body, asking) => {
      const answer = await ask(on, body, asking);
      const [error] = (answer.body['errors'] ?? []) as { type: string; field?: string }[];
      return [answer.status, error?.type, error?.field].filter((part) => part !== undefined).join(' ');
    },
    shown: async (sourceId) => {
      const { body } = await at.send('GET /_simulator/world');
      const { sources } = body['segment'] as { sources: { id: string }[] };
      return sources.find(({ id }) => id === sourceId) as unknown as Record<string, unknown>;
    },
  };
}
