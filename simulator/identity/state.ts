import { ISSUER, TOKENS } from '../engine/names.ts';
import { statePart } from '../engine/world.ts';
import { claimsOfJob } from './claims.ts';

/** A token that this world gave out, or has always accepted. */
export interface TokenState {
  principal: string;
  memberships: string[];
  consumerProject: string;
  /** Without it the token never ends. */
  expiresAt?: number;
}

export interface ProviderState {
  /** `projects/N/locations/global/workloadIdentityPools/POOL/providers/PROVIDER` */
  name: string;
  issuer: string;
  allowedAudiences: string[];
  /** Claims that must have exactly these values: what the attribute condition says. */
  condition: Record<string, string>;
  disabled: boolean;
}

export interface IdentityState {
  tokens: Record<string, TokenState>;
  providers: ProviderState[];
  /** Bearer of the runner's OIDC endpoint. */
  runnerToken: string;
  /** Claims of the job that the runner's OIDC endpoint speaks for. */
  claims: Record<string, string>;
  /** Seed of the key that signs OIDC tokens is not stored: the key lives as long as the process. */
  issuer: string;
}

export const identityState = statePart<IdentityState>('identity', () => ({
  tokens: {},
  providers: [],
  runnerToken: TOKENS.runner,
  issuer: ISSUER,
  claims: claimsOfJob(),
}));
