import { statePart } from '../world.ts';
import { beginGitHub } from './beginning.ts';

export const gitHubState = statePart('gitHub', beginGitHub);
