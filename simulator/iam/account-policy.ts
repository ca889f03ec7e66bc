/** Who may act as an account: its own policy. */
import { trackGrants } from '../grants.ts';
import { list, record, text } from '../json.ts';
import { holds } from '../permissions.ts';
import { isSameEtag, nextEtag } from '../random.ts';
import { google } from '../refusal.ts';
import type { Route } from '../route.ts';
import { checkBody } from '../shape.ts';
import { findAccount } from './accounts.ts';

const ONE = '/v1/projects/{project}/serviceAccounts/{account}';

export const accountPolicyRoutes: Route[] = [
  {
    on: `POST ${ONE}:getIamPolicy`,
    handle: (request, context) => ({
      status: 200,
      body: findAccount(request, context, 'iam.serviceAccounts.getIamPolicy').policy,
    }),
  },
  {
    on: `POST ${ONE}:setIamPolicy`,
    handle: (request, context) => {
      const account = findAccount(request, context, 'iam.serviceAccounts.setIamPolicy');
      checkBody(request.body, {
        policy: { version: true, bindings: true, etag: true, auditConfigs: true },
        updateMask: true,
      });
      const policy = record(record(request.body)['policy']);
      if (policy['etag'] !== undefined && !isSameEtag(text(policy['etag']) ?? '', account.policy.etag)) {
        throw google(
          409,
          'ABORTED',
          'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
          { reason: 'aborted' },
        );
      }
      const bindings = list(policy['bindings']).map((binding) => ({
        ...record(binding),
        role: text(record(binding)['role']) ?? '',
        members: list(record(binding)['members']).map(String),
      }));
      account.policy = { version: 1, bindings, etag: nextEtag(context.world) };
      trackGrants(
        account.grants,
        bindings.flatMap(({ role, members }) => members.map((member) => ({ role, member, condition: undefined }))),
        context.now,
      );
      return { status: 200, body: account.policy };
    },
  },
  {
    on: `POST ${ONE}:testIamPermissions`,
    handle: (request, context) => {
      const account = findAccount(request, context, 'iam.serviceAccounts.get');
      const permissions = list(record(request.body)['permissions']).map(String);
      const held = permissions.filter((permission) =>
        holds(context, context.caller(), permission, { project: account.project, account: account.email }),
      );
      return { status: 200, body: held.length === 0 ? {} : { permissions: held } };
    },
  },
];
