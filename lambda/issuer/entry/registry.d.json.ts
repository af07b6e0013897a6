/** Written by the `TokenRotation` construct at synth, beside the bundled function. */
declare const registry: unknown;
export default registry;
