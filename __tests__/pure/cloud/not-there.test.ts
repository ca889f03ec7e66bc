import { describe, expect, test } from '@jest/globals';
import type { Cloud } from '../../../src/cloud/google/clients.ts';
import { orNotThere } from '../../../src/cloud/google/not-there.ts';
import { apiError } from '../errors/api-errors.ts';

const GET = 'iam.serviceAccounts.get';
const refused = (reason: string, code = 403) =>
  apiError({ code, status: 'PERMISSION_DENIED', reason, words: 'denied' });

/** A cloud in which the caller holds these permissions on the project, and how often it was asked. */
function cloudWith(held: readonly string[] | undefined): { readonly cloud: Cloud; readonly asked: string[][] } {
  const asked: string[][] = [];
  const testIamPermissions = ({ requestBody: { permissions } }: { requestBody: { permissions: string[] } }) => {
    asked.push(permissions);
    if (held === undefined) return Promise.reject(refused('SERVICE_DISABLED'));
    return Promise.resolve({ data: { permissions: permissions.filter((one) => held.includes(one)) } });
  };
  const cloud = {
    projectId: 'p',
    resourceManager: { projects: { testIamPermissions } },
    call: (_about: unknown, send: () => Promise<unknown>) => send(),
  };
  return { cloud: cloud as never, asked };
}

describe('what IAM calls forbidden', () => {
  test.each<[string, readonly string[] | undefined, ReturnType<typeof refused>, number]>([
    ['the permission is held on the project → not there', [GET], refused('IAM_PERMISSION_DENIED'), 404],
    ['it is not held → forbidden', [], refused('IAM_PERMISSION_DENIED'), 403],
    ['another one is held → forbidden', ['iam.serviceAccounts.list'], refused('IAM_PERMISSION_DENIED'), 403],
    ['nobody may ask what is held → forbidden', undefined, refused('IAM_PERMISSION_DENIED'), 403],
    ['an API that is off says nothing of what is there', [GET], refused('SERVICE_DISABLED'), 403],
    ['a limit says nothing of it', [GET], refused('rateLimitExceeded'), 403],
    ['not found stays not found', [], refused('notFound', 404), 404],
  ])('%s', async (_name, held, error, code) => {
    const { cloud } = cloudWith(held);
    await expect(orNotThere(cloud, GET, Promise.reject(error))).rejects.toMatchObject({ code, words: 'denied' });
  });

  test('an answer → passed on, and nothing is asked', async () => {
    const { asked, cloud } = cloudWith([GET]);
    expect(await orNotThere(cloud, GET, Promise.resolve('there'))).toBe('there');
    expect(asked).toEqual([]);
  });

  test('refused again and again → what is held is asked once for each permission', async () => {
    const { asked, cloud } = cloudWith([GET]);
    for (const permission of [GET, GET, 'iam.serviceAccounts.delete'])
      await orNotThere(cloud, permission, Promise.reject(refused('IAM_PERMISSION_DENIED'))).catch(() => undefined);
    expect(asked).toEqual([[GET], ['iam.serviceAccounts.delete']]);
  });
});
