import type { Caller } from '../route.ts';

/** Whom an access token speaks for. */
export interface TokenState extends Caller {
  /** Unique id of the service account, if it is one's: a later account of the same name is another. */
  accountId?: string;
  /** Without it the token never ends. */
  expiresAt?: number;
}

/** A provider of a workload identity pool. */
export interface ProviderState {
  /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER` */
  name: string;
  issuer: string;
  /** Empty = the provider's own resource name, with and without `https:`. */
  allowedAudiences: string[];
  /** Claims mapped to `attribute.CLAIM`. */
  attributes: string[];
  /** `assertion.CLAIM == 'VALUE'`, joined by `&&`; undefined = none. */
  attributeCondition?: string;
  disabled: boolean;
}

export interface IdentityState {
  /** By token. */
  tokens: Record<string, TokenState>;
  providers: ProviderState[];
  /** Bearer of the runner's OIDC endpoint; it never ends. */
  runnerToken: string;
  /** Issuer of the runner's tokens. */
  issuer: string;
  /** Claims of the job that the runner speaks for. */
  claims: Record<string, string>;
}

export function emptyIdentityState(): IdentityState {
  return { tokens: {}, providers: [], runnerToken: '', issuer: '', claims: {} };
}
