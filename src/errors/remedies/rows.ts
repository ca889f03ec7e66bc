import { bigQuery } from './bigquery.ts';
import { byKind, project } from './general.ts';
import { onTheWay } from './on-the-way.ts';
import { gitHub } from './github.ts';
import { iam } from './iam.ts';
import { resourceManager } from './resource-manager.ts';
import type { Row } from './row.ts';
import { secretManager } from './secret-manager.ts';
import { runner, signIn } from './sign-in.ts';

/** From what a service said to what to do: one table, first match wins. */
export const rows: readonly Row[] = [
  ...runner,
  ...onTheWay,
  ...signIn,
  ...project,
  ...iam,
  ...resourceManager,
  ...bigQuery,
  ...secretManager,
  ...gitHub,
  ...byKind,
];
