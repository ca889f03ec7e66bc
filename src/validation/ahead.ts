import { resolve } from 'node:path';
import type { MaybeRunning } from '../destinations/segment/running.ts';
import type { AsSegment } from '../models/account.ts';
import { begun } from '../models/base.ts';
import { loadModels } from '../models/load.ts';
import type { ModelsReport } from '../models/model.ts';
import { validate, validateOffline } from '../models/validate.ts';
import type { Validated, Validating } from '../models/validating.ts';
import { workspaceTree } from '../models/workspace.ts';
import { findBase } from './base-commit.ts';
import type { Beginning } from './beginning.ts';
import { filesSide } from './publishing.ts';
import type { FilesSide } from './publishing.ts';

/** Reads what runs in Segment; undefined = Segment is not asked. */
export type ReadRunning = (() => Promise<MaybeRunning>) | undefined;

/** Models of one target: what is read of them needs no identity, so it begins before anything else. */
export interface ModelsAhead {
  /** What they ask for in Segment. */
  readonly files: FilesSide;
  /** Asks BigQuery nothing. */
  readonly offline: (whyNot: string, running: ReadRunning) => Promise<ModelsReport>;
  /** Tries them as the account. */
  readonly online: (acting: AsSegment, running: ReadRunning) => Promise<Validated>;
}

/** Begins to read models, and what they are compared with. */
export function beginModels(beginning: Beginning): ModelsAhead {
  const { target, options, runner, clock } = beginning;
  const inputs = options.models;
  const root = resolve(runner.env['GITHUB_WORKSPACE'] ?? '.');
  const loaded = begun(() => loadModels(workspaceTree(root), inputs));
  const based = begun(() => findBase(beginning, root));
  const validating = async (running: ReadRunning): Promise<Validating> => {
    return { target, inputs, loaded: await loaded(), based, running, clock };
  };
  return {
    files: filesSide(beginning, { loaded, based }),
    offline: async (whyNot, running) => validateOffline(await validating(running), whyNot),
    online: async (acting, running) => validate(await validating(running), acting),
  };
}
