/** The services of this world: a new one is a folder, and a line here. Requests are offered to them in this order. */
import { bigQuery } from './bigquery/service.ts';
import type { Service } from './engine/service.ts';
import { gitHub } from './github/service.ts';
import { iam } from './iam/service.ts';
import { iamCredentials } from './iamcredentials/service.ts';
import { identity } from './identity/service.ts';
import { monitoring } from './monitoring/service.ts';
import { orgPolicy } from './orgpolicy/service.ts';
import { resourceManager } from './resourcemanager/service.ts';
import { secretManager } from './secretmanager/service.ts';
import { segment } from './segment/service.ts';
import { serviceUsage } from './serviceusage/service.ts';
import { sts } from './sts/service.ts';

export const services: readonly Service[] = [
  iam,
  resourceManager,
  bigQuery,
  iamCredentials,
  sts,
  identity,
  serviceUsage,
  secretManager,
  orgPolicy,
  monitoring,
  gitHub,
  segment,
];
