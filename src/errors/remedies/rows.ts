import type { WireCode } from '../codes.ts';
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

/** What only one service says. Many say nothing that others do not say, too. */
const ofServices = [...iam, ...resourceManager, ...bigQuery, ...secretManager, ...gitHub, ...monitoring, ...segment];

/** From what a service said to what to do: one table, first match wins. */
export const rows: readonly Row<WireCode>[] = [...runner, ...onTheWay, ...signIn, ...project, ...ofServices, ...byKind];
