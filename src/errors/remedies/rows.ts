import type { WireCode } from '../codes.ts';
import type { ServiceName } from '../service-names.ts';
import { bigQuery } from './bigquery.ts';
import { byKind, project } from './general.ts';
import { onTheWay } from './on-the-way.ts';
import { gitHub } from './github.ts';
import { iam } from './iam.ts';
import { resourceManager } from './resource-manager.ts';
import { monitoring } from './monitoring.ts';
import type { Row } from './row.ts';
import { secretManager } from './secret-manager.ts';
import { segment } from './segment.ts';
import { runner, signIn } from './sign-in.ts';

/** What only one service says. A service that is missing here does not compile. */
const ofServices: Readonly<Record<ServiceName, readonly Row<WireCode>[]>> = {
  iam,
  cloudresourcemanager: resourceManager,
  bigquery: bigQuery,
  secretmanager: secretManager,
  github: gitHub,
  monitoring,
  segment,
  orgpolicy: [],
  serviceusage: [],
  // Signing in: see sign-in.ts, whose rows come before all of these.
  'github-oidc': [],
  iamcredentials: [],
  oauth2: [],
  sts: [],
};

/** From what a service said to what to do: one table, first match wins. */
export const rows: readonly Row<WireCode>[] = [
  ...runner,
  ...onTheWay,
  ...signIn,
  ...project,
  ...Object.values(ofServices).flat(),
  ...byKind,
];
