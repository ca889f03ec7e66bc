import { resolve } from 'node:path';
import type { AsSegment } from '../models/account.ts';
import { begun } from '../models/base.ts';
import { loadModels } from '../models/load.ts';
import type { ModelsReport } from '../models/model.ts';
import { validate, validateOffline } from '../models/validate.ts';
import type { Validated } from '../models/validate.ts';
import { workspaceTree } from '../models/workspace.ts';
import { findBase } from './base-commit.ts';
import type { Beginning } from './beginning.ts';

/** Models of one target: what is read of them needs no identity, so it begins before anything else. */
export interface ModelsAhead {
  /** Asks nobody. */
  readonly offline: (whyNot: string) => Promise<ModelsReport>;
  /** Tries them as the account. */
  readonly online: (acting: AsSegment) => Promise<Validated>;
}

/** Begins to read models, and what they are compared with. */
export function beginModels(beginning: Beginning): ModelsAhead {
  const { target, options, runner, clock } = beginning;
  const inputs = options.models;
  const root = resolve(runner.env['GITHUB_WORKSPACE'] ?? '.');
  const loaded = begun(() => loadModels(workspaceTree(root), inputs));
  const based = begun(() => findBase(beginning, root));
  const validating = async (): Promise<Parameters<typeof validate>[0]> => {
    return { target, inputs, loaded: await loaded(), based, clock };
  };
  return {
    offline: async (whyNot) => validateOffline(await validating(), whyNot),
    online: async (acting) => validate(await validating(), acting),
  };
}
