/**
 * One step of a decision, as the local gateway took it. A request has the steps that it came to, in their
 * order; where the gateway itself answered, the last one is where the request ended.
 *
 * Nothing in it was sent by a client: names come from the template.
 */
export type Step =
  /** Size and form of the request. */
  | { readonly step: 'request' }
  /** The stage, and the resource with the method. */
  | { readonly step: 'route' }
  /** The method asks for no authorizer. */
  | { readonly step: 'open' }
  | { readonly step: 'identity'; readonly sources: readonly IdentitySource[] }
  /** A result that was kept. */
  | { readonly step: 'kept'; readonly keptForMs: number | null }
  /** The authorizer was called; `keptForMs` is null when its result is not kept, or there is none. */
  | { readonly step: 'asked'; readonly ms: number | null; readonly keptForMs: number | null }
  | { readonly step: 'policy' }
  /** The API key, by which a usage plan is found. */
  | { readonly step: 'key'; readonly from: 'HEADER' | 'AUTHORIZER' }
  | ({ readonly step: 'limits'; readonly plan: string } & PlanLimits)
  /** The parameters that have to be there, and whether there is a model for this type of body. */
  | {
      readonly step: 'validation';
      readonly parameters: readonly string[];
      readonly checksBody: boolean;
    }
  | {
      readonly step: 'integration';
      readonly type: 'AWS_PROXY' | 'MOCK';
      readonly ms: number | null;
    };

/** Where an authorizer finds who is calling, and whether a request has it. */
export interface IdentitySource {
  readonly kind: 'header' | 'querystring' | 'path' | 'context' | 'stageVariables';
  readonly name: string;
  readonly isPresent: boolean;
}

/** The limits of a usage plan; null where it has none. */
export interface PlanLimits {
  /** Requests a second. */
  readonly rate: number | null;
  readonly burst: number | null;
  readonly quota: { readonly limit: number; readonly period: 'DAY' | 'WEEK' | 'MONTH' } | null;
}
