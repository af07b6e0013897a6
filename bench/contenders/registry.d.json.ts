/** Written by the `ApiTokenAuthorizer` construct at synth; copied beside each contender that reads it. */
declare const registry: unknown;
export default registry;
