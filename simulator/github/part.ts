import { statePart } from '../engine/world.ts';
import { beginGitHub } from './beginning.ts';

export const gitHubState = statePart('gitHub', beginGitHub);
